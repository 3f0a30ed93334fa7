//! Passwords: kept with argon2id, strong enough by rule. Clause N4.7 (graded protection, GB/T 22239-2019 8.1.4.1).
//!
//! The rules are pure; hashing takes some 50 ms of one core and belongs on a blocking thread.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// Fewest characters. GB/T 22239 asks for "complexity" without a number; ten is what evaluation bodies expect.
pub const SHORTEST: usize = 10;
/// Most bytes that are hashed: a megabyte of "password" must not cost a second.
pub const LONGEST: usize = 200;
/// Words that anybody tries first, in lower case; a password that holds one is refused.
const COMMON: [&str; 10] =
    ["password", "xunwang", "123456", "abcdef", "qwerty", "admin", "111111", "888888", "letmein", "iloveyou"];

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    Short,
    Long,
    OneKind,
    Common,
    HoldsName,
    Same,
}

impl Weak {
    /// What is wrong and what to do, in the user's language.
    pub fn sentence(self) -> &'static str {
        match self {
            Weak::Short => "密码太短，至少 10 个字符。",
            Weak::Long => "密码太长，最多 200 字节。",
            Weak::OneKind => "密码至少要有三类字符：大写字母、小写字母、数字、符号（汉字算符号）。",
            Weak::Common => "密码里有最常被猜的字样（如 123456、admin），请换一个。",
            Weak::HoldsName => "密码里不能有登录名。",
            Weak::Same => "新密码不能与旧密码相同。",
        }
    }
}

/// Whether a password may be set for a person with this login name.
pub fn judge(password: &str, login: &str) -> Result<(), Weak> {
    if password.chars().count() < SHORTEST {
        return Err(Weak::Short);
    }
    if password.len() > LONGEST {
        return Err(Weak::Long);
    }
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    if kinds.iter().filter(|kind| password.chars().any(kind)).count() < 3 {
        return Err(Weak::OneKind);
    }
    let lower = password.to_lowercase();
    if COMMON.iter().any(|word| lower.contains(word)) {
        return Err(Weak::Common);
    }
    if login.chars().count() >= 3 && lower.contains(&login.to_lowercase()) {
        return Err(Weak::HoldsName);
    }
    Ok(())
}

/// A PHC string (`$argon2id$v=19$…`) with a fresh salt. The parameters are the library's default, OWASP's second choice
/// of 2024 (19 MiB, two passes, one lane).
pub fn hash(password: &str) -> Result<String, crate::Error> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|phc| phc.to_string()).map_err(|error| crate::Error::Other(format!("argon2: {error}")))
}

/// Whether `password` is the one that `kept` was made from. A damaged `kept` fits no password.
pub fn fits(password: &str, kept: &str) -> bool {
    password.len() <= LONGEST
        && PasswordHash::new(kept)
            .is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_fits() {
        let kept = hash("沅江-Taoyuan-07").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$"), "{kept}");
        assert!(fits("沅江-Taoyuan-07", &kept));
        assert!(!fits("沅江-Taoyuan-08", &kept));
        assert!(!fits("", "damaged"));
        assert!(!fits(&"x".repeat(LONGEST + 1), &kept));
    }

    #[test]
    fn each_weakness_is_told() {
        let check =
            |password: &str, want: Result<(), Weak>| assert_eq!(judge(password, "lihua"), want, "{password}");
        check("Ab3-ef", Err(Weak::Short));
        check(&"aB3-".repeat(60), Err(Weak::Long));
        check("onlysmallletters", Err(Weak::OneKind));
        check("Good-123456-day", Err(Weak::Common));
        check("LiHua-2026-ok", Err(Weak::HoldsName));
        check("Dongting-Lake-27", Ok(()));
        check("洞庭湖湘江资水沅水2a", Ok(()));
    }
}
