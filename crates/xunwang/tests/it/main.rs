//! Tests of the command as a whole, and of the house rules of this repository. Serves N2.1, N2.4.

mod command_line;
mod sites;
