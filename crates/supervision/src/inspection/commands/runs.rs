//! Starting, pausing and cancelling runs; the start of plans that are due. Clause N2.1.

use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::registry::store as registry;
use ledger::{Actor, Cx, SiteId};
use platform::clock::{Instant, beijing};
use platform::jobs::{self, NewJob, Queue};
use platform::web::{Failure, Refusal};
use platform::{Error, Tx};
use sea_orm::{DbErr, Set};

use super::{JUDGES, STARTERS, note};
use crate::ids::{PlanId, RunId};
use crate::inspection::entity::{inspection_plan, run};
use crate::inspection::model::plan::{Choice, Reach, draw};
use crate::inspection::model::run::{Ask, RunState, Wish, asked};
use crate::inspection::model::schedule::{Schedule, Window};
use crate::inspection::store::{plans, runs};

/// The kind of the job that makes a run.
pub const JOB: &str = "inspect";

/// The key under which a run's job waits or runs once.
pub fn job_key(run: RunId) -> String {
    format!("inspect-{run}")
}

/// A run to be made.
struct New<'a> {
    plan: Option<PlanId>,
    who: &'a str,
    reach: &'a Reach,
    window: Window,
    queue: Queue,
}

/// Most addresses that rechecks of a site look at in one run.
pub const MOST_ONLY: usize = 200;

/// Adds a run of a site with its job, unless one that is not over does as well. Returns the run that will be.
async fn add(tx: &Tx, site: &site::Model, new: &New<'_>, now: Instant) -> Result<(RunId, bool), DbErr> {
    let is_recheck = !new.reach.only.is_empty();
    for open in runs::open_runs_held_unscoped(tx, site.id).await? {
        if !open.is_recheck && (!is_recheck || serves(&open, new.reach, now)) {
            return Ok((open.id, false));
        }
        if open.is_recheck && is_recheck && widened(tx, &open, new.reach).await? {
            return Ok((open.id, false));
        }
    }
    let row = run::ActiveModel {
        plan_id: Set(new.plan),
        site_id: Set(site.id),
        unit_path: Set(site.unit_path.clone()),
        state: Set(RunState::Waiting),
        wish: Set(Wish::Go),
        asked_by: Set(new.who.to_owned()),
        asked_at: Set(now),
        window_from: Set(new.window.from),
        window_to: Set(new.window.to),
        reach: Set(serde_json::to_value(new.reach).unwrap_or_default()),
        pages: Set(0),
        unchanged: Set(0),
        addresses: Set(0),
        answered: Set(0),
        requests: Set(0),
        read_until: Set(0),
        found: Set(0),
        came: Set(0),
        went: Set(0),
        why: Set(String::new()),
        is_recheck: Set(is_recheck),
        has_folder: Set(false),
        ..Default::default()
    };
    let id = runs::add(tx, row).await?.id;
    queue(tx, id, new.queue, new.window.opens(now), now).await?;
    Ok((id, true))
}

/// Whether an inspection that waits does what a recheck wants as well, and soon: one that has begun may have been there
/// before the mending, one that is paused or waits for the night comes late, one with limits may not come by.
fn serves(open: &run::Model, wanted: &Reach, now: Instant) -> bool {
    let reach: Reach = serde_json::from_value(open.reach.clone()).unwrap_or_default();
    let window = Window { from: open.window_from, to: open.window_to };
    let goes = open.state == RunState::Waiting && open.wish == Wish::Go && open.started_at.is_none();
    let sees = reach.is_whole() && reach.without.is_empty() && reach.attachments >= wanted.attachments;
    goes && sees && window.is_open(now)
}

/// Adds addresses to a recheck that has not begun. Returns whether it takes them.
async fn widened(tx: &Tx, open: &run::Model, more: &Reach) -> Result<bool, DbErr> {
    let mut reach: Reach = serde_json::from_value(open.reach.clone()).unwrap_or_default();
    for address in &more.only {
        if !reach.only.contains(address) {
            reach.only.push(address.clone());
        }
    }
    if open.started_at.is_some() || open.wish != Wish::Go || reach.only.len() > MOST_ONLY {
        return Ok(false);
    }
    let reach = serde_json::to_value(reach).unwrap_or_default();
    runs::change(tx, run::ActiveModel { id: Set(open.id), reach: Set(reach), ..Default::default() }).await?;
    Ok(true)
}

/// Queues the job of a run.
pub async fn queue(tx: &Tx, run: RunId, queue: Queue, at: Instant, now: Instant) -> Result<(), DbErr> {
    let job = NewJob {
        kind: JOB,
        args: serde_json::json!({ "run": run }),
        queue,
        run_at: at,
        unique_key: Some(job_key(run)),
    };
    jobs::enqueue(tx, job, now).await.map(|_| ())
}

/// A person starts an inspection of one site now. Returns the run, and whether it is a new one.
pub async fn start(cx: &Cx, actor: &Actor, site: SiteId, reach: &Reach) -> Result<(RunId, bool), Failure> {
    let tx = cx.write().await?;
    let started = start_in(&tx, actor, site, reach, cx.now()).await?;
    tx.commit().await?;
    Ok(started)
}

