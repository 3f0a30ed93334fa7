//! The table of saved filters. Clauses N1.1, N5.3.

use platform::migrate::{Step, index, instant, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

/// A filter of a person.
pub mod saved_filter {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_filter")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: crate::PersonId,
        /// The list's path: one of `commands::LISTS`.
        pub path: String,
        pub name: String,
        /// The question as an address holds it, without `?`.
        pub query: String,
        pub created_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Saved filters.
migration!(m20261126_000047_saved, |manager| {
    let mut saved = new_table("saved_filter");
    saved.col(big_pk_auto("id")).col(big_integer("person_id")).col(string("path")).col(text("name"));
    saved.col(text("query")).col(instant("created_at"));
    saved.foreign_key(&mut points_to("saved_filter", "person_id", "person"));
    manager.create_table(saved).await?;
    manager.create_index(index("saved_filter", "saved_filter_person", &["person_id", "path"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000047_saved)]
}
