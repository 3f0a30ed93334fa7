//! The columns of a site: what each list page is for, how old its newest item is, which pages are one column. N2.1.
//!
//! Values in, values out; the run keeps what [`seen`] gives and hands all of it to the rules on sites at its end.

mod empty;
mod kind;
mod series;
mod trail;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use url::Url;

pub use empty::is_empty;
pub use kind::{ColumnKind, Period, kind_of};
pub use series::{page_of, series_of};
pub use trail::{Trail, trail_of};

use crate::article::page_name;
use crate::dates;
use crate::identity::own_name;
use crate::labels::Labels;
use crate::listing::{List, Listing};
use crate::page::Page;
use crate::rule::{Facts, Site};

/// A column page as the run saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSeen {
    pub url: String,
    pub name: String,
    pub kind: ColumnKind,
    /// Whether it is the site's home page; its lists are then taken together.
    pub is_home: bool,
    /// Whether it is a column of the first level; `None`: the page does not tell.
    pub first_level: Option<bool>,
    /// Items of its main list; of all lists for the home page.
    pub items: usize,
    /// Of these, with a printed date.
    pub dated: usize,
    pub newest: Option<Date>,
    /// Whether it has nothing to show.
    pub empty: bool,
    /// Items whose printed dates do not fit those around them.
    pub suspects: Vec<Suspect>,
}

/// An item of a list whose printed date lies long before the day its address names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    pub url: String,
    pub title: String,
    pub printed: Date,
    /// The day in its address, which for its neighbours is the day they print.
    pub addressed: Date,
}

/// Suspects of one list that are kept.
const MAX_SUSPECTS: usize = 20;

/// What a page is as a column; `None` for articles, forms and other pages.
pub fn seen(page: &Page<'_>, facts: &Facts<'_>) -> Option<ColumnSeen> {
    let is_home = is_home(page, facts.site);
    if !is_home && !page.is_chinese() {
        return None;
    }
    let listing = page.listing(facts.today);
    let labels = Labels::read(page);
    if is_home {
        return Some(home(page, facts.site, listing));
    }
    if !is_column(page, facts, listing, &labels) {
        return None;
    }
    let trail = trail_of(page);
    let name = name_of(page, &labels, trail.as_ref());
    let main = listing.main().filter(|list| list.is_of_titles());
    let (items, dated) = main.map_or((0, 0), |l| (l.items.len(), l.dated));
    Some(ColumnSeen {
        url: page.url.to_string(),
        kind: kind_of(&name, &page.url, &labels),
        name,
        is_home: false,
        first_level: trail.map(|t| t.names.len() <= 1),
        items,
        dated,
        newest: main.and_then(|l| l.newest),
        empty: is_empty(page, facts),
        suspects: main.map_or_else(Vec::new, suspects),
    })
}

fn home(page: &Page<'_>, site: &Site, listing: &Listing) -> ColumnSeen {
    let lists = || listing.lists.iter().filter(|l| l.is_of_titles() || l.dated > 0);
    ColumnSeen {
        url: page.url.to_string(),
        name: home_name(page, site),
        kind: ColumnKind::Home,
        is_home: true,
        first_level: None,
        items: lists().map(|l| l.items.len()).sum(),
        dated: lists().map(|l| l.dated).sum(),
        newest: listing.newest(),
        empty: false,
        suspects: Vec::new(),
    }
}

/// The name that the list of sites gives; where it gives none, the name that the page gives itself.
fn home_name(page: &Page<'_>, site: &Site) -> String {
    let listed = !site.name.is_empty() && Some(&*site.name) != site.start.host_str();
    let own = if listed { None } else { own_name(page) };
    own.unwrap_or_else(|| site.name.clone())
}

/// Whether a page is the site's home page: the start address, or the root of one of its hosts.
pub fn is_home(page: &Page<'_>, site: &Site) -> bool {
    page.url == site.start
        || site.owns(&page.url)
            && page.url.query().is_none()
            && matches!(page.url.path(), "/" | "/index.html" | "/index.htm" | "/index.shtml" | "/index.jhtml")
            && page.url.host_str() == site.start.host_str()
            && site.start.path() == "/"
}

/// Share of a page's linked texts that a column's own list holds at least, where no label says that it is a column.
const LEAST_SHARE: f32 = 0.25;

