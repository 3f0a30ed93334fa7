//! Rosters, duties, what is read, and what shows a reader's attention. Clauses N1.6, N5.3, N5.7; pure.

mod attention;
mod choice;
mod duty;
mod roster;

pub use attention::{Planted, plant};
pub use choice::{Candidate, Offer, Why, choose, importance};
pub use duty::{Event, ItemState, Refused, State, after};
pub use roster::{Days, Kind, Plan, Slot, shift_name, slots};
