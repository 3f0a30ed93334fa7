//! The states of a ticket and what may happen to it in each. Clauses N2.8, N5.3; pure.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[sea_orm(string_value = "issued")]
    Issued,
    #[sea_orm(string_value = "received")]
    Received,
    #[sea_orm(string_value = "fixing")]
    Fixing,
    /// Mended, as the unit says.
    #[sea_orm(string_value = "fixed")]
    Fixed,
    /// A machine looks again.
    #[sea_orm(string_value = "rechecking")]
    Rechecking,
    /// The unit says that there is no fault; the unit above the issuer decides.
    #[sea_orm(string_value = "disputed")]
    Disputed,
    #[sea_orm(string_value = "closed")]
    Closed,
    #[sea_orm(string_value = "called_off")]
    CalledOff,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 8] = [
        State::Issued,
        State::Received,
        State::Fixing,
        State::Fixed,
        State::Rechecking,
        State::Disputed,
        State::Closed,
        State::CalledOff,
    ];

    /// The word in the database, in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            State::Issued => "issued",
            State::Received => "received",
            State::Fixing => "fixing",
            State::Fixed => "fixed",
            State::Rechecking => "rechecking",
            State::Disputed => "disputed",
            State::Closed => "closed",
            State::CalledOff => "called_off",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            State::Issued => "待签收",
            State::Received => "已签收",
            State::Fixing => "整改中",
            State::Fixed => "待复查",
            State::Rechecking => "复查中",
            State::Disputed => "有异议",
            State::Closed => "已办结",
            State::CalledOff => "已撤销",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more happens to it.
    pub fn is_over(self) -> bool {
        matches!(self, State::Closed | State::CalledOff)
    }
}

/// What happens to a ticket, as its history keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Event {
    #[sea_orm(string_value = "issued")]
    Issued,
    #[sea_orm(string_value = "received")]
    Received,
    #[sea_orm(string_value = "started")]
    Started,
    #[sea_orm(string_value = "fixed")]
    Fixed,
    #[sea_orm(string_value = "recheck")]
    Recheck,
    /// The machine found the fault again.
    #[sea_orm(string_value = "still_found")]
    StillFound,
    /// The machine could not look.
    #[sea_orm(string_value = "not_seen")]
    NotSeen,
    /// The machine did not find it any more.
    #[sea_orm(string_value = "not_found")]
    NotFound,
    #[sea_orm(string_value = "returned")]
    Returned,
    /// A person says that it is done.
    #[sea_orm(string_value = "closed")]
    Closed,
    #[sea_orm(string_value = "disputed")]
    Disputed,
    #[sea_orm(string_value = "upheld")]
    Upheld,
    #[sea_orm(string_value = "rejected")]
    Rejected,
    #[sea_orm(string_value = "transferred")]
    Transferred,
    #[sea_orm(string_value = "called_off")]
    CalledOff,
    #[sea_orm(string_value = "said")]
    Said,
    /// Sent to an address, with a link.
    #[sea_orm(string_value = "mailed")]
    Mailed,
    /// A link that was sent is good no more.
    #[sea_orm(string_value = "mail_ended")]
    MailEnded,
}

impl Event {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Event::Issued => "发出整改单",
            Event::Received => "签收",
            Event::Started => "开始整改",
            Event::Fixed => "报告整改完成",
            Event::Recheck => "安排机器复查",
            Event::StillFound => "复查仍有问题，退回",
            Event::NotSeen => "复查没有看到",
            Event::NotFound => "复查通过，办结",
            Event::Returned => "人工复查退回",
            Event::Closed => "人工复查办结",
            Event::Disputed => "提出异议",
            Event::Upheld => "异议成立，撤销",
            Event::Rejected => "异议不成立",
            Event::Transferred => "转交其他单位",
            Event::CalledOff => "撤销整改单",
            Event::Said => "留言",
            Event::Mailed => "发到邮箱",
            Event::MailEnded => "停用邮件链接",
        }
    }
}

/// Why something cannot be done with a ticket now, in words for whoever wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Over,
    /// Not in this state.
    Not(State),
    /// Who mended it may not say that it is mended.
    FixerMayNotRecheck,
}

