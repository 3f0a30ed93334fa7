//! What persons list: obligations, cards, what one person owes. Clauses N1.2, N2.8.

use platform::clock::Instant;
use platform::lookup;
use platform::web::Pager;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{Condition, FromQueryResult, JoinType, QueryOrder, QuerySelect};

use crate::identity::entity::unit;
use crate::obligation::entity::{obligation, obligation_mark};
use crate::obligation::model::{Kind, Mark, State};
use crate::{PersonId, Scope, SiteId, UnitId};

/// Which obligations are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub words: String,
    /// Without one: those that are not over.
    pub states: Vec<State>,
    pub kind: Option<Kind>,
    /// The path of a unit: it and those below it.
    pub unit: Option<String>,
    pub site: Option<SiteId>,
    /// Only what was due before this moment and is not over.
    pub overdue_at: Option<Instant>,
}

/// A page of obligations, those due first first; those that are over, the newest first.
pub async fn obligations(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Option<Pager>,
) -> Result<(Vec<obligation::Model>, Pager), DbErr> {
    use obligation::Column;
    let mut query = obligation::Entity::find().filter(scope.on(Column::UnitPath));
    if !filter.words.is_empty() {
        query = query.filter(lookup::any_holds([Column::Title, Column::Words], &filter.words));
    }
    let states: &[State] =
        if filter.states.is_empty() { &[State::Open, State::Reported] } else { &filter.states };
    query = query.filter(Column::State.is_in(states.iter().copied()));
    if let Some(kind) = filter.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if let Some(path) = &filter.unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    if let Some(now) = filter.overdue_at {
        query = query.filter(Column::State.eq(State::Open)).filter(Column::DueAt.lte(now));
    }
    let all_over = states.iter().all(|state| state.is_over());
    let sorted = if all_over {
        query.clone().order_by_desc(Column::OverAt).order_by_desc(Column::Id)
    } else {
        query
            .clone()
            .order_by_asc(Expr::col(Column::DueAt).is_null())
            .order_by_asc(Column::DueAt)
            .order_by_asc(Column::Id)
    };
    match pager {
        None => {
            let rows = sorted.all(db).await?;
            let pager = Pager::asked(None, None).of(rows.len() as u64);
            Ok((rows, pager))
        }
        Some(pager) => {
            let pager = pager.of(query.count(db).await?);
            Ok((sorted.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
        }
    }
}

/// How many are open, overdue and reported in a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: u64,
    pub overdue: u64,
    pub reported: u64,
}

/// Numbers of a scope.
pub async fn counts(db: &impl ConnectionTrait, scope: &Scope, now: Instant) -> Result<Counts, DbErr> {
    use obligation::Column;
    let of = |state: State| {
        obligation::Entity::find().filter(scope.on(Column::UnitPath)).filter(Column::State.eq(state))
    };
    Ok(Counts {
        open: of(State::Open).count(db).await?,
        overdue: of(State::Open).filter(Column::DueAt.lte(now)).count(db).await?,
        reported: of(State::Reported).count(db).await?,
    })
}

/// What some units or a person owe, due first first, at most so many.
pub async fn owed(
    db: &impl ConnectionTrait,
    units: &[UnitId],
    person: PersonId,
    most: u64,
) -> Result<Vec<obligation::Model>, DbErr> {
    use obligation::Column;
    let theirs =
        Condition::any().add(Column::UnitId.is_in(units.iter().copied())).add(Column::PersonId.eq(person));
    obligation::Entity::find()
        .filter(theirs)
        .filter(Column::State.eq(State::Open))
        .filter(Column::DueAt.is_not_null())
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// A card with what it was given for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Card {
    pub obligation_id: crate::ObligationId,
    pub mark: Mark,
    pub due_at: Instant,
    pub withdrawn_at: Option<Instant>,
    pub withdrawn_why: String,
    pub kind: Kind,
    pub title: String,
    pub state: State,
    pub unit_name: String,
}

/// Which cards are asked for.
#[derive(Clone, Debug, Default)]
pub struct CardFilter {
    pub mark: Option<Mark>,
    pub unit: Option<String>,
    /// From and until which moment.
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

/// A page of cards, the newest first. Reminders are no cards.
pub async fn cards(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &CardFilter,
    pager: Option<Pager>,
) -> Result<(Vec<Card>, Pager), DbErr> {
    use obligation_mark::Column;
    let mut query = obligation_mark::Entity::find().filter(scope.on(Column::UnitPath));
    query = match filter.mark {
        Some(mark) => query.filter(Column::Mark.eq(mark)),
        None => query.filter(Column::Mark.is_in([Mark::Yellow, Mark::Red])),
    };
    if let Some(path) = &filter.unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    let mut between = Condition::all();
    if let Some(from) = filter.from {
        between = between.add(Column::DueAt.gte(from));
    }
    if let Some(until) = filter.until {
        between = between.add(Column::DueAt.lt(until));
    }
    query = query.filter(between);
    let pager = match pager {
        Some(pager) => Some(pager.of(query.clone().count(db).await?)),
        None => None,
    };
    let to_obligation = obligation_mark::Entity::belongs_to(obligation::Entity)
        .from(Column::ObligationId)
        .to(obligation::Column::Id);
    let to_unit = obligation_mark::Entity::belongs_to(unit::Entity).from(Column::UnitId).to(unit::Column::Id);
    let mut query = query
        .join(JoinType::InnerJoin, to_obligation.into())
        .join(JoinType::InnerJoin, to_unit.into())
        .select_only()
        .columns([
            Column::ObligationId,
            Column::Mark,
            Column::DueAt,
            Column::WithdrawnAt,
            Column::WithdrawnWhy,
        ])
        .columns([obligation::Column::Kind, obligation::Column::Title, obligation::Column::State])
        .column_as(unit::Column::Name, "unit_name")
        .order_by_desc(Column::DueAt)
        .order_by_desc(Column::Id);
    if let Some(pager) = pager {
        query = query.offset(pager.skip()).limit(pager.rows);
    }
    let rows: Vec<Card> = query.into_model().all(db).await?;
    let pager = pager.unwrap_or_else(|| Pager::asked(None, None).of(rows.len() as u64));
    Ok((rows, pager))
}
