//! Official documents (公文) of supervision: rectification notice, supervision order, suspension decision, reopening, closure
//! announcement, bulletin; unsigned, as PDF and DOCX. Clauses N2.8, N5.3.
//!
//! Says what the rows say; signs nothing and sends nothing. A signed scan goes back to where the thing itself is kept.

mod bulletin;
mod compose;
mod web;

use ledger::Routes;

pub use web::links;

/// The routes of this slice.
pub fn routes() -> Routes {
    web::routes()
}
