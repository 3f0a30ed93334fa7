//! Zip archives: as the shell of office formats, and as attachments that hold files. Clauses N2.2, N2.3.
//!
//! What an archive says of the size of its entries is not believed: unpacking stops at the bounds of `bounds`.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::claim::Fault;
use crate::kind::Kind;
use crate::text::Text;
use crate::{bounds, read_into};

/// An opened archive.
pub struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Names of the entries, by index; in GBK where the archive does not say that they are UTF-8.
    pub names: Vec<String>,
    /// Whether a part reached a bound and was left out.
    pub cut: bool,
}

impl<'b> Archive<'b> {
    pub fn open(bytes: &'b [u8]) -> Result<Archive<'b>, Fault> {
        // Each entry costs memory when the list is read; they are counted before.
        let entries = memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(bounds::ENTRIES + 1).count();
        if entries > bounds::ENTRIES {
            return Err(Fault::TooMuch("压缩包内文件过多"));
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Damaged("压缩包目录不完整"))?;
        let mut names = Vec::with_capacity(zip.len().min(bounds::ENTRIES));
        for i in 0..zip.len() {
            let name = zip.by_index_raw(i).map(|entry| name_of(entry.name_raw())).unwrap_or_default();
            names.push(name);
        }
        Ok(Archive { zip, names, cut: false })
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The bytes of an entry. Fails with what is wrong with it.
    pub fn unpack(&mut self, index: usize, text: &mut Text) -> Result<Vec<u8>, Fault> {
        let allowed = bounds::PART.min(text.left_to_unpack());
        let entry = match self.zip.by_index(index) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::UnsupportedArchive(what))
                if what == zip::result::ZipError::PASSWORD_REQUIRED =>
            {
                return Err(Fault::Locked);
            }
            Err(_) => return Err(Fault::Damaged("压缩包内有文件无法解压")),
        };
        let mut bytes = Vec::new();
        let outcome = entry.take(allowed + 1).read_to_end(&mut bytes);
        text.unpacked(bytes.len() as u64);
        if bytes.len() as u64 > allowed {
            self.cut = true;
            return Err(Fault::TooMuch("解压后过大"));
        }
        outcome.map_err(|_| Fault::Damaged("压缩包内有文件无法解压"))?;
        Ok(bytes)
    }

    /// A part of an office format as text; `None` where there is none, or none that can be read.
    pub fn part(&mut self, name: &str, text: &mut Text) -> Option<String> {
        let index = self.names.iter().position(|known| known == name)?;
        let bytes = self.unpack(index, text).ok()?;
        Some(crate::plain::decoded(&bytes).into_owned())
    }

    /// Names of the parts in a folder that end so, by the number in them, then by name.
    pub fn parts(&self, folder: &str, ending: &str) -> Vec<String> {
        let mut found: Vec<String> =
            self.names.iter().filter(|n| n.starts_with(folder) && n.ends_with(ending)).cloned().collect();
        found.sort_by_key(|name| (number_in(name), name.clone()));
        found
    }

    /// Unpacks every part without keeping it, so that a library may do the same without harm.
    pub fn weigh(&mut self, text: &mut Text) -> Result<(), Fault> {
        for index in 0..self.names.len() {
            let allowed = bounds::PART.min(text.left_to_unpack());
            let Ok(entry) = self.zip.by_index(index) else { continue };
            // A part that breaks off is the reader's to tell.
            let size = std::io::copy(&mut entry.take(allowed + 1), &mut std::io::sink()).unwrap_or(0);
            text.unpacked(size);
            if size > allowed {
                return Err(Fault::TooMuch("解压后过大"));
            }
        }
        Ok(())
    }
}

/// The last number in a name: `slide12.xml` gives 12.
fn number_in(name: &str) -> u32 {
    let digits: String =
        name.chars().rev().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().unwrap_or(0)
}

/// Most archives made in China on older systems hold names in GBK without saying so.
fn name_of(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GBK.decode(raw).0.into_owned(),
    }
}

/// What a zip is: an archive, or the shell of an office format.
pub fn kind(bytes: &[u8]) -> Kind {
    let Ok(archive) = Archive::open(bytes) else { return Kind::Zip };
    if archive.has("OFD.xml") {
        return Kind::Ofd;
    }
    if archive.has("content.xml") && archive.has("META-INF/manifest.xml") {
        return Kind::Odf;
    }
    if !archive.has("[Content_Types].xml") {
        return Kind::Zip;
    }
    let begins = |folder: &str| archive.names.iter().any(|name| name.starts_with(folder));
    match () {
        () if begins("word/") => Kind::Docx,
        () if begins("xl/") => Kind::Xlsx,
        () if begins("ppt/") => Kind::Pptx,
        () => Kind::Zip,
    }
}

/// Reads the files in an archive, and archives in it to a bounded depth.
pub fn read(within: &str, bytes: &[u8], depth: usize, text: &mut Text, faults: &mut Vec<Fault>) {
    let mut archive = match Archive::open(bytes) {
        Ok(archive) => archive,
        Err(fault) => return faults.push(fault),
    };
    let files: Vec<usize> = (0..archive.names.len()).filter(|i| !archive.names[*i].ends_with('/')).collect();
    if files.is_empty() {
        return faults.push(Fault::Empty);
    }
    if files.len() > bounds::FILES {
        add(faults, Fault::TooMuch("压缩包内文件过多"));
    }
    for index in files.into_iter().take(bounds::FILES) {
        let name = archive.names[index].clone();
        let place = if within.is_empty() { name } else { format!("{within}/{name}") };
        let bytes = match archive.unpack(index, text) {
            Ok(bytes) => bytes,
            Err(fault) => {
                add(faults, fault);
                continue;
            }
        };
        if depth + 1 >= bounds::DEPTH && crate::kind::of_bytes(&bytes) == Kind::Zip {
            add(faults, Fault::TooMuch("压缩包套压缩包的层数过多"));
            continue;
        }
        // An empty or odd file in an archive is no fault of the archive.
        let mut inner = Vec::new();
        read_into(&place, &bytes, depth + 1, text, &mut inner);
        for fault in inner.into_iter().filter(|fault| matches!(fault, Fault::Locked | Fault::TooMuch(_))) {
            add(faults, fault);
        }
    }
    text.enter(within);
}

fn add(faults: &mut Vec<Fault>, fault: Fault) {
    if !faults.contains(&fault) {
        faults.push(fault);
    }
}
