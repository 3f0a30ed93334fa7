//! Queries on alerts, channels, deliveries and silences. Clauses N2.1, N5.2.
//!
//! Everything that lists or loads for a person takes his scope; the `_unscoped` ones serve jobs and commands.

use ledger::{Scope, SiteId};
use platform::clock::Instant;
use platform::web::Pager;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{Condition, QueryOrder, QuerySelect, Set};

use super::entity::{account, alert, channel, delivery, settings, silence};
use super::model::{Kind, Stage};

/// Open alerts that one look of the reconciler takes; more wait for the next.
const LOOK: u64 = 2_000;
/// Silences in force that are asked at once; a silence is a person's deed, so there are never many.
const SILENCES: u64 = 1_000;
/// Deliveries that one message can hold; a digest lists the first of them and counts the rest.
const ONE_MESSAGE: u64 = 500;
/// The key of the one row of the mail account, and of the settings.
const ACCOUNT: i64 = 1;
const SETTINGS: i64 = 1;

/// What a list of alerts is narrowed to. Empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Looked for in title and words.
    pub words: String,
    pub kind: Option<Kind>,
    /// The code of a level.
    pub level: String,
    /// `open`, `unread` (open and not acknowledged) or `cleared`.
    pub state: String,
    pub site: Option<SiteId>,
    pub unit_path: Option<String>,
}

