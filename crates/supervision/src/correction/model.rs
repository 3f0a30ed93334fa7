//! Corrections: their states, their kinds, their receipts. Clauses N2.3, N5.3; pure.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::inspection::commands::sighting::OTHER;

/// Where a correction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[sea_orm(string_value = "received")]
    Received,
    /// Passed on to the unit that answers.
    #[sea_orm(string_value = "transferred")]
    Transferred,
    #[sea_orm(string_value = "answered")]
    Answered,
    /// It is none, with a reason.
    #[sea_orm(string_value = "refused")]
    Refused,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 4] = [State::Received, State::Transferred, State::Answered, State::Refused];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            State::Received => "received",
            State::Transferred => "transferred",
            State::Answered => "answered",
            State::Refused => "refused",
        }
    }

    /// The name on the screen, for those who handle it and for whoever asks how it stands.
    pub fn name(self) -> &'static str {
        match self {
            State::Received => "待转办",
            State::Transferred => "办理中",
            State::Answered => "已答复",
            State::Refused => "不予受理",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What happens to a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Event {
    #[sea_orm(string_value = "received")]
    Received,
    #[sea_orm(string_value = "transferred")]
    Transferred,
    /// The unit says that it is not for it to answer.
    #[sea_orm(string_value = "returned")]
    Returned,
    #[sea_orm(string_value = "answered")]
    Answered,
    #[sea_orm(string_value = "refused")]
    Refused,
    /// The answer is shown to everybody, or no more.
    #[sea_orm(string_value = "published")]
    Published,
    #[sea_orm(string_value = "hidden")]
    Hidden,
    #[sea_orm(string_value = "rated")]
    Rated,
}

impl Event {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Event::Received => "收到",
            Event::Transferred => "转办",
            Event::Returned => "退回转办单位",
            Event::Answered => "答复",
            Event::Refused => "不予受理",
            Event::Published => "公开答复",
            Event::Hidden => "撤下公开的答复",
            Event::Rated => "网民评价",
        }
    }
}

/// The state after an event, for every pair; `None` where it cannot be.
pub fn after(state: State, event: Event) -> Option<State> {
    use Event as E;
    use State as S;
    match (state, event) {
        (S::Received, E::Transferred) => Some(S::Transferred),
        (S::Received, E::Refused) => Some(S::Refused),
        (S::Transferred, E::Returned) => Some(S::Received),
        (S::Transferred, E::Answered) => Some(S::Answered),
        (S::Answered, E::Published | E::Hidden | E::Rated) => Some(S::Answered),
        (S::Refused, E::Rated) => Some(S::Refused),
        (S::Received, E::Received | E::Returned | E::Answered | E::Published | E::Hidden | E::Rated)
        | (S::Transferred, E::Received | E::Transferred | E::Refused | E::Published | E::Hidden | E::Rated)
        | (S::Answered, E::Received | E::Transferred | E::Returned | E::Answered | E::Refused)
        | (
            S::Refused,
            E::Received | E::Transferred | E::Returned | E::Answered | E::Refused | E::Published | E::Hidden,
        ) => None,
    }
}

/// What is wrong, as citizens choose it: word, name, and the machine's rule that it meets.
pub const KINDS: [(&str, &str, &str); 6] = [
    ("words", "文字有错", "common-typo"),
    ("link", "链接打不开或指错", "dead-link"),
    ("stale", "内容不更新", "stale-column"),
    ("display", "页面显示不正常", OTHER),
    ("service", "服务功能不能用", OTHER),
    ("other", "其他问题", OTHER),
];

/// The name of a kind.
pub fn kind_name(word: &str) -> &'static str {
    KINDS.iter().find(|(kind, ..)| *kind == word).map_or("其他问题", |(_, name, _)| name)
}

/// The rule of a kind.
pub fn rule_of(word: &str) -> &'static str {
    KINDS.iter().find(|(kind, ..)| *kind == word).map_or(OTHER, |(.., rule)| rule)
}

/// Characters of receipts: none that is taken for another.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A receipt: the day and ten signs, which nobody guesses.
pub fn receipt(day: Date, chance: [u8; 10]) -> String {
    let signs: String = chance.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    format!("ZC{}-{}-{}", day.format("%y%m%d"), &signs[..5], &signs[5..])
}

/// A receipt as a person types it: small letters, blanks and missing strokes do not matter.
pub fn receipt_of(text: &str) -> Option<String> {
    let signs: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(20).collect();
    let whole: String = signs.iter().collect();
    let rest = whole.strip_prefix("ZC").filter(|rest| rest.len() == 16)?;
    Some(format!("ZC{}-{}-{}", &rest[..6], &rest[6..11], &rest[11..]))
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn every_pair_of_state_and_event() {
        // Columns: received, transferred, answered, refused. `-` is a refusal.
        let table = [
            (Event::Received, "- - - -"),
            (Event::Transferred, "transferred - - -"),
            (Event::Returned, "- received - -"),
            (Event::Answered, "- answered - -"),
            (Event::Refused, "refused - - -"),
            (Event::Published, "- - answered -"),
            (Event::Hidden, "- - answered -"),
            (Event::Rated, "- - answered refused"),
        ];
        assert_eq!(table.map(|(event, _)| event).to_vec(), Event::iter().collect::<Vec<_>>());
        for (event, row) in table {
            let words = State::ALL.map(|state| after(state, event).map_or("-", State::word));
            assert_eq!(words.join(" "), row, "{event:?}");
        }
    }

    #[test]
    fn a_receipt_is_read_however_it_is_typed() {
        let day = Date::from_ymd_opt(2026, 11, 26).unwrap();
        let made = receipt(day, [0, 1, 2, 3, 4, 5, 6, 7, 8, 255]);
        assert_eq!(made, "ZC261126-23456-789AZ");
        assert_eq!(receipt_of(" zc261126 23456789az "), Some(made.clone()));
        assert_eq!(receipt_of(&made), Some(made));
        for wrong in ["", "ZC", "ZC261126", "XX261126-23456-789AZ", "ZC261126-23456-789AZ9", "编号"] {
            assert_eq!(receipt_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_kind_meets_a_rule_or_none() {
        for (word, name, rule) in KINDS {
            assert_eq!((kind_name(word), rule_of(word)), (name, rule));
            assert!(rule == OTHER || checks::registry::rule(rule).is_some(), "{rule}");
        }
    }
}
