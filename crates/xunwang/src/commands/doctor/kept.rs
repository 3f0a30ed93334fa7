//! What the system keeps: data folder, room, database, audit log, blobs. Serves N4.7.
//!
//! A database that is not there is not made here.

use std::path::Path;

use chrono::TimeDelta;
use platform::audit::{self, Verified};
use platform::clock::{Clock as _, SystemClock};
use platform::db::Place;
use platform::{Db, Error, disk, named};

use super::Check;
use crate::console::{MIGRATIONS, blob_columns};

/// Below this nothing goes on for long: one run of a large site keeps some 500 MB.
const TOO_LITTLE: u64 = 1 << 30;
/// Below this a month of work may not fit.
const LITTLE: u64 = 10 << 30;

/// Whether the data folder can be written.
pub(super) fn folder(data: &Path) -> Check {
    let (id, name) = ("data", "数据目录");
    let draft = data.join(format!(".doctor-{}", std::process::id()));
    match std::fs::write(&draft, b"xunwang").and_then(|()| std::fs::remove_file(&draft)) {
        Ok(()) => Check::good(id, name, format!("{} 可写", data.display())),
        Err(_) if !data.exists() => Check::hint(
            id,
            name,
            format!("{} 还没有", data.display()),
            "首次启动 xunwang serve 时会建立；已有数据时请用 --data 指对目录",
        ),
        Err(fault) => Check::wrong(
            id,
            name,
            format!("{} 不能写：{}", data.display(), base::trouble::why(&fault)),
            "请把目录交给运行巡网的用户（chown），或用 --data 换一个可写的目录",
        ),
    }
}

/// The nearest folder that is there.
fn standing(data: &Path) -> &Path {
    data.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."))
}

/// Whether there is room.
pub(super) fn room(data: &Path) -> Check {
    let (id, name) = ("room", "磁盘空间");
    let advice = "请清理磁盘、换一块大的磁盘，或减少保留的巡检结果";
    match disk::free(standing(data)) {
        Ok(free) => {
            let told = format!("还有 {:.1} GB", free as f64 / 1e9);
            match free {
                ..TOO_LITTLE => Check::wrong(id, name, told, advice),
                TOO_LITTLE..LITTLE => Check::hint(id, name, told, advice),
                _ => Check::good(id, name, told),
            }
        }
        Err(fault) => {
            Check::hint(id, name, format!("看不出来：{}", base::trouble::why(&fault)), "请自行查看")
        }
    }
}

/// The database and what hangs on it.
pub(super) async fn database(data: &Path, place: &Place, objects: Option<&objects::Settings>) -> Vec<Check> {
    let (id, name) = ("database", "数据库");
    if let Place::Sqlite(file) = place
        && !file.is_file()
    {
        let told = format!("还没有 {}", file.display());
        return vec![Check::hint(id, name, told, "首次启动 xunwang serve 时会建立")];
    }
    let db = match Db::open(place).await {
        Ok(db) => db,
        Err(error) => return vec![Check::wrong(id, name, Error::advice(&error), "改正后再体检一次")],
    };
    let mut checks = vec![version(&db).await];
    if checks[0].state != super::State::Wrong {
        checks.extend([audit_log(&db).await, clock_of(&db).await, blobs(&db, data, objects).await]);
    }
    if let Err(error) = db.close().await {
        checks.push(Check::hint(id, name, Error::advice(&error), "请稍后再体检一次"));
    }
    checks
}

async fn version(db: &Db) -> Check {
    let (id, name) = ("database", "数据库");
    let engine = if db.is_postgres() { "PostgreSQL" } else { "SQLite" };
    match MIGRATIONS.pending(db).await {
        Ok(0) => Check::good(id, name, format!("{engine}，表结构与本程序一致")),
        Ok(steps) => Check::hint(
            id,
            name,
            format!("{engine}，表结构比本程序旧 {steps} 步"),
            "启动 xunwang serve 时自动升级，升级前请先备份（xunwang backup）",
        ),
        Err(Error::Other(words)) => Check::wrong(id, name, words, "请使用建立它的程序或更新的版本"),
        Err(Error::Database(error)) => {
            let advice = "若文件已损坏，请从备份恢复（xunwang restore）";
            Check::wrong(id, name, format!("{engine} {}", Error::advice(&error)), advice)
        }
        Err(error) => Check::wrong(id, name, error.to_string(), "请查看日志"),
    }
}

async fn audit_log(db: &Db) -> Check {
    let (id, name) = ("audit", "审计日志");
    let restore = "请保留现场，并用备份核对是谁在什么时候改动的";
    match audit::verify(db.read()).await {
        Ok(Verified::Whole { chains, lines }) => {
            Check::good(id, name, format!("完好，{chains} 条链 {lines} 行"))
        }
        Ok(Verified::Broken { chain, seq, wrong }) => {
            Check::wrong(id, name, format!("{chain} 链第 {seq} 行{}", wrong.words()), restore)
        }
        Err(error) => Check::wrong(id, name, Error::advice(&error), "若文件已损坏，请从备份恢复"),
    }
}

/// Whether the clock has gone back behind what was already written down.
async fn clock_of(db: &Db) -> Check {
    /// Clocks of two machines differ a little.
    const SLACK: TimeDelta = TimeDelta::minutes(5);
    let (id, name) = ("clock_order", "时钟与日志");
    match audit::newest(db.read()).await {
        Ok(Some(newest)) if newest > SystemClock.now() + SLACK => Check::wrong(
            id,
            name,
            format!("审计日志最后一行写于 {}，在将来", platform::web::pages::minute(newest)),
            "系统时钟可能被拨回过，请校准（timedatectl set-ntp true）",
        ),
        Ok(_) => Check::good(id, name, "先后一致"),
        Err(error) => Check::wrong(id, name, Error::advice(&error), "请查看数据库"),
    }
}

/// Whether blobs can be written and read back, and whether those that rows name are there.
async fn blobs(db: &Db, data: &Path, objects: Option<&objects::Settings>) -> Check {
    let (id, name) = ("blobs", "文件库");
    let advice = match objects {
        Some(_) => "请检查 objects- 开头的设置、网络和存储服务",
        None => "请检查数据目录里的 blobs 文件夹",
    };
    let blobs = match crate::console::blobs(data, objects) {
        Ok(blobs) => blobs,
        Err(error) => return Check::wrong(id, name, error.to_string(), advice),
    };
    if let Err(error) = blobs.probe().await {
        tracing::error!("the blob store cannot be used: {error:?}");
        return Check::wrong(id, name, format!("试写、读回、删除没有成功：{}", error.told()), advice);
    }
    let place = blobs.place();
    match named::present(db.read(), &blobs, &blob_columns()).await {
        Ok(named::Present { named, missing: 0, .. }) => {
            Check::good(id, name, format!("{place} 可写可读，{named} 个文件都在"))
        }
        Ok(named::Present { missing, examples, .. }) => Check::wrong(
            id,
            name,
            format!("{place} 里缺 {missing} 个文件，如 {}", examples.join("、")),
            "换过存放的地方时，用 xunwang blobs copy 复制过来；否则请从备份里补回",
        ),
        Err(Error::Blobs(error)) => Check::wrong(id, name, error.told(), advice),
        Err(Error::Database(error)) => Check::wrong(id, name, Error::advice(&error), "请查看数据库"),
        Err(error) => Check::wrong(id, name, error.to_string(), "请查看日志"),
    }
}