/// The same in a transaction that does more.
pub async fn start_in(
    tx: &Tx,
    actor: &Actor,
    site: SiteId,
    reach: &Reach,
    now: Instant,
) -> Result<(RunId, bool), Failure> {
    let site = registry::site_in(&**tx, &actor.scope(STARTERS), site).await?.ok_or(Failure::NotThere)?;
    if site.state == SiteState::Closed {
        return Err(Refusal::new("这个网站已关停，不再巡检。").into());
    }
    let new =
        New { plan: None, who: &actor.name, reach, window: Window { from: 0, to: 0 }, queue: Queue::Normal };
    let (id, is_new) = add(tx, &site, &new, now).await?;
    if is_new {
        note(tx, actor, now, "run.started", format!("run/{id}"), &site.name).await?;
    }
    Ok((id, is_new))
}

/// A person starts a plan now, beside its schedule. Returns how many runs came of it.
pub async fn start_plan(cx: &Cx, actor: &Actor, id: PlanId) -> Result<usize, Failure> {
    let tx = cx.write().await?;
    let plan = plans::plan_in(&*tx, &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    let now = cx.now();
    let number = start_sites(&tx, &plan, &actor.name, now).await?;
    plans::change(
        &tx,
        inspection_plan::ActiveModel { id: Set(id), last_at: Set(Some(now)), ..Default::default() },
    )
    .await?;
    note(&tx, actor, now, "plan.started", format!("plan/{id}"), &format!("{}，{number} 个网站", plan.name))
        .await?;
    tx.commit().await?;
    Ok(number)
}

/// Starts every plan that is due, each once however many processes ask. Returns the number of runs.
pub async fn start_due(cx: &Cx) -> Result<usize, Error> {
    let now = cx.now();
    let mut number = 0;
    for plan in plans::due_unscoped(cx.db.read(), now).await? {
        let tx = cx.write().await?;
        // Whoever moves the plan on starts it: a second process finds it moved.
        if plans::moved_on(&tx, &plan, schedule(&plan).next(now), now).await? {
            number += start_sites(&tx, &plan, &format!("计划“{}”", plan.name), now).await?;
        }
        tx.commit().await?;
    }
    Ok(number)
}

/// The schedule of a plan.
pub fn schedule(plan: &inspection_plan::Model) -> Schedule {
    Schedule { every: plan.every, number: plan.number, at: plan.at_minute }
}

async fn start_sites(
    tx: &Tx,
    plan: &inspection_plan::Model,
    who: &str,
    now: Instant,
) -> Result<usize, DbErr> {
    let below = plans::sites_below_unscoped(&**tx, &plan.unit_path).await?;
    let chosen: Vec<SiteId> = match plan.choice {
        Choice::All => below,
        Choice::One => below.into_iter().filter(|id| Some(*id) == plan.site_id).collect(),
        Choice::Sample => {
            let occasion = format!("{} {}", plan.id, beijing(now).format("%Y-%m-%d"));
            let number = usize::try_from(plan.sample).unwrap_or(0);
            draw(below.into_iter().map(|id| id.0).collect(), number, &occasion)
                .into_iter()
                .map(SiteId)
                .collect()
        }
    };
    let reach: Reach = serde_json::from_value(plan.reach.clone()).unwrap_or_default();
    let new = New {
        plan: Some(plan.id),
        who,
        reach: &reach,
        window: Window { from: plan.window_from, to: plan.window_to },
        queue: Queue::Bulk,
    };
    let mut number = 0;
    for id in chosen {
        let Some(site) = registry::site_unscoped(&**tx, id).await? else { continue };
        number += usize::from(add(tx, &site, &new, now).await?.1);
    }
    Ok(number)
}

/// A person pauses, resumes or cancels a run.
pub async fn ask(cx: &Cx, actor: &Actor, id: RunId, ask: Ask) -> Result<(), Failure> {
    let tx = cx.write().await?;
    let run = runs::run_in(&*tx, &actor.scope(STARTERS), id).await?.ok_or(Failure::NotThere)?;
    let (state, wish, requeue) = asked(run.state, ask).map_err(Refusal::new)?;
    let now = cx.now();
    let ended = (state == RunState::Cancelled).then_some(now);
    let change = run::ActiveModel {
        id: Set(id),
        state: Set(state),
        wish: Set(wish),
        ended_at: Set(ended),
        ..Default::default()
    };
    runs::change(&tx, change).await?;
    if requeue {
        let window = Window { from: run.window_from, to: run.window_to };
        queue(&tx, id, Queue::Normal, window.opens(now), now).await?;
    }
    let action = match ask {
        Ask::Pause => "run.paused",
        Ask::Resume => "run.resumed",
        Ask::Cancel => "run.cancelled",
    };
    note(&tx, actor, now, action, format!("run/{id}"), "").await?;
    tx.commit().await?;
    Ok(())
}