fn is_column(page: &Page<'_>, facts: &Facts<'_>, listing: &Listing, labels: &Labels) -> bool {
    let labelled = |name| labels.first(name).is_some_and(|l| l.is_sane());
    if labelled("ArticleTitle") || labelled("PubDate") {
        return false;
    }
    let main = listing.main().filter(|l| l.is_of_titles());
    let dated = main.is_some_and(|l| l.dated * 2 > l.items.len());
    if labelled("ColumnName") {
        // Letters and pages of persons carry the label of the column that they lie in.
        return looks_like_column(&page.url)
            || main.is_some() && (dated || listing.share >= LEAST_SHARE) && !is_detail(page, facts)
            || is_empty(page, facts);
    }
    if page.article(facts.today).is_article {
        return false;
    }
    dated || main.is_some() && listing.share >= LEAST_SHARE && looks_like_column(&page.url)
}

/// Running text that no list page carries beside its list.
const DETAIL_WEIGHT: f32 = 120.0;

fn is_detail(page: &Page<'_>, facts: &Facts<'_>) -> bool {
    page.article(facts.today).body.weight >= DETAIL_WEIGHT
}

/// Whether an address is that of a list by its form: a folder, an index, a list.
fn looks_like_column(url: &Url) -> bool {
    let last = url.path_segments().and_then(|mut s| s.next_back()).unwrap_or_default();
    let stem = last.split('.').next().unwrap_or_default();
    last.is_empty()
        || ["index", "list", "col", "node", "default", "channel"].iter().any(|w| stem.starts_with(w))
}

/// The column's name: its label, the end of the trail, else the page's title without the site's name.
pub fn name_of(page: &Page<'_>, labels: &Labels, trail: Option<&Trail>) -> String {
    let label = labels.first("ColumnName").filter(|l| l.is_sane()).map(|l| l.content.clone());
    label
        .or_else(|| trail.and_then(|t| t.names.last().cloned()))
        .or_else(|| page_name(page, labels))
        .unwrap_or_else(|| page.title.clone())
}

/// Days by which a printed date must lie before the address's to be told.
const BACK_DAYS: i32 = 10;
/// Items that must print the day of their address for that day to mean anything, and their share.
const FITTING: usize = 5;
/// Days of difference that an editor's draft explains.
const FIT_DAYS: i32 = 3;

/// Items printed long before the day in their address, in a list where that day is otherwise the printed one.
fn suspects(list: &List) -> Vec<Suspect> {
    let mut fitting = 0;
    let mut found = Vec::new();
    for item in &list.items {
        let addressed = item.url.as_deref().and_then(dates::in_address).and_then(dates::InAddress::day);
        let (Some(printed), Some(addressed), Some(url)) = (item.date, addressed, &item.url) else { continue };
        let days = addressed.since(printed).map_or(0, |span| span.get_days());
        if days.abs() <= FIT_DAYS {
            fitting += 1;
        } else if days >= BACK_DAYS {
            found.push(Suspect { url: url.clone(), title: item.title.clone(), printed, addressed });
        }
    }
    // Many that do not fit were moved from an older system in one go.
    if fitting < FITTING || found.len() * 4 > fitting {
        return Vec::new();
    }
    found.truncate(MAX_SUSPECTS);
    found
}

/// One entry for each column: pages of one list are put together, the first page first.
pub fn distinct(seen: &[ColumnSeen]) -> Vec<ColumnSeen> {
    let mut out: Vec<ColumnSeen> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let mut order: Vec<(u32, &ColumnSeen)> = seen.iter().map(|c| (page_of(&c.url), c)).collect();
    order.sort_by_key(|(page, _)| *page);
    for (_, column) in order {
        match places.entry(series_of(&column.url)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(out.len());
                out.push(column.clone());
            }
            std::collections::hash_map::Entry::Occupied(place) => {
                let first = &mut out[*place.get()];
                first.items += column.items;
                first.dated += column.dated;
                first.newest = first.newest.max(column.newest);
                first.empty &= column.empty;
                let room = MAX_SUSPECTS.saturating_sub(first.suspects.len());
                first.suspects.extend(column.suspects.iter().take(room).cloned());
            }
        }
    }
    out.sort_by(|a, b| a.url.cmp(&b.url));
    out
}

#[cfg(test)]
mod tests;
