//! Which reply answers which request: by exact target, by visit, by closure. Tests only (N2.1, N2.4).
//!
//! The first that fits answers: exact targets, then closures in order, then the fallback.

use std::collections::HashMap;
use std::sync::Mutex;

use super::reply::Reply;
use super::request::{Request, upper_hex};

type Answer = Box<dyn Fn(&Request, u64) -> Option<Reply> + Send + Sync>;

/// The answers of a server.
pub struct Routes {
    exact: HashMap<String, Vec<Reply>>,
    closures: Vec<Answer>,
    fallback: Reply,
    visits: Mutex<HashMap<String, u64>>,
}

impl Default for Routes {
    fn default() -> Self {
        Routes::new()
    }
}

impl Routes {
    /// No page yet: every address answers a plain 404.
    pub fn new() -> Routes {
        Routes {
            exact: HashMap::new(),
            closures: Vec::new(),
            fallback: Reply::not_found(),
            visits: Mutex::new(HashMap::new()),
        }
    }

    /// Answers one raw request target; hex digits in either case.
    pub fn on(mut self, target: &str, reply: Reply) -> Routes {
        self.add(target, vec![reply]);
        self
    }

    /// The first visit gets the first reply and so on; the last reply answers all later visits.
    pub fn on_visits(mut self, target: &str, replies: Vec<Reply>) -> Routes {
        self.add(target, replies);
        self
    }

    /// Asks a closure, with the request and the number of the visit to its target, from 1.
    pub fn when(mut self, answer: impl Fn(&Request, u64) -> Option<Reply> + Send + Sync + 'static) -> Routes {
        self.closures.push(Box::new(answer));
        self
    }

    /// Answers everything else.
    pub fn otherwise(mut self, reply: Reply) -> Routes {
        self.fallback = reply;
        self
    }

    /// Adds a route in place; a target written twice is a mistake of the test and panics.
    pub fn add(&mut self, target: &str, replies: Vec<Reply>) {
        assert!(!replies.is_empty(), "no reply for {target}");
        let before = self.exact.insert(upper_hex(target), replies);
        assert!(before.is_none(), "{target} is routed twice");
    }

    /// Whether an exact route exists.
    pub fn has(&self, target: &str) -> bool {
        self.exact.contains_key(&upper_hex(target))
    }

    pub(super) fn reply_for(&self, request: &Request) -> Reply {
        let visit = {
            let mut visits = super::lock(&self.visits);
            let visit = visits.entry(request.target.clone()).or_insert(0);
            *visit += 1;
            *visit
        };
        if let Some(replies) = self.exact.get(&request.target) {
            let last = replies.len() - 1;
            let nth = usize::try_from(visit - 1).unwrap_or(last).min(last);
            return replies[nth].clone();
        }
        self.closures
            .iter()
            .find_map(|answer| answer(request, visit))
            .unwrap_or_else(|| self.fallback.clone())
    }
}
