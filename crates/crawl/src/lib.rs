//! The inspection engine: frontier, politeness, fetch, decode, run file. Clauses N2.1, N2.4.
//!
//! Owns the run file and knows no other database. It decides nothing about a site: that is for `checks`.

pub mod run_file;
