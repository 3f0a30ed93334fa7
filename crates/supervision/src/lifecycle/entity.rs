//! The tables of suspensions. Clauses N2.8, N4.4.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

use super::model::{Event, State};

/// A suspension of a site, or of one of its columns, from its proposal to its end.
pub mod suspension {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "suspension")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: ledger::SiteId,
        /// The unit that mends.
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        /// The unit that decides.
        pub issuer_id: ledger::UnitId,
        pub issuer_path: String,
        /// What the addresses of the column begin with; empty for the whole site.
        pub prefix: String,
        pub column_name: String,
        pub state: super::State,
        /// One a line.
        pub grounds: String,
        pub basis: String,
        /// The number of the decision's document.
        pub document: String,
        pub proposed_by: String,
        pub proposed_at: DateTimeUtc,
        pub decided_by: String,
        pub decided_at: Option<DateTimeUtc>,
        /// The first day on which it is shut.
        pub from_on: Option<Date>,
        pub suspended_at: Option<DateTimeUtc>,
        /// Days to mend it.
        pub limit_days: i32,
        pub obligation_id: Option<ledger::ObligationId>,
        pub reported_by: Option<ledger::PersonId>,
        /// How often it was looked at and sent back.
        pub returned: i32,
        pub announced_on: Option<Date>,
        /// The last day of the announcement.
        pub announced_until: Option<Date>,
        pub redirect_to: String,
        pub archived: String,
        pub code_cancelled_on: Option<Date>,
        pub domain_cancelled_on: Option<Date>,
        /// The virtual site of the portal that takes its place.
        pub absorbed_id: Option<ledger::SiteId>,
        pub over_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened.
pub mod suspension_event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "suspension_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub suspension_id: i64,
        pub at: DateTimeUtc,
        pub event: super::Event,
        /// Empty for the clock.
        pub who: String,
        pub words: String,
        pub file_name: String,
        pub digest: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Suspensions.
migration!(m20261126_000110_suspensions, |manager| {
    let mut table = new_table("suspension");
    table.col(big_pk_auto("id")).col(big_integer("site_id")).col(big_integer("unit_id"));
    table.col(string("unit_path")).col(big_integer("issuer_id")).col(string("issuer_path"));
    table.col(text("prefix")).col(text("column_name")).col(string("state")).col(text("grounds"));
    table.col(text("basis")).col(text("document")).col(string("proposed_by")).col(instant("proposed_at"));
    table.col(string("decided_by")).col(instant_null("decided_at")).col(date_null("from_on"));
    table.col(instant_null("suspended_at")).col(integer("limit_days")).col(big_integer_null("obligation_id"));
    table.col(big_integer_null("reported_by")).col(integer("returned")).col(date_null("announced_on"));
    table.col(date_null("announced_until")).col(text("redirect_to")).col(text("archived"));
    table.col(date_null("code_cancelled_on")).col(date_null("domain_cancelled_on"));
    table.col(big_integer_null("absorbed_id")).col(instant_null("over_at"));
    for (column, other) in [
        ("site_id", "site"),
        ("unit_id", "unit"),
        ("issuer_id", "unit"),
        ("obligation_id", "obligation"),
        ("reported_by", "person"),
        ("absorbed_id", "site"),
    ] {
        table.foreign_key(&mut points_to("suspension", column, other));
    }
    manager.create_table(table).await?;
    manager.create_index(index("suspension", "suspension_site", &["site_id", "state"])).await?;
    manager.create_index(index("suspension", "suspension_unit", &["unit_path", "state"])).await?;
    manager.create_index(index("suspension", "suspension_state", &["state", "from_on"])).await?;
    let mut event = new_table("suspension_event");
    event.col(big_pk_auto("id")).col(big_integer("suspension_id")).col(instant("at")).col(string("event"));
    event.col(string("who")).col(text("words")).col(text("file_name")).col(string_null("digest"));
    event.foreign_key(&mut points_to("suspension_event", "suspension_id", "suspension"));
    manager.create_table(event).await?;
    manager.create_index(index("suspension_event", "suspension_event_of", &["suspension_id", "id"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000110_suspensions)]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("suspension_event", "digest")];
