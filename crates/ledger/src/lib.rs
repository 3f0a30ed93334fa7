//! Who and what the system knows: units, people, sites, and who may see which. Serves N1.1, N4.1, N5.1.
//!
//! Both halves build on it and meet nowhere else. It opens no connection to a website.

pub mod api;
pub mod calendar;
pub mod cx;
pub mod identity;
pub mod ids;
pub mod obligation;
pub mod operations;
pub mod registry;
pub mod saved;
pub mod web;

pub use cx::Cx;
pub use ids::{ObligationId, PersonId, SiteId, UnitId};
pub use web::{Access, Actor, Routes, Scope};

use cx::JobName;
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;

/// The migrations of this crate, after the platform's.
pub fn steps() -> Vec<Step> {
    let mut steps = identity::entity::steps();
    steps.extend(registry::entity::steps());
    steps.extend(api::entity::steps());
    steps.extend(calendar::entity::steps());
    steps.extend(saved::entity::steps());
    steps.extend(obligation::entity::steps());
    steps
}

/// The columns of this crate that name blobs.
pub const BLOBS: &[&[platform::named::Column]] =
    &[registry::entity::BLOBS, calendar::entity::BLOBS, obligation::entity::BLOBS];

/// The templates of this crate.
pub const TEMPLATES: &[&[Template]] = &[
    web::TEMPLATES,
    identity::web::TEMPLATES,
    registry::web::TEMPLATES,
    operations::web::TEMPLATES,
    calendar::web::TEMPLATES,
    obligation::web::TEMPLATES,
    api::web::TEMPLATES,
];

/// The jobs of this crate.
pub fn jobs(cx: &Cx, handlers: &mut Handlers) {
    let cx = cx.clone();
    handlers.add(obligation::commands::recount::JOB, move |_| {
        let cx = cx.clone();
        async move {
            let counted = obligation::commands::recount::recount_all(&cx).await;
            counted.map(|_| ()).map_err(|error| error.to_string())
        }
    });
}

/// What the kinds of jobs of this crate are called on the screen.
pub const JOB_NAMES: &[JobName] = &[(obligation::commands::recount::JOB, "重新计算期限")];

/// The routes of this crate.
pub fn routes() -> Routes {
    registry::web::routes()
        .merge(identity::web::routes())
        .merge(operations::web::routes())
        .merge(calendar::web::routes())
        .merge(api::web::routes())
        .merge(saved::web::routes())
        .merge(obligation::web::routes())
}
