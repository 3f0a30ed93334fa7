//! What no caller branches on: the system could not do its part. Serves all clauses.
//!
//! What a clerk did wrong is never an `Error`: each slice has its own refusals. An error is shown as one plain
//! sentence with a number, and logged once at the edge with its whole chain.

use sea_orm::{DbErr, RuntimeErr};

use crate::blobs;

/// The system's own failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is not there.
    #[error("database")]
    Database(#[from] DbErr),
    /// A blob could not be written or read.
    #[error("blob store")]
    Blobs(#[from] blobs::Error),
    /// A screen's template does not fit its view: a fault of the program.
    #[error("template")]
    Template(#[from] minijinja::Error),
    /// Something that a comment at its place explains.
    #[error("{0}")]
    Other(String),
}

/// Why the database did not answer, as far as it makes a difference to whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ailment {
    /// Another writer holds it; trying again helps.
    Busy,
    /// No connection: the server is down, unreachable or has no room.
    Gone,
    /// The disk is full or read-only.
    Full,
    /// The store of files does not answer or refuses.
    FilesGone,
    /// A file that rows name is missing or damaged.
    FileLost,
    /// A fault of the program or of the data.
    Fault,
}

impl Error {
    /// What ails, for the sentence on the screen and for the decision to try again.
    pub fn ailment(&self) -> Ailment {
        match self {
            Error::Database(error) => ailment(error),
            Error::Blobs(blobs::Error::Full(_)) => Ailment::Full,
            Error::Blobs(blobs::Error::Away { .. }) => Ailment::FilesGone,
            Error::Blobs(blobs::Error::Missing(_) | blobs::Error::Damaged(_)) => Ailment::FileLost,
            Error::Blobs(_) | Error::Template(_) | Error::Other(_) => Ailment::Fault,
        }
    }
}

impl Error {
    /// What ails a database, for a message on the command line.
    pub fn advice(error: &DbErr) -> &'static str {
        match ailment(error) {
            Ailment::Busy => "正忙，请稍后重试",
            Ailment::Gone => "连不上，请检查地址以及数据库服务是否在运行",
            Ailment::Full => "所在磁盘已满或不可写，请清理后重试",
            Ailment::FilesGone | Ailment::FileLost | Ailment::Fault => {
                "打不开或已损坏，请检查路径、权限和文件"
            }
        }
    }
}

impl Ailment {
    /// One sentence: what happened and what to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Ailment::Busy => "数据库正忙，刚才的操作没有保存，请稍后重试。",
            Ailment::Gone => {
                "暂时连不上数据库，刚才的操作没有保存。系统会自动重连，请稍后重试；若持续出现，请系统管理员检查数据库服务。"
            }
            Ailment::Full => "存储空间已满或不可写，刚才的操作没有保存。请系统管理员清理磁盘后重试。",
            Ailment::FilesGone => {
                "存放文件的对象存储暂时用不了，刚才的操作没有完成。请稍后重试；若持续出现，请系统管理员运行 xunwang doctor 查看原因。"
            }
            Ailment::FileLost => {
                "这份文件在文件库里找不到，或者已经损坏，其余数据不受影响。请系统管理员运行 xunwang doctor 核对，并从备份里补回。"
            }
            Ailment::Fault => "系统内部出错，刚才的操作没有保存。请把下面的编号告诉系统管理员。",
        }
    }
}

/// SQLite's result codes (sqlite.org/rescode.html) and PostgreSQL's error classes (documentation, appendix A).
fn ailment(error: &DbErr) -> Ailment {
    let (DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner)) = error else {
        return if matches!(error, DbErr::ConnectionAcquire(_)) { Ailment::Gone } else { Ailment::Fault };
    };
    let RuntimeErr::SqlxError(inner) = inner else {
        return Ailment::Fault;
    };
    use sqlx::Error as SqlxError;
    match &**inner {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => {
            Ailment::Gone
        }
        SqlxError::Database(refusal) => {
            let code = refusal.code().unwrap_or_default();
            if let Ok(code) = code.parse::<u32>()
                && code < 10_000
            {
                return match code & 0xff {
                    5 | 6 => Ailment::Busy,
                    8 | 10 | 13 | 14 => Ailment::Full,
                    _ => Ailment::Fault,
                };
            }
            match code.get(..2) {
                Some("08" | "57") => Ailment::Gone,
                Some("40") | Some("55") => Ailment::Busy,
                Some("53") if code == "53100" => Ailment::Full,
                Some("53") => Ailment::Gone,
                _ => Ailment::Fault,
            }
        }
        _ => Ailment::Fault,
    }
}
