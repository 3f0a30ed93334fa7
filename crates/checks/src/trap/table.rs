//! A table of bounded size: when full, it forgets. Clause N2.1.
//!
//! Forgetting only makes the watch more lenient; it never refuses an address because of what it forgot.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Values by hash; never holds more than its limit.
pub(super) struct Table<V> {
    young: HashMap<u64, V, FixedState>,
    old: HashMap<u64, V, FixedState>,
    limit: usize,
}

impl<V> Table<V> {
    pub fn new(limit: usize) -> Table<V> {
        Table { young: HashMap::default(), old: HashMap::default(), limit }
    }

    pub fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    pub fn get(&self, key: u64) -> Option<&V> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    /// The value of `key`, made when there is none. What was not touched for long goes: values live in two halves,
    /// and when the younger is full it takes the place of the older.
    pub fn entry(&mut self, key: u64, make: impl FnOnce() -> V) -> &mut V {
        if !self.young.contains_key(&key) && self.young.len() >= self.limit / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        let old = &mut self.old;
        self.young.entry(key).or_insert_with(|| old.remove(&key).unwrap_or_else(make))
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_forgets_the_unused() {
        let mut table = Table::new(100);
        for key in 0..10_000 {
            *table.entry(key, || 0) += 1;
            *table.entry(77_777, || 0) += 1;
            assert!(table.len() <= 100);
        }
        assert_eq!(table.get(77_777), Some(&10_000));
        assert_eq!(table.get(3), None);
        assert_eq!(table.get(9_999), Some(&1));
    }
}
