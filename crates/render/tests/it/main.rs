//! The renderer with the Chromium of this machine; what it asks for is answered in the test itself. Serves N2.1, N2.5.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where they cannot go on, as tests do")]

mod browser;
mod hostile;
mod pages;
mod world;
