//! Hosts: politeness over everything asked of one, addresses, idle connections, health. Clauses N2.1, N2.5.
//!
//! Politeness belongs to the host, over all runs and all kinds of checks of a process. Decides about no page.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use base::Reach;
use checks::address::without_root_dot;
use tokio::sync::OnceCell;
use url::Url;

use crate::bounds;
use crate::lock;
use crate::plan::Manners;
use crate::robots::Robots;
use crate::tls::HostTls;
use crate::wire::Conn;

/// Whether a host may be asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Go,
    /// Not before this moment.
    At(Instant),
    /// As many requests as allowed are under way.
    Full,
}

/// The turnstile in front of one host name and port; `http` and `https` share it.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<GateState>,
    most: usize,
    /// Turns taken since [`Gates::counted`] last looked.
    turns: AtomicU64,
}

#[derive(Debug)]
struct GateState {
    next_at: Instant,
    interval: Duration,
    under_way: usize,
}

impl Gate {
    fn new(budget: Budget, now: Instant) -> Gate {
        // A tenth more than 1/rate: requests a network delays by different times must still never come
        // more than `rate` in a second.
        let interval = budget.rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(1.1 / rate));
        let state = GateState { next_at: now, interval, under_way: 0 };
        Gate { state: Mutex::new(state), most: budget.host_concurrency, turns: AtomicU64::new(0) }
    }

    /// Takes a place and a turn, or says when to come again.
    pub fn take(&self, now: Instant) -> Turn {
        let mut state = lock(&self.state);
        if state.under_way >= self.most {
            return Turn::Full;
        }
        if state.next_at > now {
            return Turn::At(state.next_at);
        }
        state.under_way += 1;
        state.next_at = now + state.interval;
        self.turns.fetch_add(1, Ordering::Relaxed);
        Turn::Go
    }

    /// Gives the place back.
    pub fn give_back(&self) {
        let mut state = lock(&self.state);
        state.under_way = state.under_way.saturating_sub(1);
    }

    /// Waits for one more turn while a place is held, for redirects and other follow-up requests.
    pub async fn another_turn(&self) {
        loop {
            let at = {
                let mut state = lock(&self.state);
                let now = Instant::now();
                if state.next_at <= now {
                    state.next_at = now + state.interval;
                    self.turns.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                state.next_at
            };
            tokio::time::sleep_until(at.into()).await;
        }
    }

    /// Books the next free turn and says when it comes; nobody else gets it. `None`, and nothing booked, if it comes
    /// later than `most` after now. A visit that books is not starved by a run that always asks first.
    pub fn book(&self, now: Instant, most: Duration) -> Option<Instant> {
        let mut state = lock(&self.state);
        let at = state.next_at.max(now);
        if at > now + most {
            return None;
        }
        state.next_at = at + state.interval;
        self.turns.fetch_add(1, Ordering::Relaxed);
        Some(at)
    }

    /// Nobody asks before `until` (`Retry-After`).
    pub fn hold(&self, until: Instant) {
        let mut state = lock(&self.state);
        state.next_at = state.next_at.max(until);
    }

    /// Widens the spacing to what robots.txt asks for.
    pub fn space(&self, delay: Duration) {
        let mut state = lock(&self.state);
        state.interval = state.interval.max(delay.min(bounds::MAX_CRAWL_DELAY));
    }
}

/// One scheme, host and port.
pub struct Host {
    pub https: bool,
    pub name: String,
    pub port: u16,
    pub gate: Arc<Gate>,
    pub addresses: OnceCell<Result<Vec<SocketAddr>, Reach>>,
    pub tls: OnceLock<HostTls>,
    pub robots: OnceCell<Robots>,
    pub random: OnceCell<crate::random::RandomAnswer>,
    /// Whether it had broken off and still did not answer at a second look.
    pub is_gone: AtomicBool,
    idle: Mutex<Vec<Conn>>,
    unreachable: AtomicU32,
    answered: AtomicU64,
    took_ms: AtomicU64,
}

impl Host {
    /// An idle connection that will do, newest first.
    pub fn idle(&self, will_do: impl Fn(&Conn) -> bool) -> Option<Conn> {
        let mut idle = lock(&self.idle);
        let at = idle.iter().rposition(will_do)?;
        Some(idle.remove(at))
    }

