//! Findings, their history, exceptions, and what people reported, as rows. Clauses N2.4, N5.3.

/// A fault of a site, over all its sightings.
pub mod finding {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: crate::ids::FindingId,
        pub site_id: ledger::SiteId,
        pub unit_path: String,
        pub rule: String,
        /// See `model::finding::level_number`.
        pub level: i32,
        pub clause: String,
        /// What makes two sightings one; unique on its site. See `model::finding::key`.
        pub key: String,
        pub state: crate::inspection::model::finding::State,
        /// Whether the state counts against the site: what lists show unless asked otherwise, along an index of its own.
        pub is_open: bool,
        pub decision: crate::inspection::model::finding::Decision,
        pub excepted_until: Option<DateTimeUtc>,
        /// A set of `model::finding::Source`.
        pub sources: i32,
        pub page: Option<String>,
        pub target: Option<String>,
        pub element: Option<String>,
        pub text: Option<String>,
        /// JSON of `base::Quote`.
        pub quote: Option<String>,
        pub line: Option<i32>,
        pub col: Option<i32>,
        pub reach: Option<String>,
        pub status: Option<i32>,
        pub cause: String,
        pub fix: String,
        /// Pages that showed it when it was last seen.
        pub pages: i32,
        pub first_seen: DateTimeUtc,
        pub last_seen: DateTimeUtc,
        pub gone_at: Option<DateTimeUtc>,
        pub first_run: Option<crate::ids::RunId>,
        pub last_run: Option<crate::ids::RunId>,
        /// The blob that holds the page's answer as a WARC record, as it was first seen.
        pub evidence: Option<String>,
        /// The blob that holds a picture of the page.
        pub picture: Option<String>,
        pub decided_by: String,
        pub decided_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to a finding.
pub mod finding_event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub finding_id: crate::ids::FindingId,
        pub at: DateTimeUtc,
        pub event: crate::inspection::model::finding::Event,
        /// Who did it; empty for the machine.
        pub who: String,
        pub run_id: Option<crate::ids::RunId>,
        pub words: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is not to count for a while: a rule on a site, or on all sites of a unit.
pub mod finding_exception {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding_exception")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub unit_path: String,
        /// One site; null: all sites of the unit and below.
        pub site_id: Option<ledger::SiteId>,
        pub rule: String,
        /// What page or target begin with; empty: all.
        pub prefix: String,
        pub until: DateTimeUtc,
        pub reason: String,
        pub who: String,
        pub at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A sighting by a person.
pub mod finding_report {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding_report")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub finding_id: crate::ids::FindingId,
        pub at: DateTimeUtc,
        /// `model::finding::Source`.
        pub source: i32,
        pub who: String,
        pub words: String,
        /// The blob of a picture that was handed in.
        pub picture: Option<String>,
        /// The part of the picture that is meant: left, top, width and height in thousandths, as `120,40,300,90`.
        pub region: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
