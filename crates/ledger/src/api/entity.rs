//! The table of API tokens. Clause N4.7.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

/// A token: a person's, for one program.
pub mod token {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_token")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: crate::PersonId,
        pub name: String,
        /// The secret's digest; the secret itself is kept nowhere.
        #[sea_orm(unique)]
        pub digest: String,
        /// Words of the roles it acts in, between commas.
        pub roles: String,
        /// Whether it may change anything.
        pub writes: bool,
        pub made_at: DateTimeUtc,
        pub ends_at: DateTimeUtc,
        pub used_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Tokens of the API.
migration!(m20261125_000045_api, |manager| {
    manager
        .create_table(
            new_table("api_token")
                .col(big_pk_auto("id"))
                .col(big_integer("person_id"))
                .col(string("name"))
                .col(string("digest"))
                .col(string("roles"))
                .col(boolean("writes"))
                .col(instant("made_at"))
                .col(instant("ends_at"))
                .col(instant_null("used_at"))
                .foreign_key(&mut points_to("api_token", "person_id", "person"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("api_token", "api_token_digest", &["digest"]).unique().to_owned()).await?;
    manager.create_index(index("api_token", "api_token_person", &["person_id"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261125_000045_api)]
}
