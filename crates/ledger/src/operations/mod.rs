//! How the system itself is doing: its background jobs. Clause N4.7.
//!
//! For system administrators; shows no content of the trade.

pub mod commands;
pub mod web;
