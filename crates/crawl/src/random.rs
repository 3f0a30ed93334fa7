//! What a host answers to an address made up at random: the measure for soft 404 pages. Clause N2.4.
//!
//! Asked once a host and run. Says nothing about any page by itself.

use checks::soft::RandomAnswers;
use url::Url;

/// The answer to an address that cannot exist.
#[derive(Debug)]
pub enum RandomAnswer {
    /// A proper refusal (404 and the like), or no answer: nothing to compare with.
    Honest,
    /// Status 200 with these pages; where redirects led to one, its address.
    Page { redirected_to: Option<Url>, prints: RandomAnswers },
}

/// Addresses made up for a host. Two, so that what differs between two such answers is known.
pub const MADE_UP: u32 = 2;

/// An address that no site has, the same for a site in every run so that its owner can tell it in the log.
pub fn made_up(origin: &Url, number: u32) -> Option<Url> {
    let name = origin.host_str()?;
    // FNV-1a (public domain): any fixed spreading will do.
    let seed = 0xcbf2_9ce4_8422_2325_u64 ^ u64::from(number);
    let hash = name.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    origin.join(&format!("/xunwang-{hash:016x}.html")).ok()
}

/// Whether a path is a home page, which a site may rightly give for any address.
pub fn is_home(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    path.matches('/').count() == 1
        && url.query().is_none()
        && (file.is_empty() || matches!(stem, "index" | "default" | "main" | "home"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_pages() {
        for (url, home) in [
            ("http://a.example/", true),
            ("http://a.example/index.html", true),
            ("http://a.example/Default.aspx", true),
            ("http://a.example/index.jsp?id=3", false),
            ("http://a.example/xw/", false),
            ("http://a.example/xw/index.html", false),
        ] {
            assert_eq!(is_home(&url.parse().unwrap()), home, "{url}");
        }
    }
}
