//! Units: adding one below another, renaming, closing. Clauses N1.1, N5.1.
//!
//! The tree grows at its leaves; a unit with people or sites is closed, never deleted.

use platform::Tx;
use platform::web::{Failure, Faults, form};
use sea_orm::{ActiveModelTrait, Set};
use serde::Deserialize;

use super::{is_duplicate, note};
use crate::identity::entity::{UnitLevel, unit};
use crate::identity::model::Role;
use crate::identity::store;
use crate::{Actor, Cx, UnitId};

/// The longest name of a unit: the longest official ones have some 40 characters.
const LONGEST_NAME: usize = 60;

/// A unit as a form holds it.
#[derive(Clone, Debug, Default, Deserialize, serde::Serialize)]
#[serde(default)]
pub struct UnitForm {
    pub parent: String,
    pub name: String,
    pub level: String,
    pub division: String,
}

/// A unit's fields, checked.
pub struct Checked {
    name: String,
    level: UnitLevel,
    division: String,
}

/// Checks the fields that need no look into the database.
pub fn check(form: &UnitForm) -> Result<Checked, Faults> {
    let mut faults = Faults::default();
    let name = form::required(&form.name, "单位名称", LONGEST_NAME).unwrap_or_else(|words| {
        faults.field("name", words);
        String::new()
    });
    let level = UnitLevel::ALL.into_iter().find(|level| level.word() == form.level);
    if level.is_none() {
        faults.field("level", "请选择层级。");
    }
    let division = form.division.trim().to_owned();
    let is_code = division.len() == 6 && division.bytes().all(|b| b.is_ascii_digit());
    if !division.is_empty() && !is_code {
        faults.field("division", "行政区划代码是 6 位数字（GB/T 2260），例如 430000；没有可以不填。");
    }
    match level {
        Some(level) if faults.is_empty() => Ok(Checked { name, level, division }),
        _ => Err(faults),
    }
}

/// Adds a unit below one in the system administrator's scope.
pub async fn add(cx: &Cx, actor: &Actor, form: &UnitForm) -> Result<Result<UnitId, Faults>, Failure> {
    let checked = match check(form) {
        Ok(checked) => checked,
        Err(faults) => return Ok(Err(faults)),
    };
    let tx = cx.write().await?;
    let scope = actor.scope(&[Role::SystemAdministrator]);
    let parent = match form.parent.parse() {
        Ok(id) => store::unit_in(&*tx, &scope, UnitId(id)).await?,
        Err(_) => None,
    };
    let Some(parent) = parent.filter(|parent| parent.closed_at.is_none()) else {
        let mut faults = Faults::default();
        faults.field("parent", "请选择您管辖范围内、未撤销的上级单位。");
        return Ok(Err(faults));
    };
    let added = match store::add_unit(&tx, Some(&parent), row(checked)).await {
        Err(error) if is_duplicate(&error) => {
            let mut faults = Faults::default();
            faults.field("name", "这个上级单位下已有同名单位。");
            return Ok(Err(faults));
        }
        other => other?,
    };
    note(&tx, actor, cx.now(), "unit.added", &format!("unit/{}", added.id), &added.name).await?;
    tx.commit().await?;
    Ok(Ok(added.id))
}

/// Adds a unit without an actor: the root at the first start, and the rehearsal province.
pub async fn add_unscoped(
    tx: &Tx,
    parent: Option<&unit::Model>,
    checked: Checked,
) -> Result<unit::Model, platform::Error> {
    Ok(store::add_unit(tx, parent, row(checked)).await?)
}

/// Changes name, level and division of a unit; its place in the tree stays.
pub async fn change(
    cx: &Cx,
    actor: &Actor,
    id: UnitId,
    form: &UnitForm,
) -> Result<Result<(), Faults>, Failure> {
    let checked = match check(form) {
        Ok(checked) => checked,
        Err(faults) => return Ok(Err(faults)),
    };
    let tx = cx.write().await?;
    let before = store::unit_in(&*tx, &actor.scope(&[Role::SystemAdministrator]), id)
        .await?
        .ok_or(Failure::NotThere)?;
    let change = unit::ActiveModel { id: Set(id), ..row(checked) };
    let after = match change.update(&*tx).await {
        Err(error) if is_duplicate(&error) => {
            let mut faults = Faults::default();
            faults.field("name", "同一上级单位下已有同名单位。");
            return Ok(Err(faults));
        }
        other => other?,
    };
    let detail = format!("{} {} → {} {}", before.name, before.division, after.name, after.division);
    note(&tx, actor, cx.now(), "unit.changed", &format!("unit/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

fn row(checked: Checked) -> unit::ActiveModel {
    unit::ActiveModel {
        name: Set(checked.name),
        level: Set(checked.level),
        division: Set(checked.division),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, level: &str, division: &str) -> Vec<&'static str> {
        let form = UnitForm {
            parent: String::new(),
            name: name.into(),
            level: level.into(),
            division: division.into(),
        };
        check(&form).err().map(|faults| faults.fields.into_keys().collect()).unwrap_or_default()
    }

    #[test]
    fn each_wrong_field_is_told() {
        assert_eq!(faults("青禾县人民政府", "county", "439921"), [""; 0]);
        assert_eq!(faults("某局", "department", ""), [""; 0]);
        assert_eq!(faults(" ", "county", "4399"), ["division", "name"]);
        assert_eq!(faults("青禾县", "town", "43992a"), ["division", "level"]);
    }
}
