//! Six-digit codes from a phone as a second factor (RFC 6238). Clause N4.7.
//!
//! A code is used once: the caller keeps the step of the last accepted code and passes it in.

use totp_rs::{Algorithm, Builder, Totp};

/// Seconds that one code lives, by RFC 6238 5.2.
const STEP: u64 = 30;
/// Steps a phone's clock may be off, either way.
const SKEW: u64 = 1;
/// Bytes of a secret: 160 bits, by RFC 4226 4 (R6).
pub const SECRET: usize = 20;

/// The step of the code at `now`, if `code` is right now or a step beside and newer than `last`.
///
/// `now` in seconds since 1970; `last` the step of the code that was accepted before.
pub fn accept(secret: &[u8], code: &str, now: u64, last: Option<u64>) -> Option<u64> {
    let code = code.trim();
    let totp = totp(secret, "")?;
    let present = now / STEP;
    (present.saturating_sub(SKEW)..=present + SKEW)
        .find(|step| totp.generate(step * STEP).to_string() == code)
        .filter(|step| last.is_none_or(|last| *step > last))
}

/// The address that a phone's program reads from a square code.
pub fn address(secret: &[u8], login: &str) -> Option<String> {
    totp(secret, login)?.to_url().ok()
}

/// The code at an instant, for tests and for the rehearsal data's printed login.
pub fn code(secret: &[u8], now: u64) -> Option<String> {
    Some(totp(secret, "")?.generate(now).to_string())
}

fn totp(secret: &[u8], login: &str) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret.to_vec())
        .with_account_name(login.replace(':', " "))
        .with_issuer(Some("Xunwang"))
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret for SHA-1, and at 59 s the code 94287082, of which six digits are used.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn agrees_with_the_standard() {
        assert_eq!(code(SECRET, 59).as_deref(), Some("287082"));
        assert_eq!(code(SECRET, 1_111_111_109).as_deref(), Some("081804"));
    }

    #[test]
    fn a_step_early_or_late_is_accepted_and_never_twice() {
        let at = 1_111_111_109;
        let step = accept(SECRET, "081804", at, None);
        assert_eq!(step, Some(at / STEP));
        assert_eq!(accept(SECRET, " 081804 ", at + STEP, None), step);
        assert_eq!(accept(SECRET, "081804", at + 3 * STEP, None), None);
        assert_eq!(accept(SECRET, "081804", at, step), None);
        assert_eq!(accept(SECRET, "", at, None), None);
        assert_eq!(accept(&[], "081804", at, None), None);
    }
}
