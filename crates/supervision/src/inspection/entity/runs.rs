//! Plans and runs as rows. Clause N2.1.

/// A plan of inspections.
pub mod inspection_plan {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inspection_plan")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::ids::PlanId,
        /// The unit whose sites, and those of units below, it may take.
        pub unit_id: ledger::UnitId,
        pub unit_path: String,
        pub name: String,
        pub choice: crate::inspection::model::plan::Choice,
        /// With [`Choice::One`](crate::inspection::model::plan::Choice::One) only.
        pub site_id: Option<ledger::SiteId>,
        /// Sites drawn, with a sample.
        pub sample: i32,
        pub every: crate::inspection::model::schedule::Every,
        pub number: i32,
        pub at_minute: i32,
        pub window_from: i32,
        pub window_to: i32,
        /// [`Reach`](crate::inspection::model::plan::Reach).
        pub reach: Json,
        pub enabled: bool,
        /// When it starts next; null if only a person starts it, or while it is off.
        pub next_at: Option<DateTimeUtc>,
        pub last_at: Option<DateTimeUtc>,
        pub created_by: String,
        pub created_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// One inspection of one site.
pub mod run {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "run")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::ids::RunId,
        pub plan_id: Option<crate::ids::PlanId>,
        pub site_id: ledger::SiteId,
        pub unit_path: String,
        pub state: crate::inspection::model::run::RunState,
        pub wish: crate::inspection::model::run::Wish,
        pub asked_by: String,
        pub asked_at: DateTimeUtc,
        pub started_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        /// When the counters below were last written.
        pub seen_at: Option<DateTimeUtc>,
        pub window_from: i32,
        pub window_to: i32,
        pub reach: Json,
        pub pages: i64,
        /// Pages that were as the run before had read them, and were not judged again.
        pub unchanged: i64,
        pub addresses: i64,
        pub answered: i64,
        pub requests: i64,
        /// The last finding of the run file that is in the register.
        pub read_until: i64,
        pub found: i32,
        pub came: i32,
        pub went: i32,
        /// Why nothing could be inspected, in the reader's language.
        pub why: String,
        /// Whether it looks at some addresses only, for tickets that are rechecked: it says nothing of the site.
        pub is_recheck: bool,
        /// Whether its folder with report and run file is still kept.
        pub has_folder: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
