//! The frame of the API under `/api/v1`: tokens, JSON errors, pages, limits, its description. Clauses N1.1, N4.7.
//!
//! Each slice adds its own routes with `Routes::api`, over the same queries and commands as its screens. No cookie is
//! looked at here, so no page of another site can use a person's login.

pub mod commands;
pub mod entity;
pub(crate) mod layer;
pub mod limit;
pub mod model;
pub mod page;
pub mod sent;
pub mod spec;
pub mod store;
pub mod web;

pub use page::{Listed, Paged, invalid, listed};
pub use sent::over;
pub use spec::{Param, Property, Schema, Shape, Spec};

/// What every path of the API begins with.
pub const PREFIX: &str = "/api/";
