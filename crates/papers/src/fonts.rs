//! Fonts for documents: those of a folder that the users name, and those that Debian's packages bring. Clause N5.3.
//!
//! Read anew for each document, and only files whose names say that they hold what a document needs: a machine's fonts weigh
//! hundreds of megabytes, and a server that makes a document now and then keeps none of them.

use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::{Folders, NotMade};

/// Where Debian and its relatives keep fonts.
const SYSTEM: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];
/// Parts of names of files that hold what is wanted, in small letters.
const WANTED: [&str; 12] = [
    "fandol",
    "notoserifcjk",
    "notosanscjk",
    "fangsong",
    "simfang",
    "simhei",
    "simkai",
    "simsun",
    "kaiti",
    "wenkai",
    "xiaobiaosong",
    "fzxbs",
];
/// Weights beside regular and bold are not set in documents.
const OTHER_WEIGHTS: [&str; 6] = ["-black", "-demilight", "-extralight", "-light", "-medium", "-semibold"];
/// The largest file that is read: Noto's collections have some 26 MB.
const LARGEST: u64 = 64 << 20;
/// Files that are read at most, and folders within each other.
const MOST_FILES: usize = 40;
const DEEPEST: usize = 6;

/// Fonts that were read.
pub(crate) struct Fonts {
    pub book: LazyHash<FontBook>,
    pub fonts: Vec<Font>,
}

impl Fonts {
    /// Reads what the folders hold.
    pub fn read(folders: &Folders) -> Result<Fonts, NotMade> {
        let mut files = Vec::new();
        if let Some(own) = &folders.own {
            // Whatever the users put there is wanted.
            collect(own, &|_| true, 0, &mut files);
        }
        let is_wanted = |name: &str| {
            WANTED.iter().any(|part| name.contains(part))
                && !OTHER_WEIGHTS.iter().any(|part| name.contains(part))
        };
        for folder in SYSTEM {
            collect(Path::new(folder), &is_wanted, 0, &mut files);
        }
        let mut fonts = Vec::new();
        for file in files {
            match std::fs::read(&file) {
                Ok(bytes) => fonts.extend(Font::iter(Bytes::new(bytes))),
                // One that cannot be read is as good as none; whoever lacks it sees another font.
                Err(_) => continue,
            }
        }
        let has_chinese = fonts.iter().any(|font| font.info().coverage.contains('政' as u32));
        if !has_chinese {
            return Err(NotMade::NoFonts);
        }
        Ok(Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts })
    }
}

fn collect(folder: &Path, is_wanted: &dyn Fn(&str) -> bool, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if files.len() >= MOST_FILES {
            return;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_font = [".ttf", ".otf", ".ttc", ".otc"].iter().any(|ending| name.ends_with(ending));
        match path.metadata() {
            Ok(about) if about.is_dir() && depth < DEEPEST => collect(&path, is_wanted, depth + 1, files),
            Ok(about) if about.is_file() && is_font && about.len() <= LARGEST && is_wanted(&name) => {
                files.push(path);
            }
            _ => {}
        }
    }
}
