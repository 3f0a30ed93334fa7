//! Small signs by which an address is asked differently, or an answer taken for what it is. Clause N2.4.
//!
//! Looks at addresses, statuses, headers and first bytes; asks nothing.

use base::Reach;
use checks::firewall;
use http::header;
use url::Url;

use crate::bounds;
use crate::fetch::Fetched;

/// HEAD got an error that GET may not get: refused, not understood, or the connection broken off.
pub fn head_was_refused(fetched: &Fetched) -> bool {
    match fetched.reach {
        Reach::Status(429 | 503) => false,
        Reach::Status(code) => code >= 400,
        Reach::Reset | Reach::Garbled => true,
        _ => false,
    }
}

/// Whether a policy in the answer's head has browsers fetch all parts securely; one header may hold several policies.
pub fn upgrades_parts(fetched: &Fetched) -> bool {
    let mut policies = fetched.headers.get_all(header::CONTENT_SECURITY_POLICY).iter();
    policies.any(|value| value.to_str().is_ok_and(|text| text.split(',').any(checks::page::upgrades)))
}

/// Tells a firewall's answer from the site's own.
pub fn seen_through(fetched: &Fetched) -> Reach {
    let Some(status) = fetched.status else { return fetched.reach };
    // A page of usual size with status 200 is a page.
    if fetched.reach == Reach::Ok && fetched.body.len() > bounds::CHALLENGE_BODY {
        return fetched.reach;
    }
    let headers: Vec<(&str, &str)> =
        fetched.headers.iter().filter_map(|(n, v)| Some((n.as_str(), v.to_str().ok()?))).collect();
    let start = &fetched.body[..fetched.body.len().min(bounds::CHALLENGE_BODY)];
    if firewall::challenge(status, &headers, start) { Reach::Blocked(status) } else { fetched.reach }
}

/// Endings of files that are not pages: asked for with HEAD.
const FILES: [&str; 46] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "dps", "ofd", "rtf", "csv", "zip",
    "rar", "7z", "gz", "tar", "exe", "apk", "jpg", "jpeg", "png", "gif", "bmp", "webp", "svg", "ico", "mp3",
    "mp4", "flv", "avi", "wmv", "mov", "m4v", "wav", "swf", "woff", "woff2", "ttf", "eot", "js", "css",
    "json", "iso", "dmg",
];

/// Whether the last segment of the path ends like a file that is no page.
pub fn names_a_file(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    // A gzipped sitemap is read, not only asked for.
    !name.ends_with(".xml.gz") && FILES.iter().any(|file| ending.eq_ignore_ascii_case(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_last_segment() {
        let check = |url: &str, expected| assert_eq!(names_a_file(&url.parse().unwrap()), expected, "{url}");
        check("http://a.example/t.PDF", true);
        check("http://a.example/t.pdf?x=1", true);
        check("http://a.example/pdf/", false);
        check("http://a.example/v1.0/t", false);
        check("http://a.example/sitemap.xml.gz", false);
    }
}
