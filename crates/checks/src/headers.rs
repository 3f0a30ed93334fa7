//! Header fields by which a site asks browsers for protection, and those that are missing. Clause N2.5.
//!
//! Looks at the answer of one page; whether a value is as strict as it could be is not judged.

/// A protection that an answer does not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// `Strict-Transport-Security` (RFC 6797); means something over https only.
    StrictTransport,
    /// `X-Content-Type-Options: nosniff`.
    NoSniffing,
    /// `X-Frame-Options`, or `frame-ancestors` of a content security policy.
    Framing,
}

impl Protection {
    /// What is missing and what for, for people.
    pub fn label(self) -> &'static str {
        match self {
            Protection::StrictTransport => "Strict-Transport-Security（强制加密访问）",
            Protection::NoSniffing => "X-Content-Type-Options（防止文件被当作脚本执行）",
            Protection::Framing => "X-Frame-Options 或 frame-ancestors（防止被他人网页嵌入冒用）",
        }
    }
}

/// The protections that an answer does not ask for. Names of fields in any case; a field may come more than once.
pub fn missing(secure: bool, headers: &[(&str, &str)]) -> Vec<Protection> {
    let values = |name: &str| {
        let name = name.to_owned();
        headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(&name))
            .map(|(_, value)| value.trim())
    };
    // `max-age=0` takes the protection back.
    let is_kept = |value: &str| {
        let age = value.to_ascii_lowercase().replace([' ', '"'], "");
        age.split(';')
            .any(|part| part.strip_prefix("max-age=").is_some_and(|n| n.parse::<u64>().is_ok_and(|n| n > 0)))
    };
    let mut out = Vec::new();
    if secure && !values("strict-transport-security").any(is_kept) {
        out.push(Protection::StrictTransport);
    }
    if !values("x-content-type-options").any(|value| value.eq_ignore_ascii_case("nosniff")) {
        out.push(Protection::NoSniffing);
    }
    let framing = values("x-frame-options").any(|value| {
        let value = value.to_ascii_lowercase();
        value == "deny" || value == "sameorigin" || value.starts_with("allow-from ")
    });
    let policy = values("content-security-policy").any(|value| {
        value.split(';').any(|part| part.trim_start().to_ascii_lowercase().starts_with("frame-ancestors"))
    });
    if !framing && !policy {
        out.push(Protection::Framing);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Protection::*, missing};

    #[test]
    fn protections_are_counted_by_what_they_do() {
        assert_eq!(missing(true, &[]), [StrictTransport, NoSniffing, Framing]);
        assert_eq!(missing(false, &[]), [NoSniffing, Framing]);
        let all = [
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'"),
        ];
        assert_eq!(missing(true, &all), []);
        let none = [
            ("Strict-Transport-Security", "max-age=0"),
            ("X-Content-Type-Options", "sniff"),
            ("X-Frame-Options", "ALLOWALL"),
            ("Content-Security-Policy", "default-src 'self'"),
        ];
        assert_eq!(missing(true, &none), [StrictTransport, NoSniffing, Framing]);
        assert_eq!(missing(false, &[("x-frame-options", "SAMEORIGIN")]), [NoSniffing]);
    }
}
