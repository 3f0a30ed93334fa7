//! Units in a tree, people, their roles, logins and sessions. Clauses N1.1, N4.7, N5.1.
//!
//! A person sees his own unit and those below it, in each of his roles. The three administrators of graded protection
//! (system, security, audit) are three persons: none can do another's work. No password or code is ever stored as such.

pub mod commands;
pub mod entity;
pub mod model;
pub mod oidc;
pub mod store;
pub mod web;
