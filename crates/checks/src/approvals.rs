//! The ledger of approved links (链接审批台账): which targets may be linked to, under whose approval, until when.
//! Clauses N2.4, N5.6.
//!
//! Values only; whoever calls has read the file. A target is a host, a host with all below it, or the beginning of an
//! address.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use jiff::civil::Date;
use url::Url;

use crate::address::{is_public_suffix, without_root_dot};

/// What an approval is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// `www.example.cn`, or with all below it: `*.example.cn`.
    Host { host: String, below: bool },
    /// `http://www.example.cn/a/`: that address and what begins with it; http and https are one.
    Prefix { host: String, rest: String },
}

/// One row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub target: Pattern,
    /// 名称: what the target was called when it was approved.
    pub name: String,
    /// 单位: whose it was.
    pub unit: String,
    /// 用途
    pub purpose: String,
    pub approved_by: String,
    pub approved_on: Option<Date>,
    /// The last day on which the approval holds; `None`: no end.
    pub expires_on: Option<Date>,
}

impl Approval {
    pub fn is_expired(&self, today: Option<Date>) -> bool {
        matches!((self.expires_on, today), (Some(last), Some(today)) if last < today)
    }
}

impl Pattern {
    /// Reads a target as written in a ledger.
    ///
    /// # Errors
    /// What is wrong, in Chinese.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        const HOW: &str = "应为网址（如 http://www.example.cn/）、域名（如 www.example.cn）或 *.域名";
        let text = text.trim();
        if text.is_empty() {
            return Err("为空".into());
        }
        if let Some(rest) = text.strip_prefix("*.") {
            let host = host(rest).ok_or(HOW)?;
            if is_public_suffix(host.split(':').next().unwrap_or_default()) {
                return Err("范围过大：该后缀之下是各单位的域名，应写到具体单位的域名".into());
            }
            return Ok(Pattern::Host { host, below: true });
        }
        if !text.contains("://") && !text.contains(['/', '?']) {
            return Ok(Pattern::Host { host: host(text).ok_or(HOW)?, below: false });
        }
        let written = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&written).map_err(|_| HOW.to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(HOW.into());
        }
        let host = place(&url).ok_or(HOW)?;
        match rest(&url) {
            "/" | "" => Ok(Pattern::Host { host, below: false }),
            rest => Ok(Pattern::Prefix { host, rest: rest.to_owned() }),
        }
    }
}

/// A host or `host:port` as addresses write it.
fn host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    (url.path() == "/" && url.query().is_none() && url.username().is_empty()).then(|| place(&url)).flatten()
}

fn place(url: &Url) -> Option<String> {
    let host = without_root_dot(url.host_str()?);
    let port = url.port().map_or(String::new(), |p| format!(":{p}"));
    (!host.is_empty() && !host.contains('*')).then(|| format!("{host}{port}"))
}

fn rest(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

/// The approvals, found by host.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    list: Vec<Approval>,
    by_host: HashMap<String, Vec<u32>, FixedState>,
}

impl Approvals {
    pub fn new(list: Vec<Approval>) -> Approvals {
        let mut by_host: HashMap<String, Vec<u32>, FixedState> = HashMap::default();
        for (at, approval) in list.iter().enumerate() {
            let host = match &approval.target {
                Pattern::Host { host, .. } | Pattern::Prefix { host, .. } => host,
            };
            by_host.entry(host.clone()).or_default().push(at as u32);
        }
        Approvals { list, by_host }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The approval that speaks of an address most closely; one that still holds goes before one that has ended.
    pub fn find(&self, url: &Url, today: Option<Date>) -> Option<&Approval> {
        let whole = place(url)?;
        let hosts = std::iter::successors(Some(whole.as_str()), |h| h.split_once('.').map(|(_, rest)| rest));
        let found = hosts
            .flat_map(|h| self.by_host.get(h).map_or(&[][..], Vec::as_slice))
            .filter_map(|at| self.list.get(*at as usize))
            .filter(|a| match &a.target {
                Pattern::Host { host, below } => *host == whole || *below,
                Pattern::Prefix { host, rest: start } => {
                    *host == whole && rest(url).starts_with(start.as_str())
                }
            });
        found.max_by_key(|a| {
            let close = match &a.target {
                Pattern::Prefix { rest, .. } => 100_000 + rest.len(),
                Pattern::Host { host, .. } => host.len(),
            };
            (!a.is_expired(today), close)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approval(target: &str, expires: Option<&str>) -> Approval {
        Approval {
            target: Pattern::parse(target).unwrap(),
            name: target.into(),
            unit: String::new(),
            purpose: String::new(),
            approved_by: String::new(),
            approved_on: None,
            expires_on: expires.map(|d| d.parse().unwrap()),
        }
    }

    #[test]
    fn the_closest_row_that_still_holds_is_found() {
        let ledger = Approvals::new(vec![
            approval("*.example.cn", None),
            approval("http://www.example.cn/a/", None),
            approval("bbs.example.cn", Some("2026-01-31")),
            approval("https://shop.example.org:8443/", Some("2026-01-31")),
        ]);
        let today = Some("2026-02-01".parse().unwrap());
        let find = |url: &str| {
            ledger
                .find(&Url::parse(url).unwrap(), today)
                .map_or("-".into(), |a| format!("{}{}", a.name, if a.is_expired(today) { "!" } else { "" }))
        };
        assert_eq!(find("https://www.example.cn/a/b.html?x=1"), "http://www.example.cn/a/");
        assert_eq!(find("http://www.example.cn/c"), "*.example.cn");
        assert_eq!(find("http://bbs.example.cn/"), "*.example.cn");
        assert_eq!(find("http://example.cn/"), "*.example.cn");
        assert_eq!(find("http://shop.example.org:8443/x"), "https://shop.example.org:8443/!");
        assert_eq!(find("http://shop.example.org/x"), "-");
        assert_eq!(find("http://notexample.cn/"), "-");
    }

    #[test]
    fn targets_that_are_none_are_refused() {
        for wrong in ["", " ", "*.", "ftp://a.example/", "http://", "a b", "mailto:a@b.example"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong:?}");
        }
        for wide in ["*", "*.cn", "*.COM", "*.gov.cn", "*.cn:80", "*.*.gov.cn", "http://*.gov.cn/"] {
            assert!(Pattern::parse(wide).is_err(), "{wide:?}");
        }
        assert!(Pattern::parse("*.example.gov.cn").is_ok());
        assert_eq!(Pattern::parse("WWW.Example.CN"), Pattern::parse("http://www.example.cn/"));
    }
}
