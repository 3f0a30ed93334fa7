//! What is known of a whole site, made from the addresses a fixture says the crawl met. Clauses N2.1, N2.4.
//!
//! The watch for traps is the real one, so a good fixture proves that it lets a series pass.

use std::collections::BTreeMap;

use checks::address::script_made_shape;
use checks::column::{self, ColumnSeen};
use checks::rule::{Facts, Findings, LateArticle, ScriptFragments, SiteFacts, Trap};
use checks::trap::{TrapWatch, shape};
use checks::{Known, Page, charset, registry};
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
    let (columns, late) = (columns(case), late(case));
    let facts = SiteFacts {
        site: &site,
        start: &start,
        pages,
        traps: &traps,
        script_fragments: &fragments,
        seen: &seen,
        today: Some(case.sidecar.today()),
        columns: &columns,
        late_articles: &late,
    };
    registry::site_rules(&facts, out);
}

/// The columns that the pages of a fixture are, each once.
fn columns(case: &Case) -> Vec<ColumnSeen> {
    let site = case.sidecar.site();
    let seen = case.sidecar.columns.iter().filter_map(|page| {
        let file = case.path.with_file_name(&page.body);
        let bytes = std::fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let decoded = charset::decode(&bytes, None);
        let page = Page::parse(Url::parse(&page.url).expect("an address"), &decoded.text, decoded.charset);
        let facts =
            Facts { site: &site, answer: None, today: Some(case.sidecar.today()), known: Known::NOTHING };
        column::seen(&page, &facts)
    });
    column::distinct(&seen.collect::<Vec<_>>())
}

fn late(case: &Case) -> Vec<LateArticle> {
    let day = |text: &str| text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    let article = |late: &crate::sidecar::Late| LateArticle {
        url: late.url.clone(),
        title: late.title.clone(),
        printed: day(&late.printed),
        unseen_on: day(&late.unseen_on),
    };
    case.sidecar.late.iter().map(article).collect()
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
