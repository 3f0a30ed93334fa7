//! What `xunwang doctor` says of a sound system and of each thing that is wrong. Clause N4.7.

use std::path::Path;
use std::process::Command;

use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use serde_json::Value;

use super::world::World;

/// The states by check, the advice of what is not good, and the exit code.
fn doctor(data: &Path, more: &[&str]) -> (Value, i32) {
    let arguments =
        ["doctor", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0", "--format", "json"];
    let told = Command::new(env!("CARGO_BIN_EXE_xunwang")).args(arguments).args(more).output().unwrap();
    let json: Value = serde_json::from_slice(&told.stdout).unwrap();
    let checks = json["checks"].as_array().unwrap();
    for check in checks {
        let advised = !check["advice"].as_str().unwrap().is_empty();
        assert_eq!(advised, check["state"] != "good", "what is not good says what to do: {check}");
    }
    let wrong = checks.iter().any(|check| check["state"] == "wrong");
    assert_eq!(json["ok"], !wrong);
    let code = told.status.code().unwrap();
    assert_eq!(code, i32::from(wrong));
    (json, code)
}

fn state<'a>(told: &'a Value, id: &str) -> &'a str {
    let checks = told["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id}"))["state"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn a_sound_system_is_good_and_each_damage_is_told() {
    let world = World::new(None).await;
    world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let file = "网站名称,首页网址,主办单位\n门户,http://www.qinghe.example/,青禾县政府\n";
    jian.upload("/site-imports/new", "s.csv", file.as_bytes(), &[]).await.is(303);
    let (told, _) = doctor(world.data(), &[]);
    for id in ["data", "database", "audit", "blobs", "clock_order", "port"] {
        assert_eq!(state(&told, id), "good", "{told}");
    }

    let blobs = world.data().join("blobs");
    std::fs::rename(&blobs, world.data().join("elsewhere")).unwrap();
    let (told, code) = doctor(world.data(), &[]);
    assert_eq!((state(&told, "blobs"), code), ("wrong", 1));

    let db = rusqlite::Connection::open(world.data().join("xunwang.db")).unwrap();
    db.execute("update audit_line set detail = 'x', at = '2999-01-01 00:00:00+00:00'", []).unwrap();
    let (told, _) = doctor(world.data(), &[]);
    assert_eq!(state(&told, "audit"), "wrong");
    assert_eq!(state(&told, "clock_order"), "wrong");
    let newer = "insert into migration (version, applied_at) values ('m20991231_000001_future', 0)";
    db.execute(newer, []).unwrap();
    let (told, _) = doctor(world.data(), &[]);
    assert_eq!(state(&told, "database"), "wrong");
}

#[tokio::test]
async fn a_new_machine_is_told_what_will_come_and_a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none");
    let (told, _) = doctor(&data, &[]);
    assert_eq!((state(&told, "data"), state(&told, "database")), ("hint", "hint"));
    assert!(!data.exists(), "the doctor makes nothing");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("xunwang.db"), "这不是数据库".repeat(500)).unwrap();
    let (told, code) = doctor(&data, &[]);
    assert_eq!((state(&told, "database"), code), ("wrong", 1));
    let away = ["--database", "postgres://xunwang@127.0.0.1:9/none"];
    let (told, _) = doctor(&data, &away);
    assert_eq!(state(&told, "database"), "wrong");
    assert!(["good", "wrong"].contains(&state(&told, "postgres_tools")));
}

#[tokio::test]
async fn the_identity_provider_is_asked_where_one_is_set() {
    let mut provider = testkit::provider::Provider::start("xunwang", "s", 1_780_000_000).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "s").unwrap();
    let issuer = provider.issuer();
    let mut given = vec!["--public-address", "https://xunwang.example", "--oidc-issuer", &issuer];
    given.extend(["--oidc-client", "xunwang", "--oidc-secret-file", secret.to_str().unwrap()]);
    let (told, _) = doctor(folder.path(), &given);
    assert_eq!(state(&told, "identity_provider"), "good", "{told}");
    assert!(told.to_string().contains("https://xunwang.example/login/oidc/back"));
    provider.fault(testkit::provider::Fault::OtherName);
    let (told, code) = doctor(folder.path(), &given);
    assert_eq!((state(&told, "identity_provider"), code), ("wrong", 1));
    provider.stop();
    let (told, _) = doctor(folder.path(), &given);
    assert!(told.to_string().contains("对方没有开放这个端口"), "{told}");
    std::fs::remove_file(&secret).unwrap();
    let (told, _) = doctor(folder.path(), &given);
    assert!(told.to_string().contains("读不出来"), "{told}");
    let (told, _) = doctor(folder.path(), &[]);
    assert!(!told.to_string().contains("identity_provider"));
}
