//! A fresh database on each engine for each test. Serves all clauses.

use platform::db::Place;
use platform::migrate::{Migrations, steps};
use platform::{Db, Secret};

pub const MIGRATIONS: Migrations = Migrations(steps);

/// Runs a test on SQLite and on PostgreSQL, each with a database of its own that has all tables.
pub async fn on_both<F: AsyncFn(Db)>(test: F) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::of(None, folder.path()).unwrap();
    test(fresh(&place).await).await;
    let Some(place) = postgres().await else { return };
    test(fresh(&place).await).await;
}

/// A new database on the machine's PostgreSQL, if there is one.
pub async fn postgres() -> Option<Place> {
    let server = testkit::postgres::server()?;
    let name = format!("t{}", &Secret::new().digest().to_string()[..16]);
    let admin = Db::open(&Place::Postgres(server.to_owned())).await.unwrap();
    use sea_orm::ConnectionTrait as _;
    admin.read().execute_unprepared(&format!("create database {name}")).await.unwrap();
    admin.close().await.unwrap();
    Some(Place::Postgres(testkit::postgres::database(server, &name)))
}

/// A database with all tables.
pub async fn fresh(place: &Place) -> Db {
    let db = Db::open(place).await.unwrap();
    MIGRATIONS.run(&db).await.unwrap();
    db
}
