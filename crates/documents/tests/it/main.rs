//! Files of every kind, made here, and what is read of them. Clauses N2.2, N2.3.
//!
//! No file is kept with the code: each is written byte by byte or by a library that writes the format.

mod faults;
mod hostile;
mod made;
mod texts;
