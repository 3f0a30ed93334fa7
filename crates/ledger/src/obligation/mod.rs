//! Obligations (责任事项): what the notice orders somebody to do by a day, and the one clock over all of it.
//! Clauses N1.2, N2.8, N3.8, N5.3.
//!
//! ```text
//!             report            accept
//!   open ──────────────▶ reported ──────▶ met
//!    │ ▲                     │
//!    │ └─────── send back ───┘        open or reported ── call off ──▶ called off
//! ```
//!
//! The clock is a reconciler: each minute it asks which open obligations have come to a mark that they lack. It is exact
//! after any stop, and a mark is made once. Other slices open obligations in their own transaction; this one never decides
//! whether a thing was done well.

pub mod commands;
pub mod entity;
pub mod model;
pub mod store;
pub mod web;

pub use commands::tick;
