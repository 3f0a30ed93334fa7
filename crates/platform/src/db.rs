//! The database: SQLite in the data folder, or PostgreSQL by one setting. Serves all clauses.
//!
//! The only file that knows which engine runs. On SQLite one connection writes and a pool that cannot write reads; on
//! PostgreSQL both are one pool. Nothing else opens a connection to the main database.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sqlx::postgres::PgListener;
use tokio::sync::Notify;

/// Readers beside the one writer of SQLite, and connections to PostgreSQL. Two cores serve no more at once; more only
/// queue inside the engine, where a waiting reader holds its snapshot.
const CONNECTIONS: u32 = 12;
/// How long a statement waits for SQLite's write lock before it is told to the user as busy.
const BUSY: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection.
const ACQUIRE: Duration = Duration::from_secs(8);
/// SQLite's page cache of one connection, in KiB (negative: by size). 12 readers and a writer stay under 110 MB.
const CACHE_KIB: &str = "-8000";

/// How long the listening connection rests before it is made anew.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);
/// The channel on which processes tell each other that a job was queued.
const QUEUED: &str = "xunwang_job_queued";

/// The main database, shared by clones.
#[derive(Clone)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    wake: Arc<Notify>,
    /// The address of PostgreSQL, for the connection that listens.
    address: Option<Arc<str>>,
}

/// A transaction that may write. Dropped without [`Tx::commit`], nothing of it remains.
pub struct Tx {
    inner: DatabaseTransaction,
    wake: Arc<Notify>,
    queued: AtomicBool,
}

/// Which engine, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file; created when missing.
    Sqlite(std::path::PathBuf),
    /// An address `postgres://user@host:port/database`.
    Postgres(String),
}

impl Place {
    /// Reads the setting: a PostgreSQL address, or nothing for the file `xunwang.db` in the data folder.
    pub fn of(setting: Option<&str>, data: &Path) -> Result<Place, String> {
        match setting {
            None => Ok(Place::Sqlite(data.join("xunwang.db"))),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Place::Postgres(url.to_owned()))
            }
            Some(_) => Err("数据库地址应以 postgres:// 开头；不写则使用数据目录里的 SQLite。".to_owned()),
        }
    }
}

impl Db {
    /// Opens the database. The tables are not touched: see [`crate::migrate`].
    pub async fn open(place: &Place) -> Result<Db, DbErr> {
        match place {
            Place::Sqlite(file) => {
                let write = sqlite(file, false).await?;
                Ok(Db { read: sqlite(file, true).await?, write, wake: Arc::default(), address: None })
            }
            Place::Postgres(url) => {
                let mut options = ConnectOptions::new(url);
                common(&mut options).max_connections(CONNECTIONS).set_application_name("xunwang");
                let pool = Database::connect(options).await?;
                Ok(Db {
                    read: pool.clone(),
                    write: pool,
                    wake: Arc::default(),
                    address: Some(url.as_str().into()),
                })
            }
        }
    }

    /// Begins a transaction that may write. On SQLite it holds the write lock from its first moment, so that reading
    /// and then writing inside it never fails with "locked".
    pub async fn write(&self) -> Result<Tx, DbErr> {
        let immediate = (self.write.get_database_backend() == DbBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate);
        let options =
            TransactionOptions { sqlite_transaction_mode: immediate, ..TransactionOptions::default() };
        let inner = self.write.begin_with_options(options).await?;
        Ok(Tx { inner, wake: self.wake.clone(), queued: AtomicBool::new(false) })
    }

