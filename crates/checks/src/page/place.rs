//! Line and column of what is found in a page, and which addresses were seen before. Clauses N2.1, N2.4.
//!
//! Both cost only for what is kept: lines are counted from one find to the next.

use base::Position;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use memchr::{memchr_iter, memrchr};
use std::hash::BuildHasher;

use super::{Link, LinkKind};

/// A place that moves forward through the source.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    at: usize,
    place: Position,
}

impl Cursor {
    pub(super) fn new() -> Cursor {
        Cursor { at: 0, place: Position { line: 1, column: 1 } }
    }

    /// The position of byte `at`; places before the last one that was asked for get that one's.
    pub(super) fn position(&mut self, source: &str, at: usize) -> Position {
        let Some(passed) = source.get(self.at..at) else { return self.place };
        let lines = memchr_iter(b'\n', passed.as_bytes()).count();
        if lines > 0 {
            let last = memrchr(b'\n', passed.as_bytes()).map_or(0, |nl| nl + 1);
            self.place.line = self.place.line.saturating_add(lines as u32);
            self.place.column = 1 + passed[last..].chars().count() as u32;
        } else {
            self.place.column = self.place.column.saturating_add(passed.chars().count() as u32);
        }
        self.at = at;
        self.place
    }
}

/// The links that are kept, by raw value and sort of kind.
pub(super) struct Seen {
    table: HashTable<u32>,
    // Seeded anew in every process, so that no page can be made to be slow.
    hashes: RandomState,
}

impl Seen {
    pub(super) fn new() -> Seen {
        Seen { table: HashTable::with_capacity(128), hashes: RandomState::default() }
    }

    /// Whether the address is new with that sort of kind; if so, the next link has to be it.
    #[inline]
    pub(super) fn is_new(&mut self, links: &[Link<'_>], raw: &str, kind: LinkKind) -> bool {
        let sort = sort(kind);
        let hash =
            |raw: &str, sort: LinkKind| self.hashes.hash_one(raw).wrapping_add(sort as u64 * 0x9E37_79B9);
        let own = hash(raw, sort);
        let same = |&i: &u32| {
            let link = &links[i as usize];
            link.raw == raw && self::sort(link.kind) == sort
        };
        if self.table.find(own, same).is_some() {
            return false;
        }
        let rehash = |&i: &u32| {
            let link = &links[i as usize];
            hash(&link.raw, self::sort(link.kind))
        };
        self.table.insert_unique(own, links.len() as u32, rehash);
        true
    }
}

/// Kinds that a visitor follows are one sort; each of the others is its own.
fn sort(kind: LinkKind) -> LinkKind {
    match kind {
        LinkKind::Area | LinkKind::Script | LinkKind::List => LinkKind::Anchor,
        kind => kind,
    }
}
