//! The working-day calendar (工作日历): which days the State Council's notices make holidays and working days.
//! Clauses N2.8, N4.7: every deadline is counted in working days.
//!
//! Years 2011 to 2026 are there from the start; each later one is imported when its notice is out, usually in November.

pub mod commands;
pub mod entity;
pub mod model;
pub mod store;
pub mod web;
