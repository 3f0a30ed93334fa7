//! What reaches out to websites: manners, the gates that all kinds of checks share, where runs are kept. Clauses N2.1, N2.4.
//!
//! One of it in a process; it decides nothing.

use std::path::PathBuf;
use std::sync::Arc;

use crawl::{Budget, Gates, Manners};

/// The means of everything that asks websites.
pub struct Means {
    /// How websites are asked.
    pub manners: Manners,
    /// Politeness and request counts by host, over visits, runs and rechecks.
    pub gates: Arc<Gates>,
    /// The folder that holds a folder for each run.
    pub runs: PathBuf,
}

impl Means {
    /// Means with these manners; `runs` is made when the first run starts.
    pub fn new(manners: Manners, runs: PathBuf) -> Means {
        Means { gates: Arc::new(Gates::new(Budget::from(&manners))), manners, runs }
    }
}
