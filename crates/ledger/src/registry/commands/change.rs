//! Adding and changing one site by form. Clauses N1.1, N4.1.

use std::collections::BTreeMap;

use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::web::{Failure, Faults};
use platform::{Error, Tx};

use super::{Beside, check};
use crate::identity::entity::unit;
use crate::identity::model::Role;
use crate::identity::store as people;
use crate::registry::entity::{self, site};
use crate::registry::field::Field;
use crate::registry::model::SiteFacts;
use crate::registry::store::{self, Change};
use crate::{Actor, Cx, SiteId, UnitId};

/// Who keeps the register: supervisors their whole part of the tree, site operators the sites of their unit.
pub const KEEPERS: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// The audit chain of the register.
pub const CHAIN: &str = "registry";

/// A site as a form holds it: the unit's id, and each field as it was typed.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct SiteForm {
    pub unit: String,
    #[serde(flatten)]
    pub fields: BTreeMap<String, String>,
}

/// Reads the fields of a form over the facts that are there.
pub fn read(form: &SiteForm, before: &SiteFacts, faults: &mut Faults) -> SiteFacts {
    let mut facts = before.clone();
    for field in Field::ALL {
        let about = field.about();
        let Some(written) = form.fields.get(about.name) else { continue };
        if let Err(words) = field.read(&mut facts, written) {
            faults.field(about.name, words);
        }
    }
    facts
}

/// What differs between two states of a site, by heading.
pub fn differences(before: &SiteFacts, after: &SiteFacts) -> Vec<Change> {
    let all = Field::ALL.into_iter().map(|field| Change {
        field: field.about().heading.to_owned(),
        before: field.show(before),
        after: field.show(after),
    });
    all.filter(|change| change.before != change.after).collect()
}

/// What a new entry says, by heading: nothing stood there before.
pub fn entered(after: &SiteFacts) -> Vec<Change> {
    let said = differences(&SiteFacts::default(), after).into_iter();
    said.map(|change| Change { before: String::new(), ..change }).collect()
}

/// Adds a site.
pub async fn add(cx: &Cx, actor: &Actor, form: &SiteForm) -> Result<Result<SiteId, Faults>, Failure> {
    save(cx, actor, None, form).await
}

/// Changes a site.
pub async fn change(
    cx: &Cx,
    actor: &Actor,
    id: SiteId,
    form: &SiteForm,
) -> Result<Result<SiteId, Faults>, Failure> {
    save(cx, actor, Some(id), form).await
}

/// Adds a site without an actor, by the same rules: the rehearsal province's. `who` stands in its history.
pub async fn add_unscoped(
    tx: &Tx,
    unit: &unit::Model,
    facts: &SiteFacts,
    who: &str,
    now: Instant,
) -> Result<SiteId, Error> {
    let same = store::same_site_unscoped(&**tx, &facts.home, &facts.code).await?;
    let portals = store::portals_unscoped(&**tx, unit.id).await?;
    let mut faults = Faults::default();
    check(facts, &Beside { unit, same: &same, portals: &portals }, &mut faults);
    faults.none().map_err(|faults| Error::Other(format!("{}: {faults:?}", facts.name)))?;
    let id = store::add_site(tx, unit, facts, now).await?.id;
    store::keep_changes(tx, id, who, now, None, entered(facts)).await?;
    Ok(id)
}

async fn save(
    cx: &Cx,
    actor: &Actor,
    id: Option<SiteId>,
    form: &SiteForm,
) -> Result<Result<SiteId, Faults>, Failure> {
    let scope = actor.scope(KEEPERS);
    let tx = cx.write().await?;
    let old: Option<site::Model> = match id {
        Some(id) => Some(store::site_in(&*tx, &scope, id).await?.ok_or(Failure::NotThere)?),
        None => None,
    };
    let before = old.as_ref().map(entity::facts).unwrap_or_default();
    let mut faults = Faults::default();
    let facts = read(form, &before, &mut faults);
    let unit: Option<unit::Model> = match form.unit.parse() {
        Ok(unit) => people::unit_in(&*tx, &scope, UnitId(unit)).await?,
        Err(_) => None,
    };
    let Some(unit) = unit.filter(|unit| unit.closed_at.is_none()) else {
        faults.field("unit", "请选择您管辖范围内的主办单位。");
        return Ok(Err(faults));
    };
    let others = |sites: Vec<site::Model>| -> Vec<site::Model> {
        sites.into_iter().filter(|other| Some(other.id) != id).collect()
    };
    let same = others(store::same_site_unscoped(&*tx, &facts.home, &facts.code).await?);
    let portals = others(store::portals_unscoped(&*tx, unit.id).await?);
    check(&facts, &Beside { unit: &unit, same: &same, portals: &portals }, &mut faults);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let now = cx.now();
    let id = match &old {
        None => store::add_site(&tx, &unit, &facts, now).await?.id,
        Some(old) => {
            store::change_site(&tx, old.id, &unit, &facts, now).await?;
            old.id
        }
    };
    let mut changes = if old.is_some() { differences(&before, &facts) } else { entered(&facts) };
    if let Some(old) = old.as_ref().filter(|old| old.unit_id != unit.id) {
        let from = people::unit_unscoped(&*tx, old.unit_id).await?.map(|unit| unit.name).unwrap_or_default();
        changes.push(Change { field: "主办单位".to_owned(), before: from, after: unit.name.clone() });
    }
    if old.is_some() && changes.is_empty() {
        return Ok(Ok(id));
    }
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    let detail = if old.is_some() { fields.join("、") } else { facts.name.clone() };
    let deed = Deed {
        chain: CHAIN,
        at: now,
        person: Some(actor.person.0),
        who: &actor.login,
        action: if old.is_some() { "site.changed" } else { "site.added" },
        subject: &format!("site/{id}"),
        detail: &detail,
    };
    audit::write(&tx, deed).await?;
    store::keep_changes(&tx, id, &actor.name, now, None, changes).await?;
    tx.commit().await?;
    Ok(Ok(id))
}
