//! One run from start to end: find the site, let the visitors work, let the keeper write, judge what was seen.
//! Clauses N2.1, N2.4.
//!
//! Wires the parts together and decides nothing about pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use checks::LinkKind;
use checks::address::same_owner;
use checks::rule::Site;
use http::Method;
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use crate::after::{After, Afterwards, Questions};
use crate::bounds;
use crate::closing::close_run;
use crate::fetch::Fetcher;
use crate::folder::{Lock, check_same_site, put_aside};
use crate::frontier::Frontier;
use crate::guard::{Guard, Zone, zone, zone_of_host};
use crate::host::{Budget, Gates, Hosts};
use crate::keeper::{Keeper, KeeperError};
use crate::message::Message;
use crate::plan::{Manners, Plan, Scope};
use crate::progress::Progress;
use crate::rendering::{Chromium, Rendering, unchecked};
use crate::signs::head_was_refused;
use crate::tls::TlsSetUp;
use crate::visit::{Visitor, now_ms};
use crate::wire::{Want, Wire, resolve};

/// Means that runs share: connections, hosts and their politeness.
pub struct Engine {
    wire: Arc<Wire>,
    hosts: Arc<Hosts>,
    permits: Arc<Semaphore>,
    requests: Arc<AtomicU64>,
    chromium: Arc<Chromium>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Everything was asked.
    Finished,
    /// Stopped by the user or the time limit; can be resumed.
    Interrupted,
    /// The start address gave no page: nothing could be inspected.
    Unreachable,
}

/// What a run amounts to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Numbers {
    pub ended: Ended,
    /// Why nothing could be inspected; with [`Ended::Unreachable`] only.
    pub why: Option<String>,
    pub pages: u64,
    pub addresses: u64,
    pub requests: u64,
    /// Pages that were as an earlier run had read them and were not judged again, by how that was known:
    /// `not-modified`, `same`.
    #[serde(default)]
    pub unchanged: BTreeMap<String, u64>,
    pub seconds: f64,
}

