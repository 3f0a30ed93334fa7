//! What is done with the ledger of links: apply, propose what there is, approve, refuse, revoke. Clauses N2.4, N5.6.

use checks::approvals::{Approvals, Pattern};
use ledger::calendar::entity::{date, day};
use ledger::identity::model::Role;
use ledger::identity::store as people;
use ledger::registry::meant;
use ledger::registry::store as sites;
use ledger::{Actor, Cx, SiteId, UnitId};
use platform::Tx;
use platform::audit::{self, Deed as Audited};
use platform::clock::{Instant, beijing};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;
use url::Url;

use super::entity::link_approval;
use super::model::{Deed, State, after, approval, last_day};
use super::{renewal, store, watch};
use crate::inspection::store::holdings;

/// Who applies: supervisors, and site operators for their unit.
pub const KEEPERS: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// Who decides: the managing unit.
pub const DECIDERS: &[Role] = &[Role::Supervisor];
/// The audit chain of the ledger.
const CHAIN: &str = "linkage";
/// Hosts that one proposal takes up; a portal links to some hundreds.
const MOST_PROPOSED: usize = 500;
/// Links of a site that are looked at for it.
const MOST_LINKS: u64 = 10_000;

/// An application as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ApplyForm {
    pub unit: String,
    /// One site's name, code or address; empty for all of the unit.
    pub site: String,
    pub target: String,
    pub name: String,
    pub owner: String,
    pub purpose: String,
    pub expires: String,
}

/// A decision as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DecideForm {
    /// A word of [`Deed`].
    pub deed: String,
    pub words: String,
    /// With a confirmation: what the target is called now, if that is another name.
    pub name: String,
}

async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    action: &str,
    id: i64,
    detail: &str,
) -> Result<(), Failure> {
    let subject = format!("link_approval/{id}");
    let (person, who) = (Some(actor.person.0), actor.login.as_str());
    Ok(audit::write(tx, Audited { chain: CHAIN, at, person, who, action, subject: &subject, detail }).await?)
}

/// Asks for a link to be approved. Returns its number.
pub async fn apply(cx: &Cx, actor: &Actor, form: &ApplyForm) -> Result<Result<i64, Faults>, Failure> {
    let scope = actor.scope(KEEPERS);
    let (now, tx) = (cx.now(), cx.write().await?);
    let mut faults = Faults::default();
    let target = form.target.trim().to_owned();
    if let Err(why) = Pattern::parse(&target) {
        faults.field("target", format!("链接目标{why}。"));
    }
    let mut wanted = |name: &'static str, label: &str, value: &str, longest| {
        required(value, label, longest).unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let name = wanted("name", "名称", &form.name, 100);
    let purpose = wanted("purpose", "用途", &form.purpose, 200);
    let owner = text(&form.owner, "对方单位", 100).unwrap_or_else(|words| {
        faults.field("owner", words);
        String::new()
    });
    let expires = last_day(&form.expires, day(beijing(now).date_naive())).unwrap_or_else(|words| {
        faults.field("expires", words);
        None
    });
    let site = match form.site.trim() {
        "" => None,
        words => meant::site(&*tx, &scope, words).await?.map_err(|words| faults.field("site", words)).ok(),
    };
    let unit = match (&site, form.unit.parse().ok().map(UnitId)) {
        (Some(site), _) => people::unit_unscoped(&*tx, site.unit_id).await?,
        (None, Some(id)) => people::unit_in(&*tx, &scope, id).await?,
        (None, None) => None,
    };
    if unit.is_none() {
        faults.field("unit", "请选择您管辖范围内的单位，或者填写一个网站。");
    }
    let Some(unit) = unit.filter(|_| faults.is_empty()) else { return Ok(Err(faults)) };
    let row = link_approval::ActiveModel {
        unit_id: Set(unit.id),
        unit_path: Set(unit.path),
        site_id: Set(site.map(|site| site.id)),
        target: Set(target.clone()),
        name: Set(name),
        owner: Set(owner),
        purpose: Set(purpose),
        expires_on: Set(expires.map(date)),
        ..applied(actor, now)
    };
    let id = store::add(&tx, row).await?.id;
    note(&tx, actor, now, "link.applied", id, &target).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// What is the same in every application.
fn applied(actor: &Actor, now: Instant) -> link_approval::ActiveModel {
    link_approval::ActiveModel {
        state: Set(State::Applied),
        applied_by: Set(actor.name.clone()),
        applicant: Set(actor.person),
        applied_at: Set(now),
        decided_by: Set(String::new()),
        decided_at: Set(None),
        decided_words: Set(String::new()),
        approved_on: Set(None),
        expires_on: Set(None),
        seen_title: Set(None),
        seen_icp: Set(None),
        seen_certificate: Set(None),
        looked_at: Set(None),
        next_look: Set(None),
        drift: Set(String::new()),
        obligation_id: Set(None),
        renewed_by: Set(None),
        ..Default::default()
    }
}

/// Takes up the hosts that a site links to today and that nobody has asked for yet, as applications. Returns how many.
pub async fn propose(cx: &Cx, actor: &Actor, id: SiteId) -> Result<usize, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let site = sites::site_in(&*tx, &actor.scope(KEEPERS), id).await?.ok_or(Failure::NotThere)?;
    let spoken = store::spoken_of_unscoped(&*tx, &site).await?;
    let known = Approvals::new(spoken.iter().filter_map(approval).collect());
    let filter = holdings::Filter { site: Some(site.id), ..holdings::Filter::default() };
    let links = holdings::links(&*tx, &actor.sees(), &filter, MOST_LINKS).await?;
    let mut hosts: Vec<(String, String)> = Vec::new();
    for link in links {
        let Ok(url) = Url::parse(&link.target) else { continue };
        let is_new = !link.host.is_empty() && hosts.iter().all(|(host, _)| *host != link.host);
        if is_new && known.find(&url, None).is_none() && hosts.len() < MOST_PROPOSED {
            let name = if link.text.trim().is_empty() { link.host.clone() } else { link.text.clone() };
            hosts.push((link.host, platform::table::shortened(&name)));
        }
    }
    if hosts.is_empty() {
        return Err(Refusal::new("这个网站现有的外部链接都已批准或正在审批，没有新的申请。").into());
    }
    let number = hosts.len();
    let mut first = 0;
    for (host, name) in hosts {
        let row = link_approval::ActiveModel {
            unit_id: Set(site.unit_id),
            unit_path: Set(site.unit_path.clone()),
            site_id: Set(Some(site.id)),
            target: Set(host),
            name: Set(name),
            owner: Set(String::new()),
            purpose: Set("现有链接补办审批".to_owned()),
            ..applied(actor, now)
        };
        first = store::add(&tx, row).await?.id;
    }
    note(&tx, actor, now, "link.proposed", first, &format!("{}，{number} 个", site.name)).await?;
    tx.commit().await?;
    Ok(number)
}

