//! Queries on tickets. Clauses N2.8, N5.3.

use ledger::registry::entity::site;
use ledger::{ObligationId, Scope, SiteId};
use platform::web::Pager;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, JoinType, QueryOrder, QuerySelect, Set};

use super::entity::{ticket, ticket_event, ticket_finding, ticket_letter};
use super::model::State;
use crate::ids::{FindingId, RunId, TicketId};
use crate::inspection::entity::finding;
use crate::inspection::model::finding::State as FindingState;

/// Which tickets are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub words: String,
    /// Without one: those that are not over.
    pub states: Vec<State>,
    pub level: Option<i32>,
    pub site: Option<SiteId>,
    /// The path of a unit: it and those below it.
    pub unit: Option<String>,
    /// Tickets about this finding, whatever their state.
    pub finding: Option<FindingId>,
}

/// A ticket as lists show it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: TicketId,
    pub site_id: SiteId,
    pub site_name: String,
    pub unit_id: ledger::UnitId,
    pub title: String,
    pub level: i32,
    pub state: State,
    pub issued_at: DateTimeUtc,
    pub over_at: Option<DateTimeUtc>,
    pub obligation_id: Option<ObligationId>,
}

fn chosen(scope: &Scope, filter: &Filter) -> Select<ticket::Entity> {
    use ticket::Column;
    let mut query = ticket::Entity::find().filter(scope.on(Column::UnitPath));
    if !filter.words.is_empty() {
        query = query.filter(lookup::any_holds([Column::Title, Column::Words], &filter.words));
    }
    if let Some(id) = filter.finding {
        let of = ticket_finding::Entity::belongs_to(ticket::Entity)
            .from(ticket_finding::Column::TicketId)
            .to(Column::Id);
        query =
            query.join_rev(JoinType::InnerJoin, of.into()).filter(ticket_finding::Column::FindingId.eq(id));
    } else if filter.states.is_empty() {
        query = query.filter(Column::State.is_not_in([State::Closed, State::CalledOff]));
    }
    if !filter.states.is_empty() {
        query = query.filter(Column::State.is_in(filter.states.iter().copied()));
    }
    if let Some(level) = filter.level {
        query = query.filter(Column::Level.eq(level));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    if let Some(path) = &filter.unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    query
}

fn rows(query: Select<ticket::Entity>) -> Select<ticket::Entity> {
    use ticket::Column;
    let to_site = ticket::Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id);
    query
        .join(JoinType::InnerJoin, to_site.into())
        .select_only()
        .columns([
            Column::Id,
            Column::SiteId,
            Column::UnitId,
            Column::Title,
            Column::Level,
            Column::State,
            Column::IssuedAt,
            Column::OverAt,
            Column::ObligationId,
        ])
        .column_as(site::Column::Name, "site_name")
}

/// One ticket as lists show it.
pub async fn row_in(db: &impl ConnectionTrait, scope: &Scope, id: TicketId) -> Result<Option<Row>, DbErr> {
    let one = ticket::Entity::find_by_id(id).filter(scope.on(ticket::Column::UnitPath));
    rows(one).into_model().one(db).await
}

/// A page of tickets, the newest first; without a page all of them up to `most`.
pub async fn tickets(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<Row>, Pager), DbErr> {
    let query = chosen(scope, filter);
    let pager = match pager {
        Some(pager) => Some(pager.of(query.clone().count(db).await?)),
        None => None,
    };
    let mut query = rows(query).order_by_desc(ticket::Column::Id);
    query = match pager {
        Some(pager) => query.offset(pager.skip()).limit(pager.rows),
        None => query.limit(most),
    };
    let rows: Vec<Row> = query.into_model().all(db).await?;
    let pager = pager.unwrap_or_else(|| Pager::asked(None, None).of(rows.len() as u64));
    Ok((rows, pager))
}

/// How many tickets of some states there are in a scope.
pub async fn number(db: &impl ConnectionTrait, scope: &Scope, states: &[State]) -> Result<u64, DbErr> {
    let filter = Filter { states: states.to_vec(), ..Filter::default() };
    chosen(scope, &filter).count(db).await
}

