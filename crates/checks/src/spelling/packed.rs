//! A set of keys with a small number each, packed into three bytes an entry. Serves N2.2.
//!
//! A key is kept as a tag of sixteen bits: a key that was never stored is mistaken for a stored one about once in ten
//! thousand look-ups. That is enough for statistics and for nothing else.

/// Slots for each hundred keys: more would cost size, fewer would cost steps.
const SLOTS_PER_HUNDRED: usize = 125;
/// Steps after which a look-up gives up, so that no table, however damaged, makes it slow.
const MAX_STEPS: usize = 64;

/// A table that lies in somebody else's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    tags: &'a [u8],
    values: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Bytes that a table of so many slots takes.
    pub const fn size(slots: usize) -> usize {
        slots * 3
    }

    /// Reads a table; `None` if the bytes are not whole slots.
    pub fn read(bytes: &'a [u8]) -> Option<Packed<'a>> {
        if !bytes.len().is_multiple_of(3) {
            return None;
        }
        let (tags, values) = bytes.split_at(bytes.len() / 3 * 2);
        Some(Packed { tags, values })
    }

    /// The number kept for a key.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u8> {
        let slots = self.values.len();
        if slots == 0 {
            return None;
        }
        let hash = mixed(key);
        let (mut at, tag) = (slot(hash, slots), tag(hash));
        for _ in 0..MAX_STEPS {
            let found = u16::from_le_bytes([*self.tags.get(at * 2)?, *self.tags.get(at * 2 + 1)?]);
            if found == tag {
                return self.values.get(at).copied();
            }
            if found == 0 {
                return None;
            }
            at = if at + 1 == slots { 0 } else { at + 1 };
        }
        None
    }
}

/// Packs keys with their numbers; the order of the pairs decides where they lie.
pub fn pack(pairs: &[(u64, u8)]) -> Vec<u8> {
    let slots = pairs.len() * SLOTS_PER_HUNDRED / 100 + 1;
    let mut tags = vec![0_u16; slots];
    let mut values = vec![0_u8; slots];
    for &(key, value) in pairs {
        let hash = mixed(key);
        let mut at = slot(hash, slots);
        for _ in 0..MAX_STEPS {
            if tags[at] == 0 {
                (tags[at], values[at]) = (tag(hash), value);
                break;
            }
            at = (at + 1) % slots;
        }
    }
    tags.iter().flat_map(|tag| tag.to_le_bytes()).chain(values).collect()
}

fn slot(hash: u64, slots: usize) -> usize {
    // The high bits, scaled: no division.
    ((u128::from(hash) * slots as u128) >> 64) as usize
}

/// Never zero: that marks an empty slot.
fn tag(hash: u64) -> u16 {
    (hash as u16).max(1)
}

/// Spreads a key over all bits (the finalizer of SplitMix64).
fn mixed(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Packed, pack};

    #[test]
    fn what_was_packed_is_found_and_little_else() {
        let pairs: Vec<(u64, u8)> = (0..20_000_u64).map(|n| (n * 7, (n % 251) as u8)).collect();
        let bytes = pack(&pairs);
        let table = Packed::read(&bytes).unwrap();
        assert!(pairs.iter().all(|&(key, value)| table.get(key) == Some(value)));
        let mistaken = (0..20_000_u64).filter(|n| table.get(n * 7 + 3).is_some()).count();
        assert!(mistaken < 20, "{mistaken}");
    }

    #[test]
    fn tables_of_nothing_and_tables_without_an_end_are_survived() {
        let none = pack(&[]);
        assert_eq!(Packed::read(&none).unwrap().get(1), None);
        assert_eq!(Packed::read(&[]).unwrap().get(1), None);
        assert!(Packed::read(&[1, 2]).is_none());
        let full = [7_u8; 300];
        let table = Packed::read(&full).unwrap();
        assert!((0..1000).all(|key| table.get(key).is_none_or(|value| value == 7)));
    }
}
