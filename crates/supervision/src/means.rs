//! What reaches out to websites: manners, the gates that all kinds of checks share, where runs are kept. Clauses N2.1, N2.4.
//!
//! One of it in a process; it decides nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crawl::{Budget, Gates, Manners, Render};

/// How websites are asked and inspected, as far as one chooses it for a whole system.
#[derive(Clone, Debug)]
pub struct Ways {
    pub manners: Manners,
    /// Whether pages that are empty without script are rendered, and pictures taken.
    pub render: Render,
    /// Spacing of the tries that confirm a fault.
    pub confirm_after: Vec<Duration>,
}

impl From<Manners> for Ways {
    /// The usual ways: pages that need a browser get one, and a fault is asked for twice more.
    fn from(manners: Manners) -> Ways {
        Ways {
            manners,
            render: Render::Auto,
            confirm_after: vec![Duration::from_secs(1), Duration::from_secs(3)],
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
}

impl Means {
    /// Means with these ways; `runs` is made when the first run starts.
    pub fn new(ways: Ways, runs: PathBuf) -> Means {
        Means { gates: Arc::new(Gates::new(Budget::from(&ways.manners))), ways, runs }
    }
}
