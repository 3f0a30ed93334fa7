//! Login by the organisation's own identity provider (OpenID Connect), where one is configured. Clause N4.7.
//!
//! The provider says who somebody is; whether he may come in, as whom and with which rights stays with us. Nobody is
//! added by logging in, and after the first login only the provider's subject counts, never a name that can be changed.

pub mod commands;
pub mod entity;
pub mod model;
pub mod provider;
pub mod settings;
pub mod store;
mod trouble;
pub(super) mod web;
mod wire;

pub use provider::Provider;
pub use settings::{Limits, Settings};
pub use trouble::{Check, Trouble};
