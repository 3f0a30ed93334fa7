//! Filters that can be set in any combination and order: addresses without end from one page. Clause N2.1.
//!
//! Judges queries by path. A parameter that numbers pages (`id`, `page`) never makes a trap.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::look::{hash, without_digits};
use super::table::Table;

/// More parameters than any form has fields.
pub const MAX_PARAMETERS: usize = 24;
/// Different orders of parameter names (digits put aside) for one path. A form with five optional fields makes 32.
pub const MAX_NAME_ORDERS: u32 = 200;
/// The same names in yet another order. Templates written by several hands have two or three; a search page that puts
/// the newest filter last has all of them.
pub const MAX_REORDERED: u32 = 20;
/// Combinations of values, where four filters and more vary.
pub const MAX_COMBINATIONS: u32 = 2_000;
/// Parameters that must vary for that, and values each must have.
const FILTERS: usize = 4;
const FILTER_VALUES: u32 = 4;
/// A parameter with so many of its 64 marks set has well over a hundred values: it numbers pages.
const NUMBERING_MARKS: u32 = 56;
/// Parameters that are watched for each path.
const WATCHED: usize = 8;
/// Paths with a query that are remembered; 3 MiB.
const MAX_PATHS: usize = 16_384;
/// Orders, sets and combinations that are remembered; 1 MiB each.
const MAX_SEEN: usize = 65_536;

pub(super) struct Queries {
    paths: Table<Path>,
    /// Orders and sets of names by path.
    names: Table<()>,
    combinations: Table<()>,
}

#[derive(Clone, Copy, Default)]
struct Path {
    orders: u32,
    reordered: u32,
    combinations: u32,
    watched: [Parameter; WATCHED],
}

#[derive(Clone, Copy, Default)]
struct Parameter {
    name: u64,
    /// One of 64 marks for the hash of each value.
    marks: u64,
}

impl Parameter {
    fn is_filter(&self) -> bool {
        (FILTER_VALUES..NUMBERING_MARKS).contains(&self.marks.count_ones())
    }

    fn numbers_pages(&self) -> bool {
        self.marks.count_ones() >= NUMBERING_MARKS
    }
}

impl Queries {
    pub fn new() -> Queries {
        Queries {
            paths: Table::new(MAX_PATHS),
            names: Table::new(MAX_SEEN),
            combinations: Table::new(MAX_SEEN),
        }
    }

    /// Whether a new query of the path may be asked.
    pub fn admit(&mut self, path: u64, query: &str) -> bool {
        let Some(parsed) = Parsed::of(query) else { return false };
        let seen = self.paths.entry(path, Path::default);
        let several = parsed.count > 1;
        if several && (seen.reordered > MAX_REORDERED || seen.combinations > MAX_COMBINATIONS) {
            return false;
        }
        let order = hash(&(path, parsed.order));
        if self.names.get(order).is_none() {
            if seen.orders >= MAX_NAME_ORDERS {
                return false;
            }
            seen.orders += 1;
            let set = hash(&(path, parsed.set, "set"));
            match self.names.get(set) {
                Some(()) => seen.reordered += 1,
                None => *self.names.entry(set, || ()) = (),
            }
        }
        *self.names.entry(order, || ()) = ();
        for (name, value) in &parsed.parameters[..parsed.count.min(WATCHED)] {
            if let Some(p) = seen.watched.iter_mut().find(|p| p.name == *name || p.name == 0) {
                p.name = *name;
                p.marks |= 1 << (value & 63);
            }
        }
        if seen.watched.iter().filter(|p| p.is_filter()).count() >= FILTERS {
            let numbering = |name: u64| seen.watched.iter().any(|p| p.name == name && p.numbers_pages());
            let values =
                parsed.parameters[..parsed.count.min(WATCHED)].iter().filter(|(n, _)| !numbering(*n));
            let combination = values.fold(path, |sum, (n, v)| sum.wrapping_add(hash(&(n, v))));
            if self.combinations.get(combination).is_none() {
                *self.combinations.entry(combination, || ()) = ();
                seen.combinations += 1;
            }
        }
        true
    }
}

struct Parsed {
    count: usize,
    /// Of the names as they stand.
    order: u64,
    /// Of the names in any order.
    set: u64,
    /// Hashes of name and value.
    parameters: [(u64, u64); WATCHED],
}

impl Parsed {
    /// `None` when there are more parameters than anybody needs.
    fn of(query: &str) -> Option<Parsed> {
        let mut parsed = Parsed { count: 0, order: 0, set: 0, parameters: [(0, 0); WATCHED] };
        for parameter in query.split('&') {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let mut hasher = FixedState::default().build_hasher();
            without_digits(name, &mut |part| hasher.write(part.as_bytes()));
            // Zero marks an unused place.
            let name = hasher.finish() | 1;
            if let Some(place) = parsed.parameters.get_mut(parsed.count) {
                *place = (name, hash(value));
            }
            parsed.count += 1;
            parsed.order = hash(&(parsed.order, name));
            parsed.set = parsed.set.wrapping_add(hash(&name));
        }
        (parsed.count <= MAX_PARAMETERS).then_some(parsed)
    }
}

#[cfg(test)]
impl Queries {
    pub fn is_bounded(&self) -> bool {
        self.paths.len() <= MAX_PATHS && self.names.len() <= MAX_SEEN && self.combinations.len() <= MAX_SEEN
    }
}
