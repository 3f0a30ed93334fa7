//! The console put together: database, templates, routes, side bar, jobs. Serves all clauses.
//!
//! Only wiring: what a screen shows and who may see it stands in the slices.

use std::path::Path;
use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use chrono::TimeDelta;
use ledger::cx::Settings;
use ledger::identity::oidc::Provider;
use ledger::web::NavItem;
use ledger::{Cx, Routes};
use platform::blobs::Blobs;
use platform::clock::Clock;
use platform::db::Place;
use platform::jobs::{Handlers, Runner};
use platform::migrate::{Migrations, Step};
use platform::web::Pages;
use platform::web::metrics::{Metrics, observe};
use platform::{Db, Error, disk};
use supervision::{Means, Ways};
use tokio::sync::watch;
use tokio::task::JoinSet;

mod home;
pub mod metrics;

/// All migrations of the program.
pub const MIGRATIONS: Migrations = Migrations(steps);

fn steps() -> Vec<Step> {
    let mut steps = platform::migrate::steps();
    steps.extend(ledger::steps());
    steps.extend(supervision::steps());
    steps
}

/// All routes of the program.
pub fn routes() -> Routes {
    home::routes().merge(metrics::routes()).merge(supervision::routes()).merge(ledger::routes())
}

fn nav() -> Vec<NavItem> {
    let supervision = supervision::NAV.concat();
    [
        home::NAV,
        &supervision,
        ledger::obligation::web::NAV,
        ledger::registry::web::NAV,
        ledger::identity::web::NAV,
        ledger::operations::web::NAV,
        ledger::calendar::web::NAV,
    ]
    .concat()
}

/// All templates of the program.
pub fn pages() -> Result<Pages, Error> {
    let templates = [home::TEMPLATES, supervision::TEMPLATES, ledger::TEMPLATES].concat();
    Pages::new(&templates, ledger::web::asset)
}

/// Where blobs are: in the object store that is set, or else in the data folder.
pub fn blobs(data: &Path, objects: Option<&objects::Settings>) -> Result<Blobs, Error> {
    match objects {
        Some(settings) => {
            let store = objects::open(settings).map_err(|wrong| Error::Other(wrong.why.to_owned()))?;
            Ok(Blobs::of(store))
        }
        None => Ok(Blobs::folder(&data.join("blobs"))?),
    }
}

/// Every column that names blobs.
pub fn blob_columns() -> Vec<platform::named::Column> {
    [ledger::BLOBS.concat(), supervision::BLOBS.concat()].concat()
}

/// A running system without its listener.
pub struct Console {
    pub cx: Cx,
    pub means: Arc<Means>,
    pub runner: Arc<Runner>,
    /// What was counted since the start.
    pub metrics: Metrics,
    /// Who may read it.
    pub reader: metrics::Reader,
    /// No restore replaces the data folder while this runs.
    _held: disk::Held,
}

impl Console {
    /// Opens the data folder and its database, and brings the tables up to date. Blobs are in the folder.
    pub async fn open(
        data: &Path,
        place: &Place,
        settings: Settings,
        clock: Arc<dyn Clock>,
        ways: impl Into<Ways>,
    ) -> Result<Console, Error> {
        Console::with_blobs(data, place, blobs(data, None)?, settings, clock, ways).await
    }

    /// As [`Console::open`], with blobs wherever they are. An object store that is away does not keep the system from
    /// starting.
    pub async fn with_blobs(
        data: &Path,
        place: &Place,
        blobs: Blobs,
        settings: Settings,
        clock: Arc<dyn Clock>,
        ways: impl Into<Ways>,
    ) -> Result<Console, Error> {
        let held = hold(data)?;
        let db = Db::open(place).await?;
        MIGRATIONS.run(&db).await?;
        let cx = Cx {
            db: db.clone(),
            clock: clock.clone(),
            blobs,
            data: data.into(),
            pages: Arc::new(pages()?),
            nav: nav().into(),
            panels: supervision::PANELS.concat().into(),
            job_names: [ledger::JOB_NAMES, &supervision::JOB_NAMES.concat()].concat().into(),
            oidc: settings.oidc.clone().map(Provider::new).transpose()?.map(Arc::new),
            settings: Arc::new(settings),
        };
        let means = Arc::new(Means::new(ways.into(), supervision::means::runs_in(data)));
        let mut handlers = Handlers::default();
        ledger::jobs(&cx, &mut handlers);
        supervision::jobs(&cx, &means, &mut handlers);
        let runner = Arc::new(Runner::new(db, clock, handlers));
        let (metrics, reader) = (Metrics::default(), metrics::Reader::default());
        Ok(Console { cx, means, runner, metrics, reader, _held: held })
    }

    /// Removes what nobody needs any more: sessions that ended a week ago, logins that were not
    /// finished, jobs that were done a month ago. Parked jobs
    /// and the audit log stay.
    pub async fn tidy(&self) -> Result<(), Error> {
        let (now, tx) = (self.cx.now(), self.cx.write().await?);
        ledger::identity::store::prune_sessions(&tx, now - TimeDelta::days(7)).await?;
        ledger::identity::oidc::store::prune(&tx, now).await?;
        platform::jobs::prune(&tx, now - TimeDelta::days(30)).await?;
        tx.commit().await?;
        supervision::hourly(&self.cx, &self.means).await
    }

    /// What goes on beside requests and jobs until `stop` turns true.
    pub fn background(&self, stop: &watch::Receiver<bool>) -> JoinSet<()> {
        supervision::background(&self.cx, &self.means, stop)
    }

    /// The routes in their frame.
    pub fn router(&self) -> Router {
        ledger::web::frame(routes(), self.cx.clone())
            .layer(Extension(Arc::clone(&self.means)))
            .layer(Extension(self.metrics.clone()))
            .layer(Extension(self.reader.clone()))
            .layer(from_fn_with_state(self.metrics.clone(), observe))
    }
}

fn hold(data: &Path) -> Result<disk::Held, Error> {
    let held = disk::share(data).map_err(|fault| {
        Error::Other(format!("数据目录 {} 不能用：{}。", data.display(), base::trouble::why(&fault)))
    })?;
    held.ok_or_else(|| {
        Error::Other(format!("数据目录 {} 正在恢复备份，请等恢复完成后再启动。", data.display()))
    })
}
