//! The provider's signing keys, made anew for each test. Tests only (N4.7).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

enum Pair {
    Elliptic(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A key with its name.
pub(super) struct Keys {
    pair: Pair,
    serial: u32,
}

impl Keys {
    pub(super) fn elliptic(serial: u32) -> Keys {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made");
        Keys { pair: Pair::Elliptic(pair), serial }
    }

    pub(super) fn rsa(serial: u32) -> Keys {
        Keys { pair: Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made")), serial }
    }

    pub(super) fn serial(&self) -> u32 {
        self.serial
    }

    pub(super) fn id(&self) -> String {
        format!("key-{}", self.serial)
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Elliptic(_) => "ES256",
            Pair::Rsa(_) => "RS256",
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Elliptic(pair) => {
                pair.sign(&random, message).expect("a message can be signed").as_ref().to_vec()
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("a message can be signed");
                signature
            }
        }
    }

    /// The public key as a JWK (RFC 7517).
    pub(super) fn public(&self) -> Value {
        let mut key = match &self.pair {
            Pair::Elliptic(pair) => {
                // An uncompressed point: 4, then both coordinates.
                let point = pair.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..65]) })
            }
            Pair::Rsa(pair) => {
                // A sequence of two integers (RFC 8017, appendix A.1.1).
                let (_, numbers, _) = element(pair.public_key().as_ref());
                let (_, n, rest) = element(numbers);
                let (_, e, _) = element(rest);
                let number = |bytes: &[u8]| BASE64.encode(bytes.strip_prefix(&[0]).unwrap_or(bytes));
                json!({ "kty": "RSA", "n": number(n), "e": number(e) })
            }
        };
        key["kid"] = json!(self.id());
        key["alg"] = json!(self.algorithm());
        key["use"] = json!("sig");
        key
    }
}

/// The first element of DER: its tag, what it holds, and what follows it. The input is our own key, so it is sound.
fn element(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let short = usize::from(der[1]);
    let (from, length) = match short {
        0..0x80 => (2, short),
        long => {
            let bytes = &der[2..2 + (long & 0x7f)];
            (2 + bytes.len(), bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        }
    };
    (der[0], &der[from..from + length], &der[from + length..])
}
