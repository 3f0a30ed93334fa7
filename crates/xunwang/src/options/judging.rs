//! By which law a run is judged: packs, the day, and what kind of office it is. Serves N2.7.
//!
//! Finds and reads packs; what they say is judged in `checks`.

use std::path::{Path, PathBuf};

use checks::pack::{self, Pack};
use jiff::civil::Date;

use crate::usage::{WrongUsage, nearest};

/// A pack's file is a page or two; the reader of packs refuses more anyway.
const MOST_BYTES: u64 = 4 << 20;

/// What `--pack`, `--as-of` and `--no-services` say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judging {
    /// Ids of packs that come with the program, or files.
    pub packs: Vec<String>,
    /// The day whose law is applied; `None`: the day of the run.
    pub as_of: Option<Date>,
    /// The office has no services for the public.
    pub no_services: bool,
}

impl Judging {
    /// The packs that are named. With none named, those in force on `day`.
    pub fn packs(&self, day: Date) -> Result<Vec<Pack>, WrongUsage> {
        let built_in = pack::built_in();
        if self.packs.is_empty() {
            let found: Vec<Pack> = built_in.into_iter().filter(|p| p.in_force(day)).collect();
            return if found.is_empty() { Err(WrongUsage::NoPackInForce(day)) } else { Ok(found) };
        }
        let mut packs: Vec<Pack> = Vec::new();
        for name in &self.packs {
            let found = named(name, &built_in)?;
            if let Some(why) = pack::out_of_period(&found, day, &built_in) {
                return Err(WrongUsage::OutOfPeriod(why));
            }
            if packs.iter().any(|p| p.id == found.id) {
                return Err(WrongUsage::PackTwice(found.id));
            }
            packs.push(found);
        }
        Ok(packs)
    }
}

/// A pack by its id, or from a file of the user's.
fn named(name: &str, built_in: &[Pack]) -> Result<Pack, WrongUsage> {
    if name.ends_with(".toml") || name.contains(['/', '\\']) {
        return from_file(Path::new(name));
    }
    built_in.iter().find(|p| p.id == name).cloned().ok_or_else(|| WrongUsage::UnknownPack {
        name: name.to_owned(),
        nearest: nearest(name, pack::BUILT_IN.iter().map(|(id, _)| *id)),
        known: pack::BUILT_IN.map(|(id, _)| id).join("、"),
    })
}

fn from_file(path: &Path) -> Result<Pack, WrongUsage> {
    let unreadable = |why: String| WrongUsage::PackUnreadable { path: PathBuf::from(path), why };
    let size = std::fs::metadata(path).map_err(|e| unreadable(base::trouble::why(&e)))?.len();
    if size > MOST_BYTES {
        return Err(unreadable("文件过大，不像规则包".into()));
    }
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(base::trouble::why(&e)))?;
    pack::read(text.trim_start_matches('\u{feff}')).map_err(|faults| WrongUsage::PackWrong {
        path: path.to_owned(),
        faults: faults.iter().map(ToString::to_string).collect(),
    })
}
