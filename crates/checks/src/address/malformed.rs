//! Links that are no address, and links that are hardly the one that was meant. Clause N2.1.
//!
//! A [`Malformed`] link leads nowhere for certain. An [`Oddity`] is a hint beside the answer of the server, which
//! alone says whether the link is dead.

use std::borrow::Cow;

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Malformed {
    /// `http://a b.gov.cn/`
    BadHost,
    /// `http://a.gov.cn:8o80/`
    BadPort,
    /// `http://`
    NoHost,
    /// `http//a.gov.cn`, `htpp://a.gov.cn`, `http：//a.gov.cn`
    BadScheme,
    /// `http://http://a.gov.cn/`
    DoubledScheme,
    /// `www.a.gov.cn:8080/`, whose host reads as a scheme
    NoScheme,
    /// `file:///C:/…`, `C:\…`: only on the editor's own machine
    LocalPath,
    /// All else that the URL Standard refuses.
    Unresolvable,
}

impl Malformed {
    pub const ALL: [Malformed; 8] = [
        Malformed::BadHost,
        Malformed::BadPort,
        Malformed::NoHost,
        Malformed::BadScheme,
        Malformed::DoubledScheme,
        Malformed::NoScheme,
        Malformed::LocalPath,
        Malformed::Unresolvable,
    ];

    /// What is wrong, for screens.
    pub fn label(self) -> &'static str {
        match self {
            Malformed::BadHost => "域名中含有不允许的字符",
            Malformed::BadPort => "端口号不是有效数字",
            Malformed::NoHost => "缺少域名",
            Malformed::BadScheme => "协议写错，应为 http:// 或 https://",
            Malformed::DoubledScheme => "协议写了两次",
            Malformed::NoScheme => "缺少 http:// 或 https://",
            Malformed::LocalPath => "指向编辑人员本机的文件",
            Malformed::Unresolvable => "不是有效的网址",
        }
    }
}

/// What makes a link look like a slip although it resolves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// `http:/a`, `http:a`, `http:///a`
    Slashes,
    /// `\news\1.html`
    Backslash,
    /// Blanks that browsers do not trim (U+00A0, U+3000), or blanks and line ends inside.
    Blank,
    /// `www.a.gov.cn/x` without scheme: a path on the same site
    HostAsPath,
    /// `someone@a.gov.cn` without `mailto:`: likewise
    MailAsPath,
    /// Full-width punctuation in a host.
    WidePunctuation,
}

impl Oddity {
    pub const ALL: [Oddity; 6] = [
        Oddity::Slashes,
        Oddity::Backslash,
        Oddity::Blank,
        Oddity::HostAsPath,
        Oddity::MailAsPath,
        Oddity::WidePunctuation,
    ];

    /// What looks wrong, for screens.
    pub fn label(self) -> &'static str {
        match self {
            Oddity::Slashes => "协议后的斜杠数目不对",
            Oddity::Backslash => "用反斜杠代替了斜杠",
            Oddity::Blank => "地址中有多余的空格或换行",
            Oddity::HostAsPath => "域名前缺少 http://，被当作本站路径",
            Oddity::MailAsPath => "邮箱地址前缺少 mailto:，被当作本站路径",
            Oddity::WidePunctuation => "域名中有全角标点",
        }
    }
}

/// What is odd about a link as written; `None` for nearly all.
pub fn oddity(raw: &str) -> Option<Oddity> {
    let raw = raw.trim_matches(|c: char| c <= ' ');
    let named = scheme(raw);
    if named.as_deref().is_some_and(|s| !matches!(s, "http" | "https")) {
        return None;
    }
    let path = &raw[..raw.find(['?', '#']).unwrap_or(raw.len())];
    let after = match named {
        Some(_) => path.split_once(':').map_or("", |(_, after)| after),
        None => path,
    };
    if path.starts_with(['\u{A0}', '\u{3000}']) || path.ends_with(['\u{A0}', '\u{3000}']) {
        return Some(Oddity::Blank);
    }
    if path.contains(['\t', '\n', '\r']) {
        return Some(Oddity::Blank);
    }
    if after.contains('\\') {
        return Some(Oddity::Backslash);
    }
    if named.is_some() && (!after.starts_with("//") || after.starts_with("///")) {
        return Some(Oddity::Slashes);
    }
    let host = after.trim_start_matches('/');
    let host = &host[..host.find('/').unwrap_or(host.len())];
    if named.is_some() || after.starts_with("//") {
        let wide = |c| matches!(c, '，' | '、' | '；' | '：' | '。' | '．' | '／' | '（' | '）');
        return host.contains(wide).then_some(Oddity::WidePunctuation);
    }
    if !path.starts_with('/') {
        if looks_like_host(host) {
            return Some(Oddity::HostAsPath);
        }
        if path.split_once('@').is_some_and(|(name, host)| !name.contains('/') && is_domain(host)) {
            return Some(Oddity::MailAsPath);
        }
    }
    None
}

