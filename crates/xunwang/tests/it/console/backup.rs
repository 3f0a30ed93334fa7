//! A backup of a system at work, and the system back from it; and every archive that is none. Clause N4.7.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use ledger::registry::entity::site_import;
use platform::audit::{self, Verified, audit_line};
use platform::clock::Clock as _;
use platform::db::Place;
use platform::{Db, Digest, Secret, backup};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, QueryOrder as _};
use xunwang::console::{Console, MIGRATIONS};

use super::world::{PASSWORD, World, manners, on_both};

/// A database to restore into: a new folder, or an empty database beside the world's.
async fn target(world: &World, folder: &Path) -> Place {
    let Place::Postgres(url) = &world.place else { return Place::of(None, folder).unwrap() };
    let name = format!("r{}", &Secret::new().digest().to_string()[..16]);
    world.console.cx.db.read().execute_unprepared(&format!("create database {name}")).await.unwrap();
    Place::Postgres(testkit::postgres::database(url, &name))
}

fn about(steps: Vec<String>, now: platform::clock::Instant) -> backup::About {
    backup::About { steps, blobs_at: None, now }
}

async fn lines(db: &Db) -> Vec<audit_line::Model> {
    audit_line::Entity::find().order_by_asc(audit_line::Column::Id).all(db.read()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_at_work_is_backed_up_and_comes_back_whole() {
    on_both(async |world| {
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        let mut jian = world.visitor("jian").await;
        let csv = |n: usize| {
            format!("网站名称,首页网址,主办单位\n子站{n},http://s{n}.qinghe.example/,青禾县政府\n")
                .into_bytes()
        };
        for n in 0..3 {
            let handed_in = jian.upload("/site-imports/new", "s.csv", &csv(n), &[]).await;
            jian.post(&handed_in.location, &[]).await.is(303);
        }
        let steps = MIGRATIONS.seen(&world.console.cx.db).await.unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let out = elsewhere.path().join("备份.zip");
        // The console goes on writing until the backup is done.
        let done = Arc::new(AtomicBool::new(false));
        let now = world.clock.now();
        let made = backup::make(world.data(), &world.place, &out, about(steps, now));
        let writing = async {
            let mut n = 3;
            while !done.load(Ordering::Relaxed) {
                let handed_in = jian.upload("/site-imports/new", "s.csv", &csv(n), &[]).await;
                jian.post(&handed_in.location, &[]).await.is(303);
                n += 1;
            }
            n
        };
        let made = async {
            let made = made.await;
            done.store(true, Ordering::Relaxed);
            made
        };
        let (made, wrote) = tokio::join!(made, writing);
        assert!(made.unwrap().files >= 4 && wrote > 3, "{wrote}");

        let data = elsewhere.path().join("新 目录");
        let place = target(&world, &data).await;
        let known = MIGRATIONS.names();
        let order = || backup::Order {
            file: &out,
            data: &data,
            place: &place,
            known: &known,
            overwrite: false,
            has_objects: false,
        };
        backup::restore(order()).await.unwrap();
        let again = backup::restore(order()).await.unwrap_err();
        assert!(matches!(again, backup::Trouble::NotEmpty(_)), "{again}");

        let settings = ledger::cx::Settings { https: false, second_factor: true, ..Default::default() };
        let back = Console::open(&data, &place, settings, world.clock.clone(), manners()).await.unwrap();
        let verified = audit::verify(back.cx.db.read()).await.unwrap();
        let (old, new) = (lines(&world.console.cx.db).await, lines(&back.cx.db).await);
        assert_eq!(verified, Verified::Whole { chains: 2, lines: new.len() as u64 });
        assert!(new.len() >= 2 && old.len() > new.len(), "{} {}", old.len(), new.len());
        assert_eq!(old[..new.len()], new);
        let imports = site_import::Entity::find().all(back.cx.db.read()).await.unwrap();
        assert!(imports.len() >= 3);
        for import in imports {
            back.cx.blobs.get(Digest::parse(&import.digest).unwrap()).await.unwrap();
        }
        let mut visitor = world.stranger_at(back.router());
        world.clock.turn(chrono::TimeDelta::seconds(90));
        let form = [("login", "jian"), ("password", PASSWORD), ("code", &world.code("jian"))];
        visitor.post("/login", &form).await.is(303);
        visitor.get("/sites").await.is(200);
        // A folder in use is not replaced, and what is replaced is kept beside it.
        let replace = || backup::Order { overwrite: true, ..order() };
        let in_use = backup::restore(replace()).await.unwrap_err();
        assert!(matches!(in_use, backup::Trouble::InUse(_)), "{in_use}");
        back.cx.db.clone().close().await.unwrap();
        drop((visitor, back));
        let restored = backup::restore(replace()).await.unwrap();
        assert!(restored.aside.unwrap().join("blobs").is_dir());
        assert!(data.join("blobs").is_dir());
        let left: Vec<_> = std::fs::read_dir(elsewhere.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 3, "{left:?}");
    })
    .await;
}

fn xunwang(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xunwang")).args(arguments).output().unwrap()
}

#[track_caller]
fn refused(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains(words), "{said}");
}

/// A backup made by the program itself, of a world that is gone.
async fn archive(folder: &Path) -> std::path::PathBuf {
    let world = World::new(None).await;
    let out = folder.join("a.zip");
    let done = xunwang(&["backup", "--data", world.data().to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    out
}

#[tokio::test]
async fn what_is_no_backup_of_ours_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(archive(folder.path()).await).unwrap();
    let data = folder.path().join("data");
    let restore = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        xunwang(&["restore", file.to_str().unwrap(), "--data", data.to_str().unwrap()])
    };
    refused(&restore("empty.zip", b""), "不是巡网的备份文件");
    refused(&restore("text.zip", "这不是备份".as_bytes()), "不是巡网的备份文件");
    refused(
        &restore(
            "book.zip",
            &platform::table::Export { title: "t", headings: vec!["a".into()], rows: vec![] }.xlsx().unwrap(),
        ),
        "不是巡网的备份文件",
    );
    refused(&restore("cut.zip", &whole[..whole.len() - 30]), "不完整");
    refused(&restore("half.zip", &whole[..whole.len() / 2]), "不完整");
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    // Many bytes: one may mean the same in a compressed run of zeros, and then nothing is damaged.
    damaged[middle..middle + 64].iter_mut().for_each(|byte| *byte ^= 0x55);
    refused(&restore("damaged.zip", &damaged), "已损坏");
    assert!(!data.exists());
    let left = std::fs::read_dir(folder.path()).unwrap().flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(left.count(), 0, "no draft stays behind");
    let done = restore("whole.zip", &whole);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).contains("审计日志完好"));
    assert!(data.join("xunwang.db").is_file());
}

