//! What the disk says: room that is left, and a folder that only this program uses. Serves all clauses.
//!
//! Linux only, as the whole program.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// The file whose lock tells that a data folder is in use. A file left behind is locked by nobody.
const LOCK: &str = ".lock";

/// Bytes that this program may still write where `path` is.
pub fn free(path: &Path) -> io::Result<u64> {
    let room = rustix::fs::statvfs(path)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

/// Brings everything of the file system that holds `folder` onto the disk: one call for a million files.
pub fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// A data folder held for as long as this lives.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

/// Holds a data folder together with other servers on it; `None` while a restore has it for itself.
pub fn share(folder: &Path) -> io::Result<Option<Held>> {
    held(folder, File::try_lock_shared)
}

/// Holds a data folder alone; `None` while a server runs on it.
pub fn own(folder: &Path) -> io::Result<Option<Held>> {
    held(folder, File::try_lock)
}

fn held(folder: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<Option<Held>> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    match lock(&file) {
        Ok(()) => Ok(Some(Held { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        // A file system without locks (some network disks) must not keep the system from running.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            Ok(Some(Held { _file: file }))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_share_a_folder_and_a_restore_has_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (share(folder.path()).unwrap(), share(folder.path()).unwrap());
        assert!(one.is_some() && two.is_some());
        assert!(own(folder.path()).unwrap().is_none());
        drop((one, two));
        let alone = own(folder.path()).unwrap();
        assert!(alone.is_some() && share(folder.path()).unwrap().is_none());
    }

    #[test]
    fn room_is_told_where_there_is_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free(folder.path()).unwrap() > 0);
        sync(folder.path()).unwrap();
        assert!(free(&folder.path().join("none")).is_err());
    }
}
