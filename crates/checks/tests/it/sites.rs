//! What is known of a whole site, made from the addresses a fixture says the crawl met. Clauses N2.1, N2.4.
//!
//! The watch for traps is the real one, so a good fixture proves that it lets a series pass.

use std::collections::BTreeMap;

use checks::address::script_made_shape;
use checks::registry;
use checks::rule::{Findings, ScriptFragments, SiteFacts, Trap};
use checks::trap::{TrapWatch, shape};
use url::Url;

use crate::case::Case;
use crate::sidecar::well;
use crate::supplied;

/// The year in which the fixtures' runs take place.
const YEAR: i16 = 2026;

pub fn judge(case: &Case, out: &mut Findings) {
    let (traps, pages) = traps(case);
    let fragments = script_fragments(case);
    let site = case.sidecar.site();
    let start = well();
    let seen = supplied::seen(&case.sidecar, case.path.parent().expect("a folder"));
    let facts = SiteFacts {
        site: &site,
        start: &start,
        pages,
        traps: &traps,
        script_fragments: &fragments,
        seen: &seen,
    };
    registry::site_rules(&facts, out);
}

/// Traps by shape, and the number of pages that were let through.
fn traps(case: &Case) -> (Vec<Trap>, u64) {
    let mut watch = TrapWatch::new(YEAR);
    let mut traps: BTreeMap<String, Trap> = BTreeMap::new();
    let mut pages = 0;
    for visits in &case.sidecar.visits {
        for n in visits.from..=visits.to {
            let url =
                Url::parse(&visits.pattern.replace("{n}", &n.to_string())).expect("a pattern of addresses");
            let Err(why) = watch.admit(&url) else {
                watch.page_seen(&url, if visits.same_content { 0 } else { n });
                pages += 1;
                continue;
            };
            let new = || Trap {
                shape: shape(&url),
                example: url.to_string(),
                page: visits.page.clone(),
                seen: 0,
                why: why.label(),
            };
            traps.entry(shape(&url)).or_insert_with(new).seen += 1;
        }
    }
    (traps.into_values().collect(), pages)
}

/// Kinds of fragments by shape. How many make a kind is the crawl's matter.
fn script_fragments(case: &Case) -> Vec<ScriptFragments> {
    let mut kinds: BTreeMap<String, ScriptFragments> = BTreeMap::new();
    for group in &case.sidecar.fragments {
        let mut met: Vec<String> = Vec::new();
        for name in &group.names {
            let Some(shape) = script_made_shape(name) else { continue };
            let new = || ScriptFragments {
                shape: shape.clone(),
                example: format!("{}#{name}", group.target),
                page: group.page.clone(),
                links: 0,
                targets: 0,
            };
            let kind = kinds.entry(shape.clone()).or_insert_with(new);
            kind.links += 1;
            if !met.contains(&shape) {
                kind.targets += 1;
                met.push(shape);
            }
        }
    }
    kinds.into_values().collect()
}
