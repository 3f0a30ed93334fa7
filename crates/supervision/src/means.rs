//! What reaches out to websites: manners, the gates that all kinds of checks share, where runs are kept. Clauses N2.1, N2.4.
//!
//! One of it in a process; it decides nothing.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crawl::{Budget, Gates, Manners, Prober};
use platform::Error;

/// The means of everything that asks websites.
pub struct Means {
    /// How websites are asked.
    pub manners: Manners,
    /// Politeness and request counts by host, over visits, runs and rechecks.
    pub gates: Arc<Gates>,
    /// The folder that holds a folder for each run.
    pub runs: PathBuf,
    prober: Mutex<Option<Arc<Prober>>>,
}

impl Means {
    /// Means with these manners; `runs` is made when the first run starts.
    pub fn new(manners: Manners, runs: PathBuf) -> Means {
        Means { gates: Arc::new(Gates::new(Budget::from(&manners))), manners, runs, prober: Mutex::default() }
    }

    /// What visits home pages; made when it is first wanted, since it reads the machine's certificates.
    pub fn prober(&self) -> Result<Arc<Prober>, Error> {
        let mut prober = self.prober.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prober) = &*prober {
            return Ok(Arc::clone(prober));
        }
        let made = Prober::new(self.manners.clone(), Arc::clone(&self.gates));
        let made = Arc::new(made.map_err(|error| Error::Other(error.to_string()))?);
        Ok(Arc::clone(prober.insert(made)))
    }
}
