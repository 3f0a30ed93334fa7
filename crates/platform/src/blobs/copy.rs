//! Every blob of one place into another. Clause N4.7.
//!
//! Removes nothing. May be stopped at any point and begun again: what is there already is not read a second time.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Blobs, Error, LONGEST};
use crate::Digest;

/// Blobs on their way at a time: enough to hide a network's delays; together they hold at most 512 MiB.
const AT_ONCE: usize = 8;
const _: () = assert!(AT_ONCE * LONGEST <= 512 << 20);

/// Damaged blobs that are named: enough to look at.
const MOST_EXAMPLES: usize = 5;

/// What was copied.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Copied {
    pub copied: u64,
    pub bytes: u64,
    /// There before.
    pub there: u64,
    /// Blobs whose bytes have another digest; they are not copied.
    pub damaged: u64,
    /// The first of them.
    pub examples: Vec<Digest>,
}

/// Copies what `to` does not hold. The first failure of either place ends it.
pub async fn copy(from: &Blobs, to: &Blobs) -> Result<Copied, Error> {
    let mut copied = Copied::default();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    for part in 0..=u8::MAX {
        let (wanted, there) = (from.list(part).await?, to.list(part).await?);
        let mut under_way: JoinSet<(Digest, Result<u64, Error>)> = JoinSet::new();
        for (digest, length) in wanted {
            if there.get(&digest) == Some(&length) {
                copied.there += 1;
                continue;
            }
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { continue };
            let (from, to) = (from.clone(), to.clone());
            under_way.spawn(async move {
                let _permit = permit;
                let one = async {
                    let bytes = from.get(digest).await?;
                    let length = bytes.len() as u64;
                    to.put(bytes).await?;
                    Ok(length)
                };
                (digest, one.await)
            });
            while let Some(done) = under_way.try_join_next() {
                copied.note(done)?;
            }
        }
        while let Some(done) = under_way.join_next().await {
            copied.note(done)?;
        }
    }
    Ok(copied)
}

impl Copied {
    fn note(
        &mut self,
        done: Result<(Digest, Result<u64, Error>), tokio::task::JoinError>,
    ) -> Result<(), Error> {
        match done.map_err(|broken| Error::Io(std::io::Error::other(broken)))? {
            (_, Ok(bytes)) => {
                self.copied += 1;
                self.bytes += bytes;
                Ok(())
            }
            (digest, Err(Error::Damaged(found))) if digest == found => {
                self.damaged += 1;
                if self.examples.len() < MOST_EXAMPLES {
                    self.examples.push(digest);
                }
                Ok(())
            }
            (_, Err(error)) => Err(error),
        }
    }
}
