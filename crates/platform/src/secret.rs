//! Random secrets and how they are kept: a session's or token's secret is stored as its digest only. Serves N4.7.
//!
//! Never logs or formats a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
    fn what_is_no_secret_is_not_looked_up() {
        for wrong in ["", "a", &"x".repeat(44), &"长".repeat(15)] {
            assert_eq!(Secret::sent(wrong), None, "{wrong}");
        }
    }
}
