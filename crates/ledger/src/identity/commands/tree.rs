//! The tree of units changes: a unit is put below another, closed, or opened again. Clauses N1.1, N5.1.
//!
//! A unit is never deleted: what was done in its name stays readable.

use platform::web::{Failure, Refusal};
use sea_orm::ConnectionTrait;

use super::{is_duplicate, note};
use crate::identity::entity::unit;
use crate::identity::model::Role;
use crate::identity::store;
use crate::{Actor, Cx, UnitId, registry};

const ROOT: &str = "这是最上级的单位，不能调整隶属，也不能撤销。";

/// What keeps a unit from being closed, in words; nothing when it may be.
pub async fn keeps(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<String>, Failure> {
    let (below, people) = store::still_has(db, unit).await?;
    let sites = registry::store::number_of_open_sites_unscoped(db, unit).await?;
    let told = [(below, "个下级单位"), (sites, "个网站"), (people, "个在用的账号")];
    Ok(told
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(n, what)| format!("还有 {n} {what}"))
        .collect())
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: UnitId) -> Result<unit::Model, Failure> {
    let scope = actor.scope(&[Role::SystemAdministrator]);
    store::unit_in(db, &scope, id).await?.ok_or(Failure::NotThere)
}

/// Puts a unit with all below it under another one.
pub async fn move_below(cx: &Cx, actor: &Actor, id: UnitId, parent: Option<UnitId>) -> Result<(), Failure> {
    let tx = cx.write().await?;
    let unit = find(&*tx, actor, id).await?;
    let scope = actor.scope(&[Role::SystemAdministrator]);
    let parent = match parent {
        Some(parent) => store::unit_in(&*tx, &scope, parent).await?,
        None => None,
    };
    let parent = parent.filter(|parent| parent.closed_at.is_none());
    let parent = parent.ok_or_else(|| Refusal::new("请选择您管辖范围内、未撤销的上级单位。"))?;
    may_move(&unit, &parent)?;
    match store::move_unit(&tx, &unit, &parent).await {
        Err(error) if is_duplicate(&error) => {
            return Err(Refusal::new(format!("“{}”下已有同名单位。", parent.name)).into());
        }
        other => other?,
    }
    let detail = format!("{} → {}", unit.name, parent.name);
    note(&tx, actor, cx.now(), "unit.moved", &format!("unit/{id}"), &detail).await?;
    Ok(tx.commit().await?)
}

fn may_move(unit: &unit::Model, parent: &unit::Model) -> Result<(), Refusal> {
    if unit.parent_id.is_none() {
        return Err(Refusal::new(ROOT));
    }
    if parent.path.starts_with(&unit.path) {
        return Err(Refusal::new("不能把单位放到它自己或它的下级之下。"));
    }
    Ok(())
}

/// Closes a unit that has nothing left.
pub async fn close(cx: &Cx, actor: &Actor, id: UnitId) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let unit = find(&*tx, actor, id).await?;
    if unit.parent_id.is_none() {
        return Err(Refusal::new(ROOT).into());
    }
    let keeps = keeps(&*tx, id).await?;
    if !keeps.is_empty() {
        let words = format!("“{}”还不能撤销：{}。请先撤销、关停或调整它们。", unit.name, keeps.join("、"));
        return Err(Refusal::new(words).into());
    }
    if unit.closed_at.is_none() {
        store::close_unit(&tx, id, Some(now)).await?;
        note(&tx, actor, now, "unit.closed", &format!("unit/{id}"), &unit.name).await?;
    }
    Ok(tx.commit().await?)
}

/// Opens a closed unit again, below an open one.
pub async fn open(cx: &Cx, actor: &Actor, id: UnitId) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let unit = find(&*tx, actor, id).await?;
    let above = match unit.parent_id {
        Some(parent) => store::unit_unscoped(&*tx, parent).await?,
        None => None,
    };
    if above.is_some_and(|above| above.closed_at.is_some()) {
        return Err(Refusal::new("上级单位已撤销。请先恢复上级单位，或调整隶属。").into());
    }
    if unit.closed_at.is_some() {
        store::close_unit(&tx, id, None).await?;
        note(&tx, actor, now, "unit.opened", &format!("unit/{id}"), &unit.name).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::entity::UnitLevel;

    fn unit(id: i64, parent: Option<i64>, path: &str) -> unit::Model {
        unit::Model {
            id: UnitId(id),
            parent_id: parent.map(UnitId),
            path: path.to_owned(),
            name: String::new(),
            level: UnitLevel::County,
            division: String::new(),
            closed_at: None,
        }
    }

    #[test]
    fn a_unit_is_not_put_below_itself_and_the_root_stays() {
        let (root, city) = (unit(1, None, "/1/"), unit(12, Some(1), "/1/12/"));
        let (county, other) = (unit(30, Some(12), "/1/12/30/"), unit(120, Some(1), "/1/120/"));
        assert!(may_move(&root, &city).is_err());
        assert!(may_move(&city, &city).is_err() && may_move(&city, &county).is_err());
        assert!(may_move(&city, &other).is_ok() && may_move(&county, &root).is_ok());
    }
}
