//! The folder of a run: one run at a time, going on only with its own site, never over an unfinished one. Clause N2.1.
//!
//! Moves and removes files of earlier runs; writes no result.

use std::path::{Path, PathBuf};

use crate::engine::InspectError;
use crate::finish;
use crate::plan::Plan;

/// Keeps a second run out of a folder while one is at work there; the system lets go of it when the process ends,
/// however it ends.
pub struct Lock {
    path: PathBuf,
    _file: std::fs::File,
}

impl Lock {
    pub fn take(folder: &Path) -> Result<Lock, InspectError> {
        let path = folder.join(".lock");
        let unwritable = |source| InspectError::Folder { folder: folder.to_owned(), source };
        let file = std::fs::File::create(&path).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { path, _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(InspectError::InUse(folder.to_owned())),
            Err(std::fs::TryLockError::Error(source)) => Err(unwritable(source)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A lock file left behind is locked by nobody.
        std::fs::remove_file(&self.path).ok();
    }
}

/// A run goes on only with the site that it began with.
pub fn check_same_site(folder: &Path, plan: &Plan) -> Result<(), InspectError> {
    let run = folder.join("run.db");
    if !run.is_file() {
        return Ok(());
    }
    let told = crate::run_file::RunReader::open(&run).ok().and_then(|r| r.meta("plan").ok().flatten());
    let there = told
        .and_then(|told| serde_json::from_str::<serde_json::Value>(&told).ok())
        .and_then(|told| told["url"].as_str().map(str::to_owned));
    match there {
        Some(there) if there != plan.start.as_str() => {
            Err(InspectError::OtherSite { folder: folder.to_owned(), there, here: plan.start.to_string() })
        }
        _ => Ok(()),
    }
}

/// Makes room for a new run. An unfinished one is kept beside it, so that a forgotten `--resume` loses nothing.
pub fn put_aside(folder: &Path) -> Result<(), InspectError> {
    let run = folder.join("run.db");
    if !run.exists() {
        return Ok(());
    }
    let state = crate::run_file::RunReader::open(&run).ok().and_then(|r| r.meta("state").ok().flatten());
    let unfinished = matches!(state.as_deref(), Some("running" | "interrupted"));
    for name in ["run.db", "run.db-wal", "run.db-shm", "evidence.warc.gz"] {
        let kept = unfinished.then(|| folder.join(format!("previous-{name}")));
        clear(folder.join(name), kept)?;
    }
    match std::fs::remove_dir_all(folder.join(finish::SCREENSHOTS)) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(InspectError::Old { path: folder.join(finish::SCREENSHOTS), source });
        }
        Ok(()) | Err(_) => {}
    }
    // Reports of the run before must not stand beside the new run file as if they were its own.
    for name in ["index.html", "findings.ndjson", "report.xlsx", "run.json"] {
        clear(folder.join(name), None)?;
    }
    Ok(())
}

/// Moves a file of an earlier run out of the way, or removes it.
fn clear(path: PathBuf, to: Option<PathBuf>) -> Result<(), InspectError> {
    if !path.exists() {
        return Ok(());
    }
    let done = match to {
        Some(to) => std::fs::rename(&path, to),
        None => std::fs::remove_file(&path),
    };
    done.map_err(|source| InspectError::Old { path, source })
}
