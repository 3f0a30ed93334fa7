//! The states of a suspension and what may happen in each. Clause N2.8; pure.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Days for which a closure is announced at least: 公告期不少于 30 日, as a city quotes the guide of 2017 (国办发〔2017〕47号,
/// whose own text is unverified here).
pub const ANNOUNCED_DAYS: i32 = 30;

/// Where a suspension stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[sea_orm(string_value = "proposed")]
    Proposed,
    /// Decided and told; the site goes on until the day comes.
    #[sea_orm(string_value = "notified")]
    Notified,
    #[sea_orm(string_value = "suspended")]
    Suspended,
    /// The unit says that all is mended.
    #[sea_orm(string_value = "reported")]
    Reported,
    #[sea_orm(string_value = "reopened")]
    Reopened,
    /// Its closure is announced.
    #[sea_orm(string_value = "announcing")]
    Announcing,
    #[sea_orm(string_value = "closed")]
    Closed,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 8] = [
        State::Proposed,
        State::Notified,
        State::Suspended,
        State::Reported,
        State::Reopened,
        State::Announcing,
        State::Closed,
        State::Withdrawn,
    ];

    /// The word in the database, in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Notified => "notified",
            State::Suspended => "suspended",
            State::Reported => "reported",
            State::Reopened => "reopened",
            State::Announcing => "announcing",
            State::Closed => "closed",
            State::Withdrawn => "withdrawn",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            State::Proposed => "拟关停",
            State::Notified => "已决定，待关停",
            State::Suspended => "关停整改",
            State::Reported => "待复核",
            State::Reopened => "已恢复开放",
            State::Announcing => "关闭公告",
            State::Closed => "已关闭",
            State::Withdrawn => "已撤回",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more happens.
    pub fn is_over(self) -> bool {
        matches!(self, State::Reopened | State::Closed | State::Withdrawn)
    }

    /// Whether visitors are shown the notice in place of the site or column.
    pub fn keeps_visitors_out(self) -> bool {
        matches!(self, State::Suspended | State::Reported | State::Announcing | State::Closed)
    }
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Event {
    #[sea_orm(string_value = "proposed")]
    Proposed,
    #[sea_orm(string_value = "decided")]
    Decided,
    /// Its day has come.
    #[sea_orm(string_value = "suspended")]
    Suspended,
    #[sea_orm(string_value = "reported")]
    Reported,
    #[sea_orm(string_value = "returned")]
    Returned,
    #[sea_orm(string_value = "reopened")]
    Reopened,
    #[sea_orm(string_value = "announced")]
    Announced,
    /// The closure is given up; it stays suspended.
    #[sea_orm(string_value = "kept")]
    Kept,
    #[sea_orm(string_value = "closed")]
    Closed,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    /// A signed document is filed.
    #[sea_orm(string_value = "filed")]
    Filed,
}

impl Event {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Event::Proposed => "提出关停",
            Event::Decided => "决定关停",
            Event::Suspended => "关停",
            Event::Reported => "报告整改完成",
            Event::Returned => "复核不通过，退回",
            Event::Reopened => "复核通过，恢复开放",
            Event::Announced => "发布关闭公告",
            Event::Kept => "撤回关闭公告",
            Event::Closed => "关闭",
            Event::Withdrawn => "撤回",
            Event::Filed => "存入文件",
        }
    }
}

/// Why something cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Over,
    /// Not in this state.
    Not(State),
    /// Who reported it mended, or decided the suspension alone, does not check it.
    OwnWork,
    /// Rectification has not failed yet.
    NotFailed,
    /// The announcement has not been up long enough.
    TooSoon(Date),
}

impl Refused {
    /// What to tell.
    pub fn words(self) -> String {
        match self {
            Refused::Over => "这件事已经办结，不能再改动。".to_owned(),
            Refused::Not(state) => {
                format!("现在“{}”，不能这样处理。请刷新页面，看看有没有人先处理了。", state.name())
            }
            Refused::OwnWork => "整改由您报告完成，复核和恢复开放请由别人进行。".to_owned(),
            Refused::NotFailed => {
                "还不能关闭：经整改仍达不到要求的才予以关闭。要等整改期限已过，或者复核退回过。".to_owned()
            }
            Refused::TooSoon(day) => format!("关闭公告要满 {ANNOUNCED_DAYS} 天，{day} 以后才能关闭。"),
        }
    }
}

/// The state after an event, for every pair of the two.
pub fn after(state: State, event: Event) -> Result<State, Refused> {
    use Event as E;
    use State as S;
    match (state, event) {
        (_, E::Filed) => Ok(state),
        (S::Reopened | S::Closed | S::Withdrawn, _) => Err(Refused::Over),
        (S::Proposed, E::Decided) => Ok(S::Notified),
        (S::Proposed | S::Notified, E::Withdrawn) => Ok(S::Withdrawn),
        (S::Notified, E::Suspended) => Ok(S::Suspended),
        (S::Suspended, E::Reported) => Ok(S::Reported),
        (S::Reported, E::Returned) => Ok(S::Suspended),
        (S::Reported, E::Reopened) => Ok(S::Reopened),
        (S::Suspended, E::Announced) => Ok(S::Announcing),
        (S::Announcing, E::Kept) => Ok(S::Suspended),
        (S::Announcing, E::Closed) => Ok(S::Closed),
        (
            S::Proposed | S::Notified | S::Suspended | S::Reported | S::Announcing,
            E::Proposed
            | E::Decided
            | E::Suspended
            | E::Reported
            | E::Returned
            | E::Reopened
            | E::Announced
            | E::Kept
            | E::Closed
            | E::Withdrawn,
        ) => Err(Refused::Not(state)),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn every_pair_of_state_and_event() {
        // Columns: proposed, notified, suspended, reported, reopened, announcing, closed, withdrawn. `-` is a refusal.
        let table = [
            (Event::Proposed, "- - - - - - - -"),
            (Event::Decided, "notified - - - - - - -"),
            (Event::Suspended, "- suspended - - - - - -"),
            (Event::Reported, "- - reported - - - - -"),
            (Event::Returned, "- - - suspended - - - -"),
            (Event::Reopened, "- - - reopened - - - -"),
            (Event::Announced, "- - announcing - - - - -"),
            (Event::Kept, "- - - - - suspended - -"),
            (Event::Closed, "- - - - - closed - -"),
            (Event::Withdrawn, "withdrawn withdrawn - - - - - -"),
            (Event::Filed, "proposed notified suspended reported reopened announcing closed withdrawn"),
        ];
        assert_eq!(table.map(|(event, _)| event).to_vec(), Event::iter().collect::<Vec<_>>());
        for (event, row) in table {
            let words = State::ALL.map(|state| after(state, event).map_or("-", State::word));
            assert_eq!(words.join(" "), row, "{event:?}");
        }
    }
}
