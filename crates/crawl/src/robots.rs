//! robots.txt: what a site forbids, asks for and lists (RFC 9309). Clause N2.1.
//!
//! A site that cannot say (5xx, no answer) is taken as forbidding everything, as the standard orders;
//! a supervisor with authority may ignore all of it (`--ignore-robots`).

use std::time::Duration;

use base::Reach;
use texting_robots::Robot;
use url::Url;

use crate::bounds;
use crate::fetch::Fetched;

/// What robots.txt of a host says to us.
pub struct Robots {
    rules: Rules,
    /// Seconds between requests that the site asks for.
    pub delay: Option<Duration>,
    /// Sitemaps it lists, as written.
    pub sitemaps: Vec<String>,
    /// The server's own fault with which it was answered instead.
    pub unavailable: Option<u16>,
}

enum Rules {
    AllowAll,
    ForbidAll,
    Listed(Box<Robot>),
}

impl Robots {
    /// Reads the answer to `/robots.txt`. `agent` is the product token, for example `Xunwang`.
    pub fn read(answer: &Fetched, agent: &str) -> Robots {
        match answer.reach {
            Reach::Ok | Reach::TooLarge => Robots::parse(&answer.body, agent),
            // RFC 9309 §2.3.1.3: unavailable (4xx) means no rules; a firewall's answer says nothing either.
            Reach::Status(400..=499 | 521) | Reach::Blocked(_) => Robots::allow_all(),
            Reach::RedirectLoop | Reach::TooManyHops => Robots::allow_all(),
            // §2.3.1.4: unreachable (5xx, network) means complete disallow. A dead network shows at the
            // start page anyway, and there says what is wrong, so only a server's own 5xx forbids here.
            Reach::Status(code @ 500..) => {
                Robots { rules: Rules::ForbidAll, delay: None, sitemaps: vec![], unavailable: Some(code) }
            }
            _ => Robots::allow_all(),
        }
    }

    pub fn allow_all() -> Robots {
        Robots { rules: Rules::AllowAll, delay: None, sitemaps: vec![], unavailable: None }
    }

    fn parse(body: &[u8], agent: &str) -> Robots {
        let body = &body[..body.len().min(bounds::MAX_ROBOTS)];
        // A mark at the start is no part of the first directive.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        // A page instead of a text file (soft 404) holds no rules.
        if body.trim_ascii_start().starts_with(b"<") {
            return Robots::allow_all();
        }
        match Robot::new(agent, body) {
            Ok(robot) => Robots {
                delay: robot.delay.filter(|d| d.is_finite() && *d > 0.0).map(|d| {
                    Duration::try_from_secs_f32(d)
                        .unwrap_or(bounds::MAX_CRAWL_DELAY)
                        .min(bounds::MAX_CRAWL_DELAY)
                }),
                sitemaps: robot.sitemaps.clone(),
                unavailable: None,
                rules: Rules::Listed(Box::new(robot)),
            },
            Err(_) => Robots::allow_all(),
        }
    }

    /// Whether we may ask for an address.
    pub fn allows(&self, url: &Url) -> bool {
        match &self.rules {
            Rules::AllowAll => true,
            Rules::ForbidAll => false,
            Rules::Listed(robot) => robot.allowed(url.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(robots: &[u8], path: &str, allowed: bool) {
        let url = format!("http://a.example{path}").parse().unwrap();
        assert_eq!(Robots::parse(robots, "Xunwang").allows(&url), allowed, "{path}");
    }

    #[test]
    fn a_byte_order_mark_hides_no_rule() {
        let robots = b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /neibu/\r\n# \xc4\xda\r\n";
        check(robots, "/neibu/a.html", false);
        check(robots, "/gongkai/a.html", true);
    }

    #[test]
    fn our_own_group_and_wild_cards() {
        let robots = b"User-agent: *\nDisallow: /\n\nUser-agent: xunwang\nDisallow: /*.do$\nAllow: /\n";
        check(robots, "/a.do", false);
        check(robots, "/a.do?x", true);
        check(robots, "/b", true);
    }

    #[test]
    fn a_page_instead_of_rules_forbids_nothing() {
        check(b"<html>Disallow: /</html>", "/a", true);
    }
}
