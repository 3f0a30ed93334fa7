//! What is remembered of a page to compare it with another fetch, another day, or what was approved. Clauses N2.4, N2.5.
//!
//! Small, and fit to be kept in a run file. Compares values only; fetches nothing.

pub mod baseline;
pub mod cloak;
pub mod drift;
pub mod target;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::article::{block::hints, blocks};
use crate::hosts;
use crate::page::{LinkKind, Page};
use crate::spam::{self, Kind};
use crate::tree::NodeId;

/// Hosts kept of one page; a page that leads to more is a directory.
const MAX_HOSTS: usize = 200;
/// Letters of the visible text that are looked at.
const MAX_LETTERS: usize = 20_000;
/// Elements around a text that are looked at.
const MAX_DEPTH: usize = 32;
/// Shingles kept for comparing texts.
const SHINGLES: usize = 128;

/// A page in a few values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageLook {
    /// Title, blanks collapsed.
    pub title: String,
    /// Points of advertisement of title, keywords and description; see [`spam::SPAM`].
    pub spam: u32,
    /// What is advertised, by its code.
    pub kind: Option<String>,
    /// Advertising words in title, keywords, description and link texts, in short.
    pub told: String,
    /// Hosts of links, scripts and frames that are neither the page's nor a public body's nor a known service's.
    pub hosts: BTreeSet<String>,
    /// Hosts among them whose links advertise.
    pub spam_hosts: BTreeSet<String>,
    /// Hosts of scripts and frames among them.
    pub loaded: BTreeSet<String>,
    /// Where the page takes its visitors at once, if anywhere off its host.
    pub goes_to: Option<String>,
    /// Letters of the visible text.
    pub letters: u32,
    /// The smallest hashes of the text's parts, for an estimate of how alike two texts are.
    pub shingles: Vec<u32>,
    /// The same of the running text alone, without links and foot; empty in files of earlier versions.
    pub body: Vec<u32>,
    /// Whether pinyin or invisible signs are inserted throughout.
    pub disguised: bool,
}

impl PageLook {
    /// The look of a page.
    pub fn of(page: &Page<'_>) -> PageLook {
        let mut look = PageLook { title: page.title.clone(), ..PageLook::default() };
        let metas = page.metas().iter().filter(|m| {
            m.name.eq_ignore_ascii_case("keywords") || m.name.eq_ignore_ascii_case("description")
        });
        let heads = std::iter::once(page.title.as_str()).chain(metas.map(|m| m.content.as_str()));
        let mut kinds: Option<(u32, Kind)> = None;
        for judged in heads.filter_map(spam::judge) {
            look.spam = look.spam.saturating_add(judged.points);
            if look.told.is_empty() {
                look.told = judged.told();
            }
            kinds = kinds.max(Some((judged.points, judged.kind)));
        }
        for link in &page.links {
            let Some(host) = stranger(page, &link.raw) else { continue };
            match link.kind {
                LinkKind::ScriptFile | LinkKind::Frame => {
                    keep(&mut look.loaded, &host);
                }
                LinkKind::Refresh => look.goes_to = look.goes_to.take().or_else(|| Some(host.clone())),
                LinkKind::Anchor | LinkKind::Area => {
                    if let Some(judged) = spam::judge(&page.text_of(link)) {
                        keep(&mut look.spam_hosts, &host);
                        if look.told.is_empty() {
                            look.told = judged.told();
                        }
                        kinds = kinds.max(Some((judged.points, judged.kind)));
                    }
                }
                LinkKind::Script | LinkKind::List => {}
                _ => continue,
            }
            keep(&mut look.hosts, &host);
        }
        look.kind = kinds.map(|(_, kind)| kind.code().to_owned());
        let text = page.visible_text(MAX_LETTERS);
        look.letters = text.chars().filter(|c| !c.is_whitespace()).count() as u32;
        look.shingles = shingles(&text);
        look.body = shingles(&running(page));
        look.disguised = spam::plain(&text).disguises >= DISGUISES;
        look
    }

    /// How alike two texts are, from 0 to 1.
    pub fn likeness(&self, other: &PageLook) -> f64 {
        likeness(&self.shingles, &other.shingles)
    }

    /// How alike two running texts are, from 0 to 1.
    pub fn body_likeness(&self, other: &PageLook) -> f64 {
        likeness(&self.body, &other.body)
    }

    /// Whether title, links or text advertise.
    pub fn is_spam(&self) -> bool {
        self.spam >= spam::SPAM || !self.spam_hosts.is_empty()
    }
}

/// Insertions of a whole page that are no reading aid.
const DISGUISES: u32 = 8;

fn keep(hosts: &mut BTreeSet<String>, host: &str) {
    if hosts.len() < MAX_HOSTS {
        hosts.insert(host.to_owned());
    }
}

/// The host of an address, if it is nobody's that a page commonly leads to.
fn stranger(page: &Page<'_>, raw: &str) -> Option<String> {
    if !hosts::may_leave(raw) {
        return None;
    }
    let url = page.base.join(raw.trim()).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    let own = page.url.host_str().unwrap_or_default();
    let same = host == own
        || crate::address::registrable_domain(&host)
            .is_some_and(|d| crate::address::registrable_domain(own).is_some_and(|o| o == d));
    (!same && !hosts::is_public_body(&host) && !hosts::is_service(&host) && !hosts::is_local(&host))
        .then_some(host)
}

/// The text that does not lead elsewhere, without the foot.
fn running(page: &Page<'_>) -> String {
    let tree = page.tree();
    let mut text = String::new();
    let mut left = MAX_LETTERS;
    let is_frame = |id: NodeId| {
        tree.is_any(id, &["footer", "nav", "header"])
            || !tree.is_any(id, &["html", "body"]) && hints(tree, id, &["foot", "bottom", "copyright"])
    };
    for block in blocks(page).iter().filter(|b| !b.is_link()) {
        let node = block.passage.node;
        if left == 0 || std::iter::once(node).chain(tree.ancestors(node)).take(MAX_DEPTH).any(is_frame) {
            continue;
        }
        text.extend(block.text().chars().take(left));
        left = left.saturating_sub(block.chars as usize);
    }
    text
}

/// How alike two texts are by their parts, from 0 to 1.
fn likeness(ours: &[u32], theirs: &[u32]) -> f64 {
    if ours.is_empty() && theirs.is_empty() {
        return 1.0;
    }
    let ours: BTreeSet<u32> = ours.iter().copied().collect();
    let theirs: BTreeSet<u32> = theirs.iter().copied().collect();
    // Of the smallest of both together, the share that is in both (bottom-k sketch).
    let both: Vec<u32> = ours.union(&theirs).copied().take(SHINGLES).collect();
    let shared = both.iter().filter(|h| ours.contains(h) && theirs.contains(h)).count();
    shared as f64 / both.len() as f64
}

/// Hashes of every four letters in a row, the smallest kept.
fn shingles(text: &str) -> Vec<u32> {
    use std::hash::{BuildHasher, Hasher};
    const LETTERS: usize = 4;
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let state = foldhash::fast::FixedState::with_seed(7);
    let mut hashes: BTreeSet<u32> = BTreeSet::new();
    for part in letters.windows(LETTERS) {
        let mut hasher = state.build_hasher();
        part.iter().for_each(|c| hasher.write_u32(*c as u32));
        let hash = hasher.finish() as u32;
        if hashes.len() < SHINGLES {
            hashes.insert(hash);
        } else if hashes.last().is_some_and(|most| hash < *most) && hashes.insert(hash) {
            hashes.pop_last();
        }
    }
    hashes.into_iter().collect()
}

#[cfg(test)]
mod tests;
