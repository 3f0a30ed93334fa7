//! Queries of inspections. Clauses N2.1, N5.3.
//!
//! What lists or loads for a person takes his scope. Lists of findings may be millions of rows long: they are counted up
//! to a bound and read along an index.

pub mod exceptions;
pub mod findings;
pub mod holdings;
pub mod plans;
pub mod runs;
pub mod standing;
