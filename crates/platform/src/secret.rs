//! Random secrets and how they are kept: a session's or token's secret is stored as its digest only. Serves N4.7.
//!
//! Never logs or formats a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Digest;

/// Bytes of a secret: 256 bits, beyond guessing.
const LENGTH: usize = 32;

/// A secret as its owner holds it. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret from the operating system's generator.
    ///
    /// # Panics
    /// When the operating system has no randomness: then no login can be safe, and the process must not go on.
    pub fn new() -> Secret {
        Secret(URL_SAFE_NO_PAD.encode(random::<LENGTH>()))
    }

    /// A secret as a client sent it; bounded, since it comes from outside.
    pub fn sent(text: &str) -> Option<Secret> {
        (text.len() == LENGTH.div_ceil(3) * 4 - 1 && text.bytes().all(|b| b.is_ascii_graphic()))
            .then(|| Secret(text.to_owned()))
    }

    /// What the owner is given, once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl Default for Secret {
    fn default() -> Secret {
        Secret::new()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// `N` random bytes from the operating system.
///
/// # Panics
/// See [`Secret::new`].
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// HMAC-SHA256 of a message (RFC 2104, FIPS 180-4): what only the holder of the key can have made.
pub fn seal(key: &[u8], message: &[u8]) -> [u8; 32] {
    sealing(key, message).finalize().into_bytes().into()
}

/// Whether a seal, or the first bytes of one, belongs to a message; takes as long for a wrong one as for the right one.
/// Fewer than 16 bytes are no seal.
pub fn is_sealed(key: &[u8], message: &[u8], seal: &[u8]) -> bool {
    seal.len() >= 16 && sealing(key, message).verify_truncated_left(seal).is_ok()
}

fn sealing(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_sent_and_hides_itself() {
        let secret = Secret::new();
        assert_eq!(Secret::sent(secret.reveal()), Some(secret.clone()));
        assert_ne!(secret, Secret::new());
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }

    #[test]
    fn a_seal_is_that_of_its_key_and_message() {
        // RFC 4231, test case 2.
        let made = seal(b"Jefe", b"what do ya want for nothing?");
        let hex: String = made.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert!(is_sealed(b"Jefe", b"what do ya want for nothing?", &made));
        assert!(is_sealed(b"Jefe", b"what do ya want for nothing?", &made[..16]));
        for (key, message, seal) in [
            (&b"jefe"[..], &b"what do ya want for nothing?"[..], &made[..]),
            (b"Jefe", b"what do ya want for nothing!", &made),
            (b"Jefe", b"what do ya want for nothing?", &made[1..]),
            (b"Jefe", b"what do ya want for nothing?", &made[..15]),
            (b"Jefe", b"what do ya want for nothing?", &[]),
        ] {
            assert!(!is_sealed(key, message, seal));
        }
    }

    #[test]
    fn what_is_no_secret_is_not_looked_up() {
        for wrong in ["", "a", &"x".repeat(44), &"长".repeat(15)] {
            assert_eq!(Secret::sent(wrong), None, "{wrong}");
        }
    }
}
