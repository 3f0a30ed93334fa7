//! How the running system works: database, migrations, jobs, blobs, audit, passwords, the web kit. Serves all clauses.
//!
//! Knows no word of the trade: what a site, a ticket or an article is stands in the crates above. Opens no connection
//! to a website.

pub mod audit;
pub mod backup;
pub mod blobs;
pub mod clock;
pub mod db;
pub mod digest;
pub mod disk;
pub mod error;
pub mod jobs;
pub mod lookup;
pub mod migrate;
pub mod named;
pub mod password;
pub mod secret;
pub mod table;
pub mod totp;
pub mod web;

pub use clock::Clock;
pub use db::{Db, Tx};
pub use digest::Digest;
pub use error::Error;
pub use secret::Secret;
