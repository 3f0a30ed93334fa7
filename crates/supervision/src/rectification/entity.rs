//! The tables of tickets: the ticket, its findings, its history. Clauses N2.8, N5.3.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

use super::model::{Event, State};

/// A rectification ticket.
pub mod ticket {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::ids::TicketId,
        pub site_id: ledger::SiteId,
        /// Who is to mend it.
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        /// On whose behalf it was issued.
        pub issuer_id: ledger::UnitId,
        pub issuer_path: String,
        pub issued_by: String,
        pub title: String,
        pub level: i32,
        /// What is advised.
        pub words: String,
        pub state: super::State,
        pub issued_at: DateTimeUtc,
        pub fixed_at: Option<DateTimeUtc>,
        pub fixed_by: Option<ledger::PersonId>,
        pub over_at: Option<DateTimeUtc>,
        /// Its place on the clock.
        pub obligation_id: Option<ledger::ObligationId>,
        /// The path of the unit that decides a dispute, and that obligation.
        pub dispute_path: Option<String>,
        pub dispute_id: Option<ledger::ObligationId>,
        /// The run that looks again.
        pub run_id: Option<crate::ids::RunId>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A finding of a ticket.
pub mod ticket_finding {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket_finding")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub ticket_id: crate::ids::TicketId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub finding_id: crate::ids::FindingId,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to a ticket.
pub mod ticket_event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub ticket_id: crate::ids::TicketId,
        pub at: DateTimeUtc,
        pub event: super::Event,
        /// Empty for a machine.
        pub who: String,
        pub words: String,
        pub file_name: String,
        pub digest: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A ticket that was sent by mail, and the link in it.
pub mod ticket_letter {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket_letter")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub ticket_id: crate::ids::TicketId,
        pub address: String,
        /// What the link is sealed with.
        pub secret: String,
        pub sent_by: String,
        pub made_at: DateTimeUtc,
        pub expires_at: DateTimeUtc,
        pub withdrawn_at: Option<DateTimeUtc>,
        /// When a mail server last took it.
        pub mailed_at: Option<DateTimeUtc>,
        /// What the mail server said, or why it was not asked.
        pub said: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Tickets by mail.
migration!(m20261126_000081_letters, |manager| {
    let mut letter = new_table("ticket_letter");
    letter.col(big_pk_auto("id")).col(big_integer("ticket_id")).col(text("address")).col(text("secret"));
    letter.col(string("sent_by")).col(instant("made_at")).col(instant("expires_at"));
    letter.col(instant_null("withdrawn_at")).col(instant_null("mailed_at")).col(text("said"));
    letter.foreign_key(&mut points_to("ticket_letter", "ticket_id", "ticket"));
    manager.create_table(letter).await?;
    manager.create_index(index("ticket_letter", "ticket_letter_of", &["ticket_id", "id"])).await?;
});

// Tickets.
migration!(m20261126_000070_tickets, |manager| {
    let mut ticket = new_table("ticket");
    ticket.col(big_pk_auto("id")).col(big_integer("site_id")).col(big_integer("unit_id"));
    ticket.col(string("unit_path")).col(big_integer("issuer_id")).col(string("issuer_path"));
    ticket.col(string("issued_by")).col(text("title")).col(integer("level")).col(text("words"));
    ticket.col(string("state")).col(instant("issued_at")).col(instant_null("fixed_at"));
    ticket.col(big_integer_null("fixed_by")).col(instant_null("over_at"));
    ticket.col(big_integer_null("obligation_id")).col(string_null("dispute_path"));
    ticket.col(big_integer_null("dispute_id")).col(big_integer_null("run_id"));
    for (column, other) in [
        ("site_id", "site"),
        ("unit_id", "unit"),
        ("issuer_id", "unit"),
        ("fixed_by", "person"),
        ("obligation_id", "obligation"),
        ("dispute_id", "obligation"),
    ] {
        ticket.foreign_key(&mut points_to("ticket", column, other));
    }
    manager.create_table(ticket).await?;
    manager.create_index(index("ticket", "ticket_unit", &["unit_path", "state", "id"])).await?;
    manager.create_index(index("ticket", "ticket_site", &["site_id", "state"])).await?;
    manager.create_index(index("ticket", "ticket_state", &["state", "id"])).await?;
    let mut pair = new_table("ticket_finding");
    pair.col(big_integer("ticket_id")).col(big_integer("finding_id"));
    pair.primary_key(sea_orm_migration::prelude::Index::create().col("ticket_id").col("finding_id"));
    pair.foreign_key(&mut points_to("ticket_finding", "ticket_id", "ticket"));
    pair.foreign_key(&mut points_to("ticket_finding", "finding_id", "finding"));
    manager.create_table(pair).await?;
    manager.create_index(index("ticket_finding", "ticket_finding_of", &["finding_id"])).await?;
    let mut event = new_table("ticket_event");
    event.col(big_pk_auto("id")).col(big_integer("ticket_id")).col(instant("at")).col(string("event"));
    event.col(string("who")).col(text("words")).col(text("file_name")).col(string_null("digest"));
    event.foreign_key(&mut points_to("ticket_event", "ticket_id", "ticket"));
    manager.create_table(event).await?;
    manager.create_index(index("ticket_event", "ticket_event_of", &["ticket_id", "id"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000070_tickets), Box::new(m20261126_000081_letters)]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("ticket_event", "digest")];
