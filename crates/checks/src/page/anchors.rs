//! Names that fragments lead to, kept as numbers. Clause N2.4.

/// The number of a name. Stored in run files, so it is the same in every build: FNV-1a, 64 bits, over UTF-8.
#[inline]
pub fn anchor_hash(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}
