//! What a file's name says it is, held against what it is. Clause N2.3.
//!
//! Only what keeps people from using a file is a fault; endings that programs read alike are not.

use base::Level;

use crate::kind::Kind;

/// What is wrong with a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing in it.
    Empty,
    /// The server answered a page that tells of an error instead of the file.
    ErrorPage,
    /// Something else than its name says.
    NotAsClaimed { claim: Kind, is: Kind },
    /// Cannot be opened, in whole or in part; says what is wrong.
    Damaged(&'static str),
    /// Locked with a password: nobody can read it.
    Locked,
    /// Made to be read and without text that programs can read: scanned, or in fonts that do not say what they draw.
    NoText,
    /// Not read to its end; says why.
    TooMuch(&'static str),
}

impl Fault {
    /// In Chinese, for people.
    pub fn cause(&self) -> String {
        match self {
            Fault::Empty => "文件是空的".into(),
            Fault::ErrorPage => "下载到的不是文件，而是一个报错或登录的网页".into(),
            Fault::NotAsClaimed { claim, is } => format!("名称表明是{}，实际是{}", claim.label(), is.label()),
            Fault::Damaged(what) => format!("文件已损坏，无法完整打开（{what}）"),
            Fault::Locked => "文件设有打开密码，公众无法查看，内容也未能检查".into(),
            Fault::NoText => "没有可读的文字（多半是扫描件或图片），内容未能检查".into(),
            Fault::TooMuch(why) => format!("文件没有检查完：{why}"),
        }
    }

    pub fn level(&self) -> Level {
        match self {
            Fault::Empty | Fault::ErrorPage | Fault::Damaged(_) | Fault::Locked => Level::Fault,
            Fault::NotAsClaimed { claim, is } if are_opened_alike(*claim, *is) => Level::Notice,
            Fault::NotAsClaimed { .. } => Level::Fault,
            Fault::NoText | Fault::TooMuch(_) => Level::Notice,
        }
    }
}

/// What a name's ending says; `None` where it says nothing.
pub fn of_name(name: &str) -> Option<Kind> {
    let name = name.split(['?', '#']).next().unwrap_or("");
    let (_, ending) = name.rsplit_once('.')?;
    let kind = match &*ending.to_ascii_lowercase() {
        "pdf" => Kind::Pdf,
        "docx" | "docm" => Kind::Docx,
        "xlsx" | "xlsm" => Kind::Xlsx,
        "pptx" | "ppsx" => Kind::Pptx,
        "odt" | "ods" | "odp" => Kind::Odf,
        "ofd" => Kind::Ofd,
        "doc" | "wps" | "dot" => Kind::Doc,
        "xls" | "et" => Kind::Xls,
        "ppt" | "pps" | "dps" => Kind::Ppt,
        "rtf" => Kind::Rtf,
        "zip" => Kind::Zip,
        "rar" => Kind::Rar,
        "7z" => Kind::SevenZip,
        "txt" | "csv" => Kind::Text,
        "jpg" | "jpeg" | "png" | "gif" | "bmp" | "tif" | "tiff" | "webp" => Kind::Image,
        "mp3" | "mp4" | "wmv" | "avi" | "wav" | "flv" => Kind::Media,
        _ => return None,
    };
    Some(kind)
}

/// Kinds that come in the other's name and still open, if with a question.
const ALIKE: [&[Kind]; 5] = [
    &[Kind::Doc, Kind::Docx, Kind::Rtf, Kind::OleOther],
    &[Kind::Xls, Kind::Xlsx, Kind::Xml, Kind::Html, Kind::Text, Kind::OleOther],
    &[Kind::Ppt, Kind::Pptx, Kind::OleOther],
    &[Kind::Zip, Kind::Rar, Kind::SevenZip, Kind::Gzip],
    &[Kind::Doc, Kind::Html, Kind::Xml],
];

fn are_opened_alike(claim: Kind, is: Kind) -> bool {
    ALIKE.iter().any(|kinds| kinds.contains(&claim) && kinds.contains(&is))
}

/// What is wrong between the claim and the bytes, beyond what the reader has already said.
pub fn against(claim: Option<Kind>, is: Kind, bytes: &[u8], known: &[Fault]) -> Option<Fault> {
    let claim = claim?;
    // An empty or locked file is that and nothing else; a word processor reads RTF under any of its endings.
    let settled = matches!(is, Kind::Empty | Kind::Locked) || claim == is || !known.is_empty();
    if settled || (claim, is) == (Kind::Doc, Kind::Rtf) {
        return None;
    }
    match (claim, is) {
        (_, Kind::Html) if crate::html::is_error_page(bytes) => Some(Fault::ErrorPage),
        // Text is whatever reads as text; pictures and media are many formats under many endings.
        (Kind::Text, Kind::Html | Kind::Xml | Kind::Unknown) => None,
        (Kind::Image | Kind::Media, Kind::Unknown) => None,
        (_, Kind::Unknown) => Some(Fault::Damaged("内容不是任何已知的文件格式")),
        _ => Some(Fault::NotAsClaimed { claim, is }),
    }
}
