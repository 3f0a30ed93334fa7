//! The register of websites (台账): who answers for each, where it runs, under which numbers. Clauses N1.1, N4.1 to N4.7.
//!
//! One site is one row; every change of a field is kept with who made it. It never asks a website anything: what is
//! declared stands here, what is seen stands with the inspections.

pub mod commands;
pub mod entity;
pub mod field;
pub mod meant;
pub mod model;
pub mod store;
pub mod web;
