//! What a file is, by its bytes. Clause N2.3.
//!
//! Names and media types say what a file claims to be; see `claim`.

/// What a file is. One word for formats that offices do not tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Pdf,
    /// OOXML: Word, Excel, PowerPoint.
    Docx,
    Xlsx,
    Pptx,
    /// OpenDocument: text, sheet, slides.
    Odf,
    /// The national fixed-layout format, GB/T 33190.
    Ofd,
    /// Word 97–2003 and WPS text.
    Doc,
    Xls,
    Ppt,
    /// A compound file of another program.
    OleOther,
    /// An office file locked with a password.
    Locked,
    Rtf,
    Zip,
    Rar,
    SevenZip,
    Gzip,
    Html,
    Xml,
    Text,
    Image,
    Media,
    Program,
    Empty,
    Unknown,
}

impl Kind {
    /// Whether people read sentences in it; sheets may hold numbers alone.
    pub(crate) fn is_writing(self) -> bool {
        matches!(
            self,
            Kind::Pdf | Kind::Docx | Kind::Pptx | Kind::Odf | Kind::Ofd | Kind::Doc | Kind::Ppt | Kind::Rtf
        )
    }

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Pdf => "PDF 文档",
            Kind::Docx => "Word 文档（docx）",
            Kind::Xlsx => "Excel 工作簿（xlsx）",
            Kind::Pptx => "PowerPoint 演示文稿（pptx）",
            Kind::Odf => "OpenDocument 文档",
            Kind::Ofd => "OFD 版式文档",
            Kind::Doc => "Word 文档（doc）",
            Kind::Xls => "Excel 工作簿（xls）",
            Kind::Ppt => "PowerPoint 演示文稿（ppt）",
            Kind::OleOther => "复合文档",
            Kind::Locked => "加密的办公文档",
            Kind::Rtf => "RTF 文档",
            Kind::Zip => "ZIP 压缩包",
            Kind::Rar => "RAR 压缩包",
            Kind::SevenZip => "7z 压缩包",
            Kind::Gzip => "gzip 压缩文件",
            Kind::Html => "网页",
            Kind::Xml => "XML 文件",
            Kind::Text => "文本文件",
            Kind::Image => "图片",
            Kind::Media => "音视频文件",
            Kind::Program => "可执行程序",
            Kind::Empty => "空文件",
            Kind::Unknown => "无法识别的文件",
        }
    }
}

/// Bytes at the front in which a PDF's mark may stand; readers look as far.
const FRONT: usize = 1024;

const MAGIC: [(&[u8], Kind); 21] = [
    (b"Rar!\x1a\x07", Kind::Rar),
    (b"7z\xbc\xaf\x27\x1c", Kind::SevenZip),
    (b"\x1f\x8b", Kind::Gzip),
    (b"{\\rtf", Kind::Rtf),
    (b"\x89PNG\r\n", Kind::Image),
    (b"\xff\xd8\xff", Kind::Image),
    (b"GIF8", Kind::Image),
    (b"BM", Kind::Image),
    (b"II*\0", Kind::Image),
    (b"MM\0*", Kind::Image),
    (b"\0\0\x01\0", Kind::Image),
    (b"MZ", Kind::Program),
    (b"\x7fELF", Kind::Program),
    (b"ID3", Kind::Media),
    (b"\xff\xfb", Kind::Media),
    (b"OggS", Kind::Media),
    (b"FLV\x01", Kind::Media),
    (b"fLaC", Kind::Media),
    (b"\x1a\x45\xdf\xa3", Kind::Media),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind::Media),
    (b"MThd", Kind::Media),
];

/// What the bytes are.
pub fn of_bytes(bytes: &[u8]) -> Kind {
    let front = &bytes[..bytes.len().min(FRONT)];
    if front.trim_ascii().is_empty() && bytes.trim_ascii().is_empty() {
        return Kind::Empty;
    }
    if front.starts_with(b"PK\x03\x04") || front.starts_with(b"PK\x05\x06") {
        return crate::archive::kind(bytes);
    }
    if front.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return crate::ole::kind(bytes);
    }
    if memchr::memmem::find(front, b"%PDF-").is_some_and(|at| at == 0 || !looks_like_html(front)) {
        return Kind::Pdf;
    }
    if front.starts_with(b"RIFF") {
        return if front.get(8..12) == Some(b"WEBP") { Kind::Image } else { Kind::Media };
    }
    if front.get(4..8) == Some(b"ftyp") {
        return Kind::Media;
    }
    if let Some((magic, kind)) = MAGIC.iter().find(|(magic, _)| front.starts_with(magic)) {
        // Two letters are no proof: a text may begin with them.
        if magic.len() > 2 || !is_text(front) {
            return *kind;
        }
    }
    if looks_like_html(front) {
        return Kind::Html;
    }
    if without_mark(front).starts_with(b"<?xml") {
        return Kind::Xml;
    }
    if is_text(front) { Kind::Text } else { Kind::Unknown }
}

fn without_mark(front: &[u8]) -> &[u8] {
    front.strip_prefix(b"\xef\xbb\xbf").unwrap_or(front).trim_ascii_start()
}

fn looks_like_html(front: &[u8]) -> bool {
    let lower = without_mark(front).to_ascii_lowercase();
    let begins = |word: &[u8]| lower.starts_with(word);
    begins(b"<!doctype html")
        || begins(b"<html")
        || begins(b"<head")
        || begins(b"<script")
        || begins(b"<meta")
        || begins(b"<table")
        || begins(b"<") && memchr::memmem::find(&lower, b"<html").is_some()
}

/// Whether the front reads as text in UTF-8, GBK or UTF-16: no control characters but those of lines.
fn is_text(front: &[u8]) -> bool {
    if front.starts_with(b"\xff\xfe") || front.starts_with(b"\xfe\xff") {
        return true;
    }
    !front.iter().any(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127))
}
