//! What inspections know of a site as a whole, as rows. Clauses N2.1, N2.2.

/// A site's findings in numbers, kept with every change of one, so that no screen counts millions of rows.
pub mod site_standing {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "site_standing")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: ledger::SiteId,
        pub unit_path: String,
        /// Findings that count, by level.
        pub veto: i32,
        pub fault: i32,
        pub warning: i32,
        pub notice: i32,
        /// Of them those that nobody has judged.
        pub unjudged: i32,
        pub columns: i32,
        pub stale_columns: i32,
        pub pages: i32,
        pub last_run: Option<crate::ids::RunId>,
        pub last_run_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The numbers of a unit's own sites at the end of a day, for the trend.
pub mod standing_day {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "standing_day")]
    pub struct Model {
        /// `2026-11-25`, in Beijing.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub unit_path: String,
        pub sites: i32,
        pub veto: i32,
        pub fault: i32,
        pub warning: i32,
        pub notice: i32,
        pub unjudged: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A column of a site as the last run saw it.
pub mod site_column {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "site_column")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: ledger::SiteId,
        pub unit_path: String,
        pub name: String,
        pub address: String,
        /// What it is for, as people call it.
        pub kind: String,
        pub items: i32,
        /// `2026-11-25`; empty where no date is printed.
        pub newest: String,
        /// How often it must have something new, in words; empty where nothing is asked.
        pub period: String,
        pub is_stale: bool,
        pub is_empty: bool,
        pub seen_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An address outside a site that it links to, as its last whole inspection saw it.
pub mod site_link {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "site_link")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: ledger::SiteId,
        pub unit_path: String,
        pub target: String,
        /// `www.example.com:8080`, in lower case.
        pub host: String,
        /// The first text that it is linked with.
        pub text: String,
        /// Target and text in small letters, for words that are looked for.
        pub sought: String,
        /// The first page that links to it.
        pub page: String,
        /// Pages that link to it.
        pub pages: i32,
        /// How it answered, in words; empty where it was not asked.
        pub answer: String,
        pub is_faulty: bool,
        pub first_seen: DateTimeUtc,
        pub seen_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