    /// Keeps a connection for the next request.
    pub fn keep(&self, conn: Conn) {
        let mut idle = lock(&self.idle);
        if idle.len() < bounds::MAX_IDLE {
            idle.push(conn);
        }
    }

    pub fn note_answer(&self, took: Duration) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.took_ms.fetch_add(took.as_millis() as u64, Ordering::Relaxed);
    }

    /// Counts an address that could not be connected to after all tries.
    pub fn note_unreachable(&self) {
        self.unreachable.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the host has shown that it is down: several addresses refused for good, none ever answered.
    pub fn is_down(&self) -> bool {
        self.unreachable.load(Ordering::Relaxed) >= bounds::HOST_DOWN_AFTER
            && self.answered.load(Ordering::Relaxed) == 0
    }

    /// Whether it ever answered anything.
    pub fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed) > 0
    }

    /// Mean time of an answer so far.
    pub fn mean_ms(&self) -> Option<u32> {
        let answered = self.answered.load(Ordering::Relaxed);
        (answered > 0).then(|| (self.took_ms.load(Ordering::Relaxed) / answered) as u32)
    }
}

/// How much one host may be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Requests a second; `None` lifts the limit.
    pub rate: Option<f64>,
    /// Requests at the same time.
    pub host_concurrency: usize,
}

impl From<&Manners> for Budget {
    fn from(manners: &Manners) -> Budget {
        Budget { rate: manners.rate, host_concurrency: manners.host_concurrency }
    }
}

/// The gates of a process, by host name and port. All that asks websites shares them: runs that follow each other,
/// runs beside each other, visits of home pages. They count the requests made, so that a site's owner can be told.
#[derive(Debug)]
pub struct Gates {
    budget: Budget,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
}

impl Gates {
    pub fn new(budget: Budget) -> Gates {
        Gates { budget, gates: Mutex::default() }
    }

    /// The gate of an `http` or `https` address; `None` for others.
    pub fn of(&self, url: &Url) -> Option<Arc<Gate>> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let name = Gates::name(url)?;
        let new = || Arc::new(Gate::new(self.budget, Instant::now()));
        Some(Arc::clone(lock(&self.gates).entry(name).or_insert_with(new)))
    }

    /// Host and port of an address, as gates are named: the port stands only where it is not the scheme's own.
    pub fn name(url: &Url) -> Option<String> {
        let name = without_root_dot(url.host_str()?);
        Some(url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")))
    }

    /// The requests made to each host since the last call. Gates that nobody holds and that owe no wait are forgotten,
    /// so that a process that runs for years keeps only the hosts of the day.
    pub fn counted(&self) -> Vec<(String, u64)> {
        let now = Instant::now();
        let mut counted = Vec::new();
        lock(&self.gates).retain(|name, gate| {
            let turns = gate.turns.swap(0, Ordering::Relaxed);
            if turns > 0 {
                counted.push((name.clone(), turns));
            }
            Arc::strong_count(gate) > 1 || lock(&gate.state).next_at > now
        });
        counted
    }
}

/// The hosts that one run, or all runs of a command, have met.
pub struct Hosts {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    gates: Arc<Gates>,
}

impl Hosts {
    pub fn new(gates: Arc<Gates>) -> Hosts {
        Hosts { hosts: Mutex::default(), gates }
    }

    /// The host of an `http` or `https` address; `None` for others.
    pub fn of(&self, url: &Url) -> Option<Arc<Host>> {
        let origin = origin(url.as_str())?;
        if let Some(host) = lock(&self.hosts).get(origin) {
            return Some(Arc::clone(host));
        }
        let name = without_root_dot(url.host_str()?).to_owned();
        let https = url.scheme() == "https";
        let port = url.port_or_known_default()?;
        let gate = self.gates.of(url)?;
        let host = Arc::new(Host {
            https,
            name,
            port,
            gate,
            addresses: OnceCell::new(),
            tls: OnceLock::new(),
            robots: OnceCell::new(),
            random: OnceCell::new(),
            is_gone: AtomicBool::new(false),
            idle: Mutex::default(),
            unreachable: AtomicU32::new(0),
            answered: AtomicU64::new(0),
            took_ms: AtomicU64::new(0),
        });
        Some(Arc::clone(lock(&self.hosts).entry(origin.to_owned()).or_insert(host)))
    }

