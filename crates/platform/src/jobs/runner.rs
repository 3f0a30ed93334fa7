//! The worker: takes due jobs, runs their handlers, writes down how they ended. Serves all clauses.
//!
//! A handler that panics has failed, no more. On a stop, running jobs get a moment and then go back to the queue.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, info, warn};

use super::store::{self, End, Kinds};
use super::{State, job};
use crate::{Clock, Db, Error, Secret};

/// Jobs of one process that run at the same time.
const AT_ONCE: usize = 8;
/// How often the table is asked when nothing wakes the worker: for jobs whose time has come, and for other processes.
const POLL: Duration = Duration::from_secs(1);
/// How often the lease is renewed: three missed renewals make an orphan.
const RENEW: Duration = Duration::from_secs(15);
/// How long a stop waits for running jobs.
const GRACE: Duration = Duration::from_secs(10);

/// What becomes of the work of one job: `Err` is a reason for the list of jobs.
pub type Wish = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
/// Runs one job, given its arguments.
pub type Handler = Arc<dyn Fn(serde_json::Value) -> Wish + Send + Sync>;

/// The handlers by kind.
#[derive(Clone, Default)]
pub struct Handlers {
    by_kind: HashMap<&'static str, Handler>,
    /// Kinds of which only so many run at the same time.
    limited: Vec<(&'static str, usize)>,
}

impl Handlers {
    /// Adds the handler of a kind.
    pub fn add<F, Fut>(&mut self, kind: &'static str, handler: F)
    where
        F: Fn(serde_json::Value) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.by_kind.insert(kind, Arc::new(move |args| Box::pin(handler(args))));
    }

    /// Adds the handler of a kind whose jobs take hours: of these only so many run at the same time in a process, so that
    /// short work of other kinds always finds a place.
    pub fn add_limited<F, Fut>(&mut self, kind: &'static str, at_once: usize, handler: F)
    where
        F: Fn(serde_json::Value) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.limited.push((kind, at_once));
        self.add(kind, handler);
    }
}

type UnderWay = Arc<Mutex<HashMap<String, usize>>>;

/// A job's place among those of its kind; given back when dropped.
struct Place {
    all: UnderWay,
    kind: String,
}

impl Place {
    fn take(all: &UnderWay, kind: &str) -> Place {
        *all.lock().unwrap_or_else(PoisonError::into_inner).entry(kind.to_owned()).or_default() += 1;
        Place { all: Arc::clone(all), kind: kind.to_owned() }
    }

    fn taken(all: &UnderWay, kind: &str) -> usize {
        all.lock().unwrap_or_else(PoisonError::into_inner).get(kind).copied().unwrap_or(0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(number) = self.all.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&self.kind) {
            *number = number.saturating_sub(1);
        }
    }
}

/// One process's worker.
pub struct Runner {
    db: Db,
    clock: Arc<dyn Clock>,
    handlers: Handlers,
    name: String,
    /// Jobs that run now, by kind.
    under_way: UnderWay,
    poll: Duration,
    grace: Duration,
}

impl Runner {
    /// A worker with a name that no other process has.
    pub fn new(db: Db, clock: Arc<dyn Clock>, handlers: Handlers) -> Runner {
        let unique = &Secret::new().digest().to_string()[..8];
        Runner {
            db,
            clock,
            handlers,
            name: format!("{}-{unique}", std::process::id()),
            poll: POLL,
            grace: GRACE,
            under_way: UnderWay::default(),
        }
    }

    /// Asks the table less or more often when nothing wakes it.
    pub fn polling(self, poll: Duration) -> Runner {
        Runner { poll, ..self }
    }

    /// Waits longer or shorter for running jobs at a stop.
    pub fn with_grace(self, grace: Duration) -> Runner {
        Runner { grace, ..self }
    }

    /// Runs everything that is due now, and what that queues for now, to its end. For tests and for commands that are
    /// no server. Returns how many tries were made.
    pub async fn run_due(&self) -> Result<usize, Error> {
        let mut tries = 0;
        loop {
            store::take_back_orphans(&self.db, self.clock.now()).await?;
            let claimed = self.claim(AT_ONCE).await?;
            if claimed.is_empty() {
                return Ok(tries);
            }
            for job in claimed {
                tries += 1;
                let end = self.attempt(&job).await;
                self.finish(&job, end).await?;
            }
        }
    }

