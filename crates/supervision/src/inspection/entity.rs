//! The tables of inspections: plans, runs, findings with their history, what is known of a site. Clauses N2.1, N5.3.

mod findings;
mod migration;
mod runs;
mod sites;

pub use findings::{finding, finding_event, finding_exception, finding_report};
pub use migration::steps;

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] =
    &[("finding", "evidence"), ("finding", "picture"), ("finding_report", "picture")];

pub use runs::{inspection_plan, run};
pub use sites::{site_column, site_link, site_standing, standing_day};
