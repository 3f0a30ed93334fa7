//! The run's own file, `run.db` (SQLite): pages, links, answers, findings. Clauses N2.1, N2.4.
//!
//! One writer while a run goes on; any number of readers. Nothing else in the project opens it.

pub mod read;
pub mod readings;
pub mod rendered;
pub mod to_read;
pub mod write;

pub use read::{AddressRow, FindingRow, Looked, OutgoingRow, OutgoingTarget, PageRow, RunReader};
pub use rendered::ScreenshotRow;
pub use to_read::{ReadablePage, ToRead};
pub use write::why;

/// Tables and views.
pub const SCHEMA: &str = include_str!("schema.sql");
/// Version of the tables, kept in `meta.schema`.
pub const SCHEMA_VERSION: &str = "2";
/// Rows of one fault (rule and target) that are written with their pages; the rest is counted in `pages_total`.
pub const MAX_PAGES_PER_FAULT: u64 = 1_000;
