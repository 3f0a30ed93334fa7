//! Tokens: what they hold, and which requests they allow. Clause N4.7; pure.

use axum::http::Method;
use platform::Secret;

/// What a token's text begins with, so that a tool that looks for leaked secrets finds it.
pub const MARK: &str = "xw_";
/// Tokens of one person; each is for one program.
pub const MOST: usize = 20;
/// Days that a token may live: a trial, a quarter as passwords (see `identity::model::PASSWORD_AGE`), a year.
pub const DAYS: [i64; 3] = [30, 90, 365];

/// The secret in an `Authorization` header; `None` if it holds none.
pub fn bearer(header: &str) -> Option<Secret> {
    let (scheme, rest) = header.split_once(' ')?;
    let text = rest.trim().strip_prefix(MARK).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
    Secret::sent(text)
}

/// Whether a request changes nothing.
pub fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_header_and_nothing_else_does() {
        let secret = Secret::new();
        let token = format!("{MARK}{}", secret.reveal());
        assert_eq!(bearer(&format!("Bearer {token}")), Some(secret.clone()));
        assert_eq!(bearer(&format!("bearer  {token} ")), Some(secret.clone()));
        for wrong in [
            token.as_str(),
            "Bearer",
            "Bearer xw_",
            &format!("Basic {token}"),
            &format!("Bearer {}", secret.reveal()),
        ] {
            assert_eq!(bearer(wrong), None, "{wrong}");
        }
    }
}
