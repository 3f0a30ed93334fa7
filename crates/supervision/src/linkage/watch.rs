//! Approved targets looked at by the clock: at their approval, and each week after it; drift is told at once. Clauses N2.4, N5.6.
//!
//! A reconciler: which target is due stands in its row. Asks as everything asks, through guard and gates.

use std::sync::Arc;

use checks::approvals::Pattern;
use checks::{Page, charset, look::target};
use chrono::TimeDelta;
use crawl::{For, Glance, Scope};
use ledger::Cx;
use platform::clock::Instant;
use platform::jobs::{self, NewJob, Queue};
use platform::{Error, Tx};
use sea_orm::Set;
use url::Url;

use super::entity::{link_approval, link_look};
use super::look::{Outcome, Seen, away, judge};
use super::model::State;
use super::store;
use crate::Means;
use crate::alert::commands::{Raise, clear, raise};
use crate::alert::model::Kind;

/// The job that looks at one target.
pub const JOB: &str = "look-at-link";
/// Days between two looks; a target that was away is looked at the next day.
const EACH_DAYS: i64 = 7;
/// Targets of one beat: 5,000 approvals a week are 30 an hour.
const A_BATCH: u64 = 100;

fn job(id: i64, now: Instant) -> NewJob {
    NewJob {
        kind: JOB,
        args: serde_json::json!({ "approval": id }),
        queue: Queue::Bulk,
        run_at: now,
        unique_key: Some(format!("{JOB}-{id}")),
    }
}

/// Has a target looked at as soon as somebody can, in the transaction that approves it.
pub(super) async fn soon(tx: &Tx, id: i64, now: Instant) -> Result<(), Error> {
    jobs::enqueue(tx, job(id, now), now).await?;
    Ok(())
}

/// Has targets looked at that are due.
pub async fn beat(cx: &Cx) -> Result<(), Error> {
    let now = cx.now();
    let due = store::due_unscoped(cx.db.read(), now, A_BATCH).await?;
    if due.is_empty() {
        return Ok(());
    }
    let tx = cx.write().await?;
    for row in due {
        jobs::enqueue(&tx, job(row.id, now), now).await?;
        // Until the look is done it is not due again.
        let later = link_approval::ActiveModel {
            id: Set(row.id),
            next_look: Set(Some(now + TimeDelta::days(1))),
            ..Default::default()
        };
        store::change(&tx, later).await?;
    }
    Ok(tx.commit().await?)
}

/// Looks at one target and writes down what it comes to.
pub async fn look(cx: &Cx, means: &Arc<Means>, id: i64) -> Result<(), Error> {
    let Some(row) = store::one_unscoped(cx.db.read(), id).await? else { return Ok(()) };
    if row.state != State::Approved {
        return Ok(());
    }
    let Some(url) = address(&row.target) else { return Ok(()) };
    let home = match store::site_near(cx.db.read(), &row).await? {
        Some(site) => Url::parse(&site.home).ok(),
        None => None,
    };
    let glance =
        means.glancer()?.glance(home.as_ref(), &url, For::Checking, cx.now().timestamp_millis()).await;
    let seen = tokio::task::spawn_blocking(move || seen(glance)).await;
    let seen = seen.map_err(|fault| Error::Other(format!("looking at a link: {fault}")))?;
    let own = Scope::name_of(&url).unwrap_or_default();
    let outcome = judge(&row, &own, &seen);
    let (now, tx) = (cx.now(), cx.write().await?);
    let Some(fresh) = store::one_held_unscoped(&tx, id).await? else { return Ok(()) };
    if fresh.state != State::Approved {
        return Ok(());
    }
    if held_against(&fresh) != held_against(&row) {
        // Somebody has confirmed it meanwhile: this look was held against what is no more.
        let anew =
            link_approval::ActiveModel { id: Set(id), next_look: Set(Some(now)), ..Default::default() };
        store::change(&tx, anew).await?;
        return Ok(tx.commit().await?);
    }
    keep(&tx, &row, &seen, &outcome, now).await?;
    tell(&tx, &row, &outcome, now).await?;
    Ok(tx.commit().await?)
}

/// What a look is held against, and what somebody was told of it.
fn held_against(row: &link_approval::Model) -> (&str, &str, Option<&str>, &str) {
    (&row.name, &row.owner, row.seen_title.as_deref(), &row.drift)
}

