//! The tables of availability. Clauses N2.1, N5.2.
//!
//! Rows that come by the million are kept short: hours and days are numbers (see `model::hour_of`, `model::beijing_day`),
//! visits are packed by the hour.

use platform::migrate::{Step, by_key, index, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm_migration::prelude::Index;
use sea_orm_migration::schema::*;

/// How a site stands now; one row a site that is or was visited.
pub mod watch {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "watch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: ledger::SiteId,
        /// The interval by which `next_at` was reckoned.
        pub interval_minutes: i32,
        pub next_at: DateTimeUtc,
        pub standing: crate::monitor::model::Standing,
        pub since: DateTimeUtc,
        pub suspect_at: Option<DateTimeUtc>,
        pub suspect_cause: Option<String>,
        /// The incident that is open.
        pub incident_id: Option<i64>,
        pub last_at: Option<DateTimeUtc>,
        /// The word of the last visit's `Reach`.
        pub last_reach: Option<String>,
        pub last_ms: Option<i32>,
        pub last_address: Option<String>,
        pub certificate_ends: Option<DateTimeUtc>,
        /// The word of what is wrong with the certificate.
        pub certificate_fault: Option<String>,
        /// The last day of the domain's registration, `2027-03-04`, as a person noted it; empty while unknown.
        pub domain_ends: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The visits of a site in one hour, packed.
pub mod visit_log {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "visit_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub hour: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: ledger::SiteId,
        pub samples: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the visits of an hour add up to.
pub mod visit_hour {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "visit_hour")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub hour: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: ledger::SiteId,
        pub visits: i64,
        pub failed: i64,
        pub slow: i64,
        pub planned: i64,
        pub unsure: i64,
        pub sum_ms: i64,
        pub max_ms: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the visits of a day in Beijing add up to.
pub mod visit_day {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "visit_day")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: ledger::SiteId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: i32,
        pub visits: i64,
        pub failed: i64,
        pub slow: i64,
        pub planned: i64,
        pub unsure: i64,
        pub sum_ms: i64,
        pub max_ms: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A time in which a site did not open, confirmed by two visits.
pub mod incident {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "incident")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: ledger::SiteId,
        /// The first of the two failed visits.
        pub started_at: DateTimeUtc,
        /// The second.
        pub confirmed_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
        /// The word of why: see `model::cause`.
        pub cause: String,
        /// It ended because the site is no longer visited, not because it opened.
        pub given_up: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A time in which a site may be down as planned.
pub mod maintenance {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "maintenance")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: ledger::SiteId,
        pub from_at: DateTimeUtc,
        /// Exclusive.
        pub until_at: DateTimeUtc,
        pub reason: String,
        pub who: String,
        pub created_at: DateTimeUtc,
        /// When a person ended it early or called it off.
        pub ended_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Requests made to a host on a day in Beijing, whatever their reason.
pub mod host_day {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "host_day")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: i32,
        /// Named as gates are: host, and port where it is not the scheme's own.
        #[sea_orm(primary_key, auto_increment = false)]
        pub host: String,
        pub requests: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

// How each site stands, its visits by hour and day, incidents, maintenance, and requests by host.
migration!(m20261125_000010_monitor, |manager| {
    manager
        .create_table(
            new_table("watch")
                .col(big_integer("site_id").primary_key())
                .col(integer("interval_minutes"))
                .col(instant("next_at"))
                .col(string("standing"))
                .col(instant("since"))
                .col(instant_null("suspect_at"))
                .col(string_null("suspect_cause"))
                .col(big_integer_null("incident_id"))
                .col(instant_null("last_at"))
                .col(string_null("last_reach"))
                .col(integer_null("last_ms"))
                .col(string_null("last_address"))
                .col(instant_null("certificate_ends"))
                .col(string_null("certificate_fault"))
                .col(string("domain_ends"))
                .foreign_key(&mut points_to("watch", "site_id", "site"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("watch", "watch_next_at", &["next_at"])).await?;
    let numbers = ["visits", "failed", "slow", "planned", "unsure", "sum_ms", "max_ms"];
    // By the hour first: what is written now lies together, and what is too old is one range.
    for (table, keys) in [("visit_hour", ["hour", "site_id"]), ("visit_day", ["site_id", "day"])] {
        let mut new = new_table(table);
        for key in keys {
            if key == "site_id" {
                new.col(big_integer(key))
            } else {
                new.col(integer(key))
            };
        }
        for number in numbers {
            new.col(big_integer(number));
        }
        new.primary_key(Index::create().col(keys[0]).col(keys[1]));
        manager.create_table(by_key(manager, new)).await?;
    }
    manager
        .create_table(
            new_table("visit_log")
                .col(integer("hour"))
                .col(big_integer("site_id"))
                .col(blob("samples"))
                .primary_key(Index::create().col("hour").col("site_id"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(by_key(
            manager,
            new_table("host_day")
                .col(integer("day"))
                .col(string("host"))
                .col(big_integer("requests"))
                .primary_key(Index::create().col("day").col("host"))
                .to_owned(),
        ))
        .await?;
    manager
        .create_table(
            new_table("incident")
                .col(big_pk_auto("id"))
                .col(big_integer("site_id"))
                .col(instant("started_at"))
                .col(instant("confirmed_at"))
                .col(instant_null("ended_at"))
                .col(string("cause"))
                .col(boolean("given_up"))
                .foreign_key(&mut points_to("incident", "site_id", "site"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("incident", "incident_site", &["site_id", "id"])).await?;
    manager.create_index(index("incident", "incident_started", &["started_at"])).await?;
    manager
        .create_table(
            new_table("maintenance")
                .col(big_pk_auto("id"))
                .col(big_integer("site_id"))
                .col(instant("from_at"))
                .col(instant("until_at"))
                .col(text("reason"))
                .col(string("who"))
                .col(instant("created_at"))
                .col(instant_null("ended_at"))
                .foreign_key(&mut points_to("maintenance", "site_id", "site"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("maintenance", "maintenance_site", &["site_id", "until_at"])).await?;
});

// The last days of all sites, for the overview.
migration!(m20261126_000010_by_day, |manager| {
    manager.create_index(index("visit_day", "visit_day_by_day", &["day", "site_id"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261125_000010_monitor), Box::new(m20261126_000010_by_day)]
}
