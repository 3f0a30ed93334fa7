//! The overview (总览): states of sites, findings by level, trend, ranking and tiles of the units below. Clauses N2.7, N5.1.
//!
//! Reads what the slices keep in numbers; counts no long table and asks no website.

mod chart;
mod model;
mod web;
pub mod work;

pub use web::{NAV, TEMPLATES, routes};
