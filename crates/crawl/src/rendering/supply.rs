//! What a rendered page asks for, asked by the crawl: its guard, its gates, its robots.txt, its scope. Clauses N2.1, N2.5.
//!
//! Nothing is asked that the plan would not ask. What several pages share is asked once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base::Reach;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use render::{Answer, Kind, Request};
use tokio::sync::Semaphore;
use url::Url;

use crate::bounds;
use crate::fetch::{Fetched, Fetcher, withheld};
use crate::guard::Zone;
use crate::lock;
use crate::plan::{Outgoing, Plan, Scope};
use crate::wire::Want;

/// Answers the requests of a run's rendered pages.
pub struct Supply {
    plan: Arc<Plan>,
    scope: Scope,
    fetcher: Arc<Fetcher>,
    /// Requests under way at the same time; the gates space them, but a lifted rate does not.
    places: Semaphore,
    shelf: Mutex<Shelf>,
}

/// Answers that will be asked for again.
#[derive(Default)]
struct Shelf {
    answers: HashMap<String, Answer>,
    bytes: usize,
}

impl Supply {
    pub fn new(plan: Arc<Plan>, scope: Scope, fetcher: Arc<Fetcher>) -> Supply {
        let places = Semaphore::new(fetcher.wire.manners.host_concurrency.max(1));
        Supply { plan, scope, fetcher, places, shelf: Mutex::default() }
    }

    /// The answer to a request; `None` refuses it.
    pub async fn answer(&self, request: &Request, pictures: bool) -> Option<Answer> {
        let url = Url::parse(&request.url).ok()?;
        if !self.allows(&url, request.kind, pictures) {
            return None;
        }
        if let Some(known) = lock(&self.shelf).answers.get(url.as_str()) {
            return Some(known.clone());
        }
        let host = self.fetcher.hosts.of(&url)?;
        let _place = self.places.acquire().await.ok()?;
        host.gate.another_turn().await;
        let method = if request.method == "HEAD" { Method::HEAD } else { Method::GET };
        let said = said(&request.headers);
        let fetched = self.fetcher.fetch_for_page(said, &url, method, Want::Whole, &self.scope).await;
        fetched.status?;
        let answer = given(&fetched);
        let shared = matches!(request.kind, Kind::Style | Kind::Script | Kind::Font | Kind::Image);
        let mut shelf = lock(&self.shelf);
        if !fetched.chain.is_empty() && fetched.url != url {
            // The browser has to know where the answer is from: addresses in it are relative to that.
            shelf.put(fetched.url.as_str(), answer);
            let redirect = Answer::redirect(fetched.url.as_str());
            shelf.put(url.as_str(), redirect.clone());
            return Some(redirect);
        }
        if shared && fetched.reach == Reach::Ok {
            shelf.put(url.as_str(), answer.clone());
        }
        Some(answer)
    }

    fn allows(&self, url: &Url, kind: Kind, pictures: bool) -> bool {
        let own = self.scope.owns(url);
        let wanted = match kind {
            // The page is to be read, not what it leads to.
            Kind::Page | Kind::Media => false,
            // Frames and odd things of other hosts are maps, counters and films.
            Kind::Frame | Kind::Other => own && !url.path().ends_with("/favicon.ico"),
            Kind::Image | Kind::Font => pictures,
            Kind::Style | Kind::Script | Kind::Data => true,
        };
        let guard = &self.fetcher.guard;
        let only_here = self.plan.outgoing == Outgoing::Auto && guard.start() != Zone::Public;
        let listed = !own && self.plan.outgoing == Outgoing::List;
        let robots = || {
            let host = self.fetcher.hosts.of(url);
            !own || !self.plan.obey_robots
                || host.is_some_and(|host| host.robots.get().is_none_or(|robots| robots.allows(url)))
        };
        let outside = !own && withheld(url, guard, only_here).is_some();
        wanted
            && !listed
            && !outside
            && self.scope.asks(url.as_str())
            && withheld(url, guard, false).is_none()
            && robots()
    }
}

impl Shelf {
    fn put(&mut self, url: &str, answer: Answer) {
        let weight = answer.body.len() + bounds::SHELF_ENTRY;
        if self.bytes + weight > bounds::SHELF_BYTES {
            self.answers.clear();
            self.bytes = 0;
        }
        self.bytes += weight;
        self.answers.insert(url.to_owned(), answer);
    }
}

/// What was fetched, as the browser takes it.
pub fn given(fetched: &Fetched) -> Answer {
    let text = |value: &HeaderValue| crate::headers::text_of(value).into_owned();
    let headers = fetched.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Answer {
        status: fetched.status.unwrap_or(StatusCode::BAD_GATEWAY.as_u16()),
        headers: headers.collect(),
        body: fetched.body.clone(),
    }
}

/// What the page's script says beside the address, as far as answers depend on it.
fn said(headers: &[(String, String)]) -> HeaderMap {
    let mut said = HeaderMap::new();
    for (name, value) in headers {
        let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) else {
            continue;
        };
        let counts = [header::ACCEPT, header::REFERER, header::ORIGIN].contains(&name);
        if (counts || name.as_str().starts_with("x-")) && said.len() < bounds::SAID_HEADERS {
            said.insert(name, value);
        }
    }
    said
}
