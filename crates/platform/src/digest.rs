//! SHA-256 of bytes, written in lower-case hexadecimal: the name of a blob, a link of the audit chain. Serves all clauses.
//!
//! Never used for passwords: those need a slow function (see `password`).

use std::fmt;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Digest> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut out = [0; 32];
        for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
            let digit = |b: u8| (b as char).to_digit(16).filter(|_| !b.is_ascii_uppercase());
            *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
        }
        Some(Digest(out))
    }
}

/// Hands bytes on as they are read, and knows their digest at the end: for files that do not fit into memory.
pub struct Digesting<R> {
    inner: R,
    state: Sha256,
    length: u64,
}

impl<R: Read> Digesting<R> {
    /// Nothing is read yet.
    pub fn new(inner: R) -> Digesting<R> {
        Digesting { inner, state: Sha256::new(), length: 0 }
    }

    /// The digest and the number of the bytes that were read.
    pub fn finish(self) -> (Digest, u64) {
        (Digest(self.state.finalize().into()), self.length)
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.state.update(&buffer[..read]);
        self.length += read as u64;
        Ok(read)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-4 for the message "abc".
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn agrees_with_the_standard_and_reads_itself_back() {
        assert_eq!(Digest::of(b"abc").to_string(), ABC);
        assert_eq!(Digest::parse(ABC), Some(Digest::of(b"abc")));
        let mut passed = Digesting::new(&b"abc"[..]);
        assert_eq!(io::copy(&mut passed, &mut io::sink()).unwrap(), 3);
        assert_eq!(passed.finish(), (Digest::of(b"abc"), 3));
    }

    #[test]
    fn reads_nothing_but_64_lower_case_digits() {
        for wrong in ["", &ABC[1..], &ABC.to_uppercase(), &ABC.replace('b', "g"), &format!("{ABC}0")] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }
}
