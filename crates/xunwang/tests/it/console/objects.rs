//! A console whose files are in an object store: at work, while the store is away, moved there and back, backed up.
//! Clause N4.7.

use std::path::Path;
use std::process::{Command, Output};

use ledger::identity::model::Role;
use ledger::registry::entity::site_import;
use objects::Settings;
use platform::jobs::{State as JobState, job};
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryOrder as _};
use serde_json::Value;
use supervision::inspection::model::run::RunState;
use testkit::bucket::{Bucket, Mood};

use super::inspections::{Town, add_site, all, inspect, newest_run, of_rule};
use super::world::World;

const SECRET: &str = "never-to-be-seen";

fn settings(bucket: &Bucket) -> Settings {
    Settings {
        endpoint: bucket.endpoint(),
        bucket: "xunwang".into(),
        region: "us-east-1".into(),
        path_style: true,
        key: "ak".into(),
        secret: SECRET.into(),
        prefix: "prod".into(),
    }
}

const CSV: &str = "网站名称,首页网址,主办单位\n子站,http://s.qinghe.example/,巡网省政府\n";

#[tokio::test(flavor = "multi_thread")]
async fn while_the_store_is_away_only_what_needs_it_waits() {
    let (bucket, town) = (Bucket::start("xunwang").unwrap(), Town::start());
    let world = World::with_objects(None, Some(&settings(&bucket))).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &world.root, &town.home()).await;
    let run = inspect(&world, &mut jian, site).await;
    assert_eq!(run.state, RunState::Finished, "{run:?}");
    assert!(!bucket.objects().is_empty() && !world.data().join("blobs").exists());
    let typo = of_rule(&world, "common-typo").await;
    let finding = format!("/findings/{}", typo.id);
    jian.get(&finding).await.is(200).shows("按装").shows("首次发现时的页面");
    jian.get(&format!("{finding}/page")).await.is(200).shows("路灯");

    // Refusing everybody is the outage that needs no waiting for retries.
    bucket.set(Mood::Refuses);
    jian.get(&finding).await.is(200).shows("按装").shows("对象存储暂时用不了").lacks("首次发现时的页面");
    for screen in ["/", "/sites", "/findings", "/runs", "/account", "/readyz"] {
        jian.get(screen).await.is(200);
    }
    let page = jian.get(&format!("{finding}/page")).await;
    page.is(503).shows("存放文件的对象存储暂时用不了").lacks(SECRET);
    assert_eq!(page.headers["retry-after"], "5");
    let upload = jian.upload("/site-imports/new", "s.csv", CSV.as_bytes(), &[]).await;
    upload.is(503).shows("存放文件的对象存储暂时用不了");
    let imports = site_import::Entity::find().count(world.console.cx.db.read()).await.unwrap();
    assert_eq!(imports, 0, "no row names a file that was not kept");

    // A run that ends meanwhile keeps its findings for later: the job waits and is made again.
    let before = all(&world).await.len();
    let other = Town::start();
    let second = add_site(&world, &mut jian, &world.root, &other.home()).await;
    let stopped = inspect(&world, &mut jian, second).await;
    assert_eq!(stopped.state, RunState::Running);
    assert!(stopped.why.contains("对象存储暂时用不了"), "{}", stopped.why);
    assert_eq!(all(&world).await.len(), before);
    bucket.set(Mood::Serves);
    let newest = job::Entity::find().order_by_desc(job::Column::Id).one(world.console.cx.db.read()).await;
    let waiting = newest.unwrap().unwrap();
    assert_eq!(waiting.state, JobState::Waiting, "{waiting:?}");
    world.clock.turn(waiting.run_at - platform::clock::Clock::now(&*world.clock));
    world.console.runner.run_due().await.unwrap();
    assert_eq!(newest_run(&world).await.state, RunState::Finished);
    let found = all(&world).await;
    assert_eq!(found.len(), 2 * before);
    assert!(found.iter().all(|one| one.rule != "common-typo" || one.evidence.is_some()));

    // A blob that somebody removed is a loss, not an outage.
    bucket.objects().clear();
    jian.get(&format!("{finding}/page")).await.is(500).shows("在文件库里找不到");
    jian.get(&finding).await.is(200).shows("这份证据在文件库里找不到");
}

fn xunwang(bucket: Option<&Bucket>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xunwang"));
    command.args(arguments);
    if let Some(bucket) = bucket {
        command
            .env("XUNWANG_OBJECTS_ENDPOINT", bucket.endpoint())
            .env("XUNWANG_OBJECTS_BUCKET", "xunwang")
            .env("XUNWANG_OBJECTS_KEY", "ak")
            .env("XUNWANG_OBJECTS_SECRET", SECRET);
    }
    command.output().unwrap()
}

#[track_caller]
fn says(output: &Output, code: i32, words: &str) {
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words) && !said.contains(SECRET), "{said}");
}