/// Tickets that were issued between two moments, by how they stand now.
pub async fn issued_between(
    db: &impl ConnectionTrait,
    scope: &Scope,
    from: DateTimeUtc,
    to: DateTimeUtc,
) -> Result<Vec<(State, i64)>, DbErr> {
    ticket::Entity::find()
        .filter(scope.on(ticket::Column::UnitPath))
        .filter(ticket::Column::IssuedAt.gte(from))
        .filter(ticket::Column::IssuedAt.lt(to))
        .select_only()
        .column(ticket::Column::State)
        .column_as(ticket::Column::Id.count(), "number")
        .group_by(ticket::Column::State)
        .into_tuple()
        .all(db)
        .await
}

/// Disputes that a scope decides.
pub async fn disputes(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, DbErr> {
    ticket::Entity::find()
        .filter(scope.on(ticket::Column::DisputePath))
        .filter(ticket::Column::State.eq(State::Disputed))
        .count(db)
        .await
}

/// One ticket.
pub async fn one_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: TicketId,
) -> Result<Option<ticket::Model>, DbErr> {
    ticket::Entity::find_by_id(id).filter(scope.on(ticket::Column::UnitPath)).one(db).await
}

/// One ticket that is about to be changed: whoever else would change it waits until that is done.
pub async fn one_to_change(tx: &Tx, scope: &Scope, id: TicketId) -> Result<Option<ticket::Model>, DbErr> {
    ticket::Entity::find_by_id(id)
        .filter(scope.on(ticket::Column::UnitPath))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Writes a new ticket.
pub async fn add(tx: &Tx, new: ticket::ActiveModel) -> Result<ticket::Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change(tx: &Tx, row: ticket::ActiveModel) -> Result<ticket::Model, DbErr> {
    row.update(&**tx).await
}

/// Writes down which findings a ticket is about.
pub async fn add_findings(tx: &Tx, id: TicketId, findings: &[FindingId]) -> Result<(), DbErr> {
    let rows = findings
        .iter()
        .map(|finding| ticket_finding::ActiveModel { ticket_id: Set(id), finding_id: Set(*finding) });
    ticket_finding::Entity::insert_many(rows).exec_without_returning(&**tx).await.map(|_| ())
}

/// The findings of a ticket.
pub async fn findings(db: &impl ConnectionTrait, id: TicketId) -> Result<Vec<finding::Model>, DbErr> {
    let of = ticket_finding::Entity::belongs_to(finding::Entity)
        .from(ticket_finding::Column::FindingId)
        .to(finding::Column::Id);
    finding::Entity::find()
        .join_rev(JoinType::InnerJoin, of.into())
        .filter(ticket_finding::Column::TicketId.eq(id))
        .order_by_desc(finding::Column::Level)
        .order_by_asc(finding::Column::Id)
        .all(db)
        .await
}

/// Holds findings until the transaction ends: whoever else would issue them waits, and then finds them taken.
pub async fn hold(tx: &Tx, ids: &[FindingId]) -> Result<(), DbErr> {
    let held = finding::Entity::find().filter(finding::Column::Id.is_in(ids.iter().copied()));
    held.order_by_asc(finding::Column::Id).lock_exclusive().all(&**tx).await.map(|_| ())
}

/// Those of some findings that a ticket is about which is not over.
pub async fn taken(db: &impl ConnectionTrait, ids: &[FindingId]) -> Result<Vec<FindingId>, DbErr> {
    let of = ticket_finding::Entity::belongs_to(ticket::Entity)
        .from(ticket_finding::Column::TicketId)
        .to(ticket::Column::Id);
    ticket_finding::Entity::find()
        .join(JoinType::InnerJoin, of.into())
        .filter(ticket_finding::Column::FindingId.is_in(ids.iter().copied()))
        .filter(ticket::Column::State.is_not_in([State::Closed, State::CalledOff]))
        .select_only()
        .column(ticket_finding::Column::FindingId)
        .into_tuple()
        .all(db)
        .await
}

/// Tickets of a site that wait for a machine's look.
pub async fn to_recheck_unscoped(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<ticket::Model>, DbErr> {
    ticket::Entity::find()
        .filter(ticket::Column::SiteId.eq(site))
        .filter(ticket::Column::State.is_in([State::Fixed, State::Rechecking]))
        .order_by_asc(ticket::Column::Id)
        .all(db)
        .await
}

/// Tickets that are rechecked by a run.
pub async fn rechecked_unscoped(db: &impl ConnectionTrait) -> Result<Vec<(TicketId, RunId)>, DbErr> {
    let rows: Vec<(TicketId, Option<RunId>)> = ticket::Entity::find()
        .filter(ticket::Column::State.eq(State::Rechecking))
        .select_only()
        .columns([ticket::Column::Id, ticket::Column::RunId])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(id, run)| run.map(|run| (id, run))).collect())
}

