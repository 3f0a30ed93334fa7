//! The tables of citizens' corrections. Clauses N2.3, N5.3.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

use super::model::{Event, State};

/// A correction.
pub mod correction {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "correction")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub receipt: String,
        pub site_id: ledger::SiteId,
        /// The path of the site's unit.
        pub unit_path: String,
        /// Who passes it on.
        pub handler_id: ledger::UnitId,
        pub handler_path: String,
        /// Who answers; missing before it was passed on.
        pub target_id: Option<ledger::UnitId>,
        pub target_path: Option<String>,
        /// A word of `model::KINDS`.
        pub kind: String,
        pub page: String,
        /// The faulty words, for one of wording.
        pub fault: String,
        pub words: String,
        /// Whoever corrects, if he says so; forgotten some time after the answer.
        pub name: String,
        pub contact: String,
        pub file_name: String,
        pub digest: Option<String>,
        pub is_picture: bool,
        pub state: super::State,
        pub received_at: DateTimeUtc,
        pub transferred_at: Option<DateTimeUtc>,
        pub answered_at: Option<DateTimeUtc>,
        pub answer: String,
        /// What it is about, as everybody may read it.
        pub summary: String,
        pub is_public: bool,
        /// 1 to 5, and a word to it.
        pub rating: Option<i32>,
        pub rating_words: String,
        pub finding_id: Option<crate::ids::FindingId>,
        pub transfer_id: Option<ledger::ObligationId>,
        pub reply_id: Option<ledger::ObligationId>,
        /// The question that was answered for it.
        #[sea_orm(unique)]
        pub challenge: String,
        pub is_forgotten: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to a correction.
pub mod correction_event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "correction_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub correction_id: i64,
        pub at: DateTimeUtc,
        pub event: super::Event,
        /// Empty for whoever corrects.
        pub who: String,
        pub words: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What questions are sealed with: one row.
pub mod correction_key {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "correction_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub secret: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Citizens' corrections.
migration!(m20261126_000100_corrections, |manager| {
    let mut table = new_table("correction");
    table.col(big_pk_auto("id")).col(string("receipt")).col(big_integer("site_id")).col(string("unit_path"));
    table.col(big_integer("handler_id")).col(string("handler_path")).col(big_integer_null("target_id"));
    table.col(string_null("target_path")).col(string("kind")).col(text("page")).col(text("fault"));
    table.col(text("words")).col(text("name")).col(text("contact")).col(text("file_name"));
    table.col(string_null("digest")).col(boolean("is_picture")).col(string("state"));
    table.col(instant("received_at")).col(instant_null("transferred_at")).col(instant_null("answered_at"));
    table.col(text("answer")).col(text("summary")).col(boolean("is_public")).col(integer_null("rating"));
    table.col(text("rating_words")).col(big_integer_null("finding_id"));
    table.col(big_integer_null("transfer_id")).col(big_integer_null("reply_id")).col(string("challenge"));
    table.col(boolean("is_forgotten"));
    for (column, other) in [
        ("site_id", "site"),
        ("handler_id", "unit"),
        ("target_id", "unit"),
        ("finding_id", "finding"),
        ("transfer_id", "obligation"),
        ("reply_id", "obligation"),
    ] {
        table.foreign_key(&mut points_to("correction", column, other));
    }
    manager.create_table(table).await?;
    for (name, column) in [("correction_receipt", "receipt"), ("correction_challenge", "challenge")] {
        let once = index("correction", name, &[column]);
        manager.create_index(once.clone().unique().to_owned()).await?;
    }
    manager.create_index(index("correction", "correction_site", &["site_id", "received_at"])).await?;
    manager.create_index(index("correction", "correction_handler", &["handler_path", "state"])).await?;
    manager.create_index(index("correction", "correction_target", &["target_path", "state"])).await?;
    manager.create_index(index("correction", "correction_old", &["is_forgotten", "answered_at"])).await?;
    let mut event = new_table("correction_event");
    event.col(big_pk_auto("id")).col(big_integer("correction_id")).col(instant("at")).col(string("event"));
    event.col(string("who")).col(text("words"));
    event.foreign_key(&mut points_to("correction_event", "correction_id", "correction"));
    manager.create_table(event).await?;
    manager.create_index(index("correction_event", "correction_event_of", &["correction_id", "id"])).await?;
    let mut key = new_table("correction_key");
    key.col(big_integer("id").primary_key()).col(string("secret"));
    manager.create_table(key).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000100_corrections)]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("correction", "digest")];