fn blobs_of_doctor(output: &Output) -> Value {
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = told["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == "blobs").unwrap().clone()
}

/// A folder with a system in it whose one import is a blob in the folder.
async fn system(folder: &Path) -> String {
    let world = World::new(None).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    jian.upload("/site-imports/new", "s.csv", CSV.as_bytes(), &[]).await.is(303);
    let (out, data) = (folder.join("first.zip"), folder.join("data"));
    let (out, data) = (out.to_str().unwrap(), data.to_str().unwrap());
    says(&xunwang(None, &["backup", "--data", world.data().to_str().unwrap(), "--out", out]), 0, "已备份");
    says(&xunwang(None, &["restore", out, "--data", data]), 0, "已恢复");
    data.to_owned()
}

#[tokio::test]
async fn files_move_to_the_store_and_back_and_backups_name_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let bucket = Bucket::start("xunwang").unwrap();
    let data = system(folder.path()).await;
    let doctor = |bucket| {
        let arguments = ["doctor", "--data", &data, "--listen", "127.0.0.1:0", "--format", "json"];
        blobs_of_doctor(&xunwang(bucket, &arguments))
    };
    assert_eq!(doctor(None)["state"], "good");
    // The store is set, and the file is still in the folder.
    let told = doctor(Some(&bucket));
    assert_eq!(told["state"], "wrong", "{told}");
    assert!(told["advice"].as_str().unwrap().contains("xunwang blobs copy"), "{told}");
    let copy = |to| xunwang(Some(&bucket), &["blobs", "copy", "--to", to, "--data", &data]);
    says(&copy("objects"), 0, "1 个文件");
    says(&copy("objects"), 0, "0 个文件");
    assert_eq!(bucket.objects().len(), 1, "the probe of doctor left nothing");
    std::fs::remove_dir_all(Path::new(&data).join("blobs")).unwrap();
    let told = doctor(Some(&bucket));
    assert_eq!(told["state"], "good", "{told}");

    let out = folder.path().join("second.zip");
    let out = out.to_str().unwrap();
    let made = xunwang(Some(&bucket), &["backup", "--data", &data, "--out", out]);
    says(&made, 0, "1 个文件都在");
    says(&made, 0, "请由存储服务自己备份");
    let archive = std::fs::read(out).unwrap();
    assert!(!archive.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));
    let back = folder.path().join("back");
    let back = back.to_str().unwrap();
    says(&xunwang(None, &["restore", out, "--data", back]), 3, "请一并给出对象存储的设置");
    assert!(!Path::new(back).exists());
    says(&xunwang(Some(&bucket), &["restore", out, "--data", back]), 0, "1 个文件都在");

    // What is missing is told; so is a store that does not answer. The backup itself is good either way.
    let kept = std::mem::take(&mut *bucket.objects());
    let third = folder.path().join("third.zip");
    let made = xunwang(Some(&bucket), &["backup", "--data", &data, "--out", third.to_str().unwrap()]);
    says(&made, 1, "缺 1 个文件");
    bucket.set(Mood::Refuses);
    let fourth = folder.path().join("fourth.zip");
    let made = xunwang(Some(&bucket), &["backup", "--data", &data, "--out", fourth.to_str().unwrap()]);
    says(&made, 1, "没有核对证据、截图和上传的文件");
    assert!(fourth.is_file());
    let told = doctor(Some(&bucket));
    assert_eq!(told["state"], "wrong");
    assert!(told["told"].as_str().unwrap().contains("拒绝了访问密钥"), "{told}");
    says(&copy("folder"), 3, "复制中断");
    bucket.set(Mood::Serves);
    *bucket.objects() = kept;
    says(&copy("folder"), 0, "1 个文件");
    assert_eq!(doctor(None)["state"], "good");
}

#[test]
fn wrong_settings_are_told_before_anything_begins() {
    let with = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xunwang"));
        command.args(["audit", "verify", "--data", "none"]).args(arguments);
        command.envs(variables.iter().copied()).output().unwrap()
    };
    let endpoint = ("XUNWANG_OBJECTS_ENDPOINT", "http://s3.example");
    let bucket = ("XUNWANG_OBJECTS_BUCKET", "xunwang");
    let key = ("XUNWANG_OBJECTS_KEY", "ak");
    says(&with(&[bucket], &[]), 2, "还缺少 objects-endpoint");
    says(&with(&[endpoint, key], &[]), 2, "存储桶名应为");
    says(&with(&[endpoint, bucket, key], &[]), 2, "缺少访问密钥（Secret Key）");
    let secret = ("XUNWANG_OBJECTS_SECRET", SECRET);
    let style = ("XUNWANG_OBJECTS_PATH_STYLE", "maybe");
    says(&with(&[endpoint, bucket, key, secret, style], &[]), 2, "应为 true 或 false");
    says(&with(&[], &["--objects-secret", SECRET]), 2, "没有选项");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("serve.toml");
    std::fs::write(&file, format!("objects-secret = \"{SECRET}\"\nobjects-key = \"ak\"\n")).unwrap();
    says(&with(&[], &["--config", file.to_str().unwrap()]), 2, "还缺少 objects-endpoint");
    let copy = ["blobs", "copy", "--to", "objects", "--data", "none"];
    says(&xunwang(None, &copy), 2, "复制要知道对象存储在哪里");
}
