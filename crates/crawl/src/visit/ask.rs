//! What visits ask beside their own address: robots.txt, made-up addresses, style sheets; each once. Clauses N2.4, N2.5.
//!
//! Every question takes its turn at the host's gate.

use std::sync::Arc;

use base::Reach;
use checks::conceal::{SheetFile, Wanted};
use http::{Method, header};
use url::Url;

use super::Visitor;
use crate::fetch::Fetched;
use crate::host::Host;
use crate::random::{MADE_UP, RandomAnswer, made_up};
use crate::robots::Robots;
use crate::sheets::sheet_of;
use crate::signs::seen_through;
use crate::wire::Want;

impl Visitor {
    /// What robots.txt of a host says; asked once.
    pub async fn robots<'h>(&self, url: &Url, host: &'h Host) -> &'h Robots {
        host.robots
            .get_or_init(|| async {
                let Ok(there) = url.join("/robots.txt") else { return Robots::allow_all() };
                host.gate.another_turn().await;
                let ask = || self.fetcher.fetch(&there, Method::GET, Want::Readable, &self.scope);
                let mut robots = Robots::read(&ask().await, "Xunwang");
                for wait in &self.plan.confirm_after {
                    if robots.unavailable.is_none() {
                        break;
                    }
                    tokio::time::sleep(*wait).await;
                    host.gate.another_turn().await;
                    robots = Robots::read(&ask().await, "Xunwang");
                }
                if let Some(delay) = robots.delay.filter(|_| self.plan.obey_robots) {
                    host.gate.space(delay);
                }
                robots
            })
            .await
    }

    /// What the host of a page answers to made-up addresses; asked once a host.
    pub(super) async fn random(&self, url: &Url) -> RandomOf {
        let Some(host) = self.fetcher.hosts.of(url) else { return RandomOf(None) };
        host.random.get_or_init(|| self.ask_random(url, &host)).await;
        RandomOf(Some(host))
    }

    async fn ask_random(&self, url: &Url, host: &Host) -> RandomAnswer {
        let mut prints = checks::soft::RandomAnswers::default();
        let mut redirected_to = None;
        for number in 0..MADE_UP {
            let Some(there) = made_up(url, number) else { break };
            host.gate.another_turn().await;
            let fetched = self.fetcher.fetch(&there, Method::GET, Want::Readable, &self.scope).await;
            if fetched.reach != Reach::Ok || seen_through(&fetched) != Reach::Ok {
                break;
            }
            if !fetched.chain.is_empty() {
                redirected_to = Some(fetched.url.clone());
            }
            let content_type = fetched.header(header::CONTENT_TYPE);
            prints.learn(crate::read::fingerprint(&fetched.url, &fetched.body, content_type.as_deref()));
        }
        if prints.is_empty() && redirected_to.is_none() {
            return RandomAnswer::Honest;
        }
        RandomAnswer::Page { redirected_to, prints }
    }

    /// Whether redirects led where an address made up at random is led as well.
    pub(super) async fn ends_at_random(&self, fetched: &Fetched) -> bool {
        if fetched.chain.is_empty() {
            return false;
        }
        let random = self.random(&fetched.url).await;
        matches!(random.answer(), RandomAnswer::Page { redirected_to: Some(end), .. } if *end == fetched.url)
    }

    /// The style sheets that a page wants, as far as they can be had; each is asked for once.
    pub(super) async fn sheets(&self, wanted: &Wanted) -> Vec<(Url, Arc<SheetFile>)> {
        let mut out = Vec::new();
        for url in &wanted.sheets {
            let Some(place) = self.sheets.place(url) else { continue };
            let sheet = place.get_or_init(|| self.ask_sheet(url)).await;
            out.extend(sheet.as_ref().map(|sheet| (url.clone(), Arc::clone(sheet))));
        }
        out
    }

    async fn ask_sheet(&self, url: &Url) -> Option<Arc<SheetFile>> {
        let host = self.fetcher.hosts.of(url)?;
        if self.plan.obey_robots && !self.robots(url, &host).await.allows(url) || host.is_down() {
            return None;
        }
        host.gate.another_turn().await;
        let fetched = self.fetcher.fetch(url, Method::GET, Want::Readable, &self.scope).await;
        if self.scope.owns(&fetched.url) { sheet_of(&fetched) } else { None }
    }
}

/// Keeps a host alive while its random answer is looked at.
pub(super) struct RandomOf(Option<Arc<Host>>);

impl RandomOf {
    pub(super) fn answer(&self) -> &RandomAnswer {
        const HONEST: &RandomAnswer = &RandomAnswer::Honest;
        self.0.as_ref().and_then(|host| host.random.get()).unwrap_or(HONEST)
    }
}