fn select(scope: &Scope, filter: &Filter) -> Select<alert::Entity> {
    use alert::Column;
    let mut query = alert::Entity::find().filter(scope.on(Column::UnitPath));
    if !filter.words.is_empty() {
        query = query.filter(lookup::any_holds([Column::Title, Column::Words], &filter.words));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if !filter.level.is_empty() {
        query = query.filter(Column::Level.eq(filter.level.as_str()));
    }
    match filter.state.as_str() {
        "open" => query = query.filter(Column::ClearedAt.is_null()),
        "unread" => {
            query = query.filter(Column::ClearedAt.is_null()).filter(Column::AcknowledgedAt.is_null());
        }
        "cleared" => query = query.filter(Column::ClearedAt.is_not_null()),
        _ => {}
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    if let Some(path) = &filter.unit_path {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    // Open ones first, on both engines alike; then the newest.
    query
        .order_by_asc(Column::ClearedAt.is_not_null())
        .order_by_desc(Column::LastAt)
        .order_by_desc(Column::Id)
}

/// A page of alerts.
pub async fn alerts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<alert::Model>, Pager), DbErr> {
    let query = select(scope, filter);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// The alerts that a filter lets through, for export.
pub async fn all_alerts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    most: u64,
) -> Result<Vec<alert::Model>, DbErr> {
    select(scope, filter).limit(most).all(db).await
}

/// One alert.
pub async fn alert_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<alert::Model>, DbErr> {
    alert::Entity::find_by_id(id).filter(scope.on(alert::Column::UnitPath)).one(db).await
}

/// Some alerts.
pub async fn alerts_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[i64],
) -> Result<Vec<alert::Model>, DbErr> {
    let some = alert::Entity::find().filter(alert::Column::Id.is_in(ids.iter().copied()));
    some.filter(scope.on(alert::Column::UnitPath)).order_by_asc(alert::Column::Id).all(db).await
}

/// Alerts by id, for whoever sends them.
pub async fn alerts_unscoped(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<alert::Model>, DbErr> {
    let some = alert::Entity::find().filter(alert::Column::Id.is_in(ids.iter().copied()));
    some.order_by_asc(alert::Column::Id).all(db).await
}

/// The open alert of a key.
pub async fn open_unscoped(db: &impl ConnectionTrait, key: &str) -> Result<Option<alert::Model>, DbErr> {
    alert::Entity::find().filter(alert::Column::OpenKey.eq(key)).one(db).await
}

/// Open alerts that may still be told or escalated.
pub async fn unanswered_unscoped(db: &impl ConnectionTrait) -> Result<Vec<alert::Model>, DbErr> {
    use alert::Column::{AcknowledgedAt, ClearedAt, EscalatedAt, Id, ToldAt};
    alert::Entity::find()
        .filter(ClearedAt.is_null())
        .filter(AcknowledgedAt.is_null())
        .filter(Condition::any().add(ToldAt.is_null()).add(EscalatedAt.is_null()))
        .order_by_asc(Id)
        .limit(LOOK)
        .all(db)
        .await
}

/// Adds an alert.
pub async fn add_alert(tx: &Tx, new: alert::ActiveModel) -> Result<alert::Model, DbErr> {
    new.insert(&**tx).await
}

/// Changes some columns of an alert.
pub async fn change_alert(tx: &Tx, change: alert::ActiveModel) -> Result<alert::Model, DbErr> {
    change.update(&**tx).await
}

/// The channels of a part of the tree.
pub async fn channels(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<channel::Model>, DbErr> {
    let own = channel::Entity::find().filter(scope.on(channel::Column::UnitPath));
    own.order_by_asc(channel::Column::Name).order_by_asc(channel::Column::Id).all(db).await
}

/// One channel.
pub async fn channel_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<channel::Model>, DbErr> {
    channel::Entity::find_by_id(id).filter(scope.on(channel::Column::UnitPath)).one(db).await
}

/// All channels that are switched on.
pub async fn channels_unscoped(db: &impl ConnectionTrait) -> Result<Vec<channel::Model>, DbErr> {
    let on = channel::Entity::find().filter(channel::Column::Enabled.eq(true));
    on.order_by_asc(channel::Column::Id).all(db).await
}

/// The names of some channels by id.
pub async fn channel_names_unscoped(
    db: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<Vec<channel::Model>, DbErr> {
    channel::Entity::find().filter(channel::Column::Id.is_in(ids.iter().copied())).all(db).await
}

/// A channel, held by this transaction until it ends, so that two workers never plan its messages at once.
pub async fn hold_channel(tx: &Tx, id: i64) -> Result<Option<channel::Model>, DbErr> {
    channel::Entity::update_many()
        .filter(channel::Column::Id.eq(id))
        .col_expr(channel::Column::Enabled, Expr::col(channel::Column::Enabled))
        .exec(&**tx)
        .await?;
    channel::Entity::find_by_id(id).one(&**tx).await
}

/// Adds a channel.
pub async fn add_channel(tx: &Tx, new: channel::ActiveModel) -> Result<channel::Model, DbErr> {
    new.insert(&**tx).await
}

/// Changes some columns of a channel.
pub async fn change_channel(tx: &Tx, change: channel::ActiveModel) -> Result<channel::Model, DbErr> {
    change.update(&**tx).await
}

/// Adds a delivery.
pub async fn add_delivery(tx: &Tx, new: delivery::ActiveModel) -> Result<delivery::Model, DbErr> {
    new.insert(&**tx).await
}

/// One delivery.
pub async fn delivery_unscoped(db: &impl ConnectionTrait, id: i64) -> Result<Option<delivery::Model>, DbErr> {
    delivery::Entity::find_by_id(id).one(db).await
}

/// The deliveries of an alert, the newest first; the caller has the alert in scope.
pub async fn deliveries(
    db: &impl ConnectionTrait,
    alert: &alert::Model,
    most: u64,
) -> Result<Vec<delivery::Model>, DbErr> {
    let of = delivery::Entity::find().filter(delivery::Column::AlertId.eq(alert.id));
    of.order_by_desc(delivery::Column::Id).limit(most).all(db).await
}

/// What a channel could send now, the oldest first: what waits and is due, and what a dead worker still holds.
pub async fn sendable(tx: &Tx, channel: i64, now: Instant) -> Result<Vec<delivery::Model>, DbErr> {
    use delivery::Column::{ChannelId, DueAt, HeldUntil, Id, Stage as At};
    let dead = Condition::all().add(At.eq(Stage::Sending)).add(HeldUntil.lte(now));
    delivery::Entity::find()
        .filter(ChannelId.eq(channel))
        .filter(DueAt.lte(now))
        .filter(Condition::any().add(At.eq(Stage::Waiting)).add(dead))
        .order_by_asc(Id)
        .limit(ONE_MESSAGE)
        .all(&**tx)
        .await
}

/// When the messages of a channel that went out after `since` were tried, the oldest first.
pub async fn messages_since(tx: &Tx, channel: i64, since: Instant) -> Result<Vec<Instant>, DbErr> {
    use delivery::Column::{ChannelId, Message, Stage as At, TriedAt};
    let rows: Vec<(Option<i64>, Instant)> = delivery::Entity::find()
        .select_only()
        .column(Message)
        .column_as(TriedAt.max(), "tried_at")
        .filter(ChannelId.eq(channel))
        .filter(TriedAt.gt(since))
        .filter(At.is_in([Stage::Sent, Stage::Sending]))
        .group_by(Message)
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut times: Vec<Instant> = rows.into_iter().map(|(_, at)| at).collect();
    times.sort();
    Ok(times)
}

/// Takes deliveries in hand: they are one message now.
pub async fn take(tx: &Tx, ids: &[i64], message: i64, now: Instant, until: Instant) -> Result<(), DbErr> {
    use delivery::Column;
    delivery::Entity::update_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .col_expr(Column::Stage, Expr::value(Stage::Sending))
        .col_expr(Column::Message, Expr::value(message))
        .col_expr(Column::TriedAt, Expr::value(now))
        .col_expr(Column::HeldUntil, Expr::value(until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// Writes down where deliveries stand and what was said.
pub async fn settle(
    tx: &Tx,
    ids: &[i64],
    stage: Stage,
    sent_at: Option<Instant>,
    words: &str,
) -> Result<(), DbErr> {
    use delivery::Column;
    delivery::Entity::update_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .col_expr(Column::Stage, Expr::value(stage))
        .col_expr(Column::SentAt, Expr::value(sent_at))
        .col_expr(Column::Words, Expr::value(words))
        .exec(&**tx)
        .await
        .map(|_| ())
}

fn select_silences(scope: &Scope, after: Option<Instant>) -> Select<silence::Entity> {
    let mut query = silence::Entity::find().filter(scope.on(silence::Column::UnitPath));
    if let Some(now) = after {
        query = query.filter(silence::Column::ToAt.gt(now));
    }
    query.order_by_desc(silence::Column::ToAt).order_by_desc(silence::Column::Id)
}

/// A page of the silences of a part of the tree; with `after` those in force or to come.
pub async fn silences(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<Instant>,
    pager: Pager,
) -> Result<(Vec<silence::Model>, Pager), DbErr> {
    let query = select_silences(scope, after);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// The silences in force now, everywhere.
pub async fn silences_now_unscoped(
    db: &impl ConnectionTrait,
    now: Instant,
) -> Result<Vec<silence::Model>, DbErr> {
    silence::Entity::find()
        .filter(silence::Column::FromAt.lte(now))
        .filter(silence::Column::ToAt.gt(now))
        .order_by_asc(silence::Column::Id)
        .limit(SILENCES)
        .all(db)
        .await
}

/// One silence.
pub async fn silence_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<silence::Model>, DbErr> {
    silence::Entity::find_by_id(id).filter(scope.on(silence::Column::UnitPath)).one(db).await
}

/// Adds a silence.
pub async fn add_silence(tx: &Tx, new: silence::ActiveModel) -> Result<silence::Model, DbErr> {
    new.insert(&**tx).await
}

/// Ends a silence.
pub async fn end_silence(tx: &Tx, id: i64, at: Instant) -> Result<(), DbErr> {
    let change = silence::ActiveModel { id: Set(id), to_at: Set(at), ..Default::default() };
    change.update(&**tx).await.map(|_| ())
}

/// All silences of a part of the tree for export; with `after` those in force or to come.
pub async fn all_silences(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<Instant>,
    most: u64,
) -> Result<Vec<silence::Model>, DbErr> {
    select_silences(scope, after).limit(most).all(db).await
}

/// The settings of alerts; while nobody has chosen, what holds then.
pub async fn settings(db: &impl ConnectionTrait) -> Result<settings::Model, DbErr> {
    Ok(settings::Entity::find_by_id(SETTINGS).one(db).await?.unwrap_or_default())
}

/// Writes the settings.
pub async fn set_settings(tx: &Tx, new: settings::ActiveModel) -> Result<(), DbErr> {
    let there = settings::Entity::find_by_id(SETTINGS).one(&**tx).await?.is_some();
    let row = settings::ActiveModel { id: Set(SETTINGS), ..new };
    if there { row.update(&**tx).await.map(|_| ()) } else { row.insert(&**tx).await.map(|_| ()) }
}

/// Removes at most `most` alerts that were over before `before`, with what was told of them, and at most as many silences
/// that had ended by then. Returns how many alerts and silences went.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> Result<(u64, u64), DbErr> {
    let old: Vec<i64> = alert::Entity::find()
        .select_only()
        .column(alert::Column::Id)
        .filter(alert::Column::ClearedAt.lt(before))
        .order_by_asc(alert::Column::ClearedAt)
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    let told = delivery::Entity::delete_many().filter(delivery::Column::AlertId.is_in(old.iter().copied()));
    told.exec(&**tx).await?;
    let gone = alert::Entity::delete_many().filter(alert::Column::Id.is_in(old)).exec(&**tx).await?;
    let ended: Vec<i64> = silence::Entity::find()
        .select_only()
        .column(silence::Column::Id)
        .filter(silence::Column::ToAt.lt(before))
        .order_by_asc(silence::Column::ToAt)
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    let silent = silence::Entity::delete_many().filter(silence::Column::Id.is_in(ended)).exec(&**tx).await?;
    Ok((gone.rows_affected, silent.rows_affected))
}

/// The account that mail is sent from, once it has been entered.
pub async fn account(db: &impl ConnectionTrait) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(ACCOUNT).one(db).await
}

/// Writes the account.
pub async fn set_account(tx: &Tx, new: account::ActiveModel) -> Result<(), DbErr> {
    let there = account(&**tx).await?.is_some();
    let row = account::ActiveModel { id: Set(ACCOUNT), ..new };
    if there { row.update(&**tx).await.map(|_| ()) } else { row.insert(&**tx).await.map(|_| ()) }
}