/// Faults that would resolve, but for certain to nothing that was meant.
pub(super) fn by_its_look(address: &str) -> Option<Malformed> {
    let bytes = address.as_bytes();
    // Nearly every link ends here: paths and good schemes.
    match bytes.first()? {
        b'/' | b'.' | b'?' => return None,
        b'h' if address.starts_with("http://") || address.starts_with("https://") => return doubled(address),
        _ => {}
    }
    if matches!(bytes[0], b'h' | b'H') && is_broken_http(address) {
        return Some(Malformed::BadScheme);
    }
    let scheme = scheme(address)?;
    let after = address.split_once(':').map_or("", |(_, after)| after);
    if scheme == "file" || scheme.len() == 1 && after.starts_with(['\\', '/', '|']) {
        return Some(Malformed::LocalPath);
    }
    if after.starts_with("//") && is_misspelt_http(&scheme) {
        return Some(Malformed::BadScheme);
    }
    if matches!(&*scheme, "http" | "https") {
        return doubled(address);
    }
    let port = after.bytes().take_while(u8::is_ascii_digit).count();
    let port_ends = matches!(after.as_bytes().get(port), None | Some(b'/' | b'?'));
    if scheme.contains('.') && (1..=5).contains(&port) && port_ends {
        return Some(Malformed::NoScheme);
    }
    None
}

/// `http//a`, `http：//a`, `http;//a`: the colon missing or another sign.
fn is_broken_http(address: &str) -> bool {
    let strip =
        |s: &str| address.get(..s.len()).filter(|t| t.eq_ignore_ascii_case(s)).map(|_| &address[s.len()..]);
    strip("https")
        .or_else(|| strip("http"))
        .is_some_and(|rest| ["//", "：", ";//", ".//"].iter().any(|s| rest.starts_with(s)))
}

/// The scheme in lower case, when the link begins with one; tabs and line ends do not count.
pub(super) fn scheme(address: &str) -> Option<Cow<'_, str>> {
    let colon = address.bytes().position(|b| !(b.is_ascii_alphanumeric() || b"+-.\t\n\r".contains(&b)))?;
    if address.as_bytes()[colon] != b':' || !address.as_bytes()[0].is_ascii_alphabetic() {
        return None;
    }
    let scheme = &address[..colon];
    if scheme.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(Cow::Borrowed(scheme));
    }
    Some(Cow::Owned(scheme.replace(['\t', '\n', '\r'], "").to_ascii_lowercase()))
}

/// `http://http://a`: the host would be `http`.
fn doubled(address: &str) -> Option<Malformed> {
    let host = address.split_once(':')?.1.trim_start_matches(['/', '\\']);
    let second = ["https", "http"].iter().find_map(|s| host.strip_prefix(s))?;
    let doubled = ["://", "//", ":\\", "：//"].iter().any(|s| second.starts_with(s));
    doubled.then_some(Malformed::DoubledScheme)
}

/// One letter missing, doubled or out of place.
fn is_misspelt_http(scheme: &str) -> bool {
    const SLIPS: [&str; 16] = [
        "htp", "htt", "ttp", "htpp", "hhttp", "htttp", "httpp", "hthp", "hppt", "thtp", "hptt", "htps",
        "ttps", "httpss", "htpps", "htttps",
    ];
    SLIPS.contains(&scheme)
}

/// `www.` in front, or a government domain at the end: a file is hardly called so.
fn looks_like_host(name: &str) -> bool {
    let plain = name.strip_prefix("www.").is_some_and(|rest| rest.contains('.'));
    (plain || name.ends_with(".gov.cn")) && is_domain(name)
}

/// A host under one of the domains that offices and their mail use.
fn is_domain(name: &str) -> bool {
    const ENDS: [&str; 5] = [".cn", ".com", ".net", ".org", ".edu"];
    ENDS.iter().any(|end| name.ends_with(end))
        && name.split('.').all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oddities_are_named() {
        let check = |raw: &str, expect: Option<Oddity>| assert_eq!(oddity(raw), expect, "{raw}");
        check("http:/a.gov.cn/", Some(Oddity::Slashes));
        check("http:\\\\a.gov.cn", Some(Oddity::Backslash));
        check("\\news\\1.html", Some(Oddity::Backslash));
        check("http:///a.gov.cn", Some(Oddity::Slashes));
        check("\u{3000}/a.html", Some(Oddity::Blank));
        check("/a.html\u{A0}", Some(Oddity::Blank));
        check("www.a.gov.cn", Some(Oddity::HostAsPath));
        check("a.gov.cn/x.html", Some(Oddity::HostAsPath));
        check("li@a.gov.cn", Some(Oddity::MailAsPath));
        check("http://www.a.gov.cn，/", Some(Oddity::WidePunctuation));
        for good in [
            "a.html",
            "/a/b.html?x=\\",
            "http://a.cn/",
            "//a.cn/b",
            "mailto:li@a.gov.cn",
            "index.htm",
            "?id=1",
            "  /a.html ",
            "art/1@2.png",
            "www.html",
            "img/a@2x.png",
            "#a b",
            "",
            "logo@2x.png",
            "a b.html",
        ] {
            check(good, None);
        }
    }

    #[test]
    fn labels_are_chinese_and_distinct() {
        let mut labels: Vec<_> = Malformed::ALL.iter().map(|m| m.label()).collect();
        labels.extend(Oddity::ALL.iter().map(|o| o.label()));
        let all = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), all);
    }
}
