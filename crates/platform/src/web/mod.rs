//! What every screen needs: templates, answers, forms, page numbers. Serves all clauses.
//!
//! Knows neither people nor their rights: who may see a screen is decided above. No screen needs script.

pub mod answer;
pub mod form;
pub mod metrics;
pub mod pager;
pub mod pages;

pub use answer::{Failure, Refusal};
pub use form::Faults;
pub use pager::{Pager, page_of};
pub use pages::Pages;
