//! The platform on both engines: every test here runs on SQLite and on PostgreSQL. Serves all clauses.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where they cannot go on, as tests do")]

mod audit;
mod engines;
mod jobs;
mod transactions;
