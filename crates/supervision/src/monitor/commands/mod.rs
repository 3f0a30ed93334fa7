//! What is done about availability: visits recorded, the register followed, windows planned. Clauses N2.1, N5.2.
//!
//! Each is one transaction: dropped at any point, nothing of it remains, and what was due is due again.

mod plan;
mod record;
mod tell;

pub use plan::{
    DomainForm, PLANNERS, RUNNERS, WindowForm, end_window, keep_domain_end, plan_window, visit_now,
};
pub use record::{Seen, follow_register, keep_requests, record};
pub use tell::{Announced, tell_ends};

/// The audit chain of this slice.
pub const CHAIN: &str = "monitor";