/// Why a run could not be made or brought to its end. What was found before is in the run file.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error("结果文件夹 {} 不能写入：{}。请换一个 --out 文件夹，或检查权限和磁盘空间", folder.display(), base::trouble::why(source))]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("另一个 xunwang 正在使用结果文件夹 {}。请等它结束，或换一个 --out 文件夹", .0.display())]
    InUse(PathBuf),
    #[error("结果文件夹 {} 里是 {there} 的结果，不能接着检查 {here}。请换一个 --out 文件夹，或去掉 --resume 重新检查", folder.display())]
    OtherSite { folder: PathBuf, there: String, here: String },
    #[error("旧的结果文件 {} 挪不开：{}。请移走它，或换一个 --out 文件夹", path.display(), base::trouble::why(source))]
    Old { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Keeper(#[from] KeeperError),
    #[error("内部错误：{0}")]
    Internal(#[from] tokio::task::JoinError),
}

impl Engine {
    /// An engine whose politeness is its own: a command.
    pub fn new(manners: Manners) -> Result<Engine, TlsSetUp> {
        let gates = Arc::new(Gates::new(Budget::from(&manners)));
        Engine::sharing(manners, gates)
    }

    /// An engine that shares its politeness with all else that asks websites: one run of a server. Addresses, robots
    /// and health of hosts are its own, so that what a host was last week decides nothing today.
    pub fn sharing(manners: Manners, gates: Arc<Gates>) -> Result<Engine, TlsSetUp> {
        let manners = Arc::new(manners);
        Ok(Engine {
            permits: Arc::new(Semaphore::new(manners.concurrency)),
            hosts: Arc::new(Hosts::new(gates)),
            chromium: Arc::new(Chromium::new(manners.chromium.clone())),
            wire: Arc::new(Wire::new(manners)?),
            requests: Arc::default(),
        })
    }

    /// The slowest host so far, with its mean answer time in milliseconds.
    pub fn slowest_host(&self) -> Option<(String, u32)> {
        self.hosts.slowest()
    }

    /// Requests sent so far, over all runs.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Inspects a site into `folder`. With `resume`, goes on where the run file there stops. `stop` turning true
    /// ends the run early, with everything found so far in the file.
    pub async fn inspect(
        &self,
        mut plan: Plan,
        folder: &Path,
        resume: bool,
        progress: Arc<Progress>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<Numbers, InspectError> {
        let begun = Instant::now();
        let unwritable = |source| InspectError::Folder { folder: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(unwritable)?;
        let _lock = Lock::take(folder)?;
        if resume {
            check_same_site(folder, &plan)?;
        } else {
            put_aside(folder)?;
        }
        let guard = Guard::for_start(self.start_zone(&plan).await);
        let fetcher = Arc::new(Fetcher {
            wire: Arc::clone(&self.wire),
            hosts: Arc::clone(&self.hosts),
            guard,
            sent: Arc::clone(&self.requests),
            own: AtomicU64::new(0),
        });
        self.follow_home(&mut plan, &fetcher).await;
        let plan = Arc::new(plan);
        let scope = plan.scope.clone();
        let site = site_of(&plan, &scope);
        let frontier = Arc::new(Frontier::new(Arc::clone(&self.hosts)));
        let rendering = Rendering::new(
            Arc::clone(&self.chromium),
            Arc::clone(&plan),
            scope.clone(),
            Arc::clone(&fetcher),
        );
        let visitor = Arc::new(Visitor::new(
            Arc::clone(&plan),
            scope.clone(),
            site.clone(),
            Arc::clone(&fetcher),
            Arc::clone(&frontier),
            rendering,
        ));
        let mut keeper = Keeper::open(
            folder,
            Arc::clone(&plan),
            scope,
            guard,
            Arc::clone(&frontier),
            Arc::clone(&progress),
        )?;
        visitor.pages.store(keeper.pages, Ordering::Relaxed);
        visitor.pages_read.store(keeper.pages, Ordering::Relaxed);
        self.open_run(&mut keeper, &plan, &visitor).await?;

        let (sender, receiver) = mpsc::channel(bounds::KEEPER_QUEUE);
        let keeping = tokio::task::spawn_blocking(move || keeper.run(receiver));
        let mut visitors = JoinSet::new();
        for _ in 0..self.wire.manners.concurrency.clamp(1, bounds::MOST_VISITORS) {
            visitors.spawn(work(Arc::clone(&visitor), Arc::clone(&self.permits), sender.clone()));
        }
        let mut tick = tokio::time::interval(bounds::COMMIT_AFTER);
        let mut limit = plan.time_limit.map(|limit| tokio::time::Instant::from_std(begun + limit));
        let mut stoppable = true;
        let mut grace = None;
        loop {
            tokio::select! {
                done = visitors.join_next() => match done {
                    None => break,
                    // What it was asking for stays in the file, to be asked for by `--resume`.
                    Some(Err(ended)) if ended.is_cancelled() => {}
                    Some(result) => result?,
                },
                _ = tick.tick() => {
                    // A keeper that has failed closes the channel; the visitors notice by themselves.
                    drop(sender.try_send(Message::Tick));
                }
                () = at(limit), if limit.is_some() => {
                    frontier.close();
                    limit = None;
                    grace = Some(tokio::time::Instant::now() + bounds::GRACE);
                }
                () = at(grace), if grace.is_some() => {
                    visitors.abort_all();
                    grace = None;
                }
                // An error: nobody can stop the run any more.
                changed = stop.changed(), if stoppable => match changed {
                    Ok(()) if *stop.borrow() => {
                        frontier.close();
                        grace = Some(tokio::time::Instant::now() + bounds::GRACE);
                    }
                    Ok(()) => {}
                    Err(_) => stoppable = false,
                },
            }
        }
        drop(sender);
        let keeper = keeping.await??;
        let done = frontier.is_done() && !keeper.host_is_gone;
        let afterwards = if done {
            let until = plan.time_limit.map(|limit| begun + limit);
            let questions = Questions::of(&keeper)?;
            After { visitor: &visitor, stop: stop.clone(), until }.ask(&questions).await
        } else {
            Afterwards::default()
        };
        let mut keeper = keeper;
        let drawn = keeper.run.rendered_counts().map_err(KeeperError::from)?;
        for text in unchecked(&drawn, &plan, &self.chromium) {
            keeper.run.unchecked(&text).map_err(KeeperError::from)?;
        }
        let told = serde_json::json!({
            "pages": drawn.iter().find(|(code, _)| code == "yes").map_or(0, |(_, pages)| *pages),
            "pictures": afterwards.pictures.len(),
            "sandboxed": self.chromium.sandboxed(),
        });
        keeper.run.set_meta("render", &told.to_string()).map_err(KeeperError::from)?;
        let requests = fetcher.requests();
        let robots = self.hosts.of(&plan.start).filter(|_| plan.obey_robots);
        let no_robots = robots.and_then(|host| host.robots.get().and_then(|robots| robots.unavailable));
        let closing =
            move || close_run(&mut keeper, &site, &progress, afterwards, requests, done, no_robots, begun);
        Ok(tokio::task::spawn_blocking(closing).await??)
    }

    /// The zone of the start address: what it may rightly lead to.
    async fn start_zone(&self, plan: &Plan) -> Zone {
        let Some(host) = plan.start.host_str() else { return Zone::Public };
        if let Some(zone) = zone_of_host(host) {
            return zone;
        }
        if self.wire.manners.proxy.is_some() {
            return Zone::Public;
        }
        let port = plan.start.port_or_known_default().unwrap_or(80);
        resolve(host, port)
            .await
            .ok()
            .and_then(|found| found.first().map(|a| zone(a.ip())))
            .unwrap_or(Zone::Public)
    }

    /// Where the start address redirects to another host of the same owner, that host is the site as well.
    async fn follow_home(&self, plan: &mut Plan, fetcher: &Fetcher) {
        let Some(host) = self.hosts.of(&plan.start) else { return };
        host.gate.another_turn().await;
        let mut fetched = fetcher.fetch(&plan.start, Method::HEAD, Want::Head, &plan.scope).await;
        if head_was_refused(&fetched) {
            host.gate.another_turn().await;
            fetched = fetcher.fetch(&plan.start, Method::GET, Want::Head, &plan.scope).await;
        }
        if fetched.chain.is_empty() || plan.scope.owns(&fetched.url) {
            return;
        }
        let same_owner = match (plan.start.host_str(), fetched.url.host_str()) {
            (Some(a), Some(b)) => a == b || same_owner(a, b),
            _ => false,
        };
        if same_owner && let Some(name) = Scope::name_of(&fetched.url) {
            plan.scope.hosts.push(name);
        }
    }

    async fn open_run(
        &self,
        keeper: &mut Keeper,
        plan: &Plan,
        visitor: &Visitor,
    ) -> Result<(), InspectError> {
        if !keeper.is_new() {
            return Ok(());
        }
        let site = serde_json::to_string(&plan.site).unwrap_or_default();
        let told = plan.told(&self.wire.manners).to_string();
        for (key, value) in [
            ("site", site),
            ("plan", told),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("started_at", now_ms().to_string()),
            ("state", "running".into()),
        ] {
            keeper.run.set_meta(key, &value).map_err(KeeperError::from)?;
        }
        if let Some(judged_by) = crate::earlier::judged_by(plan) {
            let fresh_at = plan.earlier.as_ref().map_or_else(now_ms, |earlier| earlier.fresh_at);
            for (key, value) in [("judged_by", judged_by), ("fresh_at", fresh_at.to_string())] {
                keeper.run.set_meta(key, &value).map_err(KeeperError::from)?;
            }
        }
        keeper.seed(plan.start.as_str(), LinkKind::Anchor)?;
        for address in &plan.beside {
            keeper.seed(address, LinkKind::Anchor)?;
        }
        if plan.depth != Some(0)
            && let Some(host) = self.hosts.of(&plan.start)
        {
            let robots = visitor.robots(&plan.start, &host).await;
            for listed in &robots.sitemaps {
                if let Ok(url) = plan.start.join(listed.trim()) {
                    keeper.seed(url.as_str(), LinkKind::Sitemap)?;
                }
            }
            if let Ok(usual) = plan.start.join("/sitemap.xml") {
                keeper.seed(usual.as_str(), LinkKind::Sitemap)?;
            }
        }
        keeper.commit()?;
        Ok(())
    }
}

async fn work(visitor: Arc<Visitor>, permits: Arc<Semaphore>, sender: mpsc::Sender<Message>) {
    while let Some(lease) = visitor.frontier.next().await {
        let Ok(permit) = permits.acquire().await else { return };
        let outcome = visitor.visit(lease).await;
        drop(permit);
        if let Some(outcome) = outcome
            && sender.send(Message::Outcome(Box::new(outcome))).await.is_err()
        {
            // The keeper stopped (disk full): no sense in asking on.
            visitor.frontier.close();
            return;
        }
    }
}

fn site_of(plan: &Plan, scope: &Scope) -> Site {
    let name = if plan.site.name.is_empty() {
        plan.start.host_str().unwrap_or_default().to_owned()
    } else {
        plan.site.name.clone()
    };
    Site { name, start: plan.start.clone(), hosts: scope.hosts.clone(), sub_domains: scope.sub_domains }
}

async fn at(limit: Option<tokio::time::Instant>) {
    match limit {
        Some(limit) => {
            tokio::time::sleep_until(limit).await;
        }
        None => std::future::pending().await,
    }
}
