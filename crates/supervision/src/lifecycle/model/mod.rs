//! What a suspension may come to, on what grounds it rests, and when a site is to move into its portal. Clauses N2.8, N4.4;
//! pure.

mod grounds;
mod state;
mod weak;

pub use grounds::{Record, grounds};
pub use state::{ANNOUNCED_DAYS, Event, Refused, State, after};
pub use weak::{Lacks, lacks};
