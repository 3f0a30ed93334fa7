//! Published files (附件): from bytes to text with the place where it stands, and what is wrong with the file.
//! Clauses N2.2, N2.3.
//!
//! Reading never fails: a file that is empty, damaged, locked or something else than its name says is told as that.
//! What readers do not see at once (hidden sheets and columns, comments, tracked changes, properties) is text as well.
//! Nothing here judges text, fetches or writes.

mod archive;
mod bounds;
mod claim;
mod font;
mod html;
mod kind;
mod office;
mod ole;
mod pdf;
mod plain;
mod rtf;
mod sheets;
mod story;
mod text;
mod word;
mod xls;

pub use claim::Fault;
pub use kind::Kind;

use text::Text;

/// A published file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What its bytes are.
    pub kind: Kind,
    /// What its name says it is; `None` without a name or with an ending that says nothing.
    pub claim: Option<Kind>,
    /// Its text in reading order, what is hidden behind what is shown.
    pub passages: Vec<Passage>,
    /// What is wrong with the file as a whole.
    pub faults: Vec<Fault>,
}

/// A paragraph of a file, or a row of one of its tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it stands, as people say it: `工作表“名单”第 12 行`, `第 3 页`, `批注`.
    pub place: String,
    /// The text on one line; cells of a row are parted by tabs.
    pub text: String,
    /// Rows of one table bear the same number.
    pub table: Option<u32>,
}

/// Reads a file. `name` is its name or the last part of its address, used only for what it claims to be.
pub fn read(name: Option<&str>, bytes: &[u8]) -> Document {
    let mut text = Text::default();
    let mut faults = Vec::new();
    let kind = read_into("", bytes, 0, &mut text, &mut faults);
    let claim = name.and_then(claim::of_name);
    faults.extend(claim::against(claim, kind, bytes, &faults));
    if faults.is_empty() && kind.is_writing() && !text.is_readable() {
        faults.push(Fault::NoText);
    }
    if text.is_cut() {
        faults.push(Fault::TooMuch("文字过多，只读了前面的部分"));
    }
    Document { kind, claim, passages: text.finish(), faults }
}

/// Reads a file, or a file in an archive, whose places then begin with `within`.
fn read_into(within: &str, bytes: &[u8], depth: usize, text: &mut Text, faults: &mut Vec<Fault>) -> Kind {
    let kind = unharmed(|| kind::of_bytes(bytes)).unwrap_or(Kind::Unknown);
    text.enter(within);
    match kind {
        Kind::Pdf => fenced(|text| pdf::read(bytes, text), text, faults),
        Kind::Docx | Kind::Pptx | Kind::Odf | Kind::Ofd => {
            fenced(|text| office::read(kind, bytes, text), text, faults)
        }
        Kind::Xlsx => fenced(|text| sheets::read(bytes, text), text, faults),
        Kind::Doc | Kind::Xls | Kind::Ppt | Kind::OleOther => {
            fenced(|text| ole::read(kind, bytes, text), text, faults)
        }
        Kind::Zip => {
            let mut inner = Vec::new();
            let read = |text: &mut Text| {
                archive::read(within, bytes, depth, text, &mut inner);
                Ok(())
            };
            fenced(read, text, faults);
            faults.extend(inner);
        }
        Kind::Rtf => rtf::read(bytes, text),
        Kind::Html => html::read(bytes, text),
        Kind::Text | Kind::Xml => plain::read(bytes, text),
        Kind::Locked => faults.push(Fault::Locked),
        Kind::Empty => faults.push(Fault::Empty),
        Kind::Rar
        | Kind::SevenZip
        | Kind::Gzip
        | Kind::Image
        | Kind::Media
        | Kind::Program
        | Kind::Unknown => {}
    }
    kind
}

/// Runs a reader and tells what is wrong with the file.
fn fenced(read: impl FnOnce(&mut Text) -> Result<(), Fault>, text: &mut Text, faults: &mut Vec<Fault>) {
    match unharmed(|| read(text)) {
        Some(Ok(())) => {}
        Some(Err(fault)) => faults.push(fault),
        None => faults.push(Fault::Damaged("内部结构有误")),
    }
}

/// Runs what rests on a library for a format whose files are made to break readers; `None` where it panicked. The
/// readers keep no state that a panic could leave half-done but the text, which only grows. This is the one place
/// where a panic is caught; what the libraries might do without end is bounded before they are called.
fn unharmed<T>(run: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}
