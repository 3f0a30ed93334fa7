//! What happened on the wire, and what we say about it: two closed vocabularies. Clauses N2.1, N2.4.
//!
//! `Reach` is decided once, where the network is touched, and alone decides retry and blame; free error text
//! is never a key. `Verdict` is what an office reads. This file never asks the network anything.

use std::fmt;
use std::str::FromStr;

/// Outcome of asking for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// An answer of status 2xx was received whole (or as much of it as was wanted).
    Ok,
    /// The name does not exist (NXDOMAIN or no address).
    NoSuchName,
    /// Names cannot be resolved from here at the moment: says nothing about the site.
    NoResolver,
    /// The proxy cannot be reached or does not pass us on: says nothing about the site.
    NoProxy,
    /// No route to the host or network.
    NoRoute,
    /// The connection was refused.
    Refused,
    /// The connection was closed or reset before the answer was whole.
    Reset,
    /// The secure connection failed and could not be used even unverified.
    Tls(TlsFault),
    /// No answer in time: connecting, waiting for the head, or a body that drips too slowly.
    Timeout,
    /// More redirects than a browser follows.
    TooManyHops,
    /// The redirects lead back to an address already visited with nothing changed.
    RedirectLoop,
    /// A firewall or script challenge answered instead of the site; the status it used.
    Blocked(u16),
    /// Any other final status that is not 2xx.
    Status(u16),
    /// The answer is not HTTP, or its head or coding cannot be read.
    Garbled,
    /// The answer was larger than the bounds allow and was cut.
    TooLarge,
    /// Not asked, by our own decision.
    Withheld(Withheld),
}

/// Why a secure connection is not trustworthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsFault {
    Expired,
    NotYetValid,
    WrongName,
    UnknownIssuer,
    Revoked,
    BadCertificate,
    /// No common protocol version or cipher, or the handshake broke off.
    Handshake,
}

/// Why an address was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Withheld {
    /// robots.txt forbids it.
    Robots,
    /// It resolves to a loopback, private or metadata address that a public page must not lead us to.
    PrivateAddress,
    /// Outside what this run was told to check.
    OutOfScope,
    /// A bound of this run (pages, depth, time) was reached first.
    Limit,
    /// Part of an endless series that was cut off.
    Trap,
}

/// What we say about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 正常
    Ok,
    /// 失效: confirmed gone.
    Dead,
    /// 错误: answers, but not with what the link promises.
    Wrong,
    /// 被拦截: a firewall stands in front; ask for access.
    Blocked,
    /// 暂时异常: failed now, may be well later.
    Transient,
    /// 未判定: not checked, or cannot be told.
    Undecided,
}

impl Reach {
    /// Whether asking again later may give another outcome.
    pub fn may_retry(self) -> bool {
        match self {
            Reach::NoSuchName | Reach::NoRoute | Reach::Refused | Reach::Reset | Reach::Timeout => true,
            Reach::Garbled | Reach::Tls(_) => true,
            Reach::Status(404 | 410 | 429) => true,
            Reach::Status(code) => code >= 500,
            Reach::Ok | Reach::NoResolver | Reach::NoProxy | Reach::TooManyHops | Reach::RedirectLoop => {
                false
            }
            Reach::Blocked(_) | Reach::TooLarge | Reach::Withheld(_) => false,
        }
    }

    /// What a confirmed outcome means. A soft 404 is *wrong* by comparison, not by this table.
    pub fn verdict(self) -> Verdict {
        match self {
            Reach::Ok | Reach::TooLarge => Verdict::Ok,
            Reach::NoSuchName | Reach::NoRoute | Reach::Refused | Reach::Tls(_) => Verdict::Dead,
            Reach::Reset | Reach::Timeout | Reach::Garbled => Verdict::Dead,
            Reach::TooManyHops | Reach::RedirectLoop => Verdict::Dead,
            Reach::Blocked(_) => Verdict::Blocked,
            // RFC 6585 §4 and RFC 9110 §15.6.4: the server is there and asks for patience.
            Reach::Status(429 | 503) => Verdict::Transient,
            // RFC 9110: refused for who asks or how it was asked, which says nothing about the page's existence.
            Reach::Status(401 | 402 | 403 | 405 | 406 | 407 | 412 | 418 | 451 | 521) => Verdict::Blocked,
            // A redirect that was not followed names no place to go to: the visitor sees an empty page.
            Reach::Status(301 | 302 | 303 | 307 | 308) => Verdict::Dead,
            Reach::Status(200..=399) => Verdict::Ok,
            Reach::Status(_) => Verdict::Dead,
            Reach::NoResolver | Reach::NoProxy | Reach::Withheld(_) => Verdict::Undecided,
        }
    }

