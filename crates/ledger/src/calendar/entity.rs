//! The tables of the calendar, with the years that are known. Clauses N2.8, N4.7.

use base::workday::{Day, Exception};
use platform::migrate::{Step, instant, instant_null, new_table, points_to};
use platform::migration;
use sea_orm::sea_query::Query;
use sea_orm_migration::schema::*;

use super::model;

/// A day that is not what its weekday says.
pub mod calendar_day {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_day")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub kind: super::Kind,
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What such a day is, as the database keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    #[sea_orm(string_value = "off")]
    Off,
    #[sea_orm(string_value = "work")]
    Work,
}

impl From<Exception> for Kind {
    fn from(kind: Exception) -> Kind {
        match kind {
            Exception::Off => Kind::Off,
            Exception::Work => Kind::Work,
        }
    }
}

impl From<Kind> for Exception {
    fn from(kind: Kind) -> Exception {
        match kind {
            Kind::Off => Exception::Off,
            Kind::Work => Exception::Work,
        }
    }
}

/// A file that was handed in.
pub mod calendar_import {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_import")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub person_id: crate::PersonId,
        pub at: DateTimeUtc,
        pub file_name: String,
        pub digest: String,
        pub applied_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Days from 0001-01-01, as chrono counts them, to 1970-01-01.
const COMMON_ERA: i32 = 719_163;

/// A day as the database keeps it.
pub fn date(day: Day) -> sea_orm::prelude::Date {
    // Days end with the year 9999, chrono's with 262142.
    sea_orm::prelude::Date::from_num_days_from_ce_opt(day.epoch() + COMMON_ERA).unwrap_or_default()
}

/// The day of a date.
pub fn day(date: sea_orm::prelude::Date) -> Day {
    use chrono::Datelike as _;
    Day::of_epoch(date.num_days_from_ce() - COMMON_ERA)
}

/// The arrangements of the years 2011 to 2026 (notices of the State Council's General Office on each year's holidays):
/// name, first and last day off, days worked for it. Compared day by day with the table of the package chinese-days.
const ARRANGED: &str = include_str!("arranged.tsv");

/// The days of the arrangements.
pub fn arranged() -> Vec<model::Entry> {
    let mut entries = Vec::new();
    for line in ARRANGED.lines() {
        let mut cells = line.split('\t');
        let (Some(name), Some(first), Some(last)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let (Some(first), Some(last)) = (Day::parse(first), Day::parse(last)) else { continue };
        let entry = |day: Day, kind| model::Entry { day, kind, name: name.to_owned() };
        let off = (first.epoch()..=last.epoch()).map(|day| entry(Day::of_epoch(day), Exception::Off));
        entries.extend(off);
        let worked = cells.next().unwrap_or_default().split(' ').filter_map(Day::parse);
        entries.extend(worked.map(|day| entry(day, Exception::Work)));
    }
    entries
}

// The calendar of working days, with the years whose arrangements are known.
migration!(m20261125_000040_calendar, |manager| {
    manager
        .create_table(
            new_table("calendar_day")
                .col(date_column("day").primary_key())
                .col(string("kind"))
                .col(string("name"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            new_table("calendar_import")
                .col(big_pk_auto("id"))
                .col(big_integer("person_id"))
                .col(instant("at"))
                .col(string("file_name"))
                .col(string("digest"))
                .col(instant_null("applied_at"))
                .foreign_key(&mut points_to("calendar_import", "person_id", "person"))
                .to_owned(),
        )
        .await?;
    let mut insert = Query::insert();
    insert.into_table("calendar_day").columns(["day", "kind", "name"]);
    for entry in arranged() {
        insert
            .values([date(entry.day).into(), model::word(entry.kind).into(), entry.name.into()])
            .map_err(|error| sea_orm::DbErr::Custom(error.to_string()))?;
    }
    manager.execute(insert).await?;
});

fn date_column(name: &'static str) -> sea_orm::sea_query::ColumnDef {
    sea_orm_migration::schema::date(name)
}

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261125_000040_calendar)]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("calendar_import", "digest")];

#[cfg(test)]
mod tests {
    use base::workday::{Day, WorkDays};

    use super::*;

    #[test]
    fn the_years_are_whole_and_agree_with_their_notices() {
        let entries = arranged();
        let calendar = WorkDays::new(entries.iter().map(|entry| (entry.day, entry.kind)));
        assert!((2011..=2026).all(|year| calendar.knows(year)) && !calendar.knows(2027));
        for entry in &entries {
            assert_eq!(model::check(entry), Ok(()), "{entry:?}");
            assert_eq!(day(date(entry.day)), entry.day);
        }
        // Working days of a year, counted from the notices: 2024, 2025 and 2026.
        for (year, want) in [(2024, 251), (2025, 248), (2026, 248)] {
            let first = Day::new(year, 1, 1).unwrap().epoch();
            let last = Day::new(year, 12, 31).unwrap().epoch();
            let worked = (first..=last).filter(|day| calendar.is_working(Day::of_epoch(*day))).count();
            assert_eq!(worked, want, "{year}");
        }
    }
}
