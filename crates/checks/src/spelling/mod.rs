//! Spelling and fixed names (错别字与规范表述) in two layers. Clauses N2.1, N2.2.
//!
//! The *certain* layer knows what is never right: misspelt names of the state and its institutions, of places, of
//! fixed phrases. The *hint* layer only advises, by a language model. Nothing here knows who holds an office: that is
//! the users' roster.

pub mod model;
pub mod packed;
pub mod runs;
