//! What is still to be asked, host by host: turns, places, waiting times, retries. Clauses N2.1, N2.4.
//!
//! Lives in memory up to a window; what is found beyond that waits in the run file, which holds every address in
//! the order of discovery. A run ends when nothing is queued, under way, delayed or waiting in the file.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base::Reach;
use checks::LinkKind;
use tokio::sync::Notify;
use url::Url;

use crate::bounds;
use crate::host::{Gate, Hosts, Turn, origin};
use crate::lock;

/// The right and duty to ask for one address.
#[derive(Clone, Debug)]
pub struct Lease {
    pub id: u32,
    pub url: String,
    pub inside: bool,
    pub depth: u32,
    pub kind: LinkKind,
    /// Tries made before this one.
    pub tries: u8,
    /// Outcome of the try before.
    pub last: Option<Reach>,
    /// Asked for again at the end of the run, because its host did not answer when it was asked first.
    pub again: bool,
}

/// The queue of a run.
pub struct Frontier {
    hosts: Arc<Hosts>,
    inner: Mutex<Inner>,
    wake: Notify,
}

struct Inner {
    queues: Vec<HostQueue>,
    by_origin: HashMap<String, usize>,
    /// Queues that may have a turn now.
    ready: VecDeque<usize>,
    /// Queues that wait for a moment.
    later: BinaryHeap<Reverse<(Instant, usize)>>,
    delayed: BinaryHeap<Reverse<Delayed>>,
    /// Addresses answered on the way (as the end of a redirect) while they stand in a queue.
    skip: HashSet<u32>,
    in_memory: usize,
    /// Not settled: in memory, under way, delayed, or in the file.
    open: u64,
    under_way: u64,
    sleepers: usize,
    /// First address that waits in the file only.
    spilled_from: Option<u32>,
    closed: bool,
}

struct HostQueue {
    gate: Arc<Gate>,
    leases: VecDeque<Lease>,
    listed: bool,
}

struct Delayed {
    at: Instant,
    lease: Lease,
}

