//! Files that rows point to, kept under the digest of their bytes: evidence, pictures, imports. Serves all clauses.
//!
//! A blob never changes and is written before the row that names it. Two equal files are one. Where they are kept, a
//! folder or an object store, is said once at the start; nothing here knows what a file means.

mod copy;
mod folder;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

pub use copy::{Copied, copy};
pub use folder::Folder;

use crate::Digest;

/// The longest blob: the record of a body of 16 MiB, a picture and an uploaded table of 20 MB all stay below.
pub const LONGEST: usize = 64 << 20;

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no room to store a blob")]
    Full(#[source] Cause),
    #[error("cannot use the blob folder")]
    Io(#[from] io::Error),
    /// The store does not answer, or refuses: `why` in the reader's language, the cause for the log.
    #[error("cannot use {place}: {why}")]
    Away { place: String, why: &'static str, source: Cause },
    #[error("blob {0} is missing")]
    Missing(Digest),
    #[error("blob {0} is damaged: its bytes have another digest")]
    Damaged(Digest),
    #[error("a blob of {0} bytes is too long")]
    TooLong(usize),
}

/// What a store said, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// What is wrong in the reader's language, for the command line.
    pub fn told(&self) -> String {
        match self {
            Error::Full(_) => "存储空间已满或不可写".to_owned(),
            Error::Io(error) => format!("文件库读写出错：{}", base::trouble::why(error)),
            Error::Away { place, why, .. } => format!("{place} {why}"),
            Error::Missing(digest) => format!("文件 {digest} 不在文件库里"),
            Error::Damaged(digest) => format!("文件 {digest} 已损坏，内容与摘要不符"),
            Error::TooLong(bytes) => format!("文件有 {bytes} 字节，超过 {} MB", LONGEST >> 20),
        }
    }
}

/// A store's answer to come.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A place that keeps bytes under names which are digests. It need not look at digests: [`Blobs`] does.
pub trait Store: fmt::Debug + Send + Sync {
    /// What the place is called in messages, without any secret.
    fn place(&self) -> String;
    /// Keeps `bytes`; when this ends well they survive a power cut. What is there already and as long may stay.
    fn write(&self, digest: Digest, bytes: Vec<u8>) -> Doing<'_, ()>;
    /// The bytes, at most [`LONGEST`] of them.
    fn read(&self, digest: Digest) -> Doing<'_, Vec<u8>>;
    /// Every blob whose digest begins with `part`, and how long it is: in parts, so that no answer grows huge.
    fn list(&self, part: u8) -> Doing<'_, BTreeMap<Digest, u64>>;
    /// Removes a blob; one that is not there is removed already.
    fn remove(&self, digest: Digest) -> Doing<'_, ()>;
}

/// The blobs of a running system.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn Store>,
}

impl Blobs {
    /// Uses a store.
    pub fn of(store: impl Store + 'static) -> Blobs {
        Blobs { store: Arc::new(store) }
    }

    /// Uses a folder, which is created when missing.
    pub fn folder(folder: &Path) -> Result<Blobs, Error> {
        Ok(Blobs::of(Folder::open(folder)?))
    }

    /// What the place is called in messages.
    pub fn place(&self) -> String {
        self.store.place()
    }

    /// Keeps `bytes` under their digest.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Digest, Error> {
        if bytes.len() > LONGEST {
            return Err(Error::TooLong(bytes.len()));
        }
        let (digest, bytes) = digested(bytes).await?;
        self.store.write(digest, bytes).await?;
        Ok(digest)
    }

    /// Reads a blob whole and holds it against its name.
    pub async fn get(&self, digest: Digest) -> Result<Vec<u8>, Error> {
        let (found, bytes) = digested(self.store.read(digest).await?).await?;
        if found == digest { Ok(bytes) } else { Err(Error::Damaged(digest)) }
    }

    /// Every blob whose digest begins with `part`, and how long it is. Bytes are not read.
    pub async fn list(&self, part: u8) -> Result<BTreeMap<Digest, u64>, Error> {
        self.store.list(part).await
    }

    /// Writes, reads, lists and removes a blob that no row names: whether the place can be used as it must be.
    pub async fn probe(&self) -> Result<(), Error> {
        let bytes = crate::secret::random::<32>().to_vec();
        let digest = self.put(bytes.clone()).await?;
        let read = self.get(digest).await.and_then(|read| match read == bytes {
            true => Ok(()),
            false => Err(Error::Damaged(digest)),
        });
        let listed = match digest.to_string().get(..2).and_then(|part| u8::from_str_radix(part, 16).ok()) {
            Some(part) => self.list(part).await.map(|all| all.contains_key(&digest)),
            None => Ok(false),
        };
        // Removed whatever came of it.
        self.store.remove(digest).await?;
        read?;
        if !listed? { Err(Error::Missing(digest)) } else { Ok(()) }
    }
}

/// Digests bytes away from the threads that answer requests: some tens of milliseconds for the longest.
async fn digested(bytes: Vec<u8>) -> Result<(Digest, Vec<u8>), Error> {
    let done = tokio::task::spawn_blocking(move || (Digest::of(&bytes), bytes)).await;
    done.map_err(|broken| Error::Io(io::Error::other(broken)))
}
