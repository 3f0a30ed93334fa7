//! Work that outlives a request: queued in the transaction that wants it, run after it. Serves all clauses.
//!
//! A job carries ids, not copies of rows, and may run twice: a handler looks before it acts. A job that keeps failing
//! is parked and shown, never dropped. What a job does is known to the crates above.

mod runner;
mod store;

pub use runner::{Handler, Handlers, Runner, Wish};
pub use store::{
    Count, Filter, JobRow, counts, discard, due_since, first, list, page, prune, revive, under_way,
};

use sea_orm::entity::prelude::*;
use sea_orm::{Set, TryInsertResult};
use serde::{Deserialize, Serialize};

use crate::Tx;
use crate::clock::Instant;

/// Tries before a job is parked. With the back-off of [`backoff`] the last one is some two hours after the first.
pub const MAX_ATTEMPTS: i32 = 8;

/// How urgent a job is. Lower runs first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Queue {
    /// A person waits for it.
    #[sea_orm(string_value = "interactive")]
    Interactive,
    /// The day's work.
    #[sea_orm(string_value = "normal")]
    Normal,
    /// Campaigns over many sites.
    #[sea_orm(string_value = "bulk")]
    Bulk,
}

impl Queue {
    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Queue::Interactive => "有人等候",
            Queue::Normal => "日常",
            Queue::Bulk => "批量",
        }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "running")]
    Running,
    #[sea_orm(string_value = "done")]
    Done,
    /// Given up after the last try; a person may revive it.
    #[sea_orm(string_value = "parked")]
    Parked,
}

impl State {
    /// All states, those that ask for a person first.
    pub const ALL: [State; 4] = [State::Parked, State::Running, State::Waiting, State::Done];

    /// The word in an address.
    pub fn code(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Done => "done",
            State::Parked => "parked",
        }
    }

    /// The state of a word.
    pub fn of(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "等待",
            State::Running => "运行中",
            State::Done => "完成",
            State::Parked => "已搁置",
        }
    }
}

/// The table of jobs.
pub mod job {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "job")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub queue: super::Queue,
        pub kind: String,
        pub args: Json,
        pub state: super::State,
        pub priority: i32,
        pub run_at: DateTimeUtc,
        pub attempts: i32,
        pub max_attempts: i32,
        pub worker: Option<String>,
        pub lease_until: Option<DateTimeUtc>,
        pub unique_key: Option<String>,
        pub last_error: Option<String>,
        pub created_at: DateTimeUtc,
        pub finished_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A job to be queued.
pub struct NewJob {
    /// The word by which its handler is found.
    pub kind: &'static str,
    pub args: serde_json::Value,
    pub queue: Queue,
    pub run_at: Instant,
    /// While a job with this key waits or runs, another one is not queued.
    pub unique_key: Option<String>,
}

/// Queues a job in the transaction of the command that wants it: it runs only if that commits. Returns its id, or
/// `None` when one with the same key waits or runs already.
pub async fn enqueue(tx: &Tx, new: NewJob, now: Instant) -> Result<Option<i64>, DbErr> {
    let row = job::ActiveModel {
        queue: Set(new.queue),
        kind: Set(new.kind.to_owned()),
        args: Set(new.args),
        state: Set(State::Waiting),
        priority: Set(new.queue as i32),
        run_at: Set(new.run_at),
        attempts: Set(0),
        max_attempts: Set(MAX_ATTEMPTS),
        unique_key: Set(new.unique_key),
        created_at: Set(now),
        ..Default::default()
    };
    let inserted =
        job::Entity::insert(row).on_conflict_do_nothing_on([job::Column::UniqueKey]).exec(&**tx).await?;
    match inserted {
        TryInsertResult::Inserted(done) => {
            tx.wake_on_commit();
            Ok(Some(done.last_insert_id))
        }
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(None),
    }
}

/// How long a job waits after its `attempts`-th failure: 30 s, doubled each time, an hour at most.
pub fn backoff(attempts: i32) -> chrono::TimeDelta {
    const FIRST: i64 = 30;
    const LONGEST: i64 = 3_600;
    let doubled = FIRST << (attempts.clamp(1, 10) - 1);
    chrono::TimeDelta::seconds(doubled.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let seconds: Vec<i64> = [0, 1, 2, 3, 7, 8, 99].map(|n| backoff(n).num_seconds()).to_vec();
        assert_eq!(seconds, [30, 30, 60, 120, 1920, 3600, 3600]);
    }
}
