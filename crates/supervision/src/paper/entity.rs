//! What is kept of a document: its number, and scans of it as it was signed. Clause N2.8.

/// A number that was given to a document, a signed scan of it, or both.
pub mod paper_copy {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "paper_copy")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The word of the document in addresses.
        pub kind: String,
        /// What it is of: a ticket, an obligation, a suspension, a month.
        pub of_id: i64,
        /// The unit whose document it is.
        pub issuer_path: String,
        /// 发文字号; empty for a scan alone.
        pub number: String,
        pub file_name: String,
        /// The blob of the scan.
        pub digest: Option<String>,
        pub who: String,
        pub at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use platform::migrate::{Step, index, instant, new_table};
use platform::migration;
use sea_orm_migration::schema::*;

// Numbers and signed scans of documents.
migration!(m20261126_000120_paper_copies, |manager| {
    let mut copy = new_table("paper_copy");
    copy.col(big_pk_auto("id")).col(string("kind")).col(big_integer("of_id")).col(string("issuer_path"));
    copy.col(text("number")).col(text("file_name")).col(string_null("digest")).col(string("who"));
    copy.col(instant("at"));
    manager.create_table(copy).await?;
    manager.create_index(index("paper_copy", "paper_copy_of", &["kind", "of_id", "issuer_path"])).await?;
    manager.create_index(index("paper_copy", "paper_copy_number", &["issuer_path", "number"])).await?;
});

/// The steps of this slice.
pub fn steps() -> Vec<Step> {
    vec![Box::new(m20261126_000120_paper_copies)]
}

/// The columns of this slice that name blobs.
pub const BLOBS: &[platform::named::Column] = &[("paper_copy", "digest")];
