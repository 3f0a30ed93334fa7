//! Where Chromium stands on this machine. Serves N2.1.
//!
//! Looks at file names only; never downloads, never runs what it finds.

use std::path::{Path, PathBuf};

use crate::NoBrowser;

/// The package that brings Chromium on Debian.
pub const PACKAGE: &str = "chromium";
/// Programs that speak the same protocol, best known first.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/// Where programs stand when the environment does not say.
const USUAL: &str = "/usr/local/bin:/usr/bin:/bin:/snap/bin";

/// The program that the user named, or the first that stands where programs do.
pub fn find(named: Option<&Path>) -> Result<PathBuf, NoBrowser> {
    if let Some(path) = named {
        return if path.is_file() { Ok(path.to_owned()) } else { Err(NoBrowser::NotThere(path.to_owned())) };
    }
    let path = std::env::var_os("PATH").unwrap_or_else(|| USUAL.into());
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|program| program.is_file()).ok_or(NoBrowser::NotInstalled)
}