    /// Works until `stop` turns true, then lets running jobs end or hands them back.
    pub async fn work(self: Arc<Runner>, mut stop: watch::Receiver<bool>) {
        let mut running: JoinSet<()> = JoinSet::new();
        let mut renew = tokio::time::interval(RENEW);
        let wake = self.db.wake();
        // Ends when this is dropped.
        let mut listening: JoinSet<()> = JoinSet::new();
        let db = self.db.clone();
        listening.spawn(async move { db.listen().await });
        while !*stop.borrow() {
            let room = AT_ONCE - running.len();
            let claimed = if room == 0 { 0 } else { self.start_some(room, &mut running).await };
            // When as many came as there was room for, more may be waiting: look again as soon as one has ended.
            let idle = claimed < room || room == 0;
            tokio::select! {
                _ = stop.changed() => {}
                _ = wake.notified(), if room > 0 => {}
                _ = tokio::time::sleep(self.poll), if idle => {}
                ended = running.join_next(), if !running.is_empty() => {
                    if let Some(Err(broken)) = ended { error!("a job could not be finished: {broken}"); }
                }
                _ = renew.tick() => {
                    if let Err(error) = store::renew(&self.db, &self.name, self.clock.now()).await {
                        warn!("the lease was not renewed: {error}");
                    }
                }
                else => {}
            }
        }
        let ended =
            tokio::time::timeout(self.grace, async { while running.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            info!(jobs = running.len(), "jobs still run at the stop; they go back to the queue");
            running.shutdown().await;
            self.hand_back().await;
        }
    }

    /// Claims up to `room` jobs: first of all kinds without a limit, then of each limited kind as many as may begin.
    async fn claim(&self, room: usize) -> Result<Vec<job::Model>, sea_orm::DbErr> {
        let now = self.clock.now();
        let limited: Vec<&str> = self.handlers.limited.iter().map(|(kind, _)| *kind).collect();
        let mut claimed =
            store::claim(&self.db, &self.name, now, room as u64, Kinds::Except(&limited)).await?;
        for (kind, at_once) in &self.handlers.limited {
            let under_way = Place::taken(&self.under_way, kind);
            let most = (room - claimed.len()).min(at_once.saturating_sub(under_way));
            if most > 0 {
                claimed
                    .extend(store::claim(&self.db, &self.name, now, most as u64, Kinds::Only(kind)).await?);
            }
        }
        Ok(claimed)
    }

    /// Claims up to `room` jobs and starts them. A database that does not answer is no reason to end the worker.
    async fn start_some(self: &Arc<Runner>, room: usize, running: &mut JoinSet<()>) -> usize {
        let now = self.clock.now();
        let claimed = match store::take_back_orphans(&self.db, now).await {
            Ok(_) => self.claim(room).await,
            Err(error) => Err(error),
        };
        let claimed = claimed.unwrap_or_else(|error| {
            warn!("no jobs can be claimed: {error}");
            Vec::new()
        });
        let number = claimed.len();
        for job in claimed {
            let runner = self.clone();
            let place = Place::take(&self.under_way, &job.kind);
            running.spawn(async move {
                let end = runner.attempt(&job).await;
                drop(place);
                if let Err(error) = runner.finish(&job, end).await {
                    // Its lease runs out and it is tried again: handlers look before they act.
                    error!(job.id, "the end of a job was not written down: {error}");
                }
            });
        }
        number
    }

    async fn attempt(&self, job: &job::Model) -> End {
        let Some(handler) = self.handlers.by_kind.get(job.kind.as_str()).cloned() else {
            return End::Failed(format!("本程序不认识这种任务：{}", job.kind));
        };
        let args = job.args.clone();
        // A task of its own, so that a panic ends there; in a set, so that it ends when nobody waits for it any more: a job
        // that was handed back must not go on.
        let mut task = JoinSet::new();
        task.spawn(async move { handler(args).await });
        match task.join_next().await {
            Some(Ok(Ok(()))) => End::Done,
            Some(Ok(Err(reason))) => End::Failed(reason),
            Some(Err(broken)) if broken.is_panic() => End::Failed("程序内部出错（已记录）".to_owned()),
            Some(Err(_)) | None => End::Interrupted,
        }
    }

    async fn finish(&self, job: &job::Model, end: End) -> Result<(), Error> {
        if let End::Failed(reason) = &end {
            warn!(job.id, job.kind, job.attempts, "job failed: {reason}");
        }
        if store::finish(&self.db, job, end, self.clock.now()).await? == State::Parked {
            error!(job.id, job.kind, "job parked after its last try");
        }
        Ok(())
    }

    async fn hand_back(&self) {
        if let Err(error) = store::hand_back(&self.db, &self.name).await {
            warn!("jobs were not handed back; their lease runs out instead: {error}");
        }
    }
}
