//! `xunwang backup` and `xunwang restore`: the running system into one file, and back. Serves N4.7.
//!
//! Says what was done and what comes next; the work stands in `platform::backup`.

use std::path::Path;

use platform::audit::{self, Verified};
use platform::backup::{self, About, Made, Order, Restored, Trouble};
use platform::clock::{Clock as _, SystemClock};
use platform::db::Place;
use platform::web::pages::minute;
use platform::{Db, Error, named};

use crate::args::{BackupOptions, RestoreOptions, ServeOptions};
use crate::console::{self, MIGRATIONS};
use crate::exit::Exit;
use crate::output::{say, tell};

/// Makes a backup.
pub async fn make(options: BackupOptions) -> Exit {
    let (system, out) = (&options.system, &options.out);
    let Made { files, bytes } = match made(system, out).await {
        Ok(made) => made,
        Err(words) => {
            tell(&format!("没有备份：{words}"));
            return Exit::Failed;
        }
    };
    say(&format!("已备份到 {}：{files} 个文件，{:.1} MB", out.display(), bytes as f64 / 1e6));
    say("备份里有密码的摘要和业务数据，请妥善保管；恢复：xunwang restore 文件 --data 新目录");
    let Some(objects) = &system.objects else { return Exit::Clean };
    say(&format!(
        "证据、截图和上传的文件不在备份里，仍在{}，请由存储服务自己备份或做多副本",
        objects.place()
    ));
    match Place::of(system.database.as_deref(), &system.data) {
        Ok(place) => blobs_told(system, &place).await,
        Err(words) => {
            tell(&words);
            Exit::Failed
        }
    }
}

async fn made(system: &ServeOptions, out: &Path) -> Result<Made, String> {
    let place = Place::of(system.database.as_deref(), &system.data)?;
    if let Place::Sqlite(file) = &place
        && !file.is_file()
    {
        return Err(Trouble::NoDatabase(file.clone()).to_string());
    }
    let steps = seen(&place).await.map_err(|error| in_words(&error))?;
    let blobs_at = system.objects.as_ref().map(|objects| objects.place());
    let about = About { steps, blobs_at, now: SystemClock.now() };
    let made = backup::make(&system.data, &place, out, about).await;
    made.map_err(|trouble| trouble.to_string())
}

async fn seen(place: &Place) -> Result<Vec<String>, Error> {
    let db = Db::open(place).await?;
    let seen = MIGRATIONS.seen(&db).await;
    db.close().await?;
    seen
}

/// Whether every blob that rows name is where the settings say.
async fn blobs_told(system: &ServeOptions, place: &Place) -> Exit {
    let found = async {
        let blobs = console::blobs(&system.data, system.objects.as_ref())?;
        let db = Db::open(place).await?;
        let found = named::present(db.read(), &blobs, &console::blob_columns()).await;
        db.close().await?;
        Ok::<_, Error>((found?, blobs.place()))
    };
    match found.await {
        Ok((named::Present { named, missing: 0, .. }, place)) => {
            say(&format!("{place}：{named} 个文件都在"));
            Exit::Clean
        }
        Ok((named::Present { missing, examples, .. }, place)) => {
            tell(&format!(
                "提醒：{place} 里缺 {missing} 个文件，如 {}。换过存放的地方时，用 xunwang blobs copy 复制过来",
                examples.join("、")
            ));
            Exit::Findings
        }
        Err(error) => {
            tell(&format!("提醒：没有核对证据、截图和上传的文件：{}", in_words(&error)));
            Exit::Findings
        }
    }
}

fn in_words(error: &Error) -> String {
    match error {
        Error::Database(error) => format!("数据库{}", Error::advice(error)),
        Error::Blobs(error) => error.told(),
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
        has_objects: system.objects.is_some(),
    };
    match backup::restore(order).await {
        Ok(restored) => told(system, &place, &restored).await,
        Err(trouble) => {
            tell(&format!("没有恢复，原有数据没有改动：{trouble}"));
            Exit::Failed
        }
    }
}

/// What was restored, and whether its audit log is whole.
async fn told(system: &ServeOptions, place: &Place, restored: &Restored) -> Exit {
    let data = &system.data;
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
            match &system.objects {
                Some(_) => blobs_told(system, place).await,
                None => Exit::Clean,
            }
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
