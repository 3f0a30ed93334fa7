//! Whose a host is: the domain that somebody registered, by the list of public suffixes. Clause N2.5.
//!
//! The list is compiled in; nothing is asked of the name system.

use std::borrow::Cow;

use url::{Position, Url};

/// A host name without the dot that ends it in the name system: `www.example.cn.` and `www.example.cn` are one host.
pub fn without_root_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether an address lies on one of these hosts (`host` or `host:port`, lower case), or below one.
pub fn lies_on(url: &Url, hosts: &[String], sub_domains: bool) -> bool {
    let url = &*at_usual_name(url);
    if url.host_str().is_none_or(|host| host.ends_with('.')) {
        return false;
    }
    let name = &url[Position::BeforeHost..Position::AfterPort];
    hosts.iter().any(|own| {
        own == name
            || (sub_domains && name.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.')))
    })
}

/// The address with its host's name as it is usually written. Relative links of a page are resolved against it, so that
/// a link with a dot too many does not lead through the whole site a second time.
pub fn at_usual_name(url: &Url) -> Cow<'_, Url> {
    let Some(name) = url.host_str().and_then(|host| host.strip_suffix('.')) else {
        return Cow::Borrowed(url);
    };
    let mut usual = url.clone();
    match usual.set_host(Some(name)) {
        Ok(()) => Cow::Owned(usual),
        Err(_) => Cow::Borrowed(url),
    }
}

/// The registrable domain of a host name: one label below the public suffix, lower case. `gov.cn` is a public suffix,
/// so `www.changsha.gov.cn` and `sw.changsha.gov.cn` both belong to `changsha.gov.cn`.
///
/// `None` for a public suffix itself, an address in numbers, and what is no host name.
pub fn registrable_domain(host: &str) -> Option<Cow<'_, str>> {
    let host: Cow<'_, str> = match host.bytes().any(|b| b.is_ascii_uppercase()) {
        true => Cow::Owned(host.to_ascii_lowercase()),
        false => Cow::Borrowed(host),
    };
    let named = !host.starts_with('.') && !host.starts_with('[') && !host.contains("..");
    let numbers =
        host.rsplit('.').next().is_some_and(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_digit()));
    if !named || numbers {
        return None;
    }
    let len = psl::domain_str(&host)?.len();
    match host {
        Cow::Borrowed(host) => Some(Cow::Borrowed(&host[host.len() - len..])),
        Cow::Owned(host) => Some(Cow::Owned(host[host.len() - len..].to_owned())),
    }
}

/// Whether two hosts lie under one registrable domain.
pub fn same_owner(a: &str, b: &str) -> bool {
    let domain = |host| registrable_domain(without_root_dot(host));
    domain(a).is_some_and(|own| domain(b).is_some_and(|other| own == other))
}

/// Whether anybody may register a name right below a host: `cn`, `com`, `gov.cn`. A number is no such.
pub fn is_public_suffix(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let number = host.rsplit('.').next().is_none_or(|l| l.bytes().all(|b| b.is_ascii_digit()));
    !number && !host.contains([':', '[']) && psl::suffix_str(&host) == Some(host.as_str())
}

#[cfg(test)]
mod tests {
    use super::{at_usual_name, is_public_suffix, registrable_domain};
    use url::Url;

    #[test]
    fn the_dot_of_the_root_names_no_other_host() {
        let check = |address: &str, expected: &str| {
            let url = Url::parse(address).unwrap();
            assert_eq!(at_usual_name(&url).as_str(), expected);
        };
        check("http://www.example.cn./a?b=c", "http://www.example.cn/a?b=c");
        check("https://www.example.cn.:8443/", "https://www.example.cn:8443/");
        check("http://www.example.cn/a.", "http://www.example.cn/a.");
        check("http://./", "http://./");
    }

    #[test]
    fn domains_of_offices() {
        let check = |host: &str, domain: &str| {
            assert_eq!(registrable_domain(host).as_deref().unwrap_or("-"), domain, "{host}");
        };
        check("www.changsha.gov.cn", "changsha.gov.cn");
        check("SW.Changsha.GOV.cn", "changsha.gov.cn");
        check("gov.cn", "-");
        check("www.hunan.com.cn", "hunan.com.cn");
        check("example.org", "example.org");
        check("www.xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s");
        check("127.0.0.1", "-");
        check("[::1]", "-");
        check("", "-");
        check(".gov.cn", "-");
        check("localhost", "-");
    }

    #[test]
    fn public_suffixes_belong_to_nobody() {
        for host in ["cn", "COM", "gov.cn", "com.cn", "gov.cn.", "xn--fiqs8s"] {
            assert!(is_public_suffix(host), "{host}");
        }
        for host in ["example.gov.cn", "example.com", "127.0.0.1", "[::1]", "", "."] {
            assert!(!is_public_suffix(host), "{host}");
        }
    }
}
