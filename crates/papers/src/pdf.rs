//! A document as PDF, by a Typst template. Clauses N2.8, N5.3.
//!
//! The template sees the document's text as data and nothing else: no file, no package, no date but the document's own.

use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;

use crate::fonts::Fonts;
use crate::paper::{Paper, UNSIGNED};
use crate::{Folders, NotMade};

/// The template.
const LAYOUT: &str = include_str!("../templates/official.typ");
/// The name under which the template finds the text.
const DATA: &str = "/paper.json";

/// Makes the PDF. Takes up to a second of one core; belongs on a blocking thread.
pub fn pdf(paper: &Paper, folders: &Folders) -> Result<Vec<u8>, NotMade> {
    let fonts = Fonts::read(folders)?;
    let mut data =
        serde_json::to_value(paper.clone().tidied()).map_err(|why| NotMade::Template(why.to_string()))?;
    data["unsigned"] = UNSIGNED.into();
    let main = id("/official.typ")?;
    let desk = Desk {
        library: LazyHash::new(Library::default()),
        fonts,
        source: Source::new(main, LAYOUT.to_owned()),
        data: (id(DATA)?, Bytes::new(data.to_string().into_bytes())),
    };
    let made = typst::compile::<PagedDocument>(&desk).output.map_err(|faults| told(&faults));
    let pdf = made.and_then(|document| {
        let options =
            typst_pdf::PdfOptions { creator: typst::foundations::Smart::Custom(None), ..Default::default() };
        typst_pdf::pdf(&document, &options).map_err(|faults| told(&faults))
    });
    // What was worked out for this document is kept for none after it.
    comemo::evict(0);
    pdf
}

fn told(faults: &[SourceDiagnostic]) -> NotMade {
    let words: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    NotMade::Template(words.join("; "))
}

fn id(path: &str) -> Result<FileId, NotMade> {
    let path = VirtualPath::new(path).map_err(|why| NotMade::Template(format!("{why:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// What a template works with.
struct Desk {
    library: LazyHash<Library>,
    fonts: Fonts,
    source: Source,
    data: (FileId, Bytes),
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 { Ok(self.data.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
