//! Transactions, migrations and what is told when the database cannot do its part. Serves all clauses.

use platform::db::Place;
use platform::error::{Ailment, Error};
use platform::migrate::Migrations;
use platform::{Db, audit};
use sea_orm::ConnectionTrait as _;

use crate::engines::{MIGRATIONS, on_both};

fn deed(n: i64) -> audit::Deed<'static> {
    let at = chrono::DateTime::from_timestamp(n, 0).unwrap();
    audit::Deed { chain: "c", at, person: None, who: "w", action: "a", subject: "s", detail: "d" }
}

#[tokio::test]
async fn what_is_not_committed_is_not_there() {
    on_both(async |db| {
        let tx = db.write().await.unwrap();
        audit::write(&tx, deed(1)).await.unwrap();
        drop(tx);
        assert_eq!(audit::verify(db.read()).await.unwrap(), audit::Verified::Whole { chains: 0, lines: 0 });
        let tx = db.write().await.unwrap();
        audit::write(&tx, deed(2)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(audit::verify(db.read()).await.unwrap(), audit::Verified::Whole { chains: 1, lines: 1 });
    })
    .await;
}

#[tokio::test]
async fn migrations_run_once_and_a_newer_database_is_refused() {
    on_both(async |db| {
        assert_eq!(MIGRATIONS.run(&db).await.unwrap(), 0);
        let refused = Migrations(Vec::new).run(&db).await.unwrap_err();
        assert!(refused.to_string().contains("更新版本"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn readers_of_sqlite_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Place::of(None, folder.path()).unwrap()).await.unwrap();
    MIGRATIONS.run(&db).await.unwrap();
    assert!(db.read().execute_unprepared("delete from job").await.is_err());
}

#[tokio::test]
async fn a_folder_with_odd_letters_is_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("数据 a?b#c%20");
    std::fs::create_dir(&odd).unwrap();
    let db = Db::open(&Place::of(None, &odd).unwrap()).await.unwrap();
    MIGRATIONS.run(&db).await.unwrap();
    assert!(odd.join("xunwang.db").exists());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_as_gone() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place::Postgres(format!("postgres://nobody@127.0.0.1:{port}/x"));
    let Err(error) = Db::open(&place).await else { panic!("nobody listens there") };
    assert_eq!(Error::from(error).ailment(), Ailment::Gone);
}

#[tokio::test]
async fn a_full_database_is_told_as_full() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Place::of(None, folder.path()).unwrap()).await.unwrap();
    MIGRATIONS.run(&db).await.unwrap();
    let tx = db.write().await.unwrap();
    tx.execute_unprepared("pragma max_page_count = 1").await.unwrap();
    let mut last = Ok(());
    for n in 0..5_000 {
        last = audit::write(&tx, audit::Deed { detail: &"长".repeat(300), ..deed(n) }).await;
        if last.is_err() {
            break;
        }
    }
    assert_eq!(Error::from(last.unwrap_err()).ailment(), Ailment::Full);
}

#[test]
fn an_address_that_is_no_postgres_is_told() {
    assert!(Place::of(Some("mysql://x"), std::path::Path::new("d")).is_err());
    let sqlite = Place::of(None, std::path::Path::new("d")).unwrap();
    assert_eq!(sqlite, Place::Sqlite("d/xunwang.db".into()));
}
