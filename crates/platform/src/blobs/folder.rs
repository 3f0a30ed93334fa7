//! Blobs in a folder of this machine. Serves all clauses.
//!
//! 256 sub-folders by the digest's first two digits, so that no folder grows huge. A file gets its name only when it is
//! whole and on the disk.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Doing, Error, LONGEST, Store};
use crate::Digest;

/// A folder of blobs.
#[derive(Clone, Debug)]
pub struct Folder {
    folder: PathBuf,
}

impl Folder {
    /// Uses `folder`, which is created when missing.
    pub fn open(folder: &Path) -> Result<Folder, Error> {
        std::fs::create_dir_all(folder)?;
        Ok(Folder { folder: folder.to_owned() })
    }

    /// Where a blob's bytes are.
    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    fn keep(&self, digest: Digest, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(digest);
        // A file of the right length is the blob: it got its name only after it was whole and on the disk.
        if std::fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64) {
            return Ok(());
        }
        let parent = path.parent().unwrap_or(&self.folder);
        let unique = crate::secret::random::<8>().iter().map(|b| format!("{b:02x}")).collect::<String>();
        let draft = parent.join(format!(".{unique}.part"));
        let written = (|| {
            std::fs::create_dir_all(parent)?;
            let mut file = std::fs::File::create(&draft)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&draft, &path)?;
            std::fs::File::open(parent)?.sync_all()
        })();
        written.map_err(|error| {
            // The draft is of no use; that it stays is worse than nothing only for the disk, which is told already.
            std::fs::remove_file(&draft).ok();
            match error.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge
                | io::ErrorKind::ReadOnlyFilesystem => Error::Full(error.into()),
                _ => Error::Io(error),
            }
        })
    }

    fn fetch(&self, digest: Digest) -> Result<Vec<u8>, Error> {
        let missing = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Error::Missing(digest),
            _ => Error::Io(error),
        };
        let file = std::fs::File::open(self.path(digest)).map_err(missing)?;
        let mut bytes = Vec::new();
        file.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > LONGEST { Err(Error::TooLong(bytes.len())) } else { Ok(bytes) }
    }

    fn entries(&self, part: u8) -> Result<BTreeMap<Digest, u64>, Error> {
        let mut blobs = BTreeMap::new();
        let first = format!("{part:02x}");
        let entries = match std::fs::read_dir(self.folder.join(&first)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.folder.is_dir() => {
                return Ok(blobs);
            }
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            // Drafts have other names.
            let Some(digest) = name.to_str().and_then(|rest| Digest::parse(&format!("{first}{rest}"))) else {
                continue;
            };
            blobs.insert(digest, entry.metadata()?.len());
        }
        Ok(blobs)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let folder = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        done.map_err(|broken| Error::Io(io::Error::other(broken)))?
    }
}

impl Store for Folder {
    fn place(&self) -> String {
        format!("文件夹 {}", self.folder.display())
    }

    fn write(&self, digest: Digest, bytes: Vec<u8>) -> Doing<'_, ()> {
        Box::pin(self.blocking(move |folder| folder.keep(digest, &bytes)))
    }

    fn read(&self, digest: Digest) -> Doing<'_, Vec<u8>> {
        Box::pin(self.blocking(move |folder| folder.fetch(digest)))
    }

    fn list(&self, part: u8) -> Doing<'_, BTreeMap<Digest, u64>> {
        Box::pin(self.blocking(move |folder| folder.entries(part)))
    }

    fn remove(&self, digest: Digest) -> Doing<'_, ()> {
        Box::pin(self.blocking(move |folder| match std::fs::remove_file(folder.path(digest)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_draft_stays_behind_and_what_is_no_blob_is_not_listed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Folder::open(&folder.path().join("blobs")).unwrap();
        let digest = Digest::of(b"whole");
        blobs.keep(digest, b"whole").unwrap();
        let parent = blobs.path(digest).parent().unwrap().to_owned();
        assert_eq!(std::fs::read_dir(&parent).unwrap().count(), 1);
        std::fs::write(parent.join(".0011.part"), b"wh").unwrap();
        let part = u8::from_str_radix(&digest.to_string()[..2], 16).unwrap();
        assert_eq!(blobs.entries(part).unwrap(), BTreeMap::from([(digest, 5)]));
        assert_eq!(blobs.entries(part ^ 1).unwrap(), BTreeMap::new());
    }

    #[test]
    fn a_folder_that_cannot_be_written_or_has_gone_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, b"").unwrap();
        assert!(Folder::open(&file).is_err());
        let blobs = Folder::open(&folder.path().join("blobs")).unwrap();
        std::fs::remove_dir(folder.path().join("blobs")).unwrap();
        assert!(matches!(blobs.entries(0), Err(Error::Io(_))));
    }
}
