//! Words and decisions of inspections: states, what makes two findings one, when plans are due. Clauses N2.1, N5.3; pure.

pub mod finding;
pub mod plan;
pub mod run;
pub mod schedule;
