//! What every handler and job is given: database, clock, blobs, templates, settings. Serves all clauses.
//!
//! Cloned for each request; holds no state of its own.

use std::path::Path;
use std::sync::Arc;

use platform::blobs::Blobs;
use platform::clock::{Clock, Instant};
use platform::web::Pages;
use platform::{Db, Tx};

use crate::identity::oidc::Provider;
use crate::web::{NavItem, Panel};

/// A kind of jobs and its name on the screen.
pub type JobName = (&'static str, &'static str);

/// The context of all commands and queries.
#[derive(Clone)]
pub struct Cx {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub blobs: Blobs,
    /// The folder that everything is kept in.
    pub data: Arc<Path>,
    pub pages: Arc<Pages>,
    /// The side bar, for all roles.
    pub nav: Arc<[NavItem]>,
    /// What the halves show on a site's page.
    pub panels: Arc<[Panel]>,
    /// What kinds of jobs are called on the screen.
    pub job_names: Arc<[JobName]>,
    pub settings: Arc<Settings>,
    /// The organisation's identity provider, where one is configured.
    pub oidc: Option<Arc<Provider>>,
}

/// Settings that handlers ask for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether the console is reached by HTTPS, so that its cookie is sent by HTTPS only.
    pub https: bool,
    /// Whether administrators and supervisors must bind a phone before they work.
    pub second_factor: bool,
    /// The console's own address as browsers know it, without a slash at the end; missing where nobody has set it.
    pub public: Option<String>,
    /// A folder of fonts that official documents are set with, beside the system's.
    pub fonts: Option<std::path::PathBuf>,
    /// The identity provider; without one everybody comes in with a password.
    pub oidc: Option<crate::identity::oidc::Settings>,
}

impl Cx {
    /// The present.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Begins a transaction that may write.
    pub async fn write(&self) -> Result<Tx, platform::Error> {
        Ok(self.db.write().await?)
    }
}
