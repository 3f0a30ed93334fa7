//! Making a backup: the database first, then every file beside it. Clause N4.7.
//!
//! The system goes on meanwhile; nothing in the data folder is changed.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tokio::runtime::Handle;
use zip::CompressionMethod::{Deflated, Stored};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use super::{DIGESTS, DUMP, Engine, FORMAT, MANIFEST, Manifest, SQLITE, Trouble, beside, postgres};
use crate::clock::Instant;
use crate::db::{self, Place};
use crate::digest::Digesting;

/// The fastest level of deflate: most of what is kept is compressed already.
const LEVEL: i64 = 1;
/// What is compressed already and would only cost time.
const COMPRESSED: [&str; 6] = ["gz", "zip", "png", "jpg", "xlsx", "webp"];
/// The first bytes of an SQLite file (sqlite.org/fileformat.html, 1.3).
const SQLITE_FILE: &[u8; 16] = b"SQLite format 3\0";

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub files: usize,
    /// Bytes of the archive.
    pub bytes: u64,
}

/// What the archive is to say of the system.
#[derive(Clone, Debug)]
pub struct About {
    /// The migrations of the database.
    pub steps: Vec<String>,
    /// Where blobs are, if not in the data folder.
    pub blobs_at: Option<String>,
    pub now: Instant,
}

/// Makes a backup of the system in `data` into the file `out`, which must not be there.
pub async fn make(data: &Path, place: &Place, out: &Path, about: About) -> Result<Made, Trouble> {
    let absolute = std::path::absolute(out).map_err(Trouble::at(out))?;
    if absolute.exists() {
        return Err(Trouble::Exists(out.to_owned()));
    }
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let folder = folder.canonicalize().map_err(Trouble::at(folder))?;
    let whole = data.canonicalize().map_err(Trouble::at(data))?;
    if folder.starts_with(&whole) {
        return Err(Trouble::InsideData);
    }
    let engine = match place {
        Place::Sqlite(file) if !file.is_file() => return Err(Trouble::NoDatabase(file.clone())),
        Place::Sqlite(_) => Engine::Sqlite,
        Place::Postgres(_) => Engine::Postgres,
    };
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let About { steps, blobs_at, now } = about;
    let manifest = Manifest { format: FORMAT, program, made_at: now, database: engine, steps, blobs_at };
    // Everything unfinished lies in one folder beside the archive, so that no failure leaves anything behind.
    let drafts = beside(&folder.join(absolute.file_name().unwrap_or_default()), "part");
    let (place, runtime) = (place.clone(), Handle::current());
    let path = drafts.clone();
    let work = move || -> Result<Made, Trouble> {
        std::fs::create_dir(&drafts).map_err(Trouble::at(&drafts))?;
        let made = write(&whole, &place, &drafts, &manifest, &runtime)
            .and_then(|made| put_in_place(&drafts, &absolute).map(|()| made));
        let swept = std::fs::remove_dir_all(&drafts).map_err(Trouble::at(&drafts));
        made.and_then(|made| swept.map(|()| made))
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|broken| Trouble::Disk { path, source: io::Error::other(broken) })?
}

/// The archive gets its name when it is whole and on the disk.
fn put_in_place(drafts: &Path, out: &Path) -> Result<(), Trouble> {
    // A hard link does not replace a file that came to be meanwhile, as a rename would.
    std::fs::hard_link(drafts.join("archive"), out).map_err(Trouble::at(out))?;
    let folder = out.parent().unwrap_or(Path::new("/"));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Trouble::at(folder))
}

struct Archive {
    path: PathBuf,
    zip: ZipWriter<BufWriter<File>>,
    digests: String,
    files: usize,
}

