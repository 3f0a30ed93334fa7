//! Rosters: who reads on which day and shift, with leave and holidays. Clauses N5.3, N5.7; pure.

use base::workday::{Day, WorkDays};
use ledger::PersonId;
use ledger::obligation::model::Kind as Owed;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What is read on a roster's duties.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The unit's own sites, every day.
    #[default]
    #[sea_orm(string_value = "duty")]
    Duty,
    /// Some of all sites below, in turn.
    #[sea_orm(string_value = "patrol")]
    Patrol,
}

impl Kind {
    /// Both, in the order of the screens.
    pub const ALL: [Kind; 2] = [Kind::Duty, Kind::Patrol];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Duty => "duty",
            Kind::Patrol => "patrol",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Duty => "值班读网",
            Kind::Patrol => "巡读",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What each duty of it is on the clock.
    pub fn owed(self) -> Owed {
        match self {
            Kind::Duty => Owed::DutyReading,
            Kind::Patrol => Owed::PatrolReading,
        }
    }
}

/// On which days there is a duty.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// Every day of the year, as N5.7 has it.
    #[default]
    #[sea_orm(string_value = "every")]
    Every,
    /// Working days, by the calendar with its holidays and days that are worked for them.
    #[sea_orm(string_value = "working")]
    Working,
}

impl Days {
    /// Both, in the order of the screens.
    pub const ALL: [Days; 2] = [Days::Every, Days::Working];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Days::Every => "every",
            Days::Working => "working",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Days::Every => "每天",
            Days::Working => "工作日",
        }
    }

    /// The one of a word.
    pub fn of(word: &str) -> Option<Days> {
        Days::ALL.into_iter().find(|days| days.word() == word)
    }
}

/// What a roster says.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    pub days: Days,
    /// Shifts of a day, 1 to 3.
    pub shifts: u32,
    /// In the order in which they take turns.
    pub members: &'a [PersonId],
}

/// A duty to be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub day: Day,
    /// From 1.
    pub shift: u32,
    /// `None` where everybody is away.
    pub person: Option<PersonId>,
}

/// What a shift is called.
pub fn shift_name(shifts: i32, shift: i32) -> &'static str {
    match (shifts, shift) {
        (2, 1) => "上午",
        (2, _) => "下午",
        (3, 1) => "早班",
        (3, 2) => "中班",
        (3, _) => "晚班",
        _ => "全天",
    }
}

/// The duties of some days, both ends counted. Members take turns after `last`; whoever is away is passed over, and his turn
/// comes again when it would have.
pub fn slots(
    plan: &Plan<'_>,
    from: Day,
    to: Day,
    calendar: &WorkDays,
    last: Option<PersonId>,
    away: impl Fn(PersonId, Day) -> bool,
) -> Vec<Slot> {
    let members = plan.members;
    let mut next = last.and_then(|last| members.iter().position(|one| *one == last)).map_or(0, |at| at + 1);
    let mut slots = Vec::new();
    let mut day = from;
    while day <= to {
        if plan.days == Days::Every || calendar.is_working(day) {
            for shift in 1..=plan.shifts.clamp(1, 3) {
                let turn = (0..members.len()).map(|step| (next + step) % members.len());
                let at = turn.into_iter().find(|at| !away(members[*at], day));
                slots.push(Slot { day, shift, person: at.map(|at| members[at]) });
                next = at.map_or(next, |at| at + 1);
            }
        }
        day = day.plus(1);
    }
    slots
}

#[cfg(test)]
mod tests {
    use base::workday::Exception;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn check(days: Days, shifts: u32, last: Option<i64>, away: &[(i64, &str)], want: &str) {
        let members = [PersonId(1), PersonId(2), PersonId(3)];
        let plan = Plan { days, shifts, members: &members };
        let calendar = WorkDays::new([
            (day("2026-10-01"), Exception::Off),
            (day("2026-10-02"), Exception::Off),
            (day("2026-10-04"), Exception::Work),
        ]);
        let is_away = |person: PersonId, at: Day| away.iter().any(|(id, d)| *id == person.0 && day(d) == at);
        let got = slots(&plan, day("2026-09-30"), day("2026-10-05"), &calendar, last.map(PersonId), is_away);
        let told: Vec<String> = got
            .iter()
            .map(|slot| {
                let who = slot.person.map_or("-".to_owned(), |person| person.to_string());
                format!("{}/{}:{who}", slot.day.parts().2, slot.shift)
            })
            .collect();
        assert_eq!(told.join(" "), want);
    }

    #[test]
    fn members_take_turns_on_the_days_of_the_roster() {
        check(Days::Every, 1, None, &[], "30/1:1 1/1:2 2/1:3 3/1:1 4/1:2 5/1:3");
        check(Days::Working, 1, Some(1), &[], "30/1:2 4/1:3 5/1:1");
        check(Days::Working, 2, Some(3), &[], "30/1:1 30/2:2 4/1:3 4/2:1 5/1:2 5/2:3");
        check(Days::Working, 1, Some(9), &[], "30/1:1 4/1:2 5/1:3");
    }

    #[test]
    fn whoever_is_away_is_passed_over() {
        check(Days::Working, 1, None, &[(1, "2026-09-30")], "30/1:2 4/1:3 5/1:1");
        let all = [(1, "2026-10-04"), (2, "2026-10-04"), (3, "2026-10-04")];
        check(Days::Working, 1, None, &all, "30/1:1 4/1:- 5/1:2");
    }

    #[test]
    fn a_roster_without_members_leaves_its_days_open() {
        let plan = Plan { days: Days::Every, shifts: 1, members: &[] };
        let got = slots(&plan, day("2026-10-01"), day("2026-10-02"), &WorkDays::new([]), None, |_, _| false);
        assert_eq!(got.iter().filter(|slot| slot.person.is_none()).count(), 2);
    }
}
