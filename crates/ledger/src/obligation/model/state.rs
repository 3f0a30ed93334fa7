//! Where an obligation stands, and what may happen to it. Clauses N2.8, N5.3; pure.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where an obligation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody owes it.
    #[sea_orm(string_value = "open")]
    Open,
    /// Who owes it says that it is done; the clock rests until that is judged.
    #[sea_orm(string_value = "reported")]
    Reported,
    /// It is done.
    #[sea_orm(string_value = "met")]
    Met,
    /// Nobody owes it any more.
    #[sea_orm(string_value = "called_off")]
    CalledOff,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 4] = [State::Open, State::Reported, State::Met, State::CalledOff];

    /// The word in the database, in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Reported => "reported",
            State::Met => "met",
            State::CalledOff => "called_off",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "办理中",
            State::Reported => "待验收",
            State::Met => "已办结",
            State::CalledOff => "已撤销",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more happens to it.
    pub fn is_over(self) -> bool {
        matches!(self, State::Met | State::CalledOff)
    }
}

/// What happens to an obligation, as its history keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Event {
    #[sea_orm(string_value = "opened")]
    Opened,
    #[sea_orm(string_value = "reported")]
    Reported,
    #[sea_orm(string_value = "accepted")]
    Accepted,
    #[sea_orm(string_value = "sent_back")]
    SentBack,
    #[sea_orm(string_value = "called_off")]
    CalledOff,
    #[sea_orm(string_value = "paused")]
    Paused,
    #[sea_orm(string_value = "resumed")]
    Resumed,
    #[sea_orm(string_value = "extension_asked")]
    ExtensionAsked,
    #[sea_orm(string_value = "extended")]
    Extended,
    #[sea_orm(string_value = "extension_refused")]
    ExtensionRefused,
    /// The last day is another because the calendar is.
    #[sea_orm(string_value = "recounted")]
    Recounted,
    #[sea_orm(string_value = "reminded")]
    Reminded,
    #[sea_orm(string_value = "yellow_card")]
    YellowCard,
    #[sea_orm(string_value = "red_card")]
    RedCard,
    /// A mark does not stand any more.
    #[sea_orm(string_value = "card_withdrawn")]
    CardWithdrawn,
}

impl Event {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Event::Opened => "交办",
            Event::Reported => "报告办结",
            Event::Accepted => "验收通过",
            Event::SentBack => "退回",
            Event::CalledOff => "撤销",
            Event::Paused => "暂停计时",
            Event::Resumed => "恢复计时",
            Event::ExtensionAsked => "申请延期",
            Event::Extended => "同意延期",
            Event::ExtensionRefused => "不同意延期",
            Event::Recounted => "重新计算期限",
            Event::Reminded => "到期提醒",
            Event::YellowCard => "黄牌",
            Event::RedCard => "红牌",
            Event::CardWithdrawn => "撤回提醒或红黄牌",
        }
    }
}

/// Why something cannot be done with an obligation now, in words for whoever wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Over,
    NotReported,
    AlreadyReported,
    AlreadyPaused,
    NotPaused,
}

impl Refused {
    /// What to tell.
    pub fn words(self) -> &'static str {
        match self {
            Refused::Over => "这个事项已经办结或撤销，不能再改动。",
            Refused::NotReported => "责任单位还没有报告办结，不能验收或退回。",
            Refused::AlreadyReported => "已经报告办结，正在等待验收；需要修改的，请验收单位先退回。",
            Refused::AlreadyPaused => "计时已经暂停，不用再暂停。",
            Refused::NotPaused => "计时没有暂停。",
        }
    }
}

/// The state after an event, for every pair of the two. Events that leave the state as it is are allowed where it is
/// returned.
pub fn after(state: State, is_paused: bool, event: Event) -> Result<State, Refused> {
    use Event::*;
    match (state, event) {
        (State::Met | State::CalledOff, Recounted | CardWithdrawn) => Ok(state),
        (State::Met | State::CalledOff, _) => Err(Refused::Over),
        (State::Open, Opened | Recounted | Reminded | YellowCard | RedCard | CardWithdrawn) => {
            Ok(State::Open)
        }
        (State::Open, ExtensionAsked | Extended | ExtensionRefused) => Ok(State::Open),
        (State::Open, Reported) => Ok(State::Reported),
        (State::Open, Accepted | SentBack) => Err(Refused::NotReported),
        (State::Open, Paused) if is_paused => Err(Refused::AlreadyPaused),
        (State::Open, Paused) => Ok(State::Open),
        (State::Open, Resumed) if !is_paused => Err(Refused::NotPaused),
        (State::Open, Resumed) => Ok(State::Open),
        (State::Open | State::Reported, Event::CalledOff) => Ok(State::CalledOff),
        (State::Reported, Accepted) => Ok(State::Met),
        (State::Reported, SentBack) => Ok(State::Open),
        (State::Reported, Recounted | CardWithdrawn) => Ok(State::Reported),
        (State::Reported, Opened | Reported | Reminded | YellowCard | RedCard) => {
            Err(Refused::AlreadyReported)
        }
        (State::Reported, Paused | Resumed | ExtensionAsked | Extended | ExtensionRefused) => {
            Err(Refused::AlreadyReported)
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn every_pair_of_state_and_event() {
        use Event as E;
        // Rows are events; columns open, reported, met, called off. `-` is a refusal.
        let table = [
            (E::Opened, "open - - -"),
            (E::Reported, "reported - - -"),
            (E::Accepted, "- met - -"),
            (E::SentBack, "- open - -"),
            (E::CalledOff, "called_off called_off - -"),
            (E::Paused, "open - - -"),
            (E::Resumed, "- - - -"),
            (E::ExtensionAsked, "open - - -"),
            (E::Extended, "open - - -"),
            (E::ExtensionRefused, "open - - -"),
            (E::Recounted, "open reported met called_off"),
            (E::Reminded, "open - - -"),
            (E::YellowCard, "open - - -"),
            (E::RedCard, "open - - -"),
            (E::CardWithdrawn, "open reported met called_off"),
        ];
        assert_eq!(table.map(|(event, _)| event).to_vec(), Event::iter().collect::<Vec<_>>());
        for (event, row) in table {
            let words = State::ALL.map(|state| after(state, false, event).map_or("-", State::word));
            assert_eq!(words.join(" "), row, "{event:?}");
        }
        assert_eq!(after(State::Open, true, E::Paused), Err(Refused::AlreadyPaused));
        assert_eq!(after(State::Open, true, E::Resumed), Ok(State::Open));
        assert_eq!(after(State::Open, false, E::Resumed), Err(Refused::NotPaused));
    }
}