impl Ord for Delayed {
    fn cmp(&self, other: &Delayed) -> std::cmp::Ordering {
        (self.at, self.lease.id).cmp(&(other.at, other.lease.id))
    }
}
impl PartialOrd for Delayed {
    fn partial_cmp(&self, other: &Delayed) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Delayed {
    fn eq(&self, other: &Delayed) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Delayed {}

enum Next {
    Lease(Lease),
    /// Nothing before this moment, or before something is pushed.
    Wait(Option<Instant>),
    End,
}

/// A queue whose host has all places taken, perhaps by another run, is looked at again after this time.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

impl Frontier {
    pub fn new(hosts: Arc<Hosts>) -> Frontier {
        let inner = Inner {
            queues: vec![],
            by_origin: HashMap::new(),
            ready: VecDeque::new(),
            later: BinaryHeap::new(),
            delayed: BinaryHeap::new(),
            skip: HashSet::new(),
            in_memory: 0,
            open: 0,
            under_way: 0,
            sleepers: 0,
            spilled_from: None,
            closed: false,
        };
        Frontier { hosts, inner: Mutex::new(inner), wake: Notify::new() }
    }

    /// Adds addresses in the order of discovery; those beyond the window are left to the run file.
    pub fn push(&self, leases: impl IntoIterator<Item = Lease>) {
        let mut inner = lock(&self.inner);
        let mut added = 0;
        for lease in leases {
            inner.open += 1;
            if inner.spilled_from.is_some() {
                continue;
            }
            if inner.in_memory >= bounds::QUEUE_WINDOW {
                inner.spilled_from = Some(lease.id);
                continue;
            }
            inner.queue(&self.hosts, lease);
            added += 1;
        }
        self.wake_for(&inner, added);
    }

    /// From which address on the run file must be read, when the queue in memory runs low.
    pub fn wants_refill(&self) -> Option<u32> {
        let inner = lock(&self.inner);
        if inner.in_memory < bounds::QUEUE_LOW { inner.spilled_from } else { None }
    }

    /// Takes back addresses read from the run file; `next` is the first one still there.
    pub fn refill(&self, leases: Vec<Lease>, next: Option<u32>) {
        let mut inner = lock(&self.inner);
        let added = leases.len();
        for lease in leases {
            inner.queue(&self.hosts, lease);
        }
        inner.spilled_from = next;
        self.wake_for(&inner, added);
    }

    /// The next address to ask for; `None` when the run has ended or was closed.
    pub async fn next(&self) -> Option<Lease> {
        loop {
            let woken = self.wake.notified();
            let until = {
                let mut inner = lock(&self.inner);
                match inner.next(Instant::now()) {
                    Next::Lease(lease) => return Some(lease),
                    Next::End => {
                        self.wake.notify_waiters();
                        return None;
                    }
                    Next::Wait(until) => {
                        inner.sleepers += 1;
                        until
                    }
                }
            };
            match until {
                Some(at) => {
                    // Either way the queue is looked at again; a passed deadline is no error.
                    drop(tokio::time::timeout_at(at.into(), woken).await);
                }
                None => woken.await,
            }
            lock(&self.inner).sleepers -= 1;
        }
    }

    /// The request is over: its place at the gate is free. The lease itself is still open.
    pub fn leave_gate(&self, gate: &Gate) {
        gate.give_back();
        let inner = lock(&self.inner);
        self.wake_for(&inner, 1);
    }

    /// Puts a lease back to be tried again at a moment.
    pub fn try_again(&self, lease: Lease, at: Instant) {
        let mut inner = lock(&self.inner);
        inner.under_way -= 1;
        inner.delayed.push(Reverse(Delayed { at, lease }));
        self.wake_for(&inner, 1);
    }

    /// The lease's outcome is in the run file.
    pub fn settle(&self) {
        let mut inner = lock(&self.inner);
        inner.under_way -= 1;
        inner.open -= 1;
        if inner.open == 0 {
            self.wake.notify_waiters();
        }
    }

    /// The address was answered as the end of somebody else's redirects. Whether it stood in a queue is told
    /// when the queue comes to it.
    pub fn answered_on_the_way(&self, id: u32) {
        let mut inner = lock(&self.inner);
        if inner.spilled_from.is_some_and(|from| id >= from) {
            // It waits in the run file, from which only addresses without an answer come back.
            inner.open -= 1;
            if inner.open == 0 {
                self.wake.notify_waiters();
            }
        } else {
            inner.skip.insert(id);
        }
    }

    /// An address answered on the way was under way itself and has come back: it stands in no queue.
    pub fn came_back(&self, id: u32) {
        lock(&self.inner).skip.remove(&id);
    }

    /// Ends the run: nothing is leased any more.
    pub fn close(&self) {
        lock(&self.inner).closed = true;
        self.wake.notify_waiters();
    }

    /// Whether at most one address is left, those apart that were answered on the way.
    pub fn is_at_the_last(&self) -> bool {
        let inner = lock(&self.inner);
        inner.open.saturating_sub(inner.skip.len() as u64) <= 1
    }

    /// Whether everything was asked.
    pub fn is_done(&self) -> bool {
        lock(&self.inner).open == 0
    }

    fn wake_for(&self, inner: &Inner, added: usize) {
        for _ in 0..added.min(inner.sleepers) {
            self.wake.notify_one();
        }
    }
}

impl Inner {
    fn queue(&mut self, hosts: &Hosts, lease: Lease) {
        let Some(at) = self.queue_of(hosts, &lease.url) else {
            // Not an http address: the keeper settles those without a lease.
            self.open -= 1;
            return;
        };
        self.in_memory += 1;
        let queue = &mut self.queues[at];
        queue.leases.push_back(lease);
        if !queue.listed {
            queue.listed = true;
            self.ready.push_back(at);
        }
    }

    fn queue_of(&mut self, hosts: &Hosts, url: &str) -> Option<usize> {
        let origin = origin(url)?;
        if let Some(at) = self.by_origin.get(origin) {
            return Some(*at);
        }
        let host = hosts.of(&Url::parse(url).ok()?)?;
        let at = self.queues.len();
        self.queues.push(HostQueue { gate: Arc::clone(&host.gate), leases: VecDeque::new(), listed: false });
        self.by_origin.insert(origin.to_owned(), at);
        Some(at)
    }

    fn next(&mut self, now: Instant) -> Next {
        if self.closed || self.open == 0 {
            return Next::End;
        }
        while self.later.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            if let Some(Reverse((_, queue))) = self.later.pop() {
                self.ready.push_back(queue);
            }
        }
        if let Some(lease) = self.take_delayed(now) {
            return Next::Lease(lease);
        }
        while let Some(at) = self.ready.pop_front() {
            let queue = &mut self.queues[at];
            while queue.leases.front().is_some_and(|l| self.skip.remove(&l.id)) {
                queue.leases.pop_front();
                self.in_memory -= 1;
                self.open -= 1;
            }
            if queue.leases.is_empty() {
                queue.listed = false;
                continue;
            }
            match queue.gate.take(now) {
                Turn::Go => {}
                Turn::At(moment) => {
                    self.later.push(Reverse((moment, at)));
                    continue;
                }
                Turn::Full => {
                    self.later.push(Reverse((now + LOOK_AGAIN, at)));
                    continue;
                }
            }
            let Some(lease) = queue.leases.pop_front() else { continue };
            self.in_memory -= 1;
            self.under_way += 1;
            // Back to the end of the row: hosts take turns.
            self.ready.push_back(at);
            return Next::Lease(lease);
        }
        if self.open == 0 {
            return Next::End;
        }
        let later = self.later.peek().map(|Reverse((at, _))| *at);
        let delayed = self.delayed.peek().map(|Reverse(d)| d.at);
        Next::Wait(match (later, delayed) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        })
    }

