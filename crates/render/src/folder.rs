//! The browser's home: a folder of its own that goes when the browser goes. Clause N2.5.
//!
//! Nothing of one renderer's pages is left for the next, or for anybody else.

use std::io;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::bounds;

const PREFIX: &str = "xunwang-chromium-";

/// A folder that only its owner may look into, removed on drop.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder; `owner` is the user and group that the browser runs as, where that is not us.
    pub fn new(owner: Option<(u32, u32)>) -> io::Result<Folder> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let above = std::env::temp_dir();
        remove_forgotten(&above);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = above.join(format!("{PREFIX}{}-{number}", std::process::id()));
        // Fails where the name is taken, so that nobody can put a folder of his in our way.
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        let folder = Folder(path);
        if let Some((user, group)) = owner {
            chown(&folder.0, Some(user), Some(group))?;
        }
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Processes that die at this moment may write one more file behind us.
        for _ in 0..bounds::REMOVALS {
            match std::fs::remove_dir_all(&self.0) {
                Err(why) if why.kind() != io::ErrorKind::NotFound => std::thread::yield_now(),
                Ok(()) | Err(_) => return,
            }
        }
    }
}

/// Removes what a killed process of ours left behind.
fn remove_forgotten(above: &Path) {
    let Ok(entries) = std::fs::read_dir(above) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|n| n.strip_prefix(PREFIX)).and_then(|n| n.split('-').next());
        let Some(owner) = owner.filter(|owner| owner.parse::<u32>().is_ok()) else { continue };
        let alive = Path::new("/proc").join(owner).exists() || !Path::new("/proc/self").exists();
        if !alive {
            // Not ours to remove, or gone already: either way no harm.
            std::fs::remove_dir_all(entry.path()).ok();
        }
    }
}
