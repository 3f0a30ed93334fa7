//! The provider's ID tokens, sound and otherwise. Tests only (N4.7).

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use super::keys::Keys;
use super::{Account, Fault, Grant, Inner, State};

/// Base64 of a SHA-256 digest, as PKCE wants it.
pub(super) fn digest_of(text: &str) -> String {
    BASE64.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// What is told of somebody beside who he is.
pub(super) fn names(account: &Account) -> Value {
    let mut names = json!({});
    if let Some(name) = &account.login_name {
        names["preferred_username"] = json!(name);
    }
    if let Some(email) = &account.email {
        names["email"] = json!(email);
        names["email_verified"] = json!(account.email_verified);
    }
    names
}

/// The ID token of a grant.
pub(super) fn id_token(state: &State, inner: &Inner, grant: &Grant, access: &str) -> String {
    let fault = inner.fault;
    let account = &grant.account;
    let mut claims = if account.names_apart { json!({}) } else { names(account) };
    let hash = digest::digest(&digest::SHA256, access.as_bytes());
    claims["iss"] =
        json!(if fault == Fault::ForeignIssuer { "https://other.example" } else { &state.origin });
    claims["sub"] = json!(account.subject);
    claims["aud"] = match fault {
        Fault::WrongAudience => json!("somebody-else"),
        Fault::TwoAudiences => json!([state.client, "somebody-else"]),
        _ => json!(state.client),
    };
    if fault == Fault::WrongParty {
        claims["azp"] = json!("somebody-else");
    }
    let (issued, expires) = match fault {
        Fault::Expired => (inner.now - 600, inner.now - 300),
        Fault::Early => (inner.now + 600, inner.now + 900),
        Fault::Old => (inner.now - 3_600, inner.now + 3_600),
        _ => (inner.now, inner.now + 300),
    };
    claims["iat"] = json!(issued);
    claims["exp"] = json!(expires);
    match fault {
        Fault::NoNonce => {}
        Fault::WrongNonce => claims["nonce"] = json!("of-another-login"),
        _ => claims["nonce"] = json!(grant.nonce),
    }
    claims["at_hash"] = match fault {
        Fault::WrongAccessHash => json!(BASE64.encode([0; 16])),
        _ => json!(BASE64.encode(&hash.as_ref()[..16])),
    };
    if !account.amr.is_empty() {
        claims["amr"] = json!(account.amr);
    }
    if let Some(acr) = account.acr {
        claims["acr"] = json!(acr);
    }
    signed(state, inner, &claims)
}

fn signed(state: &State, inner: &Inner, claims: &Value) -> String {
    let part = |value: &Value| BASE64.encode(value.to_string());
    let keys = &inner.keys;
    let whole = |header: &Value, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let message = format!("{}.{}", part(header), part(claims));
        let signature = BASE64.encode(sign(message.as_bytes()));
        format!("{message}.{signature}")
    };
    let usual = json!({ "alg": keys.algorithm(), "kid": keys.id(), "typ": "JWT" });
    match inner.fault {
        Fault::AlgNone => whole(&json!({ "alg": "none" }), &|_| Vec::new()),
        Fault::Hmac => whole(&json!({ "alg": "HS256" }), &|message| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, state.secret.as_bytes());
            hmac::sign(&key, message).as_ref().to_vec()
        }),
        Fault::BadSignature => whole(&usual, &|message| {
            let mut signature = keys.sign(message);
            signature[7] ^= 1;
            signature
        }),
        Fault::Tampered => {
            let token = whole(&usual, &|message| keys.sign(message));
            let mut parts: Vec<&str> = token.split('.').collect();
            let mut other = claims.clone();
            other["sub"] = json!("somebody-else");
            let other = part(&other);
            parts[1] = &other;
            parts.join(".")
        }
        Fault::UnknownKey => {
            let other = Keys::elliptic(999);
            let header = json!({ "alg": other.algorithm(), "kid": other.id() });
            whole(&header, &|message| other.sign(message))
        }
        _ => whole(&usual, &|message| keys.sign(message)),
    }
}
