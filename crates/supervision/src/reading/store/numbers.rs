//! Reading in numbers, by unit or by person. Clauses N1.6, N5.3, N5.7.

use std::collections::BTreeMap;

use ledger::{PersonId, Scope, UnitId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{FromQueryResult, JoinType, QuerySelect};

use crate::inspection::entity::finding;
use crate::inspection::model::finding::Decision;
use crate::reading::entity::{reading_duty, reading_item};
use crate::reading::model::{Kind, State};

/// Duties of a unit or a person in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    pub due: i64,
    pub done: i64,
    /// Done after their day.
    pub late: i64,
    pub missed: i64,
    pub pages: i64,
    pub findings: i64,
    pub confirmed: i64,
    pub planted: i64,
    pub noticed: i64,
}

/// Whose numbers they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whose {
    pub unit: UnitId,
    /// With numbers by person: whom; nobody's where all were away.
    pub person: Option<PersonId>,
}

#[derive(FromQueryResult)]
struct Row {
    unit_id: UnitId,
    person_id: Option<PersonId>,
    state: State,
    duties: i64,
    pages: Option<i64>,
    findings: Option<i64>,
    planted: Option<i64>,
    noticed: Option<i64>,
}

#[derive(FromQueryResult)]
struct Counted {
    unit_id: UnitId,
    person_id: Option<PersonId>,
    number: i64,
}

/// The numbers of some days, both ends counted, of one kind or of both.
pub async fn numbers(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kind: Option<Kind>,
    from: Date,
    to: Date,
    by_person: bool,
) -> Result<BTreeMap<Whose, Numbers>, DbErr> {
    use reading_duty::Column;
    let chosen = |query: Select<reading_duty::Entity>| {
        let query = query.filter(scope.on(Column::UnitPath)).filter(Column::Day.between(from, to));
        match kind {
            Some(kind) => query.filter(Column::Kind.eq(kind)),
            None => query,
        }
    };
    let sum = |column: Column| column.sum().cast_as("bigint");
    let rows: Vec<Row> = chosen(reading_duty::Entity::find())
        .select_only()
        .columns([Column::UnitId, Column::PersonId, Column::State])
        .column_as(Column::Id.count(), "duties")
        .column_as(sum(Column::PagesRead), "pages")
        .column_as(sum(Column::Findings), "findings")
        .column_as(sum(Column::Planted), "planted")
        .column_as(sum(Column::Noticed), "noticed")
        .group_by(Column::UnitId)
        .group_by(Column::PersonId)
        .group_by(Column::State)
        .into_model()
        .all(db)
        .await?;
    let whose = |unit, person: Option<PersonId>| Whose { unit, person: person.filter(|_| by_person) };
    let mut all: BTreeMap<Whose, Numbers> = BTreeMap::new();
    for row in rows {
        let one = all.entry(whose(row.unit_id, row.person_id)).or_default();
        one.due += if row.state == State::CalledOff { 0 } else { row.duties };
        one.done += if row.state == State::Done { row.duties } else { 0 };
        one.missed += if row.state == State::Missed { row.duties } else { 0 };
        one.pages += row.pages.unwrap_or_default();
        one.findings += row.findings.unwrap_or_default();
        one.planted += row.planted.unwrap_or_default();
        one.noticed += row.noticed.unwrap_or_default();
    }
    let late = chosen(reading_duty::Entity::find())
        .filter(Column::State.eq(State::Done))
        .filter(Column::IsLate.eq(true));
    for row in counted(db, late).await? {
        all.entry(whose(row.unit_id, row.person_id)).or_default().late += row.number;
    }
    let to_item = reading_duty::Entity::belongs_to(reading_item::Entity)
        .from(Column::Id)
        .to(reading_item::Column::DutyId);
    let to_finding = reading_item::Entity::belongs_to(finding::Entity)
        .from(reading_item::Column::FindingId)
        .to(finding::Column::Id);
    let confirmed = chosen(reading_duty::Entity::find())
        .join(JoinType::InnerJoin, to_item.into())
        .join(JoinType::InnerJoin, to_finding.into())
        .filter(finding::Column::Decision.eq(Decision::Confirmed));
    for row in counted(db, confirmed).await? {
        all.entry(whose(row.unit_id, row.person_id)).or_default().confirmed += row.number;
    }
    Ok(all)
}

async fn counted(
    db: &impl ConnectionTrait,
    query: Select<reading_duty::Entity>,
) -> Result<Vec<Counted>, DbErr> {
    use reading_duty::Column;
    query
        .select_only()
        .columns([Column::UnitId, Column::PersonId])
        .column_as(Column::Id.count(), "number")
        .group_by(Column::UnitId)
        .group_by(Column::PersonId)
        .into_model()
        .all(db)
        .await
}
