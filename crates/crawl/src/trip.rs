//! A chain of redirects under way, with the cookies set along it. Clause N2.4.
//!
//! A browser has these cookies too, and some sites redirect to themselves to set one. Kept for one question only.

use std::collections::HashSet;

use base::Hop;
use http::header::{self, HeaderMap};
use url::Url;

use crate::bounds;

/// As whom a site is asked, where that is not the run's own name: tampered pages show visitors from search engines, and
/// search engines themselves, something else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity {
    /// `User-Agent`; `None`: the run's own.
    pub user_agent: Option<&'static str>,
    pub referer: Option<&'static str>,
}

/// A chain of redirects under way.
pub struct Trip {
    pub url: Url,
    pub chain: Vec<Hop>,
    /// As whom the site is asked.
    pub identity: Identity,
    /// What a rendered page's script says beside the address.
    pub said: HeaderMap,
    cookies: Vec<Cookie>,
    /// Address and cookies of every hop: the same again means that nothing can change any more.
    seen: HashSet<String>,
}

struct Cookie {
    host: String,
    pair: String,
}

impl Trip {
    /// A trip that begins at this address.
    pub fn under(identity: Identity, url: Url) -> Trip {
        Trip { url, chain: vec![], identity, said: HeaderMap::new(), cookies: vec![], seen: HashSet::new() }
    }

    /// Whether the trip was at this address with these cookies before. Call it once for each hop.
    pub fn is_in_a_loop(&mut self) -> bool {
        let mut state = self.url.to_string();
        for cookie in &self.cookies {
            state.push('\n');
            state.push_str(&cookie.pair);
        }
        !self.seen.insert(state)
    }

    /// `name=value` of the cookies that the present host has set.
    pub fn cookies(&self) -> impl Iterator<Item = &str> {
        let here = self.url.host_str();
        self.cookies.iter().filter(move |c| Some(c.host.as_str()) == here).map(|c| c.pair.as_str())
    }

    /// Keeps what `Set-Cookie` says; path, time and place are not looked at within one question.
    pub fn take_cookies(&mut self, headers: &HeaderMap) {
        let Some(host) = self.url.host_str() else { return };
        for value in headers.get_all(header::SET_COOKIE) {
            let Ok(text) = value.to_str() else { continue };
            let pair = text.split(';').next().unwrap_or_default().trim();
            let Some((name, _)) = pair.split_once('=') else { continue };
            let prefix = format!("{name}=");
            self.cookies.retain(|c| c.host != host || !c.pair.starts_with(&prefix));
            if self.cookies.len() < bounds::MAX_COOKIES {
                self.cookies.push(Cookie { host: host.to_owned(), pair: pair.to_owned() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_makes_the_same_address_another_state() {
        let mut trip = Trip::under(Identity::default(), "http://qinghe.example/".parse().unwrap());
        assert!(!trip.is_in_a_loop());
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, HeaderValue::from_static("pass=1; Path=/"));
        trip.take_cookies(&headers);
        assert!(!trip.is_in_a_loop());
        assert_eq!(trip.cookies().collect::<Vec<_>>(), ["pass=1"]);
        trip.take_cookies(&headers);
        assert!(trip.is_in_a_loop());
        trip.url = "http://other.example/".parse().unwrap();
        assert_eq!(trip.cookies().count(), 0);
    }

    #[test]
    fn cookies_without_end_are_not_kept() {
        let mut trip = Trip::under(Identity::default(), "http://qinghe.example/".parse().unwrap());
        for n in 0..1_000 {
            let mut headers = HeaderMap::new();
            headers.append(header::SET_COOKIE, format!("c{n}=1").parse().unwrap());
            trip.take_cookies(&headers);
        }
        assert_eq!(trip.cookies().count(), bounds::MAX_COOKIES);
    }
}
