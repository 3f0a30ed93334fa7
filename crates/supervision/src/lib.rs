//! The supervising half: visits of home pages, inspections, findings. Clauses N2.1 to N2.8, N5.1 to N5.7.
//!
//! Reaches websites only through `crawl`, with one politeness for everything; meets the other half only in `ledger` and
//! `checks`.

pub mod alert;
pub mod correction;
mod draft;
mod ended;
pub mod ids;
pub mod inspection;
mod known;
pub mod lifecycle;
mod limits;
pub mod linkage;
pub mod means;
pub mod monitor;
pub mod overview;
mod paper;
pub mod reading;
pub mod rectification;
pub mod remind;
mod warn;

pub use means::{Means, Ways};

use std::sync::Arc;

use ledger::cx::JobName;
use ledger::web::{NavItem, Panel};
use ledger::{Cx, Routes};
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The migrations of this crate, after the ledger's.
pub fn steps() -> Vec<Step> {
    let mut steps = monitor::steps();
    steps.extend(inspection::steps());
    steps.extend(alert::steps());
    steps.extend(rectification::steps());
    steps.extend(linkage::steps());
    steps.extend(reading::steps());
    steps.extend(correction::steps());
    steps.extend(lifecycle::steps());
    steps.extend(paper::steps());
    steps
}

/// The templates of this crate.
pub const TEMPLATES: &[&[Template]] = &[
    monitor::TEMPLATES,
    inspection::TEMPLATES,
    alert::TEMPLATES,
    overview::TEMPLATES,
    rectification::TEMPLATES,
    linkage::TEMPLATES,
    reading::TEMPLATES,
    correction::TEMPLATES,
    lifecycle::TEMPLATES,
    paper::TEMPLATES,
];

/// The lines of this crate in the side bar.
pub const NAV: &[&[NavItem]] = &[
    overview::NAV,
    rectification::NAV,
    linkage::NAV,
    reading::NAV,
    monitor::NAV,
    inspection::NAV,
    alert::NAV,
];

/// What this crate shows on a site's page.
pub const PANELS: &[&[Panel]] = &[
    monitor::PANELS,
    inspection::PANELS,
    rectification::PANELS,
    reading::PANELS,
    correction::PANELS,
    lifecycle::PANELS,
    alert::PANELS,
];

/// The routes of this crate.
pub fn routes() -> Routes {
    overview::routes()
        .merge(monitor::routes())
        .merge(inspection::routes())
        .merge(alert::routes())
        .merge(rectification::routes())
        .merge(linkage::routes())
        .merge(reading::routes())
        .merge(correction::routes())
        .merge(lifecycle::routes())
        .merge(paper::routes())
}

/// The jobs of this crate.
pub fn jobs(cx: &Cx, means: &Arc<Means>, handlers: &mut Handlers) {
    monitor::jobs(cx, means, handlers);
    inspection::jobs(cx, means, handlers);
    alert::jobs(cx, means, handlers);
    reading::jobs(cx, means, handlers);
    linkage::jobs(cx, means, handlers);
    rectification::jobs(cx, handlers);
}

/// What the kinds of jobs of this crate are called on the screen.
pub const JOB_NAMES: &[&[JobName]] = &[&[
    (monitor::rounds::VISIT_SITE, "访问首页"),
    (inspection::commands::runs::JOB, "巡检"),
    (alert::commands::deliver::JOB, "发送告警"),
    (reading::commands::lists::JOB, "排读网名单"),
    (linkage::watch::JOB, "查看链接"),
    (rectification::commands::letter::JOB, "邮寄整改单"),
]];

/// The columns of this crate that name blobs.
pub const BLOBS: &[&[platform::named::Column]] = &[
    inspection::entity::BLOBS,
    rectification::entity::BLOBS,
    correction::entity::BLOBS,
    lifecycle::entity::BLOBS,
    paper::BLOBS,
];

/// What is tidied each hour.
pub async fn hourly(cx: &Cx, means: &Arc<Means>) -> Result<(), platform::Error> {
    monitor::hourly(cx).await?;
    inspection::tidy::hourly(cx, means).await?;
    alert::hourly(cx).await?;
    reading::hourly(cx).await?;
    correction::commands::forget(cx).await?;
    warn::hourly(cx).await
}

/// What goes on beside requests and jobs until `stop` turns true.
pub fn background(cx: &Cx, means: &Arc<Means>, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    monitor::background(cx, means, stop, &mut tasks);
    inspection::background(cx, means, stop, &mut tasks);
    alert::background(cx, means, stop, &mut tasks);
    remind::background(cx, means, stop, &mut tasks);
    tasks
}
