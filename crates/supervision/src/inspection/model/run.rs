//! States of a run and what may be wished of it. Clause N2.1; pure.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "running")]
    Running,
    /// Stopped by a person or the end of the night; goes on where it stopped.
    #[sea_orm(string_value = "paused")]
    Paused,
    /// The site was read and its findings are in the register.
    #[sea_orm(string_value = "finished")]
    Finished,
    /// Nothing could be inspected: the home page gave no page.
    #[sea_orm(string_value = "unreachable")]
    Unreachable,
    /// Given up by a person; nothing of it counts.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// Could not be made, for a reason on our side.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// What a person wishes of a run under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    #[sea_orm(string_value = "go")]
    Go,
    #[sea_orm(string_value = "pause")]
    Pause,
    #[sea_orm(string_value = "cancel")]
    Cancel,
}

impl RunState {
    /// All states in the order of the screens.
    pub const ALL: [RunState; 7] = [
        RunState::Running,
        RunState::Waiting,
        RunState::Paused,
        RunState::Finished,
        RunState::Unreachable,
        RunState::Failed,
        RunState::Cancelled,
    ];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            RunState::Waiting => "waiting",
            RunState::Running => "running",
            RunState::Paused => "paused",
            RunState::Finished => "finished",
            RunState::Unreachable => "unreachable",
            RunState::Cancelled => "cancelled",
            RunState::Failed => "failed",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            RunState::Waiting => "排队",
            RunState::Running => "进行中",
            RunState::Paused => "已暂停",
            RunState::Finished => "已完成",
            RunState::Unreachable => "首页打不开",
            RunState::Cancelled => "已取消",
            RunState::Failed => "未能进行",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<RunState> {
        RunState::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more will happen to it.
    pub fn is_over(self) -> bool {
        !matches!(self, RunState::Waiting | RunState::Running | RunState::Paused)
    }
}

/// What a person asks of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Pause,
    Resume,
    Cancel,
}

/// What becomes of a run when a person asks something of it: its state, its wish, and whether a job is queued anew.
/// A run under way changes its state itself once it has stopped.
pub fn asked(state: RunState, ask: Ask) -> Result<(RunState, Wish, bool), &'static str> {
    use {Ask::*, RunState::*};
    match (state, ask) {
        (Running, Pause) => Ok((Running, Wish::Pause, false)),
        (Waiting, Pause) => Ok((Paused, Wish::Pause, false)),
        (Paused, Pause) => Err("这次巡检已经暂停。"),
        (Paused, Resume) => Ok((Waiting, Wish::Go, true)),
        // A pause that has not taken hold yet is taken back.
        (Running, Resume) => Ok((Running, Wish::Go, false)),
        (Waiting, Resume) => Err("这次巡检正在排队，轮到时自动开始。"),
        (Running, Cancel) => Ok((Running, Wish::Cancel, false)),
        (Waiting | Paused, Cancel) => Ok((Cancelled, Wish::Cancel, false)),
        (Finished | Unreachable | Cancelled | Failed, _) => Err("这次巡检已经结束。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_answers_every_ask() {
        use {Ask::*, RunState::*};
        let check = |state, ask, want: Option<(RunState, Wish, bool)>| {
            assert_eq!(asked(state, ask).ok(), want, "{state:?} {ask:?}");
        };
        check(Running, Pause, Some((Running, Wish::Pause, false)));
        check(Running, Resume, Some((Running, Wish::Go, false)));
        check(Running, Cancel, Some((Running, Wish::Cancel, false)));
        check(Waiting, Pause, Some((Paused, Wish::Pause, false)));
        check(Waiting, Resume, None);
        check(Waiting, Cancel, Some((Cancelled, Wish::Cancel, false)));
        check(Paused, Pause, None);
        check(Paused, Resume, Some((Waiting, Wish::Go, true)));
        check(Paused, Cancel, Some((Cancelled, Wish::Cancel, false)));
        for over in RunState::ALL.into_iter().filter(|state| state.is_over()) {
            for ask in [Pause, Resume, Cancel] {
                check(over, ask, None);
            }
        }
    }
}
