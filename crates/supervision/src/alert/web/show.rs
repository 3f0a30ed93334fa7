//! One alert: what happened, who has it in hand, what was told where. Clause N2.1.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use ledger::registry::store as sites;
use ledger::web::Screen;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;

use super::list::{Row, row, unit_names};
use crate::alert::commands::{handling, silenced};
use crate::alert::model::Stage;
use crate::alert::store;

/// Deliveries that the page shows; an alert that is raised a thousand times is told once.
const DELIVERIES: u64 = 200;

#[derive(Serialize)]
struct View {
    alert: Row,
    words: String,
    link: String,
    site_name: String,
    acknowledged_at: Option<Instant>,
    escalated_at: Option<Instant>,
    silence: Option<(Instant, String, String)>,
    deliveries: Vec<DeliveryView>,
    hours: [i64; 5],
    may_act: bool,
    may_silence: bool,
}

#[derive(Serialize)]
struct DeliveryView {
    channel: String,
    way: &'static str,
    reason: &'static str,
    stage: &'static str,
    colour: &'static str,
    due_at: Instant,
    sent_at: Option<Instant>,
    attempts: i32,
    words: String,
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let (db, now) = (cx.db.read(), cx.now());
    let found = store::alert_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let deliveries = store::deliveries(db, &found, DELIVERIES).await?;
    let ids: Vec<i64> = deliveries.iter().map(|one| one.channel_id).collect();
    let channels: HashMap<i64, (String, &'static str)> = store::channel_names_unscoped(db, &ids)
        .await?
        .into_iter()
        .map(|channel| (channel.id, (channel.name, channel.way.name())))
        .collect();
    let deliveries = deliveries.into_iter().map(|one| {
        let (channel, way) = channels.get(&one.channel_id).cloned().unwrap_or_default();
        DeliveryView {
            channel,
            way,
            reason: one.reason.name(),
            stage: if one.stage == Stage::Waiting && one.attempts > 0 {
                "失败，稍后重试"
            } else {
                one.stage.name()
            },
            colour: match one.stage {
                Stage::Sent => "bg-green-lt",
                Stage::Failed => "bg-red-lt",
                Stage::Waiting if one.attempts > 0 => "bg-yellow-lt",
                _ => "bg-secondary-lt",
            },
            due_at: one.due_at,
            sent_at: one.sent_at,
            attempts: one.attempts,
            words: one.words,
        }
    });
    let silences = store::silences_now_unscoped(db, now).await?;
    let silence = silenced(&silences, &found, now).map(|s| (s.to_at, s.who.clone(), s.reason.clone()));
    let site = match found.site_id {
        Some(id) => sites::site_in(db, &actor.sees(), id).await?,
        None => None,
    };
    let unit = unit_names(&cx, &actor).await?.remove(&found.unit_path).unwrap_or_default();
    let title = found.title.clone();
    let view = View {
        words: found.words.clone(),
        link: found.link.clone(),
        site_name: site.map(|site| site.name).unwrap_or_default(),
        acknowledged_at: found.acknowledged_at,
        escalated_at: found.escalated_at,
        silence: silence.filter(|_| found.cleared_at.is_none()),
        deliveries: deliveries.collect(),
        hours: handling::HOURS,
        may_act: actor.scope(handling::ACTS).covers(&found.unit_path),
        may_silence: actor.scope(handling::SILENCES).covers(&found.unit_path),
        alert: row(found, unit, &silences, now),
    };
    let help = "一条告警从发生到恢复的全过程，以及通知了哪些渠道、对方怎样应答。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: &title, section: "/alerts", clause: "N2.1", help };
    Ok(screen.show("alert.html", view)?)
}
