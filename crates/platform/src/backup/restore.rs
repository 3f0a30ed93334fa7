//! The system back from a backup: all of it or nothing. Clause N4.7.
//!
//! Everything is unpacked and held against its digest in a folder beside the target before the target is touched. What
//! the target held is renamed, never deleted.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;

use super::{DIGESTS, DUMP, Engine, FORMAT, MANIFEST, Manifest, SQLITE, Trouble, beside, postgres};
use crate::db::Place;
use crate::digest::Digesting;
use crate::{Db, Digest, disk};

/// The longest manifest and list of digests that are read: a list of five million files.
const LONGEST_LIST: u64 = 1 << 30;

/// What is to be restored where.
pub struct Order<'a> {
    /// The backup.
    pub file: &'a Path,
    /// The data folder to come.
    pub data: &'a Path,
    pub place: &'a Place,
    /// The migrations that this program knows.
    pub known: &'a [String],
    /// Whether what is there may be put aside.
    pub overwrite: bool,
    /// Whether the system to come keeps its blobs in an object store.
    pub has_objects: bool,
}

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub files: usize,
    /// Where the former data folder is now, if there was one that was not empty.
    pub aside: Option<PathBuf>,
}

type Zip = ZipArchive<BufReader<File>>;

/// Restores a backup.
pub async fn restore(order: Order<'_>) -> Result<Restored, Trouble> {
    let (mut zip, manifest) = open(order.file)?;
    check(&manifest, order.place, order.known)?;
    if let Some(place) = manifest.blobs_at.as_ref().filter(|_| !order.has_objects) {
        return Err(Trouble::BlobsElsewhere(place.clone()));
    }
    let data = std::path::absolute(order.data).map_err(Trouble::at(order.data))?;
    let full = match std::fs::read_dir(&data) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(Trouble::at(&data)(error)),
    };
    if full && !order.overwrite {
        return Err(Trouble::NotEmpty(order.data.to_owned()));
    }
    // Held until the end: no server starts on a folder that is being replaced.
    let _held = match full {
        true => {
            Some(disk::own(&data).map_err(Trouble::at(&data))?.ok_or_else(|| Trouble::InUse(data.clone()))?)
        }
        false => None,
    };
    let mut replace = false;
    if let Place::Postgres(_) = order.place {
        let db = Db::open(order.place).await?;
        let blank = db.is_blank().await;
        db.close().await?;
        replace = !blank?;
        if replace && !order.overwrite {
            return Err(Trouble::DatabaseNotEmpty);
        }
    }
    let draft = beside(&data, "restoring");
    let (file, place) = (order.file.to_owned(), order.place.clone());
    let work = move || -> Result<(usize, Option<PathBuf>), Trouble> {
        let made = unpack(&mut zip, &file, &draft)
            .and_then(|files| put_in_place(&draft, &data, full, &place, replace).map(|aside| (files, aside)));
        if made.is_err() && draft.exists() {
            std::fs::remove_dir_all(&draft).map_err(Trouble::at(&draft))?;
        }
        made
    };
    let done = tokio::task::spawn_blocking(work).await;
    let (files, aside) = done.map_err(|broken| Trouble::Disk {
        path: order.data.to_owned(),
        source: io::Error::other(broken),
    })??;
    Ok(Restored { manifest, files, aside })
}

/// Opens an archive and reads what it is.
fn open(path: &Path) -> Result<(Zip, Manifest), Trouble> {
    let not_ours = || Trouble::NotOurs(path.to_owned());
    let mut file = File::open(path).map_err(Trouble::at(path))?;
    let mut head = [0; 4];
    let begun = file.read_exact(&mut head);
    if begun.is_err() || &head != b"PK\x03\x04" {
        return Err(not_ours());
    }
    // The directory of an archive stands at its end; one that begins as such and has none was cut off.
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| Trouble::Truncated(path.to_owned()))?;
    let text = text(&mut zip, MANIFEST).ok_or_else(not_ours)?;
    let format = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok()?.get("format")?.as_u64();
    match format(&text) {
        None => Err(not_ours()),
        Some(format) if format > u64::from(FORMAT) => {
            Err(Trouble::Newer { program: "未知".to_owned(), what: format!("备份格式 {format}") })
        }
        Some(_) => Ok((zip, serde_json::from_str(&text).map_err(|_| not_ours())?)),
    }
}

