//! A set of small numbers, one bit each: a million addresses in 125 kilobytes. Clause N2.4.
//!
//! Grows to the largest number it is given; nothing more.

/// A set of small numbers.
#[derive(Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub fn has(&self, id: u32) -> bool {
        self.0.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    pub fn clear(&mut self, id: u32) {
        if let Some(word) = self.0.get_mut(id as usize / 64) {
            *word &= !(1 << (id % 64));
        }
    }

    pub fn set(&mut self, id: u32) {
        let at = id as usize / 64;
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (id % 64);
    }
}
