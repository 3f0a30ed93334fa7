//! An earlier run of the same site, to compare with (`--baseline`). Clauses N2.1, N2.5.
//!
//! Read once, kept small; the earlier run's folder is never written to.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use checks::look::PageLook;
use jiff::civil::Date;

use crate::message::address_hash;
use crate::run_file::{RunReader, SCHEMA_VERSION};

/// What is kept of an earlier run.
#[derive(Debug)]
pub struct Baseline {
    /// The day on which it began.
    pub day: Date,
    /// Whether it read the whole site.
    pub complete: bool,
    /// Hashes of the addresses it met.
    pub addresses: HashSet<u64>,
    /// Looks of its pages near the home page, by address.
    pub looks: HashMap<String, PageLook>,
}

/// Why an earlier run cannot be compared with.
#[derive(Debug, thiserror::Error)]
pub enum NoBaseline {
    #[error("{0} 里没有巡检结果 run.db，--baseline 应是以前一次巡检的结果文件夹")]
    NoRun(String),
    #[error("{0} 的结果是别的版本写的，不能比较；请用现在的版本重新做一次作为基准")]
    OtherVersion(String),
    #[error("{folder} 的结果读不出来：{why}")]
    Broken { folder: String, why: String },
}

impl Baseline {
    /// Reads the run in `folder`.
    pub fn read(folder: &Path) -> Result<Baseline, NoBaseline> {
        let path = folder.join("run.db");
        let name = || folder.display().to_string();
        if !path.is_file() {
            return Err(NoBaseline::NoRun(name()));
        }
        let broken = |why: rusqlite::Error| NoBaseline::Broken {
            folder: name(),
            why: crate::run_file::write::why(&why),
        };
        let run = RunReader::open(&path).map_err(broken)?;
        if run.meta("schema").map_err(broken)?.as_deref() != Some(SCHEMA_VERSION) {
            return Err(NoBaseline::OtherVersion(name()));
        }
        let started: i64 = run.meta("started_at").map_err(broken)?.and_then(|t| t.parse().ok()).unwrap_or(0);
        let complete = run.meta("state").map_err(broken)?.as_deref() == Some("finished");
        let at = jiff::Timestamp::from_millisecond(started).unwrap_or_default();
        let mut baseline = Baseline {
            day: crate::visit::in_beijing(at),
            complete,
            addresses: HashSet::new(),
            looks: HashMap::new(),
        };
        run.each_address(|url| {
            baseline.addresses.insert(address_hash(url));
        })
        .map_err(broken)?;
        run.each_look(|url, look| {
            baseline.looks.extend(serde_json::from_str(look).ok().map(|look| (url.to_owned(), look)));
        })
        .map_err(broken)?;
        Ok(baseline)
    }
}
