//! The table of approvals of links. Clauses N2.4, N5.6.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::prelude::Table;
use sea_orm_migration::schema::*;

use super::model::State;

/// An application for a link, and what became of it.
pub mod link_approval {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "link_approval")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        /// For whose sites it holds, with those below.
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        /// One site, if it holds for no other.
        pub site_id: Option<ledger::SiteId>,
        /// A host, `*.host`, or the beginning of an address: a pattern of `checks::approvals`.
        pub target: String,
        /// What the target is called: a target that calls itself otherwise has drifted.
        pub name: String,
        /// Whose it is.
        pub owner: String,
        pub purpose: String,
        pub state: super::State,
        pub applied_by: String,
        pub applicant: ledger::PersonId,
        pub applied_at: DateTimeUtc,
        pub decided_by: String,
        pub decided_at: Option<DateTimeUtc>,
        pub decided_words: String,
        pub approved_on: Option<Date>,
        /// The last day on which it holds; missing: no end.
        pub expires_on: Option<Date>,
        /// What stood there at the first look after the approval: title, ICP filing, SHA-256 of the certificate.
        pub seen_title: Option<String>,
        pub seen_icp: Option<String>,
        pub seen_certificate: Option<String>,
        pub looked_at: Option<DateTimeUtc>,
        pub next_look: Option<DateTimeUtc>,
        /// What has changed since, in words; empty for nothing.
        pub drift: String,
        /// What is owed while it ends.
        pub obligation_id: Option<ledger::ObligationId>,
        /// The approval that stands in its place.
        pub renewed_by: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A look at an approved target.
pub mod link_look {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "link_look")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub approval_id: i64,
        pub at: DateTimeUtc,
        /// `same`, `away` or `drifted`.
        pub outcome: String,
        pub cause: String,
        pub title: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// The ledger of links.
migration!(m20261126_000080_link_approvals, |manager| {
    let mut table = new_table("link_approval");
    table.col(big_pk_auto("id")).col(big_integer("unit_id")).col(string("unit_path"));
    table.col(big_integer_null("site_id")).col(text("target")).col(text("name")).col(text("owner"));
    table.col(text("purpose")).col(string("state")).col(string("applied_by")).col(big_integer("applicant"));
    table.col(instant("applied_at")).col(string("decided_by")).col(instant_null("decided_at"));
    table.col(text("decided_words")).col(date_null("approved_on")).col(date_null("expires_on"));
    for (column, other) in [("unit_id", "unit"), ("site_id", "site"), ("applicant", "person")] {
        table.foreign_key(&mut points_to("link_approval", column, other));
    }
    manager.create_table(table).await?;
    manager.create_index(index("link_approval", "link_approval_unit", &["unit_path", "state"])).await?;
    manager.create_index(index("link_approval", "link_approval_state", &["state", "id"])).await?;
});

// Looks at approved targets.
migration!(m20261126_000081_link_looks, |manager| {
    for name in ["seen_title", "seen_icp", "seen_certificate"] {
        let column = text_null(name).take();
        manager.alter_table(Table::alter().table("link_approval").add_column(column).take()).await?;
    }
    for name in ["looked_at", "next_look"] {
        let column = instant_null(name).take();
        manager.alter_table(Table::alter().table("link_approval").add_column(column).take()).await?;
    }
    let column = text("drift").default("").take();
    manager.alter_table(Table::alter().table("link_approval").add_column(column).take()).await?;
    manager.create_index(index("link_approval", "link_approval_look", &["state", "next_look"])).await?;
    let mut look = new_table("link_look");
    look.col(big_pk_auto("id")).col(big_integer("approval_id")).col(instant("at")).col(string("outcome"));
    look.col(text("cause")).col(text("title"));
    look.foreign_key(&mut points_to("link_look", "approval_id", "link_approval"));
    manager.create_table(look).await?;
    manager.create_index(index("link_look", "link_look_of", &["approval_id", "id"])).await?;
});

// Approvals that end are owed and renewed.
migration!(m20261126_000082_link_renewals, |manager| {
    for name in ["obligation_id", "renewed_by"] {
        let column = big_integer_null(name).take();
        manager.alter_table(Table::alter().table("link_approval").add_column(column).take()).await?;
    }
    manager.create_index(index("link_approval", "link_approval_end", &["state", "expires_on"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![
        Box::new(m20261126_000080_link_approvals),
        Box::new(m20261126_000081_link_looks),
        Box::new(m20261126_000082_link_renewals),
    ]
}
