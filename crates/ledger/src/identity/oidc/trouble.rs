//! What can go wrong with the identity provider, in words for whoever wants to log in. Clause N4.7; pure.
//!
//! Texts of the other side are data: cut, on one line. No code, token or secret is ever part of them.

use std::fmt;
use std::time::Duration;

use super::model::shown;

/// Why the provider could not be asked, or its answer not be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No connection.
    Unreachable(String),
    /// No whole answer in time.
    Late(Duration),
    /// More than so many bytes.
    TooLarge(usize),
    /// It names an address to which no secret may be sent.
    Unsafe(String),
    /// It answers what is no answer.
    Odd(String),
    /// It calls itself differently from the settings.
    OtherName(String),
    /// It does not take the code or our secret.
    NoToken(String),
    /// The ID token does not hold.
    Unsound(Check),
}

/// The check that an ID token did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Signature,
    Algorithm,
    Key,
    Issuer,
    Audience,
    Time,
    Nonce,
    Subject,
    AccessToken,
    Form,
}

impl Check {
    /// What is wrong, for message and audit log.
    pub fn words(self) -> &'static str {
        match self {
            Check::Signature => "签名不对",
            Check::Algorithm => "签名算法不可接受",
            Check::Key => "找不到签名所用的密钥",
            Check::Issuer => "签发者不是设置的统一身份认证",
            Check::Audience => "不是发给本系统的",
            Check::Time => "已过期或时间不对，请核对两边服务器的时钟",
            Check::Nonce => "不是这一次登录的",
            Check::Subject => "前后说的不是同一个人",
            Check::AccessToken => "与访问令牌不相符",
            Check::Form => "格式看不懂",
        }
    }
}

impl Trouble {
    /// Whether trying again soon may help: the provider is away, not wrong.
    pub fn is_away(&self) -> bool {
        matches!(self, Trouble::Unreachable(_) | Trouble::Late(_))
    }

    /// What to do.
    pub fn advice(&self) -> &'static str {
        if self.is_away() {
            "请稍后再试，或先用登录名和密码登录。"
        } else {
            "请再登录一次；仍然不行，请找系统管理员核对统一身份认证的设置。"
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Unreachable(cause) => write!(f, "连不上统一身份认证服务（{}）。", shown(cause)),
            Trouble::Late(patience) => {
                write!(f, "统一身份认证服务在 {:.1} 秒内没有答完。", patience.as_secs_f32())
            }
            Trouble::TooLarge(longest) => {
                write!(f, "统一身份认证服务的应答超过 {} KB，没有读完。", longest >> 10)
            }
            Trouble::Unsafe(address) => {
                write!(f, "统一身份认证服务给出的地址 {} 不是 HTTPS，没有使用。", shown(address))
            }
            Trouble::Odd(cause) => write!(f, "统一身份认证服务的应答看不懂（{}）。", shown(cause)),
            Trouble::OtherName(name) => {
                write!(f, "统一身份认证服务自称 {}，与设置的地址不同，须一字不差。", shown(name))
            }
            Trouble::NoToken(cause) => write!(f, "统一身份认证服务没有给出凭证（{}）。", shown(cause)),
            Trouble::Unsound(check) => {
                write!(f, "统一身份认证发来的凭证没有通过核对：{}。", check.words())
            }
        }
    }
}

impl std::error::Error for Trouble {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_cut_and_stay_on_one_line() {
        let words = Trouble::Odd(format!("a\r\n{}", "b".repeat(500))).to_string();
        assert!(!words.contains('\n') && words.chars().count() < 140, "{words}");
        assert!(Trouble::Late(Duration::from_secs(10)).to_string().contains("10.0 秒"));
        assert!(Trouble::Late(Duration::ZERO).is_away() && !Trouble::Unsound(Check::Nonce).is_away());
    }
}
