//! Brings the tables to the version this program needs, and the platform's own tables. Serves all clauses.
//!
//! Migrations only go forward. A database that a newer program has already changed is refused, never touched.

use sea_orm_migration::MigratorTraitSelf;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{Db, Error};

/// A migration of one slice.
pub type Step = Box<dyn MigrationTrait>;

/// All steps of a program, in the order in which they run.
pub struct Migrations(pub fn() -> Vec<Step>);

impl MigratorTraitSelf for Migrations {
    fn migrations(&self) -> Vec<Step> {
        self.0()
    }

    fn migration_table_name(&self) -> sea_orm::DynIden {
        "migration".into_iden()
    }
}

impl Migrations {
    /// Runs what is missing. Returns how many steps ran.
    pub async fn run(&self, db: &Db) -> Result<usize, Error> {
        let pending = self.pending(db).await?;
        self.up(db.writer(), None).await?;
        Ok(pending)
    }

    /// The names of all steps that this program knows.
    pub fn names(&self) -> Vec<String> {
        self.0().iter().map(|step| step.name().to_owned()).collect()
    }

    /// The names of the steps that a database has seen. Changes nothing in it.
    pub async fn seen(&self, db: &Db) -> Result<Vec<String>, Error> {
        Ok(self.get_migration_models(db.writer()).await?.into_iter().map(|step| step.version).collect())
    }

    /// How many steps are missing. Fails if the database is newer than this program.
    pub async fn pending(&self, db: &Db) -> Result<usize, Error> {
        let (known, done) = (self.names(), self.seen(db).await?);
        if let Some(newer) = done.iter().find(|step| !known.contains(step)) {
            return Err(Error::Other(format!(
                "数据库是由更新版本的程序建立的（多出 {newer}），请使用新版本的程序。"
            )));
        }
        Ok(known.len() - done.len())
    }
}

/// Defines a migration that creates what its body says. The first line of a use tells why, by the house style.
#[macro_export]
macro_rules! migration {
    ($name:ident, |$manager:ident| $body:block) => {
        #[allow(non_camel_case_types)]
        struct $name;
        impl sea_orm_migration::MigrationName for $name {
            fn name(&self) -> &str {
                stringify!($name)
            }
        }
        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for $name {
            async fn up(&self, $manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm::DbErr> {
                $body;
                Ok(())
            }
        }
    };
}

/// A column of an instant.
pub fn instant(name: &'static str) -> ColumnDef {
    timestamp_with_time_zone(name)
}

/// A column of an instant that may be missing.
pub fn instant_null(name: &'static str) -> ColumnDef {
    timestamp_with_time_zone_null(name)
}

/// An index over some columns of a table.
pub fn index(table: &'static str, name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// A key that points to another table's id. Rows that are pointed to cannot be deleted.
pub fn points_to(
    table: &'static str,
    column: &'static str,
    other: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(other, "id").to_owned()
}

// Jobs, and the audit log with the head of each chain.
migration!(m20261125_000001_platform, |manager| {
    manager
        .create_table(
            new_table("job")
                .col(big_pk_auto("id"))
                .col(string("queue"))
                .col(string("kind"))
                .col(json("args"))
                .col(string("state"))
                .col(integer("priority"))
                .col(instant("run_at"))
                .col(integer("attempts"))
                .col(integer("max_attempts"))
                .col(string_null("worker"))
                .col(instant_null("lease_until"))
                .col(string_null("unique_key"))
                .col(text_null("last_error"))
                .col(instant("created_at"))
                .col(instant_null("finished_at"))
                .to_owned(),
        )
        .await?;
    manager.create_index(index("job", "job_claim", &["state", "priority", "run_at", "id"])).await?;
    // While a job waits or runs its key is taken; a finished job has given it back (`unique_key` is then null).
    manager.create_index(index("job", "job_unique_key", &["unique_key"]).unique().to_owned()).await?;
    manager.create_index(index("job", "job_finished", &["finished_at"])).await?;
    manager
        .create_table(
            new_table("audit_head")
                .col(string("chain").primary_key())
                .col(big_integer("seq"))
                .col(string("digest"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            new_table("audit_line")
                .col(big_pk_auto("id"))
                .col(string("chain"))
                .col(big_integer("seq"))
                .col(instant("at"))
                .col(big_integer_null("person_id"))
                .col(string("who"))
                .col(string("action"))
                .col(string("subject"))
                .col(text("detail"))
                .col(string("previous"))
                .col(string("digest"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(index("audit_line", "audit_line_chain", &["chain", "seq"]).unique().to_owned())
        .await?;
    manager.create_index(index("audit_line", "audit_line_at", &["at"])).await?;
    manager.create_index(index("audit_line", "audit_line_person", &["person_id", "at"])).await?;
});

/// A table without any column yet.
pub fn new_table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).to_owned()
}

/// A table of short rows that are found by their key, kept in the key's own tree where the engine can: SQLite stores the
/// key once instead of twice.
pub fn by_key(manager: &SchemaManager, mut table: TableCreateStatement) -> TableCreateStatement {
    if manager.get_database_backend() == sea_orm::DbBackend::Sqlite {
        table.extra("without rowid");
    }
    table
}

/// The platform's steps.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261125_000001_platform)]
}
