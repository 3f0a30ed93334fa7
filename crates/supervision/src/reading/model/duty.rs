//! The states of a duty and of a page on its list. Clauses N5.3, N5.7; pure.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a duty stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[sea_orm(string_value = "planned")]
    Planned,
    #[sea_orm(string_value = "reading")]
    Reading,
    #[sea_orm(string_value = "done")]
    Done,
    /// Its day is over and nobody has finished it.
    #[sea_orm(string_value = "missed")]
    Missed,
    #[sea_orm(string_value = "called_off")]
    CalledOff,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 5] =
        [State::Planned, State::Reading, State::Done, State::Missed, State::CalledOff];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Reading => "reading",
            State::Done => "done",
            State::Missed => "missed",
            State::CalledOff => "called_off",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            State::Planned => "待读网",
            State::Reading => "读网中",
            State::Done => "已完成",
            State::Missed => "漏班",
            State::CalledOff => "已撤销",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What happens to a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Event {
    Begun,
    Finished,
    DayOver,
    CalledOff,
}

/// Why something cannot be done with a duty now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not in this state.
    Not(State),
    /// Its day has not come.
    TooEarly,
    /// Pages are left.
    Unread(u64),
}

impl Refused {
    /// What to tell.
    pub fn words(self) -> String {
        match self {
            Refused::Not(state) => {
                format!("这个班次现在“{}”，不能这样处理。请刷新页面再看。", state.name())
            }
            Refused::TooEarly => "还没有到这一天，到了当天才能开始读网。".to_owned(),
            Refused::Unread(pages) => format!("还有 {pages} 个页面没有读，读完再提交值班日志。"),
        }
    }
}

/// The state after an event, for every pair of the two.
pub fn after(state: State, event: Event) -> Result<State, Refused> {
    use Event as E;
    use State as S;
    match (state, event) {
        (S::Planned | S::Missed, E::Begun) => Ok(S::Reading),
        (S::Reading, E::Finished) => Ok(S::Done),
        (S::Planned | S::Reading, E::DayOver) => Ok(S::Missed),
        (S::Planned | S::Reading | S::Missed, E::CalledOff) => Ok(S::CalledOff),
        (S::Reading | S::Done | S::CalledOff, E::Begun)
        | (S::Planned | S::Done | S::Missed | S::CalledOff, E::Finished)
        | (S::Done | S::Missed | S::CalledOff, E::DayOver)
        | (S::Done | S::CalledOff, E::CalledOff) => Err(Refused::Not(state)),
    }
}

/// Where a page on a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// Read, and nothing was found.
    #[sea_orm(string_value = "fine")]
    Fine,
    /// Read, and a fault was marked.
    #[sea_orm(string_value = "faulty")]
    Faulty,
    /// It could not be opened.
    #[sea_orm(string_value = "away")]
    Away,
}

impl ItemState {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            ItemState::Waiting => "waiting",
            ItemState::Fine => "fine",
            ItemState::Faulty => "faulty",
            ItemState::Away => "away",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            ItemState::Waiting => "未读",
            ItemState::Fine => "已读，没有问题",
            ItemState::Faulty => "已读，有问题",
            ItemState::Away => "打不开",
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn every_pair_of_state_and_event() {
        // Columns: planned, reading, done, missed, called off. `-` is a refusal.
        let table = [
            (Event::Begun, "reading - - reading -"),
            (Event::Finished, "- done - - -"),
            (Event::DayOver, "missed missed - - -"),
            (Event::CalledOff, "called_off called_off - called_off -"),
        ];
        assert_eq!(table.map(|(event, _)| event).to_vec(), Event::iter().collect::<Vec<_>>());
        for (event, row) in table {
            let words = State::ALL.map(|state| after(state, event).map_or("-", State::word));
            assert_eq!(words.join(" "), row, "{event:?}");
        }
    }
}
