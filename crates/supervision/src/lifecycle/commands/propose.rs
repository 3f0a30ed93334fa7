//! A suspension is proposed, on the grounds that the record gives or that a person adds. Clause N2.8.

use ledger::identity::store as people;
use ledger::obligation::commands::open;
use ledger::registry::meant;
use ledger::registry::model::State as SiteState;
use ledger::{Actor, Cx};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::{DECIDERS, happened, record};
use crate::lifecycle::entity::suspension;
use crate::lifecycle::model::{Event, State};
use crate::lifecycle::store;

/// The longest prefix of a column's addresses.
const LONGEST_PREFIX: usize = 500;

/// A proposal as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ProposeForm {
    /// A site's name, code, address or number.
    pub site: String,
    /// What the addresses of the column begin with; empty for the whole site.
    pub prefix: String,
    pub column_name: String,
    /// One a line.
    pub grounds: String,
}

/// Proposes it. Returns its number.
pub async fn propose(cx: &Cx, actor: &Actor, form: &ProposeForm) -> Result<Result<i64, Faults>, Failure> {
    let scope = actor.scope(DECIDERS);
    let mut faults = Faults::default();
    let site = match meant::site(cx.db.read(), &scope, &form.site).await? {
        Ok(site) => Some(site),
        Err(words) => {
            faults.field("site", words);
            None
        }
    };
    let computed = match &site {
        Some(site) => record::of_site(cx, site).await?,
        None => Vec::new(),
    };
    let grounds = match form.grounds.trim() {
        "" if !computed.is_empty() => computed.join("\n"),
        written => required(written, "理由", 2_000).unwrap_or_else(|words| {
            faults.field("grounds", words);
            String::new()
        }),
    };
    let prefix = text(&form.prefix, "栏目的网址", LONGEST_PREFIX).unwrap_or_else(|words| {
        faults.field("prefix", words);
        String::new()
    });
    let column_name = match prefix.is_empty() {
        true => text(&form.column_name, "栏目名称", 60),
        false => required(&form.column_name, "栏目名称", 60),
    };
    let column_name = column_name.unwrap_or_else(|words| {
        faults.field("column_name", words);
        String::new()
    });
    if let Some(site) = site.as_ref().filter(|_| !prefix.is_empty())
        && !(prefix.starts_with(&site.home) && prefix.len() > site.home.len())
    {
        faults.field("prefix", format!("栏目的网址应以 {} 开头，并且不是首页。", site.home));
    }
    let Some(site) = site.filter(|_| faults.is_empty()) else { return Ok(Err(faults)) };
    let (now, tx) = (cx.now(), cx.write().await?);
    if site.state == SiteState::Closed {
        return Err(Refusal::new("这个网站已经关闭。").into());
    }
    let open = store::open_of(&tx, site.id).await?;
    if let Some(other) = open.iter().find(|one| one.prefix == prefix || one.prefix.is_empty()) {
        let words = format!("这个网站已有一件没有办结的关停（{}），请到那里处理。", other.state.name());
        return Err(Refusal::new(words).into());
    }
    let unit = people::unit_unscoped(&*tx, site.unit_id).await?.ok_or(Failure::NotThere)?;
    let issuer = open::issuer(&tx, actor, &unit.path).await?.ok_or(Failure::NotThere)?;
    let row = suspension::ActiveModel {
        site_id: Set(site.id),
        unit_id: Set(unit.id),
        unit_path: Set(unit.path),
        issuer_id: Set(issuer.id),
        issuer_path: Set(issuer.path),
        prefix: Set(prefix),
        column_name: Set(column_name),
        state: Set(State::Proposed),
        grounds: Set(grounds.clone()),
        basis: Set(String::new()),
        document: Set(String::new()),
        proposed_by: Set(actor.name.clone()),
        proposed_at: Set(now),
        decided_by: Set(String::new()),
        decided_at: Set(None),
        from_on: Set(None),
        suspended_at: Set(None),
        limit_days: Set(0),
        obligation_id: Set(None),
        reported_by: Set(None),
        returned: Set(0),
        announced_on: Set(None),
        announced_until: Set(None),
        redirect_to: Set(String::new()),
        archived: Set(String::new()),
        code_cancelled_on: Set(None),
        domain_cancelled_on: Set(None),
        absorbed_id: Set(None),
        over_at: Set(None),
        ..Default::default()
    };
    let id = store::add(&tx, row).await?.id;
    happened(&tx, Some(actor), id, now, Event::Proposed, &grounds, None).await?;
    tx.commit().await?;
    Ok(Ok(id))
}
