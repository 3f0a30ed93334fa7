//! A backup of a running system in one file, and the system back from it. Clause N4.7 (GB/T 22239-2019 8.1.4.9).
//!
//! A ZIP archive: what it is, a consistent copy of the database, then the files of the data folder, at last the digest
//! of each. Blobs in an object store stay there: the archive names the place. Rows never name a blob that is missing, because blobs are kept before their rows and copied after them.
//! Nothing of the trade is known here.

mod make;
mod postgres;
mod restore;

use std::io;
use std::path::{Path, PathBuf};

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

pub use make::{About, Made, make};
pub use restore::{Order, Restored, restore};

use crate::clock::Instant;
use crate::error::Error;

/// The version of this layout.
const FORMAT: u32 = 1;
/// What the archive is: its first entry.
const MANIFEST: &str = "backup.json";
/// The digests of all other entries, as `sha256sum --check` reads them: its last entry.
const DIGESTS: &str = "digests.txt";
/// The copy of an SQLite database, under the name that it has in the data folder.
const SQLITE: &str = "xunwang.db";
/// What `pg_dump` wrote.
const DUMP: &str = "postgres.dump";

/// What an archive is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    pub made_at: Instant,
    pub database: Engine,
    /// The migrations that its database has seen.
    pub steps: Vec<String>,
    /// Where blobs are, if they are in an object store and so not in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blobs_at: Option<String>,
}

/// Which engine the database ran on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("没有数据库文件 {}。请用 --data 指出数据目录", .0.display())]
    NoDatabase(PathBuf),
    #[error("备份文件 {} 已经存在，不会覆盖。请换一个文件名", .0.display())]
    Exists(PathBuf),
    #[error("备份文件不能放在数据目录里，否则下一次备份会把它也备份进去。请换一个地方，最好在另一块磁盘上")]
    InsideData,
    #[error("{} 用不了：{}。没有留下不完整的文件；请检查磁盘空间和权限后重来", .path.display(), base::trouble::why(.source))]
    Disk { path: PathBuf, source: io::Error },
    #[error("数据库出错：{}", Error::advice(.0))]
    Database(#[source] DbErr),
    #[error(
        "找不到程序 {0}。使用 PostgreSQL 时，备份和恢复需要它的客户端工具，请先安装，例如：apt install postgresql-client"
    )]
    NoTool(&'static str),
    #[error("{program} 没有成功：{said}")]
    Tool { program: &'static str, said: String },
    #[error("{} 不是巡网的备份文件", .0.display())]
    NotOurs(PathBuf),
    #[error("备份文件 {} 不完整，可能没有传完或磁盘出过错。请换一份备份", .0.display())]
    Truncated(PathBuf),
    #[error("备份文件中的 {0} 已损坏（内容与记录的摘要不符）。请换一份备份")]
    Damaged(String),
    #[error("备份是由更新版本的程序（{program}）做的，本程序不认识{what}。请使用同版本或更新的程序恢复")]
    Newer { program: String, what: String },
    #[error("备份里是 {} 数据库，不能恢复到 {}。请{}", .held.name(), .wanted.name(), match .held { Engine::Postgres => "用 --database 给出一个空的 PostgreSQL 数据库", Engine::Sqlite => "去掉 --database" })]
    OtherEngine { held: Engine, wanted: Engine },
    #[error("目录 {} 不是空的，不会覆盖。请换一个目录；确实要用备份替换它时加 --overwrite（原目录会改名保留）", .0.display())]
    NotEmpty(PathBuf),
    #[error("目标 PostgreSQL 数据库里已有数据，不会覆盖。请换一个空的数据库；确实要替换时加 --overwrite")]
    DatabaseNotEmpty,
    #[error(
        "备份里没有证据、截图和上传的文件：它们在 {0} 里。请一并给出对象存储的设置（objects-endpoint 等），地址可以与备份时不同"
    )]
    BlobsElsewhere(String),
    #[error("数据目录 {} 正被运行中的巡网使用。请先停止 xunwang serve，再恢复", .0.display())]
    InUse(PathBuf),
}

impl Trouble {
    /// An input or output error at a path.
    fn at(path: &Path) -> impl Fn(io::Error) -> Trouble {
        move |source| Trouble::Disk { path: path.to_owned(), source }
    }
}

impl From<DbErr> for Trouble {
    fn from(error: DbErr) -> Trouble {
        Trouble::Database(error)
    }
}

/// A name beside a path that nobody else has: for what is not finished yet.
fn beside(path: &Path, word: &str) -> PathBuf {
    let unique = crate::secret::random::<4>().iter().map(|b| format!("{b:02x}")).collect::<String>();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{word}-{unique}"))
}