    /// The host that answers slowest, with its mean time in milliseconds.
    pub fn slowest(&self) -> Option<(String, u32)> {
        lock(&self.hosts)
            .values()
            .filter_map(|host| Some((host.name.clone(), host.mean_ms()?)))
            .max_by_key(|(_, ms)| *ms)
    }
}

/// `scheme://host[:port]` of a serialised `http(s)` address.
pub fn origin(url: &str) -> Option<&str> {
    let after = url.find("://")? + 3;
    if !matches!(&url[..after], "http://" | "https://") {
        return None;
    }
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |at| after + at);
    Some(&url[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(rate: Option<f64>, host_concurrency: usize) -> Budget {
        Budget { rate, host_concurrency }
    }

    #[test]
    fn never_more_than_the_rate_in_any_second() {
        let start = Instant::now();
        let gate = Gate::new(budget(Some(5.0), 100), start);
        let mut now = start;
        let mut taken = Vec::new();
        while taken.len() < 50 {
            match gate.take(now) {
                Turn::Go => taken.push(now),
                Turn::At(at) => now = at,
                Turn::Full => unreachable!("a hundred places"),
            }
        }
        for window in taken.windows(6) {
            assert!(window[5] - window[0] > Duration::from_secs(1));
        }
    }

    #[test]
    fn places_are_limited_and_given_back() {
        let now = Instant::now();
        let gate = Gate::new(budget(None, 2), now);
        assert_eq!(gate.take(now), Turn::Go);
        assert_eq!(gate.take(now), Turn::Go);
        assert_eq!(gate.take(now), Turn::Full);
        gate.give_back();
        assert_eq!(gate.take(now), Turn::Go);
    }

    #[test]
    fn turns_are_booked_one_after_the_other_and_not_for_ever() {
        let now = Instant::now();
        let gate = Gate::new(budget(Some(1.1), 9), now);
        assert_eq!(gate.take(now), Turn::Go);
        let second = Duration::from_secs(1);
        let wait = |most| gate.book(now, second * most).map(|at| (at - now).as_secs_f64().round() as u32);
        assert_eq!([wait(2), wait(2), wait(2), wait(3)], [Some(1), Some(2), None, Some(3)]);
        assert_eq!(gate.take(now + second * 3), Turn::At(now + second * 4), "the run waits behind them");
    }

    #[test]
    fn both_schemes_of_a_host_share_one_gate() {
        let hosts = Hosts::new(Arc::new(Gates::new(budget(None, 1))));
        let plain = hosts.of(&"http://a.example/x".parse().unwrap()).unwrap();
        let secure = hosts.of(&"https://a.example/".parse().unwrap()).unwrap();
        let other = hosts.of(&"http://a.example:8080/".parse().unwrap()).unwrap();
        assert!(Arc::ptr_eq(&plain.gate, &secure.gate));
        assert!(!Arc::ptr_eq(&plain.gate, &other.gate));
        assert!(hosts.of(&"mailto:a@b".parse().unwrap()).is_none());
    }

    #[test]
    fn requests_are_counted_once_and_idle_gates_forgotten() {
        let gates = Gates::new(budget(Some(1.0), 4));
        let of = |text: &str| gates.of(&text.parse().unwrap()).unwrap();
        assert_eq!(of("http://a.example/").take(Instant::now()), Turn::Go);
        let held = of("http://b.example:8080/");
        assert_eq!(gates.counted(), [("a.example".to_owned(), 1)]);
        assert_eq!(gates.counted(), []);
        // The wait that the first one owes outlives its visitors; nobody gets a second turn by coming again.
        assert!(matches!(of("https://a.example/").take(Instant::now()), Turn::At(_)));
        drop(held);
        gates.counted();
        assert_eq!(lock(&gates.gates).len(), 1);
        assert!(gates.of(&"mailto:a@b".parse().unwrap()).is_none());
    }

    #[test]
    fn origins_of_addresses() {
        assert_eq!(origin("http://a.example:81/x?y"), Some("http://a.example:81"));
        assert_eq!(origin("https://a.example"), Some("https://a.example"));
        assert_eq!(origin("ftp://a.example/"), None);
    }
}
