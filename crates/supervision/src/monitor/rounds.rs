//! Rounds: each second those sites are visited that are due, and what was seen is recorded. Clause N2.1.
//!
//! A reconciler: who is due stands in the database, so that a stop loses no visit and repeats none. Writes nothing itself.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use base::Reach;
use crawl::{Probe, Prober};
use ledger::registry::entity::site;
use ledger::{Cx, SiteId};
use platform::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};
use url::Url;

use super::commands::{self, Seen};
use super::entity::watch as stands;
use super::model::Standing;
use super::store;
use crate::Means;

/// The job that visits one site because a person wants it.
pub const VISIT_SITE: &str = "visit-site";
/// Visits under way at once. 3,000 sites each minute are 50 a second; with answers within 8 s that is 400. When half a
/// province hangs for 20 s a visit, intervals stretch instead of files running out (1,024 a process by default).
const AT_ONCE: usize = 400;
/// Visits recorded in one transaction: what a second of 3,000 sites a minute brings, and room to catch up.
const A_BATCH: usize = 400;
/// How often it is looked who is due.
const BEAT: Duration = Duration::from_secs(1);
/// How often request counts are written down.
const TALLY: Duration = Duration::from_secs(60);
/// Hosts whose requests wait to be written while the database is away. Beyond it the count is dropped, and told.
const WAITING_HOSTS: usize = 100_000;

/// One whole round: follows the register, visits who is due, records what was seen. Returns how many visits were recorded.
/// For tests and commands; the server's rounds overlap, so that a slow site holds up no other.
pub async fn tick(cx: &Cx, means: &Means) -> Result<usize, Error> {
    let prober = means.prober()?;
    commands::follow_register(cx).await?;
    let due = store::due_unscoped(cx.db.read(), cx.now(), AT_ONCE as u64).await?;
    let mut visits = JoinSet::new();
    for (site, watch) in due {
        visits.spawn(visit(cx.clone(), Arc::clone(&prober), site, watch));
    }
    commands::record(cx, &visits.join_all().await).await
}

/// Visits a site; after a failed visit by another address family where there is one.
async fn visit(cx: Cx, prober: Arc<Prober>, site: site::Model, watch: stands::Model) -> Seen {
    let failed = matches!(watch.standing, Standing::Suspect | Standing::Down);
    let failed = watch.last_address.filter(|_| failed).and_then(|address| address.parse().ok());
    let at = cx.now();
    let probe = match Url::parse(&site.home) {
        Ok(home) => prober.visit(&home, failed).await,
        // The register takes names that no resolver would.
        Err(_) => Probe::of(Reach::NoSuchName),
    };
    Seen { site: site.id, due: watch.next_at, at, probe }
}

/// Visits one site now, whatever its plan.
pub async fn visit_one(cx: &Cx, means: &Means, id: SiteId) -> Result<(), Error> {
    let prober = means.prober()?;
    commands::follow_register(cx).await?;
    let Some((site, watch)) = store::watched_unscoped(cx.db.read(), id).await? else { return Ok(()) };
    if watch.standing == Standing::Off {
        return Ok(());
    }
    let seen = visit(cx.clone(), prober, site, watch).await;
    commands::record(cx, &[seen]).await.map(|_| ())
}

/// Visits under way and visits that wait to be recorded.
struct Rounds {
    cx: Cx,
    prober: Arc<Prober>,
    visits: JoinSet<Seen>,
    /// Sites whose visit is under way or not recorded yet.
    taken: HashSet<SiteId>,
    seen: Vec<Seen>,
}

impl Rounds {
    async fn beat(&mut self) -> Result<(), Error> {
        while let Some(done) = self.visits.try_join_next() {
            match done {
                Ok(seen) => self.seen.push(seen),
                Err(broken) => error!("a visit broke off: {broken}"),
            }
        }
        while !self.seen.is_empty() {
            let batch = self.seen.len().min(A_BATCH);
            // What is not recorded stays and is recorded later; its plan is still the same.
            commands::record(&self.cx, &self.seen[..batch]).await?;
            for seen in self.seen.drain(..batch) {
                self.taken.remove(&seen.site);
            }
        }
        if self.visits.is_empty() {
            self.taken.clear();
        }
        commands::follow_register(&self.cx).await?;
        let room = AT_ONCE - self.visits.len().min(AT_ONCE);
        if room == 0 {
            return Ok(());
        }
        let most = (room + self.taken.len()) as u64;
        let due = store::due_unscoped(self.cx.db.read(), self.cx.now(), most).await?;
        for (site, watch) in due {
            if self.visits.len() < AT_ONCE && self.taken.insert(site.id) {
                self.visits.spawn(visit(self.cx.clone(), Arc::clone(&self.prober), site, watch));
            }
        }
        Ok(())
    }
}

/// Makes rounds until `stop` turns true. Visits under way are then dropped: they are due again at the next start.
async fn rounds(cx: Cx, means: Arc<Means>, mut stop: watch::Receiver<bool>) {
    let prober = match means.prober() {
        Ok(prober) => prober,
        Err(error) => {
            error!("home pages are not visited: {error}");
            return;
        }
    };
    let (visits, taken, seen) = (JoinSet::new(), HashSet::new(), Vec::new());
    let mut rounds = Rounds { cx, prober, visits, taken, seen };
    let mut beats = tokio::time::interval(BEAT);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut fails = false;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = beats.tick() => {}
        }
        let beat = rounds.beat().await;
        // Told once when it begins and not each second of an outage.
        if let Err(error) = &beat
            && !fails
        {
            warn!("a round of visits failed and is repeated: {error}");
        }
        fails = beat.is_err();
    }
}

/// Writes down each minute, and at the stop, how many requests were made to whom.
async fn tallies(cx: Cx, means: Arc<Means>, mut stop: watch::Receiver<bool>) {
    let mut minutes = tokio::time::interval(TALLY);
    let mut waiting: std::collections::BTreeMap<String, u64> = Default::default();
    loop {
        let ends = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => true,
            _ = minutes.tick() => false,
        };
        for (host, requests) in means.gates.counted() {
            *waiting.entry(host).or_default() += requests;
        }
        let counted: Vec<(String, u64)> = waiting.iter().map(|(host, n)| (host.clone(), *n)).collect();
        match commands::keep_requests(&cx, counted).await {
            Ok(()) => waiting.clear(),
            Err(error) => warn!("request counts wait to be written: {error}"),
        }
        if waiting.len() > WAITING_HOSTS {
            error!(hosts = waiting.len(), "request counts were dropped: the database has been away too long");
            waiting.clear();
        }
        if ends {
            return;
        }
    }
}

/// Starts both.
pub(super) fn start(cx: &Cx, means: &Arc<Means>, stop: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    tasks.spawn(rounds(cx.clone(), Arc::clone(means), stop.clone()));
    tasks.spawn(tallies(cx.clone(), Arc::clone(means), stop.clone()));
}
