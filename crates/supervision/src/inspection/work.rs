//! The job that makes a run: engine, progress, wishes, import, report. Clauses N2.1, N2.4.
//!
//! May begin again at any point: an interrupted run goes on from its own file. It judges nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crawl::{Earlier, Ended, Engine, Numbers, Outgoing, Plan, Progress, Scope, SiteEntry};
use ledger::Cx;
use ledger::identity::store as people;
use ledger::registry::entity::site;
use ledger::registry::store as registry;
use platform::Error;
use platform::clock::{Instant, beijing};
use platform::jobs::Queue;
use regex::RegexSet;
use report::Formats;
use sea_orm::Set;
use tokio::sync::watch;

use super::commands::{import, runs as commands};
use super::entity::run;
use super::model::plan::Reach;
use super::model::run::{RunState, Wish};
use super::model::schedule::Window;
use super::store::runs;
use super::tidy;
use crate::Means;
use crate::ids::RunId;

/// How often progress is written and wishes are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Pages rendered in a run, as a command does when nobody chooses.
const RENDER_PAGES: u32 = 50;

/// Makes a run, or goes on with it. The error is for the list of jobs; the run itself says why as well.
pub async fn make(cx: Cx, means: Arc<Means>, id: RunId) -> Result<(), String> {
    match attempt(&cx, &means, id).await {
        Ok(()) => Ok(()),
        Err(error) => {
            let words = match error {
                Stopped::Engine(words) => words,
                Stopped::System(error) => {
                    tracing::error!(run = id.0, "a run stopped: {error:?}");
                    error.ailment().sentence().to_owned()
                }
            };
            let change = run::ActiveModel { id: Set(id), why: Set(words.clone()), ..Default::default() };
            // If this cannot be written either, the job's own error tells it.
            if let Err(error) = save(&cx, change).await {
                tracing::error!(run = id.0, "why a run stopped was not written down: {error:?}");
            }
            Err(words)
        }
    }
}

enum Stopped {
    /// What the engine could not do, in the reader's language.
    Engine(String),
    System(Error),
}

impl<E: Into<Error>> From<E> for Stopped {
    fn from(error: E) -> Stopped {
        Stopped::System(error.into())
    }
}

async fn attempt(cx: &Cx, means: &Arc<Means>, id: RunId) -> Result<(), Stopped> {
    let Some(run) = runs::run_unscoped(cx.db.read(), id).await? else { return Ok(()) };
    if run.state.is_over() || run.state == RunState::Paused {
        return Ok(());
    }
    let Some(site) = registry::site_unscoped(cx.db.read(), run.site_id).await? else { return Ok(()) };
    let window = Window { from: run.window_from, to: run.window_to };
    if !window.is_open(cx.now()) {
        return wait_for(cx, &run, window).await;
    }
    let start = run::ActiveModel {
        id: Set(id),
        state: Set(RunState::Running),
        started_at: Set(Some(run.started_at.unwrap_or_else(|| cx.now()))),
        has_folder: Set(true),
        why: Set(String::new()),
        ..Default::default()
    };
    // What it is to look at may have grown until now.
    let run = save(cx, start).await?;
    let folder = means.runs.join(id.to_string());
    let reach: Reach = serde_json::from_value(run.reach.clone()).unwrap_or_default();
    // A run whose findings are being imported has ended before: its file is whole, and only the rest is to be done.
    let numbers = match ended_before(&folder) {
        Some(numbers) => numbers,
        None => {
            let plan = with_earlier(cx, means, &site, &reach, plan(cx, means, &site, &reach).await?).await?;
            let (numbers, wish) = inspect(cx, means, id, plan, &folder, window).await?;
            match (numbers.ended, wish) {
                (Ended::Interrupted, Some(Wish::Pause)) => {
                    return settle(cx, id, RunState::Paused, None).await;
                }
                (_, Some(Wish::Cancel)) => return settle(cx, id, RunState::Cancelled, Some(cx.now())).await,
                (Ended::Interrupted, _) => return wait_for(cx, &run, window).await,
                _ => numbers,
            }
        }
    };
    conclude(cx, means, id, &site, &folder, &numbers).await
}