    /// What happened, in a sentence's worth of Chinese for the office that has to act.
    pub fn describe(self) -> String {
        match self {
            Reach::Ok => "正常响应".into(),
            Reach::NoSuchName => "域名不存在或没有解析记录".into(),
            Reach::NoResolver => "本机当前无法解析域名".into(),
            Reach::NoProxy => "代理服务器连不上或不肯转发，请检查 --proxy 的地址和用户名、密码".into(),
            Reach::NoRoute => "网络不可达".into(),
            Reach::Refused => "服务器拒绝连接".into(),
            Reach::Reset => "连接被中途断开".into(),
            Reach::Tls(fault) => format!("安全连接失败：{}", fault.label()),
            Reach::Timeout => "在规定时间内没有完整响应".into(),
            Reach::TooManyHops => "跳转次数过多".into(),
            Reach::RedirectLoop => "跳转成环，永远到不了终点".into(),
            Reach::Blocked(code) => format!("被防火墙或脚本验证拦截（状态码 {code}）"),
            Reach::Status(404) => "页面不存在（404）".into(),
            Reach::Status(410) => "页面已被删除（410）".into(),
            Reach::Status(429) => "服务器要求放慢访问（429）".into(),
            Reach::Status(503) => "服务暂不可用（503）".into(),
            Reach::Status(code @ (301 | 302 | 303 | 307 | 308)) => {
                format!("跳转响应（{code}）没有可用的去向")
            }
            Reach::Status(521) => "被防护系统拦截（521）".into(),
            Reach::Status(code) if code >= 500 => format!("服务器内部错误（{code}）"),
            Reach::Status(code) => format!("服务器返回状态码 {code}"),
            Reach::Garbled => "响应不符合 HTTP 规范，无法读取".into(),
            Reach::TooLarge => "响应超过大小上限，只读取了开头部分".into(),
            Reach::Withheld(why) => format!("未访问：{}", why.label()),
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reach::Ok => f.write_str("ok"),
            Reach::NoSuchName => f.write_str("no-such-name"),
            Reach::NoResolver => f.write_str("no-resolver"),
            Reach::NoProxy => f.write_str("no-proxy"),
            Reach::NoRoute => f.write_str("no-route"),
            Reach::Refused => f.write_str("refused"),
            Reach::Reset => f.write_str("reset"),
            Reach::Tls(fault) => write!(f, "tls-{}", fault.code()),
            Reach::Timeout => f.write_str("timeout"),
            Reach::TooManyHops => f.write_str("too-many-hops"),
            Reach::RedirectLoop => f.write_str("redirect-loop"),
            Reach::Blocked(code) => write!(f, "blocked-{code}"),
            Reach::Status(code) => write!(f, "status-{code}"),
            Reach::Garbled => f.write_str("garbled"),
            Reach::TooLarge => f.write_str("too-large"),
            Reach::Withheld(why) => write!(f, "withheld-{}", why.code()),
        }
    }
}

impl FromStr for Reach {
    type Err = ();

    /// Reads what `Display` wrote.
    fn from_str(text: &str) -> Result<Reach, ()> {
        Ok(match text {
            "ok" => Reach::Ok,
            "no-such-name" => Reach::NoSuchName,
            "no-resolver" => Reach::NoResolver,
            "no-proxy" => Reach::NoProxy,
            "no-route" => Reach::NoRoute,
            "refused" => Reach::Refused,
            "reset" => Reach::Reset,
            "timeout" => Reach::Timeout,
            "too-many-hops" => Reach::TooManyHops,
            "redirect-loop" => Reach::RedirectLoop,
            "garbled" => Reach::Garbled,
            "too-large" => Reach::TooLarge,
            _ => {
                let (kind, rest) = text.split_once('-').ok_or(())?;
                match kind {
                    "blocked" => Reach::Blocked(rest.parse().map_err(|_| ())?),
                    "status" => Reach::Status(rest.parse().map_err(|_| ())?),
                    "tls" => Reach::Tls(TlsFault::ALL.into_iter().find(|t| t.code() == rest).ok_or(())?),
                    "withheld" => {
                        Reach::Withheld(Withheld::ALL.into_iter().find(|w| w.code() == rest).ok_or(())?)
                    }
                    _ => return Err(()),
                }
            }
        })
    }
}

