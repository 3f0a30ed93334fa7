//! The lists of a column page: items with text, address and date; the main one, its newest date. Clause N2.1.
//!
//! Found by structure: siblings of one kind that each hold a link. Lists that a builder's script makes out of records
//! in the page are read as well. A date counts as printed only where a visitor reads it; addresses only help to find
//! the year. Never fails, looks at each node a bounded number of times.

mod find;
mod item;

use std::collections::BTreeMap;

use base::Position;
use jiff::civil::Date;

use crate::page::Page;

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub title: String,
    /// Address as a browser asks for it, where it is a web address.
    pub url: Option<String>,
    /// The date printed with the item.
    pub date: Option<Date>,
    pub at: Position,
}

/// One list.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub items: Vec<Item>,
    pub dated: usize,
    pub newest: Option<Date>,
    /// How much it looks like the page's purpose.
    weight: u32,
}

impl List {
    fn new(items: Vec<Item>) -> List {
        let dates = || items.iter().filter_map(|i| i.date);
        let (dated, newest) = (dates().count(), dates().max());
        let weigh = |i: &Item| {
            let chars = i.title.chars().count().min(40) as u32;
            if i.date.is_some() {
                chars * 3
            } else if chars >= TITLE_CHARS {
                chars
            } else {
                0
            }
        };
        let weight = items.iter().map(weigh).sum();
        List { items, dated, newest, weight }
    }

    #[cfg(test)]
    pub(crate) fn new_for_tests(items: Vec<Item>) -> List {
        List::new(items)
    }

    fn extend(&mut self, next: List) {
        let mut items = std::mem::take(&mut self.items);
        items.extend(next.items);
        items.truncate(MAX_ITEMS);
        *self = List::new(items);
    }

    /// Items without a printed date.
    pub fn undated(&self) -> usize {
        self.items.len() - self.dated
    }

    /// Whether its items are titles rather than names of columns.
    pub fn is_of_titles(&self) -> bool {
        let long = self.items.iter().filter(|i| i.title.chars().count() as u32 >= TITLE_CHARS).count();
        long * 2 >= self.items.len()
    }

    /// Items dated after a day.
    pub fn after(&self, day: Date) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |i| i.date.is_some_and(|d| d > day))
    }
}

/// The lists of one page.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// In source order.
    pub lists: Vec<List>,
    main: Option<usize>,
    /// Share of the links with text that the main list holds.
    pub share: f32,
}

impl Listing {
    /// The list that the page is for.
    pub fn main(&self) -> Option<&List> {
        self.main.and_then(|at| self.lists.get(at))
    }

    /// The newest printed date of all lists that carry dates.
    pub fn newest(&self) -> Option<Date> {
        self.lists.iter().filter_map(|l| l.newest).max()
    }

    /// How many items of all lists are dated on each day, the newest first.
    pub fn days(&self) -> BTreeMap<Date, usize> {
        let mut days = BTreeMap::new();
        for date in self.lists.iter().flat_map(|l| &l.items).filter_map(|i| i.date) {
            *days.entry(date).or_default() += 1;
        }
        days
    }
}

/// Lists of one page that are kept; portals have some dozen.
const MAX_LISTS: usize = 200;
/// Items of one list that are kept.
const MAX_ITEMS: usize = 2_000;
/// Items that make a list.
const LEAST_ITEMS: usize = 3;
/// Characters from which a link's text is a title; names of columns are shorter.
const TITLE_CHARS: u32 = 7;

/// Reads the lists of a page. `today`: the day on which it is judged; it tells the year of dates without one.
pub fn read(page: &Page<'_>, today: Option<Date>) -> Listing {
    if !page.is_chinese() {
        return Listing::default();
    }
    let mut lists = find::in_scripts(page, today);
    lists.extend(find::in_tree(page, today));
    lists.truncate(MAX_LISTS);
    let main = (0..lists.len())
        .max_by_key(|at| (lists[*at].weight, usize::MAX - at))
        .filter(|at| lists[*at].weight > 0);
    let all: usize = lists.iter().map(|l| l.items.len()).sum();
    let share = main.map_or(0.0, |at| lists[at].items.len() as f32 / all.max(1) as f32);
    Listing { lists, main, share }
}

#[cfg(test)]
mod tests;
