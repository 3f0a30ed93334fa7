//! One blob, one object, under prefix, two digits, the other digits. Serves all clauses.
//!
//! Every request is signed over the digest of what it carries, so that a storage that received other bytes refuses
//! them. No object is ever changed.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3;
use object_store::path::{Path, PathPart};
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart};
use platform::Digest;
use platform::blobs::{Doing, Error, LONGEST, Store};

use crate::trouble::of;

/// Longer blobs are sent in parts of this size, each tried again by itself. No storage takes parts below 5 MiB.
const PART: usize = 8 << 20;
/// Parts on their way at a time.
const PARTS_AT_ONCE: usize = 4;

/// A bucket of blobs.
#[derive(Debug)]
pub struct Objects {
    store: AmazonS3,
    prefix: Path,
    place: String,
}

impl Objects {
    pub(crate) fn new(store: AmazonS3, prefix: Path, place: String) -> Objects {
        Objects { store, prefix, place }
    }

    /// Prefix and one more part.
    fn folder(&self, first: &str) -> Path {
        Path::from_iter(self.prefix.parts().chain([PathPart::from(first)]))
    }

    fn key(&self, digest: Digest) -> Path {
        let name = digest.to_string();
        Path::from_iter(self.folder(&name[..2]).parts().chain([PathPart::from(&name[2..])]))
    }

    fn trouble(&self, digest: Option<Digest>) -> impl Fn(object_store::Error) -> Error {
        move |error| of(error, digest, &self.place)
    }

    async fn keep(&self, digest: Digest, bytes: Vec<u8>) -> Result<(), Error> {
        let (key, length) = (self.key(digest), bytes.len() as u64);
        match self.store.head(&key).await {
            Ok(there) if there.size == length => return Ok(()),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(self.trouble(None)(error)),
        }
        if bytes.len() <= PART {
            self.store.put(&key, PutPayload::from(bytes)).await.map_err(self.trouble(None))?;
            return Ok(());
        }
        let upload = self.store.put_multipart(&key).await.map_err(self.trouble(None))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        for part in bytes.chunks(PART) {
            if let Err(error) = upload.wait_for_capacity(PARTS_AT_ONCE).await {
                // Parts that stay behind cost room only; the first failure is the one to be told.
                if let Err(left) = upload.abort().await {
                    tracing::warn!("parts of an upload stay behind: {left}");
                }
                return Err(self.trouble(None)(error));
            }
            upload.write(part);
        }
        // Aborts by itself when it fails.
        upload.finish().await.map_err(self.trouble(None))?;
        // Each part was held against its digest; that none is missing is seen by the length.
        let there = self.store.head(&key).await.map_err(self.trouble(None))?;
        if there.size == length { Ok(()) } else { Err(Error::Damaged(digest)) }
    }

    async fn fetch(&self, digest: Digest) -> Result<Vec<u8>, Error> {
        let trouble = self.trouble(Some(digest));
        let answer = self.store.get(&self.key(digest)).await.map_err(&trouble)?;
        let told = usize::try_from(answer.meta.size).unwrap_or(usize::MAX);
        if told > LONGEST {
            return Err(Error::TooLong(told));
        }
        let mut bytes = Vec::with_capacity(told);
        let mut stream = answer.into_stream();
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(&trouble)?;
            if bytes.len() + piece.len() > LONGEST {
                return Err(Error::TooLong(bytes.len() + piece.len()));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    async fn entries(&self, part: u8) -> Result<BTreeMap<Digest, u64>, Error> {
        let first = format!("{part:02x}");
        let folder = self.folder(&first);
        let mut listed = self.store.list(Some(&folder));
        let mut blobs = BTreeMap::new();
        while let Some(object) = listed.try_next().await.map_err(self.trouble(None))? {
            let rest = object.location.filename().unwrap_or_default();
            // Others may keep things in the bucket; they are no blobs.
            if let Some(digest) = Digest::parse(&format!("{first}{rest}")) {
                blobs.insert(digest, object.size);
            }
        }
        Ok(blobs)
    }

    async fn forget(&self, digest: Digest) -> Result<(), Error> {
        match self.store.delete(&self.key(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.trouble(None)(error)),
        }
    }
}

impl Store for Objects {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn write(&self, digest: Digest, bytes: Vec<u8>) -> Doing<'_, ()> {
        Box::pin(self.keep(digest, bytes))
    }

    fn read(&self, digest: Digest) -> Doing<'_, Vec<u8>> {
        Box::pin(self.fetch(digest))
    }

    fn list(&self, part: u8) -> Doing<'_, BTreeMap<Digest, u64>> {
        Box::pin(self.entries(part))
    }

    fn remove(&self, digest: Digest) -> Doing<'_, ()> {
        Box::pin(self.forget(digest))
    }
}
