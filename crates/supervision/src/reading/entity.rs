//! The tables of reading: rosters, leave, duties, exchanges, pages on lists, leaders' readings. Clauses N1.6, N5.3, N5.7.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::prelude::Table;
use sea_orm_migration::schema::*;

use super::model::{Days, ItemState, Kind, State, Why};

/// Who takes turns at reading what.
pub mod reading_roster {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_roster")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        pub kind: super::Kind,
        pub name: String,
        pub days: super::Days,
        pub shifts: i32,
        /// Pages of each site.
        pub pages: i32,
        /// Sites of one duty; 0: all.
        pub sites: i32,
        /// In one of so many pages a known fault is put; 0: in none.
        pub planted_each: i32,
        pub is_active: bool,
        /// Duties are planned up to this day.
        pub planned_until: Option<Date>,
        pub made_by: String,
        pub made_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A member of a roster.
pub mod reading_member {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_member")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub roster_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: ledger::PersonId,
        pub position: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Days on which somebody does not read.
pub mod reading_leave {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_leave")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub roster_id: i64,
        pub person_id: ledger::PersonId,
        pub from_on: Date,
        pub to_on: Date,
        pub reason: String,
        pub who: String,
        pub at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// One duty.
pub mod reading_duty {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_duty")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub roster_id: i64,
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        pub kind: super::Kind,
        pub day: Date,
        pub shift: i32,
        /// Nobody, where all were away.
        pub person_id: Option<ledger::PersonId>,
        /// Whether somebody took it by exchange: planning anew leaves it alone.
        pub is_fixed: bool,
        pub state: super::State,
        pub obligation_id: Option<ledger::ObligationId>,
        pub listed_at: Option<DateTimeUtc>,
        pub begun_at: Option<DateTimeUtc>,
        pub finished_at: Option<DateTimeUtc>,
        /// Finished after its day.
        pub is_late: bool,
        pub pages: i32,
        pub pages_read: i32,
        pub findings: i32,
        /// Pages with a known fault, and those whose fault was noticed.
        pub planted: i32,
        pub noticed: i32,
        /// The log: how sites and display were, what was done, what the next one should know.
        pub display: String,
        pub words: String,
        pub hand_over: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A duty that somebody wants to give to somebody else.
pub mod reading_exchange {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_exchange")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub duty_id: i64,
        pub from_id: Option<ledger::PersonId>,
        pub to_id: ledger::PersonId,
        /// The duty that is given in return.
        pub for_id: Option<i64>,
        pub reason: String,
        pub asked_at: DateTimeUtc,
        pub answered_at: Option<DateTimeUtc>,
        pub is_taken: Option<bool>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A page on a duty's list.
pub mod reading_item {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_item")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub duty_id: i64,
        pub site_id: ledger::SiteId,
        pub position: i32,
        pub address: String,
        pub title: String,
        pub why: super::Why,
        pub state: super::ItemState,
        /// When it was fetched for the reader, and when he was done with it.
        pub opened_at: Option<DateTimeUtc>,
        pub read_at: Option<DateTimeUtc>,
        /// How it answered, in words.
        pub answer: String,
        pub finding_id: Option<crate::ids::FindingId>,
        /// The known fault that was put into its text.
        pub planted_wrong: Option<String>,
        pub planted_right: Option<String>,
        pub is_noticed: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// When a page of a site was last read.
pub mod reading_site {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_site")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: ledger::SiteId,
        pub last_read: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A leader has read a site.
pub mod leader_reading {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leader_reading")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: ledger::PersonId,
        pub who: String,
        /// The leader's own unit.
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        pub site_id: ledger::SiteId,
        pub at: DateTimeUtc,
        pub words: String,
        pub finding_id: Option<crate::ids::FindingId>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Rosters, duties and what is read.
migration!(m20261126_000090_reading, |manager| {
    let mut roster = new_table("reading_roster");
    roster.col(big_pk_auto("id")).col(big_integer("unit_id")).col(string("unit_path")).col(string("kind"));
    roster.col(string("name")).col(string("days")).col(integer("shifts")).col(integer("pages"));
    roster.col(integer("sites")).col(integer("planted_each")).col(boolean("is_active"));
    roster.col(date_null("planned_until")).col(string("made_by")).col(instant("made_at"));
    roster.foreign_key(&mut points_to("reading_roster", "unit_id", "unit"));
    manager.create_table(roster).await?;
    let mut member = new_table("reading_member");
    member.col(big_integer("roster_id")).col(big_integer("person_id")).col(integer("position"));
    member.primary_key(sea_orm_migration::prelude::Index::create().col("roster_id").col("person_id"));
    member.foreign_key(&mut points_to("reading_member", "roster_id", "reading_roster"));
    member.foreign_key(&mut points_to("reading_member", "person_id", "person"));
    manager.create_table(member).await?;
    let mut leave = new_table("reading_leave");
    leave.col(big_pk_auto("id")).col(big_integer("roster_id")).col(big_integer("person_id"));
    leave.col(date("from_on")).col(date("to_on")).col(text("reason")).col(string("who")).col(instant("at"));
    leave.foreign_key(&mut points_to("reading_leave", "roster_id", "reading_roster"));
    manager.create_table(leave).await?;
    let mut duty = new_table("reading_duty");
    duty.col(big_pk_auto("id")).col(big_integer("roster_id")).col(big_integer("unit_id"));
    duty.col(string("unit_path")).col(string("kind")).col(date("day")).col(integer("shift"));
    duty.col(big_integer_null("person_id")).col(boolean("is_fixed")).col(string("state"));
    duty.col(big_integer_null("obligation_id"));
    for name in ["listed_at", "begun_at", "finished_at"] {
        duty.col(instant_null(name));
    }
    for name in ["pages", "pages_read", "findings", "planted", "noticed"] {
        duty.col(integer(name));
    }
    duty.col(boolean("is_late")).col(text("display")).col(text("words")).col(text("hand_over"));
    duty.foreign_key(&mut points_to("reading_duty", "roster_id", "reading_roster"));
    duty.foreign_key(&mut points_to("reading_duty", "person_id", "person"));
    duty.foreign_key(&mut points_to("reading_duty", "obligation_id", "obligation"));
    manager.create_table(duty).await?;
    let once = index("reading_duty", "reading_duty_once", &["roster_id", "day", "shift"]);
    manager.create_index(once.clone().unique().to_owned()).await?;
    manager.create_index(index("reading_duty", "reading_duty_state", &["state", "day"])).await?;
    manager.create_index(index("reading_duty", "reading_duty_unit", &["unit_path", "day"])).await?;
    manager.create_index(index("reading_duty", "reading_duty_person", &["person_id", "day"])).await?;
    let mut exchange = new_table("reading_exchange");
    exchange.col(big_pk_auto("id")).col(big_integer("duty_id")).col(big_integer_null("from_id"));
    exchange.col(big_integer("to_id")).col(text("reason")).col(instant("asked_at"));
    exchange.col(instant_null("answered_at")).col(boolean_null("is_taken"));
    exchange.foreign_key(&mut points_to("reading_exchange", "duty_id", "reading_duty"));
    manager.create_table(exchange).await?;
    manager.create_index(index("reading_exchange", "reading_exchange_to", &["to_id", "answered_at"])).await?;
    let mut item = new_table("reading_item");
    item.col(big_pk_auto("id")).col(big_integer("duty_id")).col(big_integer("site_id"));
    item.col(integer("position")).col(text("address")).col(text("title")).col(string("why"));
    item.col(string("state")).col(instant_null("opened_at")).col(instant_null("read_at"));
    item.col(text("answer")).col(big_integer_null("finding_id")).col(string_null("planted_wrong"));
    item.col(string_null("planted_right")).col(boolean("is_noticed"));
    item.foreign_key(&mut points_to("reading_item", "duty_id", "reading_duty"));
    item.foreign_key(&mut points_to("reading_item", "site_id", "site"));
    manager.create_table(item).await?;
    manager.create_index(index("reading_item", "reading_item_duty", &["duty_id", "position"])).await?;
    manager.create_index(index("reading_item", "reading_item_site", &["site_id", "read_at"])).await?;
    let mut seen = new_table("reading_site");
    seen.col(big_integer("site_id").primary_key()).col(instant("last_read"));
    seen.foreign_key(&mut points_to("reading_site", "site_id", "site"));
    manager.create_table(seen).await?;
    manager.create_index(index("reading_site", "reading_site_last", &["last_read"])).await?;
    let mut leader = new_table("leader_reading");
    leader.col(big_pk_auto("id")).col(big_integer("person_id")).col(string("who"));
    leader.col(big_integer("unit_id")).col(string("unit_path")).col(big_integer("site_id"));
    leader.col(instant("at")).col(text("words")).col(big_integer_null("finding_id"));
    leader.foreign_key(&mut points_to("leader_reading", "person_id", "person"));
    leader.foreign_key(&mut points_to("leader_reading", "site_id", "site"));
    manager.create_table(leader).await?;
    manager.create_index(index("leader_reading", "leader_reading_unit", &["unit_path", "at"])).await?;
    manager.create_index(index("leader_reading", "leader_reading_site", &["site_id", "at"])).await?;
});

// Duties that are exchanged for one another.
migration!(m20261126_000091_exchanges, |manager| {
    let column = big_integer_null("for_id");
    manager.alter_table(Table::alter().table("reading_exchange").add_column(column).take()).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000090_reading), Box::new(m20261126_000091_exchanges)]
}
