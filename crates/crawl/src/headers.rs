//! Header fields as servers and proxies really write and want them. Clause N2.4.
//!
//! Pure functions over values; what they mean for a page is decided elsewhere.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::GB18030;
use http::header::HeaderValue;
use url::Url;

/// The value of `Proxy-Authorization` for an address with user information.
pub fn proxy_login(proxy: &Url) -> Option<String> {
    if proxy.username().is_empty() {
        return None;
    }
    let pair = format!("{}:{}", proxy.username(), proxy.password().unwrap_or(""));
    Some(format!("Basic {}", STANDARD.encode(pair)))
}

/// Where a `Location` leads; raw Chinese bytes are UTF-8 or else GB18030.
pub fn location(from: &Url, value: &HeaderValue) -> Option<Url> {
    let mut next = from.join(&text_of(value)).ok()?;
    if !matches!(next.scheme(), "http" | "https") {
        return None;
    }
    next.set_fragment(None);
    Some(next)
}

pub fn text_of(value: &HeaderValue) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => GB18030.decode_without_bom_handling(value.as_bytes()).0,
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3).
pub fn retry_after(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO))
}

/// Encodes the few characters that the URL Standard leaves as they are and RFC 9112 does not allow.
pub fn tidy(target: &str) -> std::borrow::Cow<'_, str> {
    const RARE: &[char] = &['|', '^', '`', '{', '}', '"', '<', '>', '\\'];
    if !target.contains(RARE) {
        return target.into();
    }
    let mut out = String::with_capacity(target.len() + 8);
    for c in target.chars() {
        if RARE.contains(&c) { out.push_str(&format!("%{:02X}", c as u32)) } else { out.push(c) }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_characters_are_encoded() {
        assert_eq!(tidy("/a|b?{x}"), "/a%7Cb?%7Bx%7D");
        assert_eq!(tidy("/a?b=c"), "/a?b=c");
    }

    #[test]
    fn a_chinese_location_is_read_in_either_coding() {
        let from: Url = "http://a.example/x".parse().unwrap();
        for bytes in ["/公告.html".as_bytes(), &GB18030.encode("/公告.html").0] {
            let value = HeaderValue::from_bytes(bytes).unwrap();
            assert_eq!(location(&from, &value).unwrap().path(), "/%E5%85%AC%E5%91%8A.html");
        }
        assert!(location(&from, &HeaderValue::from_static("javascript:alert(1)")).is_none());
    }

    #[test]
    fn patience_in_seconds_or_until_a_date() {
        assert_eq!(retry_after(&HeaderValue::from_static("7")), Some(Duration::from_secs(7)));
        let past = HeaderValue::from_static("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
        assert_eq!(retry_after(&HeaderValue::from_static("soon")), None);
    }

    #[test]
    fn a_proxy_is_told_who_asks() {
        let login = |proxy: &str| proxy_login(&proxy.parse().unwrap());
        assert_eq!(login("http://user:pass@127.0.0.1:3128/").as_deref(), Some("Basic dXNlcjpwYXNz"));
        assert_eq!(login("http://127.0.0.1:3128/"), None);
    }
}
