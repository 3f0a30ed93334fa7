//! The tables of logins by the identity provider: whose a subject is, and logins under way. Clause N4.7.

use platform::migrate::{Step, index, instant, new_table, points_to};
use platform::migration;
use sea_orm::sea_query::{Alias, ColumnDef, Table};
use sea_orm_migration::schema::*;

/// A subject of the provider that is one of our people. From the first login on it decides, not the name.
pub mod login_binding {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "login_binding")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: crate::PersonId,
        pub issuer: String,
        pub subject: String,
        /// What the provider called him when he was bound.
        pub told: String,
        pub bound_at: DateTimeUtc,
        pub used_at: DateTimeUtc,
        /// Whether the provider showed more than one factor the last time.
        pub strong: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A login under way: somebody was sent to the provider. Used once.
pub mod login_flow {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "login_flow")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The digest of what comes back with him.
        #[sea_orm(unique)]
        pub state: String,
        /// The digest of the secret in his browser's cookie.
        pub browser: String,
        pub issuer: String,
        pub nonce: String,
        pub verifier: String,
        pub next: String,
        pub ends_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody whom the provider vouched for and whose phone's code is waited for.
pub mod login_waiting {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "login_waiting")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The digest of the secret in his browser's cookie.
        #[sea_orm(unique)]
        pub browser: String,
        pub person_id: crate::PersonId,
        pub issuer: String,
        pub subject: String,
        pub told: String,
        pub next: String,
        pub hint: String,
        pub ends_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Logins by an identity provider: bindings, logins under way, and how a session was begun.
migration!(m20261126_000050_oidc, |manager| {
    manager
        .create_table(
            new_table("login_binding")
                .col(big_pk_auto("id"))
                .col(big_integer("person_id"))
                .col(string("issuer"))
                .col(string("subject"))
                .col(string("told"))
                .col(instant("bound_at"))
                .col(instant("used_at"))
                .col(boolean("strong"))
                .foreign_key(&mut points_to("login_binding", "person_id", "person"))
                .to_owned(),
        )
        .await?;
    let once = index("login_binding", "login_binding_subject", &["issuer", "subject"]).unique().to_owned();
    manager.create_index(once).await?;
    let one = index("login_binding", "login_binding_person", &["person_id", "issuer"]).unique().to_owned();
    manager.create_index(one).await?;
    manager
        .create_table(
            new_table("login_flow")
                .col(big_pk_auto("id"))
                .col(string_uniq("state"))
                .col(string("browser"))
                .col(string("issuer"))
                .col(string("nonce"))
                .col(string("verifier"))
                .col(text("next"))
                .col(instant("ends_at"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("login_flow", "login_flow_ends", &["ends_at"])).await?;
    manager
        .create_table(
            new_table("login_waiting")
                .col(big_pk_auto("id"))
                .col(string_uniq("browser"))
                .col(big_integer("person_id"))
                .col(string("issuer"))
                .col(string("subject"))
                .col(string("told"))
                .col(text("next"))
                .col(text("hint"))
                .col(instant("ends_at"))
                .foreign_key(&mut points_to("login_waiting", "person_id", "person"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("login_waiting", "login_waiting_ends", &["ends_at"])).await?;
    for (table, column) in [
        ("person", ColumnDef::new("only_provider").boolean().not_null().default(false).to_owned()),
        ("session", ColumnDef::new("way").text().not_null().default("password").to_owned()),
        ("session", ColumnDef::new("hint").text().not_null().default("").to_owned()),
    ] {
        manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).to_owned()).await?;
    }
});

/// The steps of this sub-slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000050_oidc)]
}
