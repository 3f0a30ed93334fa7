//! What a ticket may come to, and which findings go together in one. Clauses N2.8, N5.3; pure.

mod grouping;
pub mod letter;
mod places;
mod state;

pub use grouping::{By, Group, grouped, limit_of};
pub use places::{Place, reach_of};
pub use state::{Event, Refused, State, after};