    /// Connections for reading.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The connection that migrations run on, outside a transaction of ours: each has its own.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Notified when a transaction of this process queued a job, or another process's as far as [`Db::listen`] hears it.
    pub(crate) fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// Hears, on PostgreSQL, of jobs that other processes queue, and wakes the worker; never ends. A connection that
    /// breaks is made anew: until then, and on SQLite, the worker finds such jobs by polling.
    pub(crate) async fn listen(&self) {
        let Some(address) = &self.address else { return std::future::pending().await };
        loop {
            if let Err(error) = self.heard(address).await {
                tracing::warn!("no word of other processes' jobs: {error}");
            }
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    async fn heard(&self, address: &str) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect(address).await?;
        listener.listen(QUEUED).await?;
        loop {
            // Also once at the start, for what was queued before anybody listened.
            self.wake.notify_one();
            if listener.try_recv().await?.is_none() {
                return Ok(());
            }
        }
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Asks the engine a trifle, for readiness.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.read.execute_unprepared("select 1").await.map(|_| ())
    }

    /// Bytes that it takes on the disk; SQLite's journal aside.
    pub async fn size(&self) -> Result<i64, DbErr> {
        let size = match self.is_postgres() {
            true => "select pg_database_size(current_database())",
            false => "select page_count * page_size from pragma_page_count(), pragma_page_size()",
        };
        let statement = Statement::from_string(self.read.get_database_backend(), size);
        match self.read.query_one_raw(statement).await? {
            Some(row) => row.try_get_by_index(0),
            None => Ok(0),
        }
    }

    /// Whether it holds no table at all.
    pub async fn is_blank(&self) -> Result<bool, DbErr> {
        let tables = match self.is_postgres() {
            true => "select 1 from information_schema.tables where table_schema = current_schema() limit 1",
            false => "select 1 from sqlite_master limit 1",
        };
        let statement = Statement::from_string(self.read.get_database_backend(), tables);
        Ok(self.read.query_one_raw(statement).await?.is_none())
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(self) -> Result<(), DbErr> {
        self.read.close().await?;
        self.write.close().await
    }
}

impl Tx {
    /// Makes everything of this transaction last.
    pub async fn commit(self) -> Result<(), DbErr> {
        let queued = self.queued.load(Ordering::Relaxed);
        if queued && self.inner.get_database_backend() == DbBackend::Postgres {
            // Told to other processes when, and only if, the transaction commits.
            self.inner.execute_unprepared(&format!("notify {QUEUED}")).await?;
        }
        self.inner.commit().await?;
        if queued {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// The tables that have a column of this name, sorted. For columns that many slices keep a copy of.
    pub async fn tables_with(&self, column: &str) -> Result<Vec<String>, DbErr> {
        let backend = self.inner.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => {
                "select table_name::text from information_schema.columns \
                 where table_schema = current_schema() and column_name = $1 order by 1"
            }
            _ => {
                "select m.name from sqlite_master m join pragma_table_info(m.name) p \
                 where m.type = 'table' and p.name = $1 order by 1"
            }
        };
        let rows =
            self.inner.query_all_raw(Statement::from_sql_and_values(backend, sql, [column.into()])).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    /// Wakes the worker once this commits.
    pub(crate) fn wake_on_commit(&self) {
        self.queued.store(true, Ordering::Relaxed);
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

/// Writes a consistent copy of an SQLite file, whoever writes to it meanwhile. `copy` must not be there yet.
pub(crate) async fn snapshot(file: &Path, copy: &Path) -> Result<(), DbErr> {
    let mut options = ConnectOptions::new("sqlite://xunwang.db");
    common(&mut options).max_connections(1);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite.filename(&file).create_if_missing(false).busy_timeout(BUSY)
    });
    let db = Database::connect(options).await?;
    let into = copy.to_string_lossy().into_owned();
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "vacuum into $1", [into.into()]);
    let copied = db.execute_raw(statement).await;
    db.close().await?;
    copied.map(|_| ())
}

fn common(options: &mut ConnectOptions) -> &mut ConnectOptions {
    options.acquire_timeout(ACQUIRE).sqlx_logging(false)
}

async fn sqlite(file: &Path, reads_only: bool) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite://xunwang.db");
    common(&mut options).max_connections(if reads_only { CONNECTIONS } else { 1 });
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        // The path is given as a path, since a `?` or `#` in a folder's name is no part of an address.
        let sqlite = sqlite
            .filename(&file)
            .create_if_missing(true)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .pragma("journal_mode", "wal")
            .pragma("synchronous", "normal")
            .pragma("cache_size", CACHE_KIB)
            .pragma("temp_store", "memory");
        if reads_only { sqlite.pragma("query_only", "on") } else { sqlite }
    });
    Database::connect(options).await
}
