//! Words and laws of the trade that every other crate shares. Serves all clauses.
//!
//! Holds no I/O, no clock and no randomness; depends on the standard library and serde only.

pub mod clause;
pub mod deadline;
pub mod finding;
pub mod level;
pub mod reach;
pub mod trouble;
pub mod workday;

pub use clause::Clause;
pub use finding::{Evidence, Finding, Hop, Position, Quote};
pub use level::Level;
pub use reach::{Reach, TlsFault, Verdict, Withheld};