#[tokio::test]
async fn a_newer_backup_is_refused_by_what_it_names() {
    let world = World::new(None).await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("newer.zip");
    let mut steps = MIGRATIONS.names();
    steps.push("m20991231_000001_future".to_owned());
    backup::make(world.data(), &world.place, &out, about(steps, world.clock.now())).await.unwrap();
    let data = folder.path().join("data");
    let newer = xunwang(&["restore", out.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    refused(&newer, "更新版本的程序");
    refused(&newer, "m20991231_000001_future");
    let other = ["--database", "postgres://xunwang@127.0.0.1:9/none"];
    let archive = archive(folder.path()).await;
    let arguments =
        ["restore", archive.to_str().unwrap(), "--data", data.to_str().unwrap(), other[0], other[1]];
    refused(&xunwang(&arguments), "不能恢复到 PostgreSQL");
    assert!(!data.exists());
}

#[tokio::test]
async fn a_backup_needs_a_system_a_free_name_and_room() {
    let world = World::new(None).await;
    let folder = tempfile::tempdir().unwrap();
    let data = world.data().to_str().unwrap();
    let out = folder.path().join("a.zip");
    let nothing = folder.path().join("nothing");
    let backup =
        |data: &str, out: &Path| xunwang(&["backup", "--data", data, "--out", out.to_str().unwrap()]);
    refused(&backup(nothing.to_str().unwrap(), &out), "没有数据库文件");
    refused(&backup(data, &world.data().join("a.zip")), "不能放在数据目录里");
    refused(&backup(data, &folder.path().join("none/a.zip")), "没有这个文件或文件夹");
    std::fs::write(&out, b"").unwrap();
    refused(&backup(data, &out), "已经存在");
    // A limit on the size of files stands for a disk without room: both refuse the write in its middle.
    let full = folder.path().join("full.zip");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let program = env!("CARGO_BIN_EXE_xunwang");
    let limited = ["-c", script, "sh", program, "backup", "--data", data, "--out", full.to_str().unwrap()];
    let limited = Command::new("bash").args(limited).output().unwrap();
    assert_eq!(limited.status.code(), Some(3), "{}", String::from_utf8_lossy(&limited.stderr));
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["a.zip"], "nothing unfinished stays behind");
}
