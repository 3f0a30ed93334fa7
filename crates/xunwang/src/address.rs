//! Start addresses as people write them, turned into a URL or a reason why not. Clauses N2.1, N4.1.
//!
//! Used for the command line, the configuration file and lists of sites alike. It never asks the network.

use url::Url;

/// Longest address that is read; longer ones are a mistake of the list, not a site.
const MAX_ADDRESS: usize = 2_048;

/// Why a text is not the address of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    #[error("网址为空")]
    Empty,
    #[error("只能巡检 http:// 或 https:// 开头的网址")]
    Scheme,
    #[error("缺少主机名，应形如 http://www.example.gov.cn/")]
    NoHost,
    #[error("不是网址，应形如 http://www.example.gov.cn/")]
    Unreadable,
    #[error("网址中有空格或换行；一格只写一个网址")]
    Blank,
    #[error("端口号应在 1–65535 之间")]
    Port,
    #[error("网址中不要写用户名和口令，请改用 --header \"Authorization: …\"")]
    Credentials,
    #[error("网址过长（超过 2048 字节）")]
    TooLong,
}

/// Reads the address of a site: trims, turns full-width signs to half-width, adds `http://` where no scheme is
/// written, drops the fragment.
///
/// Without a scheme a host needs a dot, a port or the name `localhost`, so that a remark such as 无 or “待定” in
/// the column is told as a mistake and not asked as a host.
pub fn start_address(text: &str) -> Result<Url, NotAnAddress> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0'));
    if text.is_empty() {
        return Err(NotAnAddress::Empty);
    }
    if text.len() > MAX_ADDRESS {
        return Err(NotAnAddress::TooLong);
    }
    if text.contains(char::is_whitespace) {
        return Err(NotAnAddress::Blank);
    }
    let text = half_width_origin(text);
    // `5` is an address for the standard (0.0.0.5) and a slip for everybody else.
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotAnAddress::Unreadable);
    }
    let (written, has_scheme) = with_scheme(&text)?;
    let mut url = Url::parse(&written).map_err(|fault| match fault {
        url::ParseError::EmptyHost => NotAnAddress::NoHost,
        url::ParseError::InvalidPort => NotAnAddress::Port,
        _ => NotAnAddress::Unreadable,
    })?;
    let host = url.host_str().filter(|h| !h.is_empty()).ok_or(NotAnAddress::NoHost)?;
    let named = has_scheme || host.contains(['.', ':']) || host == "localhost" || url.port().is_some();
    if !named {
        return Err(NotAnAddress::Unreadable);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NotAnAddress::Credentials);
    }
    url.set_fragment(None);
    Ok(url)
}

/// The text with a scheme that a browser would ask for, and whether it was written.
fn with_scheme(text: &str) -> Result<(String, bool), NotAnAddress> {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") {
        // `http:www.example.cn` and `http:///www.example.cn` are read by browsers, but in a list they are slips.
        let rest = &text[text.find(':').map_or(0, |at| at + 1)..];
        let host = rest.strip_prefix("//").ok_or(NotAnAddress::Unreadable)?;
        return match host.starts_with(['/', '?', '#']) || host.is_empty() {
            true => Err(NotAnAddress::NoHost),
            false => Ok((text.to_owned(), true)),
        };
    }
    if let Some(rest) = text.strip_prefix("//") {
        return Ok((format!("http://{rest}"), false));
    }
    if text.contains("://") || has_other_scheme(text) {
        return Err(NotAnAddress::Scheme);
    }
    Ok((format!("http://{text}"), false))
}

/// `mailto:a@b.cn` or `C:\sites` has another scheme; `www.example.cn:8080/x` and `localhost:8080` have a port.
fn has_other_scheme(text: &str) -> bool {
    let Some((head, rest)) = text.split_once(':') else { return false };
    let is_scheme = head.starts_with(|c: char| c.is_ascii_alphabetic())
        && head.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    is_scheme && !rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Input methods leave full-width signs behind (a full-width colon after `http`); a browser would not read the scheme.
/// Only the part up to the path is changed: beyond it such signs may be meant.
fn half_width_origin(text: &str) -> String {
    let mut slashes = 0;
    text.chars()
        .map(|c| {
            if slashes >= 3 {
                return c;
            }
            let half = match c {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
                '\u{3002}' => '.',
                other => other,
            };
            if half == '/' {
                slashes += 1;
            }
            half
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{NotAnAddress, start_address};

    fn check(written: &str, expected: &str) {
        let got = match start_address(written) {
            Ok(url) => url.to_string(),
            Err(why) => format!("{why:?}"),
        };
        assert_eq!(got, expected, "{written:?}");
    }

    #[test]
    fn what_people_write_becomes_an_address() {
        check("http://www.example.cn/", "http://www.example.cn/");
        check(" HTTPS://WWW.Example.CN/a?b#c ", "https://www.example.cn/a?b");
        check("www.example.cn", "http://www.example.cn/");
        check("www.example.cn:8080/x", "http://www.example.cn:8080/x");
        check("localhost:8080", "http://localhost:8080/");
        check("127.0.0.1", "http://127.0.0.1/");
        check("http://oa/", "http://oa/");
        check("//www.example.cn/x", "http://www.example.cn/x");
        check("\u{ff48}ttp\u{ff1a}\u{ff0f}/www.example\u{3002}cn", "http://www.example.cn/");
        check("http://www.example.cn/a\u{ff1a}b", "http://www.example.cn/a%EF%BC%9Ab");
        check("www.青禾.cn", "http://www.xn--2lzs91d.cn/");
    }

    #[test]
    fn what_is_not_an_address_says_why() {
        check("", "Empty");
        check("\u{feff} ", "Empty");
        check("无", "Unreadable");
        check("待定", "Unreadable");
        check("abc", "Unreadable");
        check("ftp://example.cn/", "Scheme");
        check("mailto:a@example.cn", "Scheme");
        check("javascript:void(0)", "Scheme");
        check("file:///etc/passwd", "Scheme");
        check("C:\\sites", "Scheme");
        check("http://", "NoHost");
        check("http:///index.html", "NoHost");
        check("http:www.example.cn", "Unreadable");
        check("http://www.example.cn:99999/", "Port");
        check("http://a.cn http://b.cn", "Blank");
        check("http://user:pw@example.cn/", "Credentials");
        check(&format!("http://example.cn/{}", "a".repeat(3_000)), "TooLong");
        assert_eq!(start_address("http://[::1"), Err(NotAnAddress::Unreadable));
    }
}