impl Refused {
    /// What to tell.
    pub fn words(self) -> String {
        match self {
            Refused::Over => "这张整改单已经办结或撤销，不能再改动。".to_owned(),
            Refused::Not(state) => {
                format!("整改单现在“{}”，不能这样处理。请刷新页面，看看有没有人先处理了。", state.name())
            }
            Refused::FixerMayNotRecheck => "整改由您报告完成，复查和办结请由别人进行。".to_owned(),
        }
    }
}

/// The state after an event, for every pair of the two.
pub fn after(state: State, event: Event) -> Result<State, Refused> {
    use Event as E;
    use State as S;
    match (state, event) {
        (S::Closed | S::CalledOff, E::Said | E::MailEnded) => Ok(state),
        (S::Closed | S::CalledOff, _) => Err(Refused::Over),
        (_, E::Said | E::Mailed | E::MailEnded) => Ok(state),
        (S::Issued, E::Received) => Ok(S::Received),
        (S::Issued | S::Received, E::Started) => Ok(S::Fixing),
        (S::Issued | S::Received | S::Fixing, E::Fixed) => Ok(S::Fixed),
        (S::Issued | S::Received | S::Fixing, E::Disputed) => Ok(S::Disputed),
        (S::Issued | S::Received | S::Fixing, E::Transferred) => Ok(S::Issued),
        (S::Fixed, E::Recheck) => Ok(S::Rechecking),
        (S::Fixed | S::Rechecking, E::StillFound | E::Returned) => Ok(S::Fixing),
        (S::Fixed | S::Rechecking, E::NotFound | E::Closed) => Ok(S::Closed),
        (S::Rechecking, E::NotSeen) => Ok(S::Fixed),
        (S::Disputed, E::Upheld) => Ok(S::CalledOff),
        (S::Disputed, E::Rejected) => Ok(S::Fixing),
        (S::Issued | S::Received | S::Fixing | S::Fixed | S::Rechecking | S::Disputed, E::CalledOff) => {
            Ok(S::CalledOff)
        }
        (S::Issued, E::Issued) => Ok(S::Issued),
        (
            S::Issued | S::Received | S::Fixing | S::Fixed | S::Rechecking | S::Disputed,
            E::Issued
            | E::Received
            | E::Started
            | E::Fixed
            | E::Recheck
            | E::StillFound
            | E::NotSeen
            | E::NotFound
            | E::Returned
            | E::Closed
            | E::Disputed
            | E::Upheld
            | E::Rejected
            | E::Transferred,
        ) => Err(Refused::Not(state)),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn every_pair_of_state_and_event() {
        use Event as E;
        // Columns: issued, received, fixing, fixed, rechecking, disputed, closed, called off. `-` is a refusal.
        let table = [
            (E::Issued, "issued - - - - - - -"),
            (E::Received, "received - - - - - - -"),
            (E::Started, "fixing fixing - - - - - -"),
            (E::Fixed, "fixed fixed fixed - - - - -"),
            (E::Recheck, "- - - rechecking - - - -"),
            (E::StillFound, "- - - fixing fixing - - -"),
            (E::NotSeen, "- - - - fixed - - -"),
            (E::NotFound, "- - - closed closed - - -"),
            (E::Returned, "- - - fixing fixing - - -"),
            (E::Closed, "- - - closed closed - - -"),
            (E::Disputed, "disputed disputed disputed - - - - -"),
            (E::Upheld, "- - - - - called_off - -"),
            (E::Rejected, "- - - - - fixing - -"),
            (E::Transferred, "issued issued issued - - - - -"),
            (E::CalledOff, "called_off called_off called_off called_off called_off called_off - -"),
            (E::Said, "issued received fixing fixed rechecking disputed closed called_off"),
            (E::Mailed, "issued received fixing fixed rechecking disputed - -"),
            (E::MailEnded, "issued received fixing fixed rechecking disputed closed called_off"),
        ];
        assert_eq!(table.map(|(event, _)| event).to_vec(), Event::iter().collect::<Vec<_>>());
        for (event, row) in table {
            let words = State::ALL.map(|state| after(state, event).map_or("-", State::word));
            assert_eq!(words.join(" "), row, "{event:?}");
        }
    }
}
