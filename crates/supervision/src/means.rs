//! What reaches out to websites: manners, the gates that all kinds of checks share, where runs are kept. Clauses N2.1, N2.4.
//!
//! One of it in a process; it decides nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crawl::{Budget, Clamd, Gates, Glancer, Manners, Prober, Render};
use platform::Error;

use crate::limits::Limits;

/// How websites are asked and inspected, as far as one chooses it for a whole system.
#[derive(Clone, Debug)]
pub struct Ways {
    pub manners: Manners,
    /// Whether pages that are empty without script are rendered, and pictures taken.
    pub render: Render,
    /// Spacing of the tries that confirm a fault.
    pub confirm_after: Vec<Duration>,
    /// The virus scanner that pages and what citizens attach are shown to.
    pub clamd: Option<Arc<Clamd>>,
}

impl From<Manners> for Ways {
    /// The usual ways: pages that need a browser get one, and a fault is asked for twice more.
    fn from(manners: Manners) -> Ways {
        Ways {
            manners,
            render: Render::Auto,
            confirm_after: vec![Duration::from_secs(1), Duration::from_secs(3)],
            clamd: None,
        }
    }
}

/// The folder of runs in the data folder.
pub fn runs_in(data: &Path) -> PathBuf {
    data.join("runs")
}

/// The means of everything that asks websites.
pub struct Means {
    pub ways: Ways,
    /// Politeness and request counts by host, over visits, runs and rechecks.
    pub gates: Arc<Gates>,
    /// The folder that holds a folder for each run.
    pub runs: PathBuf,
    prober: Mutex<Option<Arc<Prober>>>,
    glancer: Mutex<Option<Arc<Glancer>>>,
    /// How often one may send and ask who has not logged in.
    pub visitors: Limits,
}

impl Means {
    /// Means with these ways; `runs` is made when the first run starts.
    pub fn new(ways: Ways, runs: PathBuf) -> Means {
        let gates = Arc::new(Gates::new(Budget::from(&ways.manners)));
        Means {
            gates,
            ways,
            runs,
            prober: Mutex::default(),
            glancer: Mutex::default(),
            visitors: Limits::default(),
        }
    }

    /// What visits home pages; made when it is first wanted, since it reads the machine's certificates.
    pub fn prober(&self) -> Result<Arc<Prober>, Error> {
        let mut prober = self.prober.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prober) = &*prober {
            return Ok(Arc::clone(prober));
        }
        let made = Prober::new(self.ways.manners.clone(), Arc::clone(&self.gates));
        let made = Arc::new(made.map_err(|error| Error::Other(error.to_string()))?);
        Ok(Arc::clone(prober.insert(made)))
    }

    /// What looks at single pages; made when it is first wanted, likewise.
    pub fn glancer(&self) -> Result<Arc<Glancer>, Error> {
        let mut glancer = self.glancer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(glancer) = &*glancer {
            return Ok(Arc::clone(glancer));
        }
        let made = Glancer::new(self.ways.manners.clone(), Arc::clone(&self.gates), self.ways.render);
        let made = Arc::new(made.map_err(|error| Error::Other(error.to_string()))?);
        Ok(Arc::clone(glancer.insert(made)))
    }
}
