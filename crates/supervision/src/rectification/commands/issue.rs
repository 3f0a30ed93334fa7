//! Issuing tickets: from confirmed findings, put together by site and fault. Clauses N2.8, N5.3.
//!
//! Only what a person has confirmed is issued; what a ticket is about already is left out and told.

use base::deadline::LONGEST;
use ledger::identity::store as people;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::Kind;
use ledger::registry::entity::site;
use ledger::registry::store as sites;
use ledger::{Actor, Cx};
use platform::web::form::text;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::{ConnectionTrait, Set};

use super::{ISSUERS, note};
use crate::ids::{FindingId, TicketId};
use crate::inspection::entity::finding;
use crate::inspection::model::finding::{State as FindingState, level_number, level_of};
use crate::inspection::store::findings;
use crate::inspection::web::rule_name;
use crate::rectification::entity::ticket;
use crate::rectification::model::{By, Event, Group, State, grouped, limit_of};
use crate::rectification::store;

/// Findings of one issue; a page of a list holds no more.
pub const MOST: usize = 200;

/// What is issued, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct IssueForm {
    /// The findings.
    pub id: Vec<i64>,
    /// A word of [`By`].
    pub by: String,
    /// What is advised.
    pub words: String,
    /// Working days; empty for those of the level.
    pub limit: String,
}

/// What a form would issue.
pub struct Draft {
    pub groups: Vec<(Group, site::Model, String)>,
    /// Findings that are left out, and why.
    pub left_out: Vec<(FindingId, &'static str)>,
}

/// The title of a ticket.
fn title(group: &Group, site: &site::Model) -> String {
    let names: Vec<&str> = group.rules.iter().take(3).map(|rule| rule_name(rule)).collect();
    let more = if group.rules.len() > 3 { "等" } else { "" };
    format!("{}：{}{more} {} 处", site.name, names.join("、"), group.findings.len())
}

/// Puts the chosen findings together, as far as they can be issued.
pub async fn draft(db: &impl ConnectionTrait, actor: &Actor, form: &IssueForm) -> Result<Draft, Failure> {
    let scope = actor.scope(ISSUERS);
    let ids: Vec<FindingId> = form.id.iter().take(MOST).map(|id| FindingId(*id)).collect();
    let taken = store::taken(db, &ids).await?;
    let mut left_out = Vec::new();
    let mut wanted: Vec<finding::Model> = Vec::new();
    for id in ids {
        match findings::finding_in(db, &scope, id).await? {
            None => left_out.push((id, "不在您可以督办的范围内")),
            Some(_) if taken.contains(&id) => left_out.push((id, "已有没有办结的整改单")),
            Some(found) if found.state != FindingState::Confirmed => left_out.push((id, "还没有确认")),
            Some(found) => wanted.push(found),
        }
    }
    let plain: Vec<_> =
        wanted.iter().map(|one| (one.id, one.site_id, one.rule.clone(), level_of(one.level))).collect();
    let mut groups = Vec::new();
    // Groups come in the order of their sites: each site is asked for once.
    let mut last: Option<site::Model> = None;
    for group in grouped(&plain, By::of(&form.by)) {
        let site = match last.take().filter(|site| site.id == group.site) {
            Some(site) => Some(site),
            None => sites::site_in(db, &scope, group.site).await?,
        };
        let Some(site) = site else { continue };
        let title = title(&group, &site);
        last = Some(site.clone());
        groups.push((group, site, title));
    }
    Ok(Draft { groups, left_out })
}

/// Issues the tickets of a form. Returns their numbers.
pub async fn issue(
    cx: &Cx,
    actor: &Actor,
    form: &IssueForm,
) -> Result<Result<Vec<TicketId>, Faults>, Failure> {
    let mut faults = Faults::default();
    let words = text(&form.words, "整改建议", 2_000).unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    let limit: Option<u32> = match form.limit.trim() {
        "" => None,
        days => match days.parse().ok().filter(|days| *days <= LONGEST) {
            Some(days) => Some(days),
            None => {
                faults.field("limit", format!("天数应为 0 到 {LONGEST} 的整数。"));
                None
            }
        },
    };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let chosen: Vec<FindingId> = form.id.iter().take(MOST).map(|id| FindingId(*id)).collect();
    store::hold(&tx, &chosen).await?;
    let draft = draft(&*tx, actor, form).await?;
    if draft.groups.is_empty() {
        return Err(Refusal::new("勾选的线索都不能发整改单：要先确认，并且没有在办的整改单。").into());
    }
    let mut issued = Vec::new();
    for (group, site, title) in draft.groups {
        let unit = people::unit_unscoped(&*tx, site.unit_id).await?.ok_or(Failure::NotThere)?;
        let issuer = open::issuer(&tx, actor, &unit.path).await?.ok_or(Failure::NotThere)?;
        let row = ticket::ActiveModel {
            site_id: Set(site.id),
            unit_id: Set(unit.id),
            unit_path: Set(unit.path.clone()),
            issuer_id: Set(issuer.id),
            issuer_path: Set(issuer.path.clone()),
            issued_by: Set(actor.name.clone()),
            title: Set(title.clone()),
            level: Set(level_number(group.level)),
            words: Set(words.clone()),
            state: Set(State::Issued),
            issued_at: Set(now),
            fixed_at: Set(None),
            fixed_by: Set(None),
            over_at: Set(None),
            obligation_id: Set(None),
            dispute_path: Set(None),
            dispute_id: Set(None),
            run_id: Set(None),
            ..Default::default()
        };
        let id = store::add(&tx, row).await?.id;
        store::add_findings(&tx, id, &group.findings).await?;
        let new = New {
            kind: Kind::Rectification,
            clause: Kind::Rectification.clause(),
            title,
            words: words.clone(),
            unit: &unit,
            site: Some(site.id),
            person: None,
            issuer: &issuer,
            issued_by: actor.name.clone(),
            link: format!("/tickets/{id}"),
            limit: Some(limit.unwrap_or(limit_of(group.level))),
        };
        let obligation = open::open(&tx, new, now).await?;
        let owed =
            ticket::ActiveModel { id: Set(id), obligation_id: Set(Some(obligation)), ..Default::default() };
        store::change(&tx, owed).await?;
        note(&tx, &super::handle::By::Person(actor), now, id, Event::Issued, &words, None).await?;
        issued.push(id);
    }
    tx.commit().await?;
    Ok(Ok(issued))
}
