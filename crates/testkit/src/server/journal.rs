//! The server's own record of what it was asked: the proof of politeness and of what was never asked. N2.1, N2.4.
//!
//! Times are the server's, taken when the head of a request was complete.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub host: String,
    pub user_agent: String,
    pub cookie: String,
    pub at: Instant,
    pub connection: u64,
}

/// All requests so far, oldest first.
#[derive(Default)]
pub struct Journal {
    pages: Mutex<Pages>,
    grown: Condvar,
}

#[derive(Default)]
struct Pages {
    seen: Vec<Seen>,
    now: usize,
    most: usize,
}

impl Journal {
    pub fn requests(&self) -> Vec<Seen> {
        self.pages().seen.clone()
    }

    pub fn len(&self) -> usize {
        self.pages().seen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How often a target was asked for, by any method.
    pub fn visits(&self, target: &str) -> usize {
        self.pages().seen.iter().filter(|s| s.target == target).count()
    }

    /// Distinct targets, sorted.
    pub fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self.pages().seen.iter().map(|s| s.target.clone()).collect();
        targets.sort();
        targets.dedup();
        targets
    }

    /// The largest number of requests whose times lie within less than `span` of each other.
    pub fn most_within(&self, span: Duration) -> usize {
        let mut times: Vec<Instant> = self.pages().seen.iter().map(|s| s.at).collect();
        times.sort();
        let mut first = 0;
        let mut most = 0;
        for (last, at) in times.iter().enumerate() {
            while at.duration_since(times[first]) >= span {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        most
    }

    /// The largest number of requests that were being answered at the same time.
    pub fn most_at_once(&self) -> usize {
        self.pages().most
    }

    /// Waits until at least `number` requests have come; false if they have not within `limit`.
    pub fn wait_for(&self, number: usize, limit: Duration) -> bool {
        let pages = self.pages();
        let (pages, _) = self
            .grown
            .wait_timeout_while(pages, limit, |p| p.seen.len() < number)
            .unwrap_or_else(PoisonError::into_inner);
        pages.seen.len() >= number
    }

    /// Forgets what was seen.
    pub fn clear(&self) {
        let mut pages = self.pages();
        pages.seen.clear();
        pages.most = pages.now;
    }

    pub(super) fn begin(&self, seen: Seen) {
        let mut pages = self.pages();
        pages.seen.push(seen);
        pages.now += 1;
        pages.most = pages.most.max(pages.now);
        self.grown.notify_all();
    }

    pub(super) fn end(&self) {
        self.pages().now -= 1;
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        super::lock(&self.pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_most(milliseconds: &[u64], most: usize) {
        let journal = Journal::default();
        let zero = Instant::now();
        for &ms in milliseconds {
            journal.begin(Seen {
                method: "GET".into(),
                target: "/".into(),
                host: String::new(),
                user_agent: String::new(),
                cookie: String::new(),
                at: zero + Duration::from_millis(ms),
                connection: 1,
            });
            journal.end();
        }
        assert_eq!(journal.most_within(Duration::from_secs(1)), most, "{milliseconds:?}");
    }

    #[test]
    fn a_sliding_second_is_open_at_its_end() {
        check_most(&[0, 200, 400, 600, 800, 1000], 5);
        check_most(&[0, 200, 400, 600, 800, 999], 6);
        check_most(&[900, 950, 1000, 1050, 0], 4);
        check_most(&[], 0);
    }
}