fn check(manifest: &Manifest, place: &Place, known: &[String]) -> Result<(), Trouble> {
    if let Some(step) = manifest.steps.iter().find(|step| !known.contains(step)) {
        let what = format!("其中的数据表（{step}）");
        return Err(Trouble::Newer { program: manifest.program.clone(), what });
    }
    let wanted = match place {
        Place::Sqlite(_) => Engine::Sqlite,
        Place::Postgres(_) => Engine::Postgres,
    };
    match manifest.database == wanted {
        true => Ok(()),
        false => Err(Trouble::OtherEngine { held: manifest.database, wanted }),
    }
}

fn text(zip: &mut Zip, name: &str) -> Option<String> {
    let mut text = String::new();
    zip.by_name(name).ok()?.take(LONGEST_LIST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Unpacks every entry into `draft` and holds it against its digest; nothing may be missing and nothing more be there.
fn unpack(zip: &mut Zip, file: &Path, draft: &Path) -> Result<usize, Trouble> {
    let truncated = || Trouble::Truncated(file.to_owned());
    let list = text(zip, DIGESTS).ok_or_else(truncated)?;
    let mut wanted: BTreeMap<&str, Digest> = BTreeMap::new();
    for line in list.lines() {
        let (digest, name) = line.split_once("  ").ok_or_else(truncated)?;
        wanted.insert(name, Digest::parse(digest).ok_or_else(truncated)?);
    }
    let files = wanted.len();
    folder(draft)?;
    for at in 0..zip.len() {
        let entry = zip.by_index(at).map_err(|_| truncated())?;
        let name = entry.name().map_err(|_| truncated())?.into_owned();
        if name == MANIFEST || name == DIGESTS {
            continue;
        }
        let damaged = || Trouble::Damaged(name.clone());
        let digest = wanted.remove(name.as_str()).ok_or_else(damaged)?;
        let inside = Path::new(&name).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(damaged());
        }
        let path = draft.join(&name);
        folder(path.parent().unwrap_or(draft))?;
        let mut out = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(Trouble::at(&path))?;
        let mut reader = Digesting::new(entry);
        copy(&mut reader, &mut out).map_err(|side| match side {
            Side::Read => damaged(),
            Side::Write(error) => Trouble::at(&path)(error),
        })?;
        if reader.finish().0 != digest {
            return Err(damaged());
        }
    }
    if let Some((missing, _)) = wanted.pop_first() {
        return Err(Trouble::Damaged(missing.to_owned()));
    }
    disk::sync(draft).map_err(Trouble::at(draft))?;
    Ok(files)
}

fn folder(path: &Path) -> Result<(), Trouble> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Trouble::at(path))
}

enum Side {
    Read,
    Write(io::Error),
}

/// Copies and knows which side failed: a damaged archive and a full disk are two messages.
fn copy(from: &mut impl io::Read, to: &mut impl io::Write) -> Result<(), Side> {
    let mut buffer = vec![0; 128 << 10];
    loop {
        match from.read(&mut buffer).map_err(|_| Side::Read)? {
            0 => return to.flush().map_err(Side::Write),
            read => to.write_all(&buffer[..read]).map_err(Side::Write)?,
        }
    }
}

/// Makes the draft the data folder. What can fail is done first, and undone when a later part fails.
fn put_in_place(
    draft: &Path,
    data: &Path,
    full: bool,
    place: &Place,
    replace: bool,
) -> Result<Option<PathBuf>, Trouble> {
    let dump = draft.join(DUMP);
    if let Place::Sqlite(_) = place
        && !draft.join(SQLITE).is_file()
    {
        return Err(Trouble::Damaged(SQLITE.to_owned()));
    }
    let aside = beside(data, "before");
    // A name without the dot: it is meant to be seen.
    let name = aside.file_name().unwrap_or_default().to_string_lossy().trim_start_matches('.').to_owned();
    let aside = full.then(|| aside.with_file_name(name));
    match &aside {
        Some(aside) => std::fs::rename(data, aside).map_err(Trouble::at(data))?,
        // An empty folder may stand there.
        None if data.exists() => std::fs::remove_dir(data).map_err(Trouble::at(data))?,
        None => {}
    }
    let back = |trouble: Trouble| -> Trouble {
        if let Some(aside) = &aside
            && let Err(error) = std::fs::rename(aside, data)
        {
            return Trouble::at(aside)(error);
        }
        trouble
    };
    if let Place::Postgres(url) = place {
        postgres::load(url, &dump, replace).map_err(&back)?;
        std::fs::remove_file(&dump).map_err(Trouble::at(&dump))?;
    }
    std::fs::rename(draft, data).map_err(|error| back(Trouble::at(data)(error)))?;
    let parent = data.parent().unwrap_or(Path::new("/"));
    disk::sync(parent).map_err(Trouble::at(parent))?;
    Ok(aside)
}
