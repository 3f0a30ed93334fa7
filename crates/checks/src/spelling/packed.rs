//! A set of keys with a small number each, packed into some three bytes an entry. Serves N2.2.
//!
//! A key is kept as a tag of sixteen bits: a key that was never stored is mistaken for a stored one about once in ten
//! thousand look-ups. That is enough for statistics and for nothing else.

/// Keys in a bucket, on the average: a look-up reads them all, which is one line of the processor's cache.
const IN_A_BUCKET: usize = 10;
/// Keys of one bucket that a look-up compares: no table, however damaged, makes it slow.
const MOST_IN_A_BUCKET: usize = 256;

/// A table that lies in somebody else's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    /// Where each bucket begins, and where the last one ends.
    starts: &'a [[u8; 4]],
    tags: &'a [[u8; 2]],
    values: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Reads a table; `None` if its parts do not fit.
    pub fn read(bytes: &'a [u8]) -> Option<Packed<'a>> {
        let (buckets, rest) = bytes.split_first_chunk::<4>()?;
        let (starts, rest) = rest.split_at_checked((number(buckets) + 1).checked_mul(4)?)?;
        if !rest.len().is_multiple_of(3) {
            return None;
        }
        let (tags, values) = rest.split_at(rest.len() / 3 * 2);
        Some(Packed { starts: starts.as_chunks().0, tags: tags.as_chunks().0, values })
    }

    /// The number kept for a key.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u8> {
        let hash = mixed(key);
        let bucket = bucket(hash, self.starts.len().checked_sub(1)?);
        let (start, end) = (number(self.starts.get(bucket)?), number(self.starts.get(bucket + 1)?));
        let tags = self.tags.get(start..end)?;
        let wanted = (hash as u16).to_le_bytes();
        let at = tags.iter().take(MOST_IN_A_BUCKET).position(|tag| *tag == wanted)?;
        self.values.get(start + at).copied()
    }
}

/// Packs keys with their numbers.
pub fn pack(pairs: &[(u64, u8)]) -> Vec<u8> {
    let buckets = pairs.len() / IN_A_BUCKET + 1;
    let mut hashed: Vec<(usize, u16, u8)> = pairs
        .iter()
        .map(|(key, value)| (mixed(*key), *value))
        .map(|(hash, value)| (bucket(hash, buckets), hash as u16, value))
        .collect();
    hashed.sort_unstable();
    let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut out = short(buckets).to_vec();
    for n in 0..=buckets {
        out.extend(short(hashed.partition_point(|(bucket, ..)| *bucket < n)));
    }
    out.extend(hashed.iter().flat_map(|(_, tag, _)| tag.to_le_bytes()));
    out.extend(hashed.iter().map(|(.., value)| value));
    out
}

fn number(bytes: &[u8; 4]) -> usize {
    u32::from_le_bytes(*bytes) as usize
}

fn bucket(hash: u64, buckets: usize) -> usize {
    // The high bits, scaled: no division.
    ((u128::from(hash) * buckets as u128) >> 64) as usize
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
        // A tag of another key may lie on the way.
        let lost = pairs.iter().filter(|&&(key, value)| table.get(key) != Some(value)).count();
        assert!(lost < 20, "{lost}");
        let mistaken = (0..20_000_u64).filter(|n| table.get(n * 7 + 3).is_some()).count();
        assert!(mistaken < 20, "{mistaken}");
    }

    #[test]
    fn tables_of_nothing_and_tables_without_an_end_are_survived() {
        let none = pack(&[]);
        assert_eq!(Packed::read(&none).unwrap().get(1), None);
        assert!(Packed::read(&[]).is_none() && Packed::read(&[1, 2]).is_none());
        // One bucket that reaches far beyond the end, and one that ends before it begins.
        for starts in [[0_u32, u32::MAX], [3, 0]] {
            let mut broken = 1_u32.to_le_bytes().to_vec();
            broken.extend(starts.iter().flat_map(|n| n.to_le_bytes()));
            broken.extend([7; 300]);
            let table = Packed::read(&broken).unwrap();
            assert!((0..1000).all(|key| table.get(key).is_none()));
        }
    }
}
