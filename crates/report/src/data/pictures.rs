//! Pictures of pages beside their faults, and of the home page at the head. Clause N5.3.
//!
//! Embedded, so that the report stays one file; bounded, and beyond the bound named as the files they are.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crawl::PICTURED;
use crawl::run_file::RunReader;
use serde::Serialize;

use super::kinds::Kind;

/// Bytes of pictures in the page; a portal's home page weighs 300 to 600 KB.
const MOST_BYTES: u64 = 8 << 20;

/// A picture as shown.
#[derive(Clone, Serialize)]
pub struct Picture {
    /// The picture itself as a `data:` address; `None` where the page has no room for it.
    pub embedded: Option<String>,
    /// Its file, from the folder of the report.
    pub path: String,
}

/// The pictures of a run that are there.
#[derive(Default)]
pub struct Pictures {
    pub home: Option<Picture>,
    by_page: HashMap<String, Picture>,
}

impl Pictures {
    pub fn read(run: &RunReader, folder: &Path) -> rusqlite::Result<Pictures> {
        let mut pictures = Pictures::default();
        let mut left = MOST_BYTES;
        for row in run.screenshots()? {
            // The name is one of ours, or it is not looked at.
            let number = row.path.strip_prefix("screenshots/").and_then(|name| name.strip_suffix(".jpg"));
            if number.is_none_or(|number| number.parse::<u32>().is_err()) {
                continue;
            }
            let file = folder.join(&row.path);
            let Ok(about) = std::fs::metadata(&file) else { continue };
            let bytes = (about.len() <= left).then(|| std::fs::read(&file).ok()).flatten();
            left -= bytes.as_ref().map_or(0, |_| about.len());
            let embedded = bytes.map(|bytes| format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)));
            let picture = Picture { embedded, path: row.path };
            if row.kind == "home" {
                pictures.home = Some(picture);
            } else {
                pictures.by_page.insert(row.url, picture);
            }
        }
        Ok(pictures)
    }

    /// Gives each picture to the gravest fault of its page that has to be seen.
    pub fn hand_out(&mut self, kinds: &mut [Kind]) {
        for kind in kinds.iter_mut().filter(|kind| PICTURED.contains(&kind.rule.as_str())) {
            for fault in &mut kind.faults {
                fault.picture = fault.page.as_ref().and_then(|page| self.by_page.remove(page));
            }
        }
    }
}
