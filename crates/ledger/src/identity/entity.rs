//! The tables of units, people, grants and sessions. Clauses N1.1, N4.7, N5.1.

use platform::migrate::{Step, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::schema::*;

/// A unit.
pub mod unit {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "unit")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::UnitId,
        pub parent_id: Option<crate::UnitId>,
        /// The ids from the root, as in `/1/12/`.
        pub path: String,
        pub name: String,
        /// Of the government's level: province, city, county; or a department of one.
        pub level: crate::identity::entity::UnitLevel,
        /// The first six digits of GB/T 2260; empty where none applies.
        pub division: String,
        pub closed_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A unit's place in the state.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    #[sea_orm(string_value = "province")]
    Province,
    #[sea_orm(string_value = "city")]
    City,
    #[sea_orm(string_value = "county")]
    County,
    #[sea_orm(string_value = "department")]
    Department,
}

impl UnitLevel {
    /// All levels from above.
    pub const ALL: [UnitLevel; 4] =
        [UnitLevel::Province, UnitLevel::City, UnitLevel::County, UnitLevel::Department];

    /// The word in forms and files.
    pub fn word(self) -> &'static str {
        match self {
            UnitLevel::Province => "province",
            UnitLevel::City => "city",
            UnitLevel::County => "county",
            UnitLevel::Department => "department",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            UnitLevel::Province => "省级政府",
            UnitLevel::City => "市州政府",
            UnitLevel::County => "县市区政府",
            UnitLevel::Department => "部门",
        }
    }
}

/// A person with a login.
pub mod person {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::PersonId,
        pub unit_id: crate::UnitId,
        #[sea_orm(unique)]
        pub login: String,
        pub name: String,
        pub phone: String,
        pub email: String,
        /// argon2id, as a PHC string.
        pub password: String,
        /// Missing while the password is one that somebody else has set.
        pub password_set_at: Option<DateTimeUtc>,
        pub totp_secret: Option<Vec<u8>>,
        pub totp_step: Option<i64>,
        pub failures: i32,
        pub locked_until: Option<DateTimeUtc>,
        pub disabled_at: Option<DateTimeUtc>,
        pub last_login_at: Option<DateTimeUtc>,
        /// Whether he comes in by the identity provider only.
        pub only_provider: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A role of a person for a unit and those below.
pub mod role_grant {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "role_grant")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: crate::PersonId,
        pub unit_id: crate::UnitId,
        pub role: crate::identity::model::Role,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A login on one device. The secret in its cookie is kept as a digest only.
pub mod session {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::ids::SessionId,
        #[sea_orm(unique)]
        pub digest: String,
        pub person_id: crate::PersonId,
        pub begun_at: DateTimeUtc,
        pub seen_at: DateTimeUtc,
        pub ends_at: DateTimeUtc,
        pub address: String,
        pub agent: String,
        pub way: crate::identity::model::Way,
        /// The provider's ID token, to be shown when leaving it; empty where it is not asked for.
        pub hint: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// Units, people, their roles and sessions.
migration!(m20261125_000002_identity, |manager| {
    manager
        .create_table(
            new_table("unit")
                .col(big_pk_auto("id"))
                .col(big_integer_null("parent_id"))
                .col(string("path"))
                .col(string("name"))
                .col(string("level"))
                .col(string("division"))
                .col(instant_null("closed_at"))
                .foreign_key(&mut points_to("unit", "parent_id", "unit"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("unit", "unit_path", &["path"]).unique().to_owned()).await?;
    manager.create_index(index("unit", "unit_parent", &["parent_id", "name"]).unique().to_owned()).await?;
    manager
        .create_table(
            new_table("person")
                .col(big_pk_auto("id"))
                .col(big_integer("unit_id"))
                .col(string_uniq("login"))
                .col(string("name"))
                .col(string("phone"))
                .col(string("email"))
                .col(string("password"))
                .col(instant_null("password_set_at"))
                .col(blob_null("totp_secret"))
                .col(big_integer_null("totp_step"))
                .col(integer("failures"))
                .col(instant_null("locked_until"))
                .col(instant_null("disabled_at"))
                .col(instant_null("last_login_at"))
                .foreign_key(&mut points_to("person", "unit_id", "unit"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            new_table("role_grant")
                .col(big_pk_auto("id"))
                .col(big_integer("person_id"))
                .col(big_integer("unit_id"))
                .col(string("role"))
                .foreign_key(&mut points_to("role_grant", "person_id", "person"))
                .foreign_key(&mut points_to("role_grant", "unit_id", "unit"))
                .to_owned(),
        )
        .await?;
    let once = index("role_grant", "role_grant_once", &["person_id", "unit_id", "role"]).unique().to_owned();
    manager.create_index(once).await?;
    manager
        .create_table(
            new_table("session")
                .col(big_pk_auto("id"))
                .col(string_uniq("digest"))
                .col(big_integer("person_id"))
                .col(instant("begun_at"))
                .col(instant("seen_at"))
                .col(instant("ends_at"))
                .col(string("address"))
                .col(string("agent"))
                .foreign_key(&mut points_to("session", "person_id", "person"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("session", "session_person", &["person_id"])).await?;
    manager.create_index(index("session", "session_ends", &["ends_at"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = vec![Box::new(m20261125_000002_identity)];
    steps.extend(super::oidc::entity::steps());
    steps
}
