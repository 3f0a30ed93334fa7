//! Approvals of links: their states, what an application says, when one ends. Clauses N2.4, N5.6; pure.

use base::workday::Day;
use checks::approvals::{Approval, Pattern};
use chrono::Datelike as _;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::entity::link_approval;

/// An approval that ends within so many days is to be renewed or dropped.
pub const ENDS_SOON_DAYS: i64 = 30;

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[sea_orm(string_value = "applied")]
    Applied,
    #[sea_orm(string_value = "approved")]
    Approved,
    #[sea_orm(string_value = "refused")]
    Refused,
    #[sea_orm(string_value = "revoked")]
    Revoked,
}

/// What is done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Approve,
    Refuse,
    Revoke,
    /// What stands there now is still what was approved.
    Confirm,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 4] = [State::Applied, State::Approved, State::Refused, State::Revoked];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            State::Applied => "applied",
            State::Approved => "approved",
            State::Refused => "refused",
            State::Revoked => "revoked",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            State::Applied => "待审批",
            State::Approved => "已批准",
            State::Refused => "未批准",
            State::Revoked => "已撤销",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl Deed {
    /// All deeds in the order of the screen.
    pub const ALL: [Deed; 4] = [Deed::Approve, Deed::Refuse, Deed::Revoke, Deed::Confirm];

    /// The word in forms.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Approve => "approve",
            Deed::Refuse => "refuse",
            Deed::Revoke => "revoke",
            Deed::Confirm => "confirm",
        }
    }

    /// The deed of a word.
    pub fn of(word: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.word() == word)
    }

    /// Whether a reason must be given.
    pub fn wants_words(self) -> bool {
        matches!(self, Deed::Refuse | Deed::Revoke | Deed::Confirm)
    }
}

/// The state after a deed, for every pair; `None` where it cannot be done.
pub fn after(state: State, deed: Deed) -> Option<State> {
    match (state, deed) {
        (State::Applied, Deed::Approve) => Some(State::Approved),
        (State::Applied, Deed::Refuse) => Some(State::Refused),
        (State::Approved, Deed::Revoke) => Some(State::Revoked),
        (State::Approved, Deed::Confirm) => Some(State::Approved),
        (State::Applied, Deed::Revoke | Deed::Confirm)
        | (State::Approved, Deed::Approve | Deed::Refuse)
        | (State::Refused | State::Revoked, Deed::Approve | Deed::Refuse | Deed::Revoke | Deed::Confirm) => {
            None
        }
    }
}

/// The approval of a row as the engine holds links against it; `None` for a target that no pattern is.
pub fn approval(row: &link_approval::Model) -> Option<Approval> {
    let date = |day: Date| {
        let (year, month, of_month) = (day.year(), day.month(), day.day());
        let small = |n: u32| i8::try_from(n).ok();
        jiff::civil::Date::new(i16::try_from(year).ok()?, small(month)?, small(of_month)?).ok()
    };
    Some(Approval {
        target: Pattern::parse(&row.target).ok()?,
        name: row.name.clone(),
        unit: row.owner.clone(),
        purpose: row.purpose.clone(),
        approved_by: row.decided_by.clone(),
        approved_on: row.approved_on.and_then(date),
        expires_on: row.expires_on.and_then(date),
    })
}

/// The last day that an application asks for, as a form writes it: empty for none.
pub fn last_day(text: &str, today: Day) -> Result<Option<Day>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => match Day::parse(text) {
            Some(day) if day > today => Ok(Some(day)),
            Some(_) => Err("有效期应在今天以后。"),
            None => Err("请按“2027-06-30”的样子填写日期，长期有效的不填。"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_deed() {
        // Columns: applied, approved, refused, revoked. `-` is a refusal.
        for (deed, row) in [
            (Deed::Approve, "approved - - -"),
            (Deed::Refuse, "refused - - -"),
            (Deed::Revoke, "- revoked - -"),
            (Deed::Confirm, "- approved - -"),
        ] {
            let words = State::ALL.map(|state| after(state, deed).map_or("-", State::word));
            assert_eq!(words.join(" "), row, "{deed:?}");
        }
    }

    #[test]
    fn an_end_lies_ahead() {
        let today = Day::parse("2026-11-26").unwrap();
        assert_eq!(last_day(" ", today), Ok(None));
        assert_eq!(last_day("2026/11/27", today), Ok(Day::parse("2026-11-27")));
        assert!(last_day("2026-11-26", today).is_err() && last_day("明年", today).is_err());
    }
}