/// The address that stands for a pattern.
fn address(target: &str) -> Option<Url> {
    match Pattern::parse(target).ok()? {
        Pattern::Host { host, .. } => Url::parse(&format!("http://{host}/")).ok(),
        Pattern::Prefix { .. } => Url::parse(target.trim()).ok(),
    }
}

fn seen(glance: Glance) -> Seen {
    let certificate =
        glance.certificate.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    let mut seen = Seen {
        host: Scope::name_of(&glance.url).unwrap_or_default(),
        certificate: certificate.unwrap_or_default(),
        ..Seen::default()
    };
    let is_page = glance.mime.as_ref().is_none_or(|mime| mime.contains("html"));
    match away(glance.reach) {
        // A file that answers is there; it has no title to hold against anything.
        None if !is_page => seen.look = Some(target::TargetLook::default()),
        None => {
            let decoded = charset::decode(&glance.body, glance.content_type.as_deref());
            let page = Page::parse(glance.url, &decoded.text, decoded.charset);
            seen.look = Some(target::summary(&page));
        }
        Some(words) => seen.away = words,
    }
    seen
}

async fn keep(
    tx: &Tx,
    row: &link_approval::Model,
    seen: &Seen,
    outcome: &Outcome,
    now: Instant,
) -> Result<(), Error> {
    let (word, cause, each) = match outcome {
        Outcome::Same => ("same", String::new(), EACH_DAYS),
        Outcome::Away(words) => ("away", words.clone(), 1),
        Outcome::Drifted(_, words) => ("drifted", words.clone(), EACH_DAYS),
    };
    let mut change = link_approval::ActiveModel {
        id: Set(row.id),
        looked_at: Set(Some(now)),
        next_look: Set(Some(now + TimeDelta::days(each))),
        ..Default::default()
    };
    match outcome {
        Outcome::Away(_) => {}
        Outcome::Same => change.drift = Set(String::new()),
        Outcome::Drifted(_, words) => change.drift = Set(words.clone()),
    }
    // What is seen first, and found to be what was approved, is what later looks are held against.
    if let (Outcome::Same, Some(look), None) = (outcome, &seen.look, &row.seen_title) {
        change.seen_title = Set(Some(look.title.clone()));
        change.seen_icp = Set(Some(look.icp.clone()));
        change.seen_certificate = Set(Some(seen.certificate.clone()));
    }
    store::change(tx, change).await?;
    let event = link_look::ActiveModel {
        approval_id: Set(row.id),
        at: Set(now),
        outcome: Set(word.to_owned()),
        cause: Set(cause),
        title: Set(seen.look.as_ref().map(|look| look.title.clone()).unwrap_or_default()),
        ..Default::default()
    };
    Ok(store::note_look(tx, event).await?)
}

fn key(id: i64) -> String {
    format!("link-{id}")
}

async fn tell(tx: &Tx, row: &link_approval::Model, outcome: &Outcome, now: Instant) -> Result<(), Error> {
    match outcome {
        Outcome::Away(_) => {}
        Outcome::Same => settled(tx, row.id, now).await?,
        Outcome::Drifted(level, words) => {
            let what = Raise {
                kind: Kind::Link,
                site: row.site_id,
                unit_path: row.unit_path.clone(),
                level: *level,
                title: format!("链接“{}”的内容已变：{words}", row.name),
                words: "请打开核对：仍是原单位的，在链接审批里确认；已经易主的，撤销审批并撤下链接。"
                    .to_owned(),
                key: key(row.id),
                link: format!("/link-approvals/{}", row.id),
            };
            raise(tx, &what, now).await?;
        }
    }
    Ok(())
}

/// Nothing is watched any more, or what is seen now is what was approved: the alert ends.
pub(super) async fn settled(tx: &Tx, id: i64, now: Instant) -> Result<(), Error> {
    clear(tx, &key(id), now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_an_address_to_look_at() {
        for (target, want) in [
            ("www.a.example", "http://www.a.example/"),
            ("*.a.example", "http://a.example/"),
            ("https://www.a.example/x/", "https://www.a.example/x/"),
        ] {
            assert_eq!(address(target).map(String::from).as_deref(), Some(want), "{target}");
        }
        assert_eq!(address("不是网址 x"), None);
    }
}
