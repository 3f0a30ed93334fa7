//! What was fetched for a reader, kept in the data folder while he reads: the page's record and its picture. Clauses N5.3, N5.7.
//!
//! Nothing of it outlives its day: what a finding needs is put into the blob store when the finding is made. A page that is
//! not there any more is fetched again.

use std::path::PathBuf;
use std::time::Duration;

use ledger::Cx;
use platform::Error;

/// How long a page is kept for its reader.
const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// A page as it was fetched.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// A WARC file of one record, gzipped.
    pub record: Vec<u8>,
    /// The document as the browser made it, where one drew it.
    pub rendered: Option<String>,
    /// JPEG.
    pub picture: Option<Vec<u8>>,
}

const RECORD: &str = "warc.gz";
const RENDERED: &str = "html";
const PICTURE: &str = "jpg";

fn folder(cx: &Cx) -> PathBuf {
    cx.data.join("reading")
}

/// Keeps it for an item of a list.
pub async fn put(cx: &Cx, item: i64, kept: Kept) -> Result<(), Error> {
    let folder = folder(cx);
    blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let path = |ending: &str| folder.join(format!("{item}.{ending}"));
        std::fs::write(path(RECORD), &kept.record)?;
        for (ending, bytes) in [(RENDERED, kept.rendered.map(String::into_bytes)), (PICTURE, kept.picture)] {
            match bytes {
                Some(bytes) => std::fs::write(path(ending), bytes)?,
                None => gone(std::fs::remove_file(path(ending)))?,
            }
        }
        Ok(())
    })
    .await
}

/// What was kept for an item; `None` where it is not there any more.
pub async fn get(cx: &Cx, item: i64) -> Result<Option<Kept>, Error> {
    let folder = folder(cx);
    blocking(move || {
        let read = |ending: &str| match std::fs::read(folder.join(format!("{item}.{ending}"))) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        };
        let Some(record) = read(RECORD)? else { return Ok(None) };
        let rendered = read(RENDERED)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Some(Kept { record, rendered, picture: read(PICTURE)? }))
    })
    .await
}

/// Removes what is older than a day.
pub async fn tidy(cx: &Cx) -> Result<(), Error> {
    let folder = folder(cx);
    blocking(move || {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(fault) => return Err(fault),
        };
        for entry in entries {
            let entry = entry?;
            let is_old = entry.metadata()?.modified()?.elapsed().is_ok_and(|age| age > KEPT);
            if is_old {
                gone(std::fs::remove_file(entry.path()))?;
            }
        }
        Ok(())
    })
    .await
}

/// A file that is not there need not be removed.
fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|fault| Error::Other(format!("pages for readers: {fault}")))?;
    done.map_err(|fault| Error::Other(format!("pages for readers: {}", base::trouble::why(&fault))))
}
