//! The tables of obligations: what is owed, pauses, extensions, marks, history, terms, feeds. Clauses N1.2, N2.8, N3.8.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

use super::model::{Event, Kind, Mark, State};

/// What somebody owes.
pub mod obligation {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::ObligationId,
        pub kind: super::Kind,
        pub clause: String,
        pub title: String,
        pub words: String,
        /// Who owes it.
        pub unit_id: crate::UnitId,
        pub unit_path: String,
        pub site_id: Option<crate::SiteId>,
        pub person_id: Option<crate::PersonId>,
        /// On whose behalf it was ordered; what it orders itself a unit owes itself.
        pub issuer_id: crate::UnitId,
        pub issuer_path: String,
        pub issued_by: String,
        /// Where the thing itself is shown, such as a ticket; empty if nowhere else.
        pub link: String,
        pub started_on: Date,
        pub limit_days: i32,
        /// A word of `base::deadline::Span`.
        pub span: String,
        pub extended_days: i32,
        pub remind_days: i32,
        pub yellow_days: i32,
        pub red_days: i32,
        pub state: super::State,
        pub is_paused: bool,
        pub due_on: Option<Date>,
        pub due_at: Option<DateTimeUtc>,
        pub remind_at: Option<DateTimeUtc>,
        pub yellow_at: Option<DateTimeUtc>,
        pub red_at: Option<DateTimeUtc>,
        /// How many marks were made or passed over, in their order.
        pub marked: i32,
        /// When the next mark is due; missing while none is.
        pub next_at: Option<DateTimeUtc>,
        pub opened_at: DateTimeUtc,
        /// When it was reported as done; the time that counts.
        pub reported_at: Option<DateTimeUtc>,
        pub over_at: Option<DateTimeUtc>,
        /// Whether an alert of it is open.
        pub is_told: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A time in which the clock stands still.
pub mod obligation_pause {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation_pause")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub obligation_id: crate::ObligationId,
        pub from_on: Date,
        /// Its last day; missing while it lasts.
        pub to_on: Option<Date>,
        pub reason: String,
        pub who: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// More time that was asked for.
pub mod obligation_extension {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation_extension")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub obligation_id: crate::ObligationId,
        pub days: i32,
        pub reason: String,
        pub asked_by: String,
        pub asked_at: DateTimeUtc,
        pub decided_by: String,
        pub decided_at: Option<DateTimeUtc>,
        pub is_granted: Option<bool>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A reminder or a card.
pub mod obligation_mark {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation_mark")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub obligation_id: crate::ObligationId,
        pub mark: super::Mark,
        /// When it was due.
        pub due_at: DateTimeUtc,
        /// When it was made: later, where the system stood still.
        pub at: DateTimeUtc,
        pub unit_id: crate::UnitId,
        pub unit_path: String,
        pub person_id: Option<crate::PersonId>,
        /// The unit above, which a red card is told to.
        pub told_unit_path: Option<String>,
        pub is_told: bool,
        /// When it was taken back, and why.
        pub withdrawn_at: Option<DateTimeUtc>,
        pub withdrawn_why: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to an obligation.
pub mod obligation_event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub obligation_id: crate::ObligationId,
        pub at: DateTimeUtc,
        pub event: super::Event,
        pub who: String,
        pub words: String,
        /// A file that was handed in with it: its name, and its bytes in the blob store.
        pub file_name: String,
        pub digest: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Terms that somebody has set for a kind, from a day on.
pub mod obligation_terms {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation_terms")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub kind: super::Kind,
        pub from_on: Date,
        pub limit_days: i32,
        pub span: String,
        pub remind_days: i32,
        pub yellow_days: i32,
        pub red_days: i32,
        /// The document it rests on.
        pub basis: String,
        pub who: String,
        pub at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The secret address under which a person's calendar program reads what he owes.
pub mod obligation_feed {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "obligation_feed")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: crate::PersonId,
        /// The secret's digest.
        pub digest: String,
        pub made_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Obligations with their clock.
migration!(m20261126_000060_obligations, |manager| {
    let mut obligation = new_table("obligation");
    obligation.col(big_pk_auto("id")).col(string("kind")).col(string("clause")).col(text("title"));
    obligation.col(text("words")).col(big_integer("unit_id")).col(string("unit_path"));
    obligation.col(big_integer_null("site_id")).col(big_integer_null("person_id"));
    obligation.col(big_integer("issuer_id")).col(string("issuer_path")).col(string("issued_by"));
    obligation.col(text("link")).col(date("started_on")).col(integer("limit_days")).col(string("span"));
    for name in ["extended_days", "remind_days", "yellow_days", "red_days", "marked"] {
        obligation.col(integer(name));
    }
    obligation.col(string("state")).col(boolean("is_paused")).col(date_null("due_on"));
    for name in ["due_at", "remind_at", "yellow_at", "red_at", "next_at", "reported_at", "over_at"] {
        obligation.col(instant_null(name));
    }
    obligation.col(instant("opened_at")).col(boolean("is_told"));
    obligation.foreign_key(&mut points_to("obligation", "unit_id", "unit"));
    obligation.foreign_key(&mut points_to("obligation", "issuer_id", "unit"));
    obligation.foreign_key(&mut points_to("obligation", "site_id", "site"));
    obligation.foreign_key(&mut points_to("obligation", "person_id", "person"));
    manager.create_table(obligation).await?;
    manager.create_index(index("obligation", "obligation_next", &["state", "next_at"])).await?;
    manager.create_index(index("obligation", "obligation_unit", &["unit_path", "state", "due_at"])).await?;
    manager.create_index(index("obligation", "obligation_site", &["site_id", "state"])).await?;
    let mut pause = new_table("obligation_pause");
    pause.col(big_pk_auto("id")).col(big_integer("obligation_id")).col(date("from_on"));
    pause.col(date_null("to_on")).col(text("reason")).col(string("who"));
    pause.foreign_key(&mut points_to("obligation_pause", "obligation_id", "obligation"));
    manager.create_table(pause).await?;
    manager.create_index(index("obligation_pause", "obligation_pause_of", &["obligation_id"])).await?;
    let mut extension = new_table("obligation_extension");
    extension.col(big_pk_auto("id")).col(big_integer("obligation_id")).col(integer("days"));
    extension.col(text("reason")).col(string("asked_by")).col(instant("asked_at")).col(string("decided_by"));
    extension.col(instant_null("decided_at")).col(boolean_null("is_granted"));
    extension.foreign_key(&mut points_to("obligation_extension", "obligation_id", "obligation"));
    manager.create_table(extension).await?;
    manager
        .create_index(index("obligation_extension", "obligation_extension_of", &["obligation_id"]))
        .await?;
    let mut mark = new_table("obligation_mark");
    mark.col(big_pk_auto("id")).col(big_integer("obligation_id")).col(string("mark"));
    mark.col(instant("due_at")).col(instant("at")).col(big_integer("unit_id")).col(string("unit_path"));
    mark.col(big_integer_null("person_id")).col(string_null("told_unit_path")).col(boolean("is_told"));
    mark.col(instant_null("withdrawn_at")).col(text("withdrawn_why"));
    mark.foreign_key(&mut points_to("obligation_mark", "obligation_id", "obligation"));
    manager.create_table(mark).await?;
    manager.create_index(index("obligation_mark", "obligation_mark_of", &["obligation_id", "mark"])).await?;
    manager.create_index(index("obligation_mark", "obligation_mark_unit", &["unit_path", "at"])).await?;
    manager.create_index(index("obligation_mark", "obligation_mark_told", &["is_told", "id"])).await?;
    let mut event = new_table("obligation_event");
    event.col(big_pk_auto("id")).col(big_integer("obligation_id")).col(instant("at")).col(string("event"));
    event.col(string("who")).col(text("words")).col(text("file_name")).col(string_null("digest"));
    event.foreign_key(&mut points_to("obligation_event", "obligation_id", "obligation"));
    manager.create_table(event).await?;
    manager.create_index(index("obligation_event", "obligation_event_of", &["obligation_id", "id"])).await?;
    let mut terms = new_table("obligation_terms");
    terms.col(big_pk_auto("id")).col(string("kind")).col(date("from_on")).col(integer("limit_days"));
    terms
        .col(string("span"))
        .col(integer("remind_days"))
        .col(integer("yellow_days"))
        .col(integer("red_days"));
    terms.col(text("basis")).col(string("who")).col(instant("at"));
    manager.create_table(terms).await?;
    let by_day = index("obligation_terms", "obligation_terms_kind", &["kind", "from_on"]);
    manager.create_index(by_day.clone().unique().to_owned()).await?;
    let mut feed = new_table("obligation_feed");
    feed.col(big_integer("person_id").primary_key()).col(string("digest")).col(instant("made_at"));
    feed.foreign_key(&mut points_to("obligation_feed", "person_id", "person"));
    manager.create_table(feed).await?;
    manager.create_index(index("obligation_feed", "obligation_feed_digest", &["digest"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000060_obligations)]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("obligation_event", "digest")];
