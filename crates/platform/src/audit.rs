//! The audit log: who did what to what, and when, as a chain of digests. Clause N4.7 (GB/T 22239-2019 8.1.4.3).
//!
//! A line is written in the transaction of the deed itself and never changed: each line's digest covers the line
//! before it, so that a changed, removed or inserted line breaks the chain. Nobody can delete lines through the program.

use chrono::SecondsFormat;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{QueryOrder, QuerySelect, Set};

use crate::clock::Instant;
use crate::web::Pager;
use crate::{Digest, Tx, lookup};

/// Lines that `verify` holds in memory at a time.
const BATCH: u64 = 2_000;
/// The digest before the first line.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A line of the log.
pub mod audit_line {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_line")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub chain: String,
        pub seq: i64,
        pub at: DateTimeUtc,
        pub person_id: Option<i64>,
        pub who: String,
        pub action: String,
        pub subject: String,
        pub detail: String,
        pub previous: String,
        pub digest: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod audit_head {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub chain: String,
        pub seq: i64,
        pub digest: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A deed to be written down.
pub struct Deed<'a> {
    /// Whose chain: the same word for everything that is to be verified together.
    pub chain: &'a str,
    pub at: Instant,
    /// The person's id, if a person did it.
    pub person: Option<i64>,
    /// The person's login name, or the part of the program that did it.
    pub who: &'a str,
    /// What was done, as a word of the code: `site.changed`.
    pub action: &'a str,
    /// To what: `site/17`.
    pub subject: &'a str,
    /// What changed, in words a clerk can read. Never a secret.
    pub detail: &'a str,
}

/// Writes one line at the end of its chain, in the deed's own transaction.
pub async fn write(tx: &Tx, deed: Deed<'_>) -> Result<(), DbErr> {
    // The head's row is the chain's lock: whoever comes second waits here for the first one's commit.
    let start = audit_head::ActiveModel {
        chain: Set(deed.chain.to_owned()),
        seq: Set(0),
        digest: Set(BEGINNING.to_owned()),
    };
    audit_head::Entity::insert(start)
        .on_conflict(OnConflict::column(audit_head::Column::Chain).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    audit_head::Entity::update_many()
        .filter(audit_head::Column::Chain.eq(deed.chain))
        .col_expr(audit_head::Column::Seq, Expr::col(audit_head::Column::Seq).add(1))
        .exec(&**tx)
        .await?;
    let head = audit_head::Entity::find_by_id(deed.chain.to_owned()).one(&**tx).await?;
    let head = head.ok_or_else(|| DbErr::RecordNotFound(deed.chain.to_owned()))?;
    let mut line = audit_line::Model {
        id: 0,
        chain: deed.chain.to_owned(),
        seq: head.seq,
        at: deed.at,
        person_id: deed.person,
        who: deed.who.to_owned(),
        action: deed.action.to_owned(),
        subject: deed.subject.to_owned(),
        detail: deed.detail.to_owned(),
        previous: head.digest,
        digest: String::new(),
    };
    line.digest = digest(&line).to_string();
    audit_head::Entity::update_many()
        .filter(audit_head::Column::Chain.eq(deed.chain))
        .col_expr(audit_head::Column::Digest, Expr::value(line.digest.as_str()))
        .exec(&**tx)
        .await?;
    let mut row = audit_line::ActiveModel::from(line);
    row.id = sea_orm::NotSet;
    audit_line::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// A page of the log, the newest first; `words` is looked for in who, action, subject and detail, and lines of the
/// actions `meant` are found too.
pub async fn lines(
    db: &impl ConnectionTrait,
    words: &str,
    meant: &[&str],
    pager: Pager,
) -> Result<(Vec<audit_line::Model>, Pager), DbErr> {
    let mut query = audit_line::Entity::find().order_by_desc(audit_line::Column::Id);
    if !words.is_empty() {
        use audit_line::Column::{Action, Detail, Subject, Who};
        let any = lookup::any_holds([Who, Action, Subject, Detail], words);
        query = query.filter(any.add(Action.is_in(meant.iter().copied())));
    }
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// When the newest line was written, if there is one.
pub async fn newest(db: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    let newest = audit_line::Entity::find().order_by_desc(audit_line::Column::Id).one(db).await?;
    Ok(newest.map(|line| line.at))
}

/// What a check of the log found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verified {
    /// Every chain is whole: so many lines in so many chains.
    Whole { chains: usize, lines: u64 },
    /// The first broken place: the line, and what is wrong with it.
    Broken { chain: String, seq: i64, wrong: Wrong },
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its text was changed: the digest is not its own.
    Changed,
    /// The line before it was removed or another was put between.
    Gap,
    /// Lines at the end are missing, or more are there than were written.
    End,
}

impl Wrong {
    /// In the user's language.
    pub fn words(self) -> &'static str {
        match self {
            Wrong::Changed => "内容被改动过",
            Wrong::Gap => "与前一行不相接：中间有行被删除或插入",
            Wrong::End => "链尾与记录不符：末尾的行被删除或添加",
        }
    }
}

/// Reads every chain from its first line to its last and recomputes every digest.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Verified, DbErr> {
    let heads = audit_head::Entity::find().order_by_asc(audit_head::Column::Chain).all(db).await?;
    let mut lines = 0;
    for head in &heads {
        let broken = |seq, wrong| Ok(Verified::Broken { chain: head.chain.clone(), seq, wrong });
        let (mut seq, mut previous) = (0, BEGINNING.to_owned());
        loop {
            let batch = audit_line::Entity::find()
                .filter(audit_line::Column::Chain.eq(head.chain.as_str()))
                .filter(audit_line::Column::Seq.gt(seq))
                .order_by_asc(audit_line::Column::Seq)
                .limit(BATCH)
                .all(db)
                .await?;
            if batch.is_empty() {
                break;
            }
            for line in batch {
                if line.seq != seq + 1 || line.previous != previous {
                    return broken(line.seq, Wrong::Gap);
                }
                if digest(&line).to_string() != line.digest {
                    return broken(line.seq, Wrong::Changed);
                }
                (seq, previous) = (line.seq, line.digest);
                lines += 1;
            }
        }
        if seq != head.seq || previous != head.digest {
            return broken(seq, Wrong::End);
        }
    }
    Ok(Verified::Whole { chains: heads.len(), lines })
}

/// The digest of a line: of its fields in a fixed order, each with its length before it, so that text cannot move from
/// one field to the next unseen.
fn digest(line: &audit_line::Model) -> Digest {
    let mut bytes = Vec::with_capacity(256 + line.detail.len());
    let at = line.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let (seq, person) = (line.seq.to_string(), line.person_id.map(|id| id.to_string()).unwrap_or_default());
    for field in [
        &line.previous,
        &line.chain,
        &seq,
        &at,
        &person,
        &line.who,
        &line.action,
        &line.subject,
        &line.detail,
    ] {
        bytes.extend((field.len() as u64).to_be_bytes());
        bytes.extend(field.as_bytes());
    }
    Digest::of(&bytes)
}
