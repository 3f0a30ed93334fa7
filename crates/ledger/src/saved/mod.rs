//! Saved filters (常用筛选): a person's own names for questions that he asks a list again and again. Clauses N1.1, N5.3.
//!
//! Holds the question only; what it finds is asked anew, within what the person may see then.

pub mod commands;
pub mod entity;
pub mod store;
pub mod web;