/// One ticket, for what a machine does.
pub async fn one_unscoped(tx: &Tx, id: TicketId) -> Result<Option<ticket::Model>, DbErr> {
    ticket::Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

/// Writes down what happened.
pub async fn note(tx: &Tx, event: ticket_event::ActiveModel) -> Result<(), DbErr> {
    event.insert(&**tx).await.map(|_| ())
}

/// The history of one, the oldest first.
pub async fn events(db: &impl ConnectionTrait, id: TicketId) -> Result<Vec<ticket_event::Model>, DbErr> {
    ticket_event::Entity::find()
        .filter(ticket_event::Column::TicketId.eq(id))
        .order_by_asc(ticket_event::Column::Id)
        .all(db)
        .await
}

/// One line of the history, where its ticket is in scope.
pub async fn event_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<ticket_event::Model>, DbErr> {
    let Some(event) = ticket_event::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    Ok(one_in(db, scope, event.ticket_id).await?.map(|_| event))
}

/// Whether a finding counts no more: gone, or judged to be none.
pub fn is_settled(finding: &finding::Model) -> bool {
    !finding.is_open || finding.state == FindingState::Gone
}

/// Writes a new letter.
pub async fn add_letter(tx: &Tx, new: ticket_letter::ActiveModel) -> Result<ticket_letter::Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change_letter(tx: &Tx, row: ticket_letter::ActiveModel) -> Result<(), DbErr> {
    row.update(&**tx).await.map(|_| ())
}

/// One letter; whoever asks holds its seal against the word that he was given.
pub async fn letter_unscoped(
    db: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<ticket_letter::Model>, DbErr> {
    ticket_letter::Entity::find_by_id(id).one(db).await
}

/// The letters of a ticket, the newest first.
pub async fn letters(db: &impl ConnectionTrait, id: TicketId) -> Result<Vec<ticket_letter::Model>, DbErr> {
    ticket_letter::Entity::find()
        .filter(ticket_letter::Column::TicketId.eq(id))
        .order_by_desc(ticket_letter::Column::Id)
        .limit(50)
        .all(db)
        .await
}

/// Those of them whose links are good.
pub async fn good_letters(
    db: &impl ConnectionTrait,
    id: TicketId,
    now: DateTimeUtc,
) -> Result<Vec<ticket_letter::Model>, DbErr> {
    ticket_letter::Entity::find()
        .filter(ticket_letter::Column::TicketId.eq(id))
        .filter(ticket_letter::Column::WithdrawnAt.is_null())
        .filter(ticket_letter::Column::ExpiresAt.gt(now))
        .order_by_asc(ticket_letter::Column::Id)
        .all(db)
        .await
}

/// Ends the links of all letters of a ticket.
pub async fn withdraw_letters(tx: &Tx, id: TicketId, now: DateTimeUtc) -> Result<(), DbErr> {
    ticket_letter::Entity::update_many()
        .set(ticket_letter::ActiveModel { withdrawn_at: Set(Some(now)), ..Default::default() })
        .filter(ticket_letter::Column::TicketId.eq(id))
        .filter(ticket_letter::Column::WithdrawnAt.is_null())
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// One ticket as it stands, for a letter.
pub async fn ticket_unscoped(
    db: &impl ConnectionTrait,
    id: TicketId,
) -> Result<Option<ticket::Model>, DbErr> {
    ticket::Entity::find_by_id(id).one(db).await
}

/// The ticket whose place on the clock an obligation is.
pub async fn of_obligation_unscoped(
    db: &impl ConnectionTrait,
    id: ObligationId,
) -> Result<Option<TicketId>, DbErr> {
    let row = ticket::Entity::find().filter(ticket::Column::ObligationId.eq(id)).one(db).await?;
    Ok(row.map(|row| row.id))
}
