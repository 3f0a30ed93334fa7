//! What is owed, by when, and what is told about it on the way. Clauses N1.2, N2.8, N3.8; pure.

mod kind;
mod marks;
mod state;

pub use kind::{Kind, Terms};
pub use marks::{Mark, Times, begins, owing, times};
pub use state::{Event, Refused, State, after};
