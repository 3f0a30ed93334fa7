//! The tables of the register: sites, the history of their fields, imports. Clauses N1.1, N4.1.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm::Set;
use sea_orm_migration::prelude::Table;
use sea_orm_migration::schema::*;

use super::model::SiteFacts;

/// A site.
pub mod site {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "site")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::SiteId,
        /// The sponsoring unit (主办单位).
        pub unit_id: crate::UnitId,
        /// That unit's path, so that a scope needs no join.
        pub unit_path: String,
        pub state: crate::registry::model::State,
        pub name: String,
        pub code: String,
        #[sea_orm(unique)]
        pub home: String,
        pub hosts: String,
        pub kind: crate::registry::model::Kind,
        pub supervising_unit: String,
        pub operating_unit: String,
        pub leader: String,
        pub leader_phone: String,
        pub staff: String,
        pub staff_phone: String,
        pub hosting: crate::registry::model::Hosting,
        pub hosting_place: String,
        pub icp: String,
        pub police: String,
        pub protection: i32,
        pub protection_filing: String,
        pub supplier: String,
        pub opened_on: String,
        pub rules: String,
        pub funds: String,
        pub interval_minutes: i32,
        pub note: String,
        /// How many of the facts that N1.1 and N4 want are missing.
        pub missing: i32,
        pub created_at: DateTimeUtc,
        pub changed_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A change of one field of a site.
pub mod site_change {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "site_change")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: crate::SiteId,
        pub at: DateTimeUtc,
        pub who: String,
        /// The field's heading at that time.
        pub field: String,
        pub before: String,
        pub after: String,
        /// The import it came from, if from a file.
        pub import_id: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A file that was handed in to be imported.
pub mod site_import {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "site_import")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: crate::PersonId,
        pub at: DateTimeUtc,
        pub file_name: String,
        /// The file's bytes, in the blob store.
        pub digest: String,
        /// Whose the new sites are of which the file names no unit.
        pub unit_id: Option<crate::UnitId>,
        /// When its rows were written; a file is written once.
        pub applied_at: Option<DateTimeUtc>,
        pub added: i32,
        pub changed: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is declared, out of a row.
pub fn facts(row: &site::Model) -> SiteFacts {
    SiteFacts {
        name: row.name.clone(),
        code: row.code.clone(),
        home: row.home.clone(),
        hosts: row.hosts.clone(),
        kind: row.kind,
        supervising_unit: row.supervising_unit.clone(),
        operating_unit: row.operating_unit.clone(),
        leader: row.leader.clone(),
        leader_phone: row.leader_phone.clone(),
        staff: row.staff.clone(),
        staff_phone: row.staff_phone.clone(),
        hosting: row.hosting,
        hosting_place: row.hosting_place.clone(),
        icp: row.icp.clone(),
        police: row.police.clone(),
        protection: row.protection,
        protection_filing: row.protection_filing.clone(),
        supplier: row.supplier.clone(),
        opened_on: row.opened_on.clone(),
        rules: row.rules.clone(),
        funds: row.funds.clone(),
        interval_minutes: row.interval_minutes,
        note: row.note.clone(),
    }
}

/// The columns of what is declared, to be written.
pub fn columns(facts: &SiteFacts) -> site::ActiveModel {
    let facts = facts.clone();
    site::ActiveModel {
        missing: Set(i32::try_from(super::model::missing(&facts).len()).unwrap_or(i32::MAX)),
        name: Set(facts.name),
        code: Set(facts.code),
        home: Set(facts.home),
        hosts: Set(facts.hosts),
        kind: Set(facts.kind),
        supervising_unit: Set(facts.supervising_unit),
        operating_unit: Set(facts.operating_unit),
        leader: Set(facts.leader),
        leader_phone: Set(facts.leader_phone),
        staff: Set(facts.staff),
        staff_phone: Set(facts.staff_phone),
        hosting: Set(facts.hosting),
        hosting_place: Set(facts.hosting_place),
        icp: Set(facts.icp),
        police: Set(facts.police),
        protection: Set(facts.protection),
        protection_filing: Set(facts.protection_filing),
        supplier: Set(facts.supplier),
        opened_on: Set(facts.opened_on),
        rules: Set(facts.rules),
        funds: Set(facts.funds),
        interval_minutes: Set(facts.interval_minutes),
        note: Set(facts.note),
        ..Default::default()
    }
}

// Sites, the history of their fields, and the files they were imported from.
migration!(m20261125_000003_registry, |manager| {
    let texts = [
        "name",
        "code",
        "hosts",
        "kind",
        "supervising_unit",
        "operating_unit",
        "leader",
        "leader_phone",
        "staff",
        "staff_phone",
        "hosting",
        "hosting_place",
        "icp",
        "police",
        "protection_filing",
        "supplier",
        "opened_on",
        "note",
    ];
    let mut site = new_table("site");
    site.col(big_pk_auto("id")).col(big_integer("unit_id")).col(string("unit_path")).col(string("state"));
    site.col(text_uniq("home"));
    for name in texts {
        site.col(text(name));
    }
    for name in ["protection", "interval_minutes", "missing"] {
        site.col(integer(name));
    }
    site.col(instant("created_at")).col(instant("changed_at"));
    site.foreign_key(&mut points_to("site", "unit_id", "unit"));
    manager.create_table(site).await?;
    manager.create_index(index("site", "site_unit_path", &["unit_path"])).await?;
    manager.create_index(index("site", "site_code", &["code"])).await?;
    manager
        .create_table(
            new_table("site_import")
                .col(big_pk_auto("id"))
                .col(big_integer("person_id"))
                .col(instant("at"))
                .col(text("file_name"))
                .col(string("digest"))
                .col(instant_null("applied_at"))
                .col(integer("added"))
                .col(integer("changed"))
                .foreign_key(&mut points_to("site_import", "person_id", "person"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            new_table("site_change")
                .col(big_pk_auto("id"))
                .col(big_integer("site_id"))
                .col(instant("at"))
                .col(string("who"))
                .col(string("field"))
                .col(text("before"))
                .col(text("after"))
                .col(big_integer_null("import_id"))
                .foreign_key(&mut points_to("site_change", "site_id", "site"))
                .foreign_key(&mut points_to("site_change", "import_id", "site_import"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("site_change", "site_change_site", &["site_id", "id"])).await?;
});

// Files that name no unit.
migration!(m20261126_000003_import_unit, |manager| {
    let column = big_integer_null("unit_id").take();
    manager.alter_table(Table::alter().table("site_import").add_column(column).take()).await?;
});

// What N4.4 asks of a department's site beside staff and protection.
migration!(m20261126_000004_rules_and_funds, |manager| {
    for name in ["rules", "funds"] {
        let column = text(name).default("").take();
        manager.alter_table(Table::alter().table("site").add_column(column).take()).await?;
    }
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![
        Box::new(m20261125_000003_registry),
        Box::new(m20261126_000003_import_unit),
        Box::new(m20261126_000004_rules_and_funds),
    ]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("site_import", "digest")];