impl TlsFault {
    pub const ALL: [TlsFault; 7] = [
        TlsFault::Expired,
        TlsFault::NotYetValid,
        TlsFault::WrongName,
        TlsFault::UnknownIssuer,
        TlsFault::Revoked,
        TlsFault::BadCertificate,
        TlsFault::Handshake,
    ];

    pub fn code(self) -> &'static str {
        match self {
            TlsFault::Expired => "expired",
            TlsFault::NotYetValid => "not-yet-valid",
            TlsFault::WrongName => "wrong-name",
            TlsFault::UnknownIssuer => "unknown-issuer",
            TlsFault::Revoked => "revoked",
            TlsFault::BadCertificate => "bad-certificate",
            TlsFault::Handshake => "handshake",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            TlsFault::Expired => "证书已过期",
            TlsFault::NotYetValid => "证书尚未生效",
            TlsFault::WrongName => "证书与域名不符",
            TlsFault::UnknownIssuer => "证书签发机构不受信任或证书链不完整",
            TlsFault::Revoked => "证书已被吊销",
            TlsFault::BadCertificate => "证书无法识别",
            TlsFault::Handshake => "握手失败",
        }
    }
}

impl Withheld {
    pub const ALL: [Withheld; 5] =
        [Withheld::Robots, Withheld::PrivateAddress, Withheld::OutOfScope, Withheld::Limit, Withheld::Trap];

    pub fn code(self) -> &'static str {
        match self {
            Withheld::Robots => "robots",
            Withheld::PrivateAddress => "private-address",
            Withheld::OutOfScope => "out-of-scope",
            Withheld::Limit => "limit",
            Withheld::Trap => "trap",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Withheld::Robots => "robots.txt 不允许",
            Withheld::PrivateAddress => "指向本机、内网或云主机元数据地址",
            Withheld::OutOfScope => "不在本次检查范围内",
            Withheld::Limit => "已达到本次检查的上限",
            Withheld::Trap => "属于无穷无尽的地址序列",
        }
    }
}

impl Verdict {
    pub const ALL: [Verdict; 6] = [
        Verdict::Ok,
        Verdict::Dead,
        Verdict::Wrong,
        Verdict::Blocked,
        Verdict::Transient,
        Verdict::Undecided,
    ];

    /// The word used in files.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Dead => "dead",
            Verdict::Wrong => "wrong",
            Verdict::Blocked => "blocked",
            Verdict::Transient => "transient",
            Verdict::Undecided => "undecided",
        }
    }

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Ok => "正常",
            Verdict::Dead => "失效",
            Verdict::Wrong => "错误",
            Verdict::Blocked => "被拦截",
            Verdict::Transient => "暂时异常",
            Verdict::Undecided => "未判定",
        }
    }

    /// Reads what `code` gives.
    pub fn from_code(code: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reach_is_read_back_from_its_word() {
        let mut all = vec![
            Reach::Ok,
            Reach::NoSuchName,
            Reach::NoResolver,
            Reach::NoProxy,
            Reach::NoRoute,
            Reach::Refused,
            Reach::Reset,
            Reach::Timeout,
            Reach::TooManyHops,
            Reach::RedirectLoop,
            Reach::Blocked(521),
            Reach::Status(404),
            Reach::Garbled,
            Reach::TooLarge,
        ];
        all.extend(TlsFault::ALL.map(Reach::Tls));
        all.extend(Withheld::ALL.map(Reach::Withheld));
        for reach in all {
            assert_eq!(reach.to_string().parse(), Ok(reach));
            assert!(!reach.describe().is_empty());
        }
    }

    #[test]
    fn a_firewall_answer_is_never_dead() {
        for code in [401, 403, 405, 412, 521] {
            assert_eq!(Reach::Status(code).verdict(), Verdict::Blocked);
        }
        assert_eq!(Reach::Status(503).verdict(), Verdict::Transient);
        assert_eq!(Reach::Status(404).verdict(), Verdict::Dead);
        assert_eq!(Reach::Status(500).verdict(), Verdict::Dead);
    }
}