    /// A retry whose time has come and whose host has a place.
    fn take_delayed(&mut self, now: Instant) -> Option<Lease> {
        if self.delayed.peek().is_none_or(|Reverse(d)| d.at > now) {
            return None;
        }
        let Reverse(mut due) = self.delayed.pop()?;
        let queue = origin(&due.lease.url).and_then(|o| self.by_origin.get(o));
        let turn = queue.map_or(Turn::Go, |at| self.queues[*at].gate.take(now));
        match turn {
            Turn::Go => {
                self.under_way += 1;
                Some(due.lease)
            }
            Turn::At(moment) => {
                due.at = moment;
                self.delayed.push(Reverse(due));
                None
            }
            Turn::Full => {
                due.at = now + LOOK_AGAIN;
                self.delayed.push(Reverse(due));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Budget, Gates};

    fn hosts(rate: Option<f64>, host_concurrency: usize) -> Arc<Hosts> {
        Arc::new(Hosts::new(Arc::new(Gates::new(Budget { rate, host_concurrency }))))
    }

    fn lease(id: u32, url: &str) -> Lease {
        Lease {
            id,
            url: url.into(),
            inside: true,
            depth: 0,
            kind: LinkKind::Anchor,
            tries: 0,
            last: None,
            again: false,
        }
    }

    fn ids(frontier: &Frontier, now: Instant) -> Vec<u32> {
        let mut inner = lock(&frontier.inner);
        let mut got = vec![];
        while let Next::Lease(lease) = inner.next(now) {
            got.push(lease.id);
        }
        got
    }

    #[test]
    fn hosts_take_turns() {
        let frontier = Frontier::new(hosts(None, 10));
        frontier.push([
            lease(1, "http://a.example/1"),
            lease(2, "http://a.example/2"),
            lease(3, "http://b.example/3"),
        ]);
        assert_eq!(ids(&frontier, Instant::now()), [1, 3, 2]);
    }

    #[test]
    fn a_full_host_does_not_stop_another() {
        let frontier = Frontier::new(hosts(None, 1));
        frontier.push([
            lease(1, "http://a.example/1"),
            lease(2, "http://a.example/2"),
            lease(3, "http://b.example/3"),
        ]);
        assert_eq!(ids(&frontier, Instant::now()), [1, 3]);
    }

    #[test]
    fn beyond_the_window_addresses_wait_in_the_file() {
        let frontier = Frontier::new(hosts(None, usize::MAX));
        let all = bounds::QUEUE_WINDOW as u32 + 10;
        frontier.push((0..all).map(|id| lease(id, "http://a.example/")));
        assert_eq!(frontier.wants_refill(), None);
        assert_eq!(ids(&frontier, Instant::now()).len(), bounds::QUEUE_WINDOW);
        let from = frontier.wants_refill().unwrap();
        assert_eq!(from, bounds::QUEUE_WINDOW as u32);
        frontier.refill((from..all).map(|id| lease(id, "http://a.example/")).collect(), None);
        assert_eq!(ids(&frontier, Instant::now()).len(), 10);
        for _ in 0..all {
            frontier.settle();
        }
        assert!(frontier.is_done());
    }

    #[test]
    fn an_address_answered_on_the_way_is_not_asked() {
        let frontier = Frontier::new(hosts(None, 9));
        frontier.push([lease(1, "http://a.example/1"), lease(2, "http://a.example/2")]);
        frontier.answered_on_the_way(1);
        assert_eq!(ids(&frontier, Instant::now()), [2]);
        frontier.settle();
        assert!(frontier.is_done());
    }

    #[test]
    fn an_address_answered_on_the_way_while_it_waits_in_the_file_is_settled() {
        let frontier = Frontier::new(hosts(None, usize::MAX));
        let all = bounds::QUEUE_WINDOW as u32 + 10;
        frontier.push((0..all).map(|id| lease(id, "http://a.example/")));
        frontier.answered_on_the_way(all - 1);
        let first = ids(&frontier, Instant::now());
        frontier
            .refill((first.len() as u32..all - 1).map(|id| lease(id, "http://a.example/")).collect(), None);
        let rest = ids(&frontier, Instant::now());
        assert_eq!(first.len() + rest.len(), all as usize - 1);
        for _ in 1..all {
            frontier.settle();
        }
        assert!(frontier.is_done());
    }

    #[test]
    fn an_address_answered_on_the_way_while_under_way_is_not_counted_out_twice() {
        let frontier = Frontier::new(hosts(None, 9));
        frontier.push((1..4).map(|id| lease(id, "http://a.example/")));
        assert_eq!(ids(&frontier, Instant::now()).len(), 3);
        frontier.answered_on_the_way(1);
        frontier.came_back(1);
        frontier.settle();
        assert!(!frontier.is_at_the_last());
        frontier.settle();
        assert!(frontier.is_at_the_last());
    }

    #[test]
    fn a_retry_waits_for_its_moment() {
        let frontier = Frontier::new(hosts(None, 9));
        frontier.push([lease(1, "http://a.example/1")]);
        let now = Instant::now();
        assert_eq!(ids(&frontier, now), [1]);
        frontier.try_again(lease(1, "http://a.example/1"), now + Duration::from_secs(1));
        assert!(ids(&frontier, now).is_empty());
        assert_eq!(ids(&frontier, now + Duration::from_secs(1)), [1]);
    }
}
