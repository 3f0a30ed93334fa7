//! Fragments that links ask for and no page has; those that a script makes are told as one. Clause N2.4.
//!
//! A page that was not read is not blamed for anything.

use checks::address::{fragment_candidates, script_made_shape};
use checks::page::anchor_hash;
use checks::rule::ScriptFragments;
use hashbrown::{HashMap, HashSet};
use rusqlite::OptionalExtension;

use super::look_up::{page_linking_to, url_of};
use crate::bits::Bits;
use crate::bounds::{MAX_MISSING_FRAGMENTS, SCRIPT_FRAGMENTS};
use crate::keeper::Keeper;

/// Fragments that no page answers.
#[derive(Default)]
pub(super) struct Fragments {
    pub missing: HashSet<(u32, u64)>,
    /// Addresses with at least one missing fragment.
    pub asked: Bits,
    pub scripted: Vec<ScriptFragments>,
}

impl Fragments {
    pub fn look_up(keeper: &Keeper) -> rusqlite::Result<Fragments> {
        let mut fragments = Fragments::default();
        let mut shapes: HashMap<String, Shape> = HashMap::new();
        let db = keeper.run.connection();
        let mut statement =
            db.prepare("select address_id, hash, fragment from fragment order by address_id")?;
        let mut rows = statement.query([])?;
        let mut page = Names::default();
        while let Some(row) = rows.next()? {
            let (target, hash): (u32, i64) = (row.get(0)?, row.get(1)?);
            let fragment = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
            if page.target != target {
                page = Names::of(keeper, target)?;
            }
            if page.has(fragment) || fragments.missing.len() >= MAX_MISSING_FRAGMENTS {
                continue;
            }
            let key = (target, hash as u64);
            if page.scripted
                && let Some(shape) = script_made_shape(fragment)
            {
                shapes.entry(shape).or_default().add(key, fragment);
            } else {
                fragments.miss(key);
            }
        }
        for (shape, kind) in shapes {
            if kind.fragments < SCRIPT_FRAGMENTS {
                kind.keys.into_iter().for_each(|key| fragments.miss(key));
            } else {
                let (target, fragment) = kind.example;
                let url = url_of(db, target)?;
                fragments.scripted.push(ScriptFragments {
                    shape,
                    example: format!("{url}#{fragment}"),
                    page: page_linking_to(db, target)?.unwrap_or(url),
                    links: kind.fragments,
                    targets: kind.targets,
                });
            }
        }
        fragments.scripted.sort_by(|a, b| a.shape.cmp(&b.shape));
        Ok(fragments)
    }

    fn miss(&mut self, key: (u32, u64)) {
        self.missing.insert(key);
        self.asked.set(key.0);
    }
}

/// Missing fragments of one shape on pages with scripts.
#[derive(Default)]
struct Shape {
    fragments: u64,
    targets: u64,
    last: u32,
    example: (u32, String),
    /// Kept only while there are few enough to be told one by one.
    keys: Vec<(u32, u64)>,
}

impl Shape {
    fn add(&mut self, key: (u32, u64), fragment: &str) {
        if self.fragments == 0 {
            self.example = (key.0, fragment.to_owned());
        }
        self.fragments += 1;
        self.targets += u64::from(self.last != key.0);
        self.last = key.0;
        if self.fragments <= SCRIPT_FRAGMENTS {
            self.keys.push(key);
        }
    }
}

/// The names on the page that an address leads to.
#[derive(Default)]
struct Names {
    target: u32,
    /// `None`: the page was not read, so nothing can be said.
    hashes: Option<Vec<u64>>,
    scripted: bool,
}

impl Names {
    fn of(keeper: &Keeper, target: u32) -> rusqlite::Result<Names> {
        let db = keeper.run.connection();
        let end: Option<String> = db
            .prepare_cached("select final_url from answer where address_id = ?1")?
            .query_row([target], |r| r.get(0))
            .optional()?
            .flatten();
        let page = end.and_then(|url| keeper.number(&url)).unwrap_or(target);
        let found: Option<(Vec<u8>, bool)> = db
            .prepare_cached("select hashes, scripted from anchor where page_id = ?1")?
            .query_row([page], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some((blob, scripted)) = found else { return Ok(Names { target, ..Names::default() }) };
        let hashes = blob.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        Ok(Names { target, hashes: Some(hashes), scripted })
    }

    fn has(&self, fragment: &str) -> bool {
        let Some(hashes) = &self.hashes else { return true };
        let Some((plain, decoded)) = fragment_candidates(fragment) else { return true };
        let has = |name: &str| hashes.binary_search(&anchor_hash(name)).is_ok();
        has(plain) || has(&decoded)
    }
}
