//! Official documents (公文) of supervision: rectification notice, supervision order, suspension decision, reopening, closure
//! announcement, bulletin; unsigned, as PDF and DOCX; with their numbers, and back as they were signed. Clauses N2.8, N5.3.
//!
//! Says what the rows say; signs nothing and sends nothing.

mod bulletin;
mod commands;
mod compose;
mod entity;
mod store;
mod subject;
mod web;

pub use compose::called;
pub use entity::{BLOBS, steps};
pub use subject::links;
pub use web::{TEMPLATES, routes};