impl Archive {
    /// Adds a file; `false` when it has gone meanwhile.
    fn add(&mut self, name: &str, source: &Path) -> Result<bool, Trouble> {
        let file = match File::open(source) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other.map_err(Trouble::at(source))?,
        };
        let packed = source.extension().is_some_and(|ending| COMPRESSED.iter().any(|known| ending == *known));
        self.start(name, packed)?;
        let mut reader = Digesting::new(file);
        // Which of the two sides failed makes the message; the archive's disk is the one that fills up.
        io::copy(&mut reader, &mut self.zip).map_err(Trouble::at(&self.path))?;
        let (digest, _) = reader.finish();
        self.digests.push_str(&format!("{digest}  {name}\n"));
        self.files += 1;
        Ok(true)
    }

    fn start(&mut self, name: &str, packed: bool) -> Result<(), Trouble> {
        let options = SimpleFileOptions::default().large_file(true).unix_permissions(0o600);
        let options = match packed {
            true => options.compression_method(Stored),
            false => options.compression_method(Deflated).compression_level(Some(LEVEL)),
        };
        self.zip.start_file(name, options).map_err(|error| disk(&self.path, error))
    }

    fn text(&mut self, name: &str, text: &str) -> Result<(), Trouble> {
        self.start(name, false)?;
        self.zip.write_all(text.as_bytes()).map_err(Trouble::at(&self.path))
    }
}

fn disk(path: &Path, error: ZipError) -> Trouble {
    Trouble::Disk { path: path.to_owned(), source: error.into() }
}

fn write(
    data: &Path,
    place: &Place,
    drafts: &Path,
    manifest: &Manifest,
    runtime: &Handle,
) -> Result<Made, Trouble> {
    let path = drafts.join("archive");
    // It holds digests of passwords: nobody else on the machine may read it.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let file = file.map_err(Trouble::at(&path))?;
    let zip = ZipWriter::new(BufWriter::new(file));
    let mut archive = Archive { path: path.clone(), zip, digests: String::new(), files: 0 };
    let json = serde_json::to_string_pretty(manifest)
        .map_err(|error| disk(&path, io::Error::other(error).into()))?;
    archive.text(MANIFEST, &json)?;
    let copy = drafts.join("database");
    match place {
        Place::Sqlite(file) => {
            runtime.block_on(db::snapshot(file, &copy))?;
            archive.add(SQLITE, &copy)?;
        }
        Place::Postgres(url) => {
            postgres::dump(url, &copy)?;
            archive.add(DUMP, &copy)?;
        }
    }
    std::fs::remove_file(&copy).map_err(Trouble::at(&copy))?;
    add_files(data, drafts, &mut archive, runtime)?;
    let digests = std::mem::take(&mut archive.digests);
    archive.text(DIGESTS, &digests)?;
    let file = archive.zip.finish().map_err(|error| disk(&path, error))?;
    let file = file.into_inner().map_err(|error| Trouble::at(&path)(error.into_error()))?;
    file.sync_all().map_err(Trouble::at(&path))?;
    let bytes = file.metadata().map_err(Trouble::at(&path))?.len();
    Ok(Made { files: archive.files, bytes })
}

/// Every file of the data folder but the database, drafts and locks. An SQLite file, such as a run's, is copied as the
/// engine sees it; what grows by appending (evidence) is copied after it and so is never shorter than it says.
fn add_files(data: &Path, drafts: &Path, archive: &mut Archive, runtime: &Handle) -> Result<(), Trouble> {
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries = Vec::new();
        let listed = match std::fs::read_dir(&folder) {
            // A run that was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound && folder != data => continue,
            other => other.map_err(Trouble::at(&folder))?,
        };
        for entry in listed {
            let entry = entry.map_err(Trouble::at(&folder))?;
            let kind = entry.file_type().map_err(Trouble::at(&folder))?;
            entries.push((!is_sqlite(&entry.path()), entry.path(), kind));
        }
        entries.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        for (plain, path, kind) in entries {
            let Some(name) = name(data, &path) else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && plain {
                archive.add(&name, &path)?;
            } else if kind.is_file() {
                let copy = drafts.join("run");
                runtime.block_on(db::snapshot(&path, &copy))?;
                archive.add(&name, &copy)?;
                std::fs::remove_file(&copy).map_err(Trouble::at(&copy))?;
            }
        }
    }
    Ok(())
}

/// A file's name in the archive; `None` for what belongs to the database, to nobody, or is no text.
fn name(data: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(data).ok()?.to_str()?;
    let last = path.file_name()?.to_str()?;
    let of_engine = ["-wal", "-shm", "-journal"].iter().any(|ending| last.ends_with(ending));
    let ours = name == SQLITE || last.starts_with('.') || of_engine;
    (!ours).then(|| name.to_owned())
}

fn is_sqlite(path: &Path) -> bool {
    let mut head = [0; 16];
    path.extension().is_some_and(|ending| ending == "db")
        && File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && &head == SQLITE_FILE
}
