//! `xunwang backup` and `xunwang restore`: the running system into one file, and back. Serves N4.7.
//!
//! Says what was done and what comes next; the work stands in `platform::backup`.

use std::path::Path;

use platform::audit::{self, Verified};
use platform::backup::{self, Made, Order, Restored, Trouble};
use platform::clock::{Clock as _, SystemClock};
use platform::db::Place;
use platform::web::pages::minute;
use platform::{Db, Error};

use crate::args::{BackupOptions, RestoreOptions};
use crate::console::MIGRATIONS;
use crate::exit::Exit;
use crate::output::{say, tell};

/// Makes a backup.
pub async fn make(options: BackupOptions) -> Exit {
    let (data, out) = (&options.system.data, &options.out);
    match made(data, options.system.database.as_deref(), out).await {
        Ok(Made { files, bytes }) => {
            say(&format!("已备份到 {}：{files} 个文件，{:.1} MB", out.display(), bytes as f64 / 1e6));
            say("备份里有密码的摘要和业务数据，请妥善保管；恢复：xunwang restore 文件 --data 新目录");
            Exit::Clean
        }
        Err(words) => {
            tell(&format!("没有备份：{words}"));
            Exit::Failed
        }
    }
}

async fn made(data: &Path, database: Option<&str>, out: &Path) -> Result<Made, String> {
    let place = Place::of(database, data)?;
    if let Place::Sqlite(file) = &place
        && !file.is_file()
    {
        return Err(Trouble::NoDatabase(file.clone()).to_string());
    }
    let steps = seen(&place).await.map_err(|error| in_words(&error))?;
    let made = backup::make(data, &place, out, steps, SystemClock.now()).await;
    made.map_err(|trouble| trouble.to_string())
}

async fn seen(place: &Place) -> Result<Vec<String>, Error> {
    let db = Db::open(place).await?;
    let seen = MIGRATIONS.seen(&db).await;
    db.close().await?;
    seen
}

fn in_words(error: &Error) -> String {
    match error {
        Error::Database(error) => format!("数据库{}", Error::advice(error)),
        other => other.to_string(),
    }
}

/// Restores a system.
pub async fn restore(options: RestoreOptions) -> Exit {
    let system = &options.system;
    let place = match Place::of(system.database.as_deref(), &system.data) {
        Ok(place) => place,
        Err(words) => {
            tell(&words);
            return Exit::WrongUsage;
        }
    };
    let order = Order {
        file: &options.file,
        data: &system.data,
        place: &place,
        known: &MIGRATIONS.names(),
        overwrite: options.overwrite,
    };
    match backup::restore(order).await {
        Ok(restored) => told(&system.data, &place, &restored).await,
        Err(trouble) => {
            tell(&format!("没有恢复，原有数据没有改动：{trouble}"));
            Exit::Failed
        }
    }
}

/// What was restored, and whether its audit log is whole.
async fn told(data: &Path, place: &Place, restored: &Restored) -> Exit {
    let made_at = minute(restored.manifest.made_at);
    say(&format!("已恢复到 {}：{made_at} 的备份，{} 个文件", data.display(), restored.files));
    if let Some(aside) = &restored.aside {
        say(&format!("原数据目录改名为 {}，确认无误后可以删除", aside.display()));
    }
    let verified = async {
        let db = Db::open(place).await?;
        let verified = audit::verify(db.read()).await;
        db.close().await?;
        verified
    };
    match verified.await {
        Ok(Verified::Whole { chains, lines }) => {
            say(&format!("审计日志完好：{chains} 条链，{lines} 行。现在可以启动：xunwang serve"));
            Exit::Clean
        }
        Ok(Verified::Broken { chain, seq, wrong }) => {
            say(&format!("提醒：备份时审计日志就不完好：{chain} 链第 {seq} 行{}", wrong.words()));
            Exit::Findings
        }
        Err(error) => {
            tell(&format!("恢复后的数据库{}", Error::advice(&error)));
            Exit::Failed
        }
    }
}
