//! Files that rows point to, kept under the digest of their bytes: evidence, run files, imports. Serves all clauses.
//!
//! A blob never changes and is written before the row that names it. Two equal files are one. Nothing here knows what a
//! file means.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::Digest;

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no room to store a blob")]
    Full(#[source] io::Error),
    #[error("cannot use the blob folder")]
    Io(#[from] io::Error),
    #[error("blob {0} is missing")]
    Missing(Digest),
    #[error("blob {0} is damaged: its bytes have another digest")]
    Damaged(Digest),
}

/// Where blobs are: a folder with 256 sub-folders by the digest's first two digits, so that no folder grows huge.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Uses `folder`, which is created when missing.
    pub fn open(folder: &Path) -> Result<Blobs, Error> {
        std::fs::create_dir_all(folder)?;
        Ok(Blobs { folder: folder.to_owned() })
    }

    /// Keeps `bytes`; after this returns they survive a power cut.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, Error> {
        let digest = Digest::of(bytes);
        let path = self.path(digest);
        // A file of the right length is the blob: it got its name only after it was whole and on the disk.
        if std::fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64) {
            return Ok(digest);
        }
        let parent = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(parent)?;
        let unique = crate::secret::random::<8>().iter().map(|b| format!("{b:02x}")).collect::<String>();
        let draft = parent.join(format!(".{unique}.part"));
        let written = (|| {
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
                | io::ErrorKind::ReadOnlyFilesystem => Error::Full(error),
                _ => Error::Io(error),
            }
        })?;
        Ok(digest)
    }

    /// Reads a blob whole and holds it against its name.
    pub fn get(&self, digest: Digest) -> Result<Vec<u8>, Error> {
        let bytes = std::fs::read(self.path(digest)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::Missing(digest),
            _ => Error::Io(error),
        })?;
        if Digest::of(&bytes) == digest { Ok(bytes) } else { Err(Error::Damaged(digest)) }
    }

    /// Whether there is a file of that name. Its bytes are not read.
    pub fn has(&self, digest: Digest) -> bool {
        self.path(digest).is_file()
    }

    /// Where the bytes are on this machine, for readers that need a file.
    pub fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
        (folder, blobs)
    }

    #[test]
    fn equal_files_are_one_and_come_back() {
        let (_folder, blobs) = blobs();
        let one = blobs.put("证据".as_bytes()).unwrap();
        assert_eq!(blobs.put("证据".as_bytes()).unwrap(), one);
        assert_eq!(blobs.get(one).unwrap(), "证据".as_bytes());
        let files = std::fs::read_dir(blobs.path(one).parent().unwrap()).unwrap().count();
        assert_eq!(files, 1, "no draft stays behind");
    }

    #[test]
    fn a_damaged_or_missing_blob_is_told_and_mended_by_putting_it_again() {
        let (_folder, blobs) = blobs();
        let one = blobs.put(b"whole").unwrap();
        std::fs::write(blobs.path(one), b"who").unwrap();
        assert!(matches!(blobs.get(one), Err(Error::Damaged(d)) if d == one));
        blobs.put(b"whole").unwrap();
        assert_eq!(blobs.get(one).unwrap(), b"whole");
        let other = Digest::of(b"other");
        assert!(matches!(blobs.get(other), Err(Error::Missing(d)) if d == other));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_and_no_panic() {
        let (folder, _) = blobs();
        let file = folder.path().join("file");
        std::fs::write(&file, b"").unwrap();
        assert!(Blobs::open(&file).is_err());
    }
}