/// What a person may do with one as it stands.
pub fn may(actor: &Actor, row: &link_approval::Model) -> Vec<Deed> {
    let decides = actor.scope(DECIDERS).covers(&row.unit_path);
    let own = row.applicant == actor.person;
    let may = |deed: &Deed| decides && after(row.state, *deed).is_some() && !(own && *deed == Deed::Approve);
    Deed::ALL.into_iter().filter(may).collect()
}

/// Decides an application, or takes an approval back. An approval holds from the next inspection on.
pub async fn decide(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: &DecideForm,
) -> Result<Result<Deed, Faults>, Failure> {
    let deed = Deed::of(&form.deed).ok_or_else(|| Refusal::new("请选择批准、不批准或撤销。"))?;
    let words = if deed.wants_words() {
        required(&form.words, "理由", 500)
    } else {
        text(&form.words, "说明", 500)
    };
    let words = match words {
        Ok(words) => words,
        Err(words) => {
            let mut faults = Faults::default();
            faults.field("words", words);
            return Ok(Err(faults));
        }
    };
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::one_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if !actor.scope(DECIDERS).covers(&row.unit_path) {
        return Err(Refusal::forbidden("由管理单位的监管员审批。").into());
    }
    let Some(state) = after(row.state, deed) else {
        return Err(Refusal::new(format!("这个申请现在“{}”，不能这样处理。", row.state.name())).into());
    };
    if deed == Deed::Approve && row.applicant == actor.person {
        return Err(Refusal::new("申请由您提出，请由别人审批。").into());
    }
    let mut change = link_approval::ActiveModel { id: Set(id), state: Set(state), ..Default::default() };
    if deed == Deed::Confirm {
        // What stands there now is what later looks are held against.
        change.seen_title = Set(None);
        change.seen_icp = Set(None);
        change.seen_certificate = Set(None);
        change.drift = Set(String::new());
        if let Some(name) = rename(&form.name)? {
            change.name = Set(name);
        }
    } else {
        change.decided_by = Set(actor.name.clone());
        change.decided_at = Set(Some(now));
        change.decided_words = Set(words.clone());
    }
    match deed {
        Deed::Approve => {
            change.approved_on = Set(Some(beijing(now).date_naive()));
            watch::soon(&tx, id, now).await?;
            renewal::approved(&tx, &row, now).await?;
        }
        Deed::Confirm => {
            watch::settled(&tx, id, now).await?;
            watch::soon(&tx, id, now).await?;
        }
        Deed::Refuse | Deed::Revoke => {
            watch::settled(&tx, id, now).await?;
            renewal::revoked(&tx, &row, now).await?;
        }
    }
    store::change(&tx, change).await?;
    let action = match deed {
        Deed::Approve => "link.approved",
        Deed::Refuse => "link.refused",
        Deed::Revoke => "link.revoked",
        Deed::Confirm => "link.confirmed",
    };
    note(&tx, actor, now, action, id, &format!("{} {words}", row.target)).await?;
    tx.commit().await?;
    Ok(Ok(deed))
}

/// The name that a target has now, as a form writes it; empty leaves the one that was approved.
fn rename(name: &str) -> Result<Option<String>, Refusal> {
    let name = text(name, "名称", 100).map_err(Refusal::new)?;
    Ok(Some(name).filter(|name| !name.is_empty()))
}