/// The end that a run file tells of, if the engine has brought the run to one.
fn ended_before(folder: &Path) -> Option<Numbers> {
    let reader = crawl::run_file::RunReader::open(&folder.join("run.db")).ok()?;
    let numbers: Numbers = serde_json::from_str(&reader.meta("numbers").ok()??).ok()?;
    (numbers.ended != Ended::Interrupted).then_some(numbers)
}

/// Lets the engine work until it ends or somebody wishes otherwise.
async fn inspect(
    cx: &Cx,
    means: &Arc<Means>,
    id: RunId,
    plan: Plan,
    folder: &Path,
    window: Window,
) -> Result<(Numbers, Option<Wish>), Stopped> {
    let engine = Engine::sharing(means.ways.manners.clone(), Arc::clone(&means.gates))
        .map_err(|why| Stopped::Engine(why.to_string()))?;
    let progress = Arc::new(Progress::default());
    let (stopper, stop) = watch::channel(false);
    let resume = folder.join("run.db").is_file();
    let mut working = std::pin::pin!(engine.inspect(plan, folder, resume, Arc::clone(&progress), stop));
    let mut look = tokio::time::interval(LOOK);
    let mut wish = None;
    let numbers = loop {
        tokio::select! {
            ended = &mut working => break ended.map_err(|fault| Stopped::Engine(fault.to_string()))?,
            _ = look.tick() => {
                // A database that is away for a while stops no inspection.
                match watch_over(cx, id, &progress, engine.requests(), window).await {
                    Ok(Some(wished)) if wish.is_none() => {
                        wish = Some(wished);
                        stopper.send_replace(true);
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(run = id.0, "progress was not written: {error:?}"),
                }
            }
        }
    };
    let change =
        run::ActiveModel { requests: Set(as_i64(engine.requests())), ..counters(id, &progress, cx.now()) };
    save(cx, change).await?;
    Ok((numbers, wish.filter(|wish| *wish != Wish::Go)))
}

/// Writes down how far a run is. Returns what is wished of it: `Some(Wish::Go)` when its hours are over.
async fn watch_over(
    cx: &Cx,
    id: RunId,
    progress: &Progress,
    requests: u64,
    window: Window,
) -> Result<Option<Wish>, Error> {
    let now = cx.now();
    let change = run::ActiveModel { requests: Set(as_i64(requests)), ..counters(id, progress, now) };
    let wish = save(cx, change).await?.wish;
    Ok(match wish {
        Wish::Go => (!window.is_open(now)).then_some(Wish::Go),
        wish => Some(wish),
    })
}

fn counters(id: RunId, progress: &Progress, now: Instant) -> run::ActiveModel {
    let read = |counter: &std::sync::atomic::AtomicU64| Set(as_i64(counter.load(Ordering::Relaxed)));
    run::ActiveModel {
        id: Set(id),
        seen_at: Set(Some(now)),
        pages: read(&progress.pages),
        addresses: read(&progress.addresses),
        answered: read(&progress.answered),
        ..Default::default()
    }
}

fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The hours are over or not begun: the run waits and goes on when they begin.
async fn wait_for(cx: &Cx, run: &run::Model, window: Window) -> Result<(), Stopped> {
    let now = cx.now();
    let tx = cx.write().await?;
    let change = run::ActiveModel { id: Set(run.id), state: Set(RunState::Waiting), ..Default::default() };
    runs::change(&tx, change).await?;
    // The job that asks this holds the key until it ends, so the next one has a key of its own.
    let job = platform::jobs::NewJob {
        kind: commands::JOB,
        args: serde_json::json!({ "run": run.id }),
        queue: Queue::Bulk,
        run_at: window.opens(now),
        unique_key: Some(format!("{}-{}", commands::job_key(run.id), window.opens(now).timestamp())),
    };
    platform::jobs::enqueue(&tx, job, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn settle(cx: &Cx, id: RunId, state: RunState, ended: Option<Instant>) -> Result<(), Stopped> {
    let change =
        run::ActiveModel { id: Set(id), state: Set(state), ended_at: Set(ended), ..Default::default() };
    save(cx, change).await?;
    Ok(())
}

async fn save(cx: &Cx, change: run::ActiveModel) -> Result<run::Model, Error> {
    let tx = cx.write().await?;
    let run = runs::change(&tx, change).await?;
    tx.commit().await?;
    Ok(run)
}

/// The plan with the newest run of the site whose word on unchanged pages still holds.
async fn with_earlier(
    cx: &Cx,
    means: &Means,
    site: &site::Model,
    reach: &Reach,
    mut plan: Plan,
) -> Result<Plan, Stopped> {
    if reach.anew {
        return Ok(plan);
    }
    let kept = runs::kept_unscoped(cx.db.read(), site.id, tidy::KEPT_RUNS as u64).await?;
    let folders: Vec<_> = kept.iter().map(|run| means.runs.join(run.to_string())).collect();
    let found = tokio::task::spawn_blocking(move || {
        let earlier = folders.iter().find_map(|folder| Earlier::open(folder, &plan));
        plan.earlier = earlier.map(Arc::new);
        plan
    });
    found.await.map_err(|fault| Stopped::Engine(format!("内部错误：{fault}")))
}

/// Imports what was found, writes the report, and closes the run.
async fn conclude(
    cx: &Cx,
    means: &Arc<Means>,
    id: RunId,
    site: &site::Model,
    folder: &Path,
    numbers: &Numbers,
) -> Result<(), Stopped> {
    let Some(run) = runs::run_unscoped(cx.db.read(), id).await? else { return Ok(()) };
    let run = import::found(cx, means, run, site).await?;
    if numbers.ended == Ended::Finished {
        import::finished(cx, means, run, site).await?;
    }
    let folder = folder.to_owned();
    let formats = Formats { html: true, xlsx: true, ndjson: true };
    let written = tokio::task::spawn_blocking(move || report::write_run(&folder, formats)).await;
    match written {
        Ok(Ok(_)) => {}
        // The findings are in the register; a report that is missing is told and ends no run.
        Ok(Err(fault)) => tracing::error!(run = id.0, "no report: {fault}"),
        Err(fault) => tracing::error!(run = id.0, "no report: {fault}"),
    }
    let unchanged: u64 = numbers.unchanged.values().sum();
    let state = if numbers.ended == Ended::Finished { RunState::Finished } else { RunState::Unreachable };
    let change = run::ActiveModel {
        id: Set(id),
        state: Set(state),
        ended_at: Set(Some(cx.now())),
        why: Set(numbers.why.clone().unwrap_or_default()),
        pages: Set(as_i64(numbers.pages)),
        addresses: Set(as_i64(numbers.addresses)),
        unchanged: Set(as_i64(unchanged)),
        ..Default::default()
    };
    save(cx, change).await?;
    Ok(())
}

/// What the engine is asked to do for a site of the register.
async fn plan(cx: &Cx, means: &Means, site: &site::Model, reach: &Reach) -> Result<Plan, Stopped> {
    let start: url::Url = site.home.parse().map_err(|_| {
        Stopped::Engine(format!("首页网址“{}”不是完整的网址，请在台账里改正后重新巡检。", site.home))
    })?;
    let unit = people::unit_unscoped(cx.db.read(), site.unit_id).await?;
    let mut hosts: Vec<String> = Scope::name_of(&start).into_iter().collect();
    hosts.extend(site.hosts.lines().map(|host| host.trim().to_ascii_lowercase()).filter(|h| !h.is_empty()));
    Ok(Plan {
        site: SiteEntry {
            name: site.name.clone(),
            unit: unit.map(|unit| unit.name).unwrap_or_default(),
            level: String::new(),
            region: String::new(),
            kind: site.kind.name().to_owned(),
            url: start.to_string(),
            site_id_code: site.code.clone(),
        },
        scope: Scope {
            hosts,
            sub_domains: false,
            path: None,
            include: RegexSet::empty(),
            exclude: RegexSet::empty(),
        },
        start,
        depth: reach.depth,
        pages: reach.pages,
        beside: reach.only.clone(),
        time_limit: None,
        confirm_after: means.ways.confirm_after.clone(),
        obey_robots: true,
        outgoing: Outgoing::Auto,
        today: beijing(cx.now()).date_naive().to_string().parse().ok(),
        probes: reach.probes,
        cloak_pages: 0,
        render: means.ways.render,
        render_pages: RENDER_PAGES,
        attachments: usize::try_from(reach.attachments).unwrap_or(0),
        clamd: means.ways.clamd.clone(),
        baseline: None,
        earlier: None,
        known: Arc::new(crate::known::of(cx, site).await?),
    })
}
