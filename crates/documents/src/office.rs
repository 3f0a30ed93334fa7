//! Word and PowerPoint files of today, OpenDocument and OFD: XML parts in a zip. Clause N2.2.
//!
//! Comments, tracked deletions, hidden text and the names in the properties are read as well. Draws nothing.

use crate::archive::Archive;
use crate::claim::Fault;
use crate::kind::Kind;
use crate::story::{self, Format, ODF, OFD, OOXML, PROPERTIES, Places};
use crate::text::Text;

pub fn read(kind: Kind, bytes: &[u8], text: &mut Text) -> Result<(), Fault> {
    let mut archive = Archive::open(bytes)?;
    let whole = match kind {
        Kind::Docx => word(&mut archive, text),
        Kind::Pptx => slides(&mut archive, text),
        Kind::Ofd => ofd(&mut archive, text),
        _ => open_document(&mut archive, text),
    };
    properties(&mut archive, text);
    match (whole, archive.cut) {
        (_, true) => Err(Fault::TooMuch("解压后过大")),
        (false, _) => Err(Fault::Damaged("缺少正文部分")),
        (true, false) => Ok(()),
    }
}

/// Adds one part; tells whether it was there.
fn add(archive: &mut Archive<'_>, name: &str, format: &Format, places: &Places<'_>, text: &mut Text) -> bool {
    let Some(xml) = archive.part(name, text) else { return false };
    story::read(&xml, format, places, text);
    true
}

fn word(archive: &mut Archive<'_>, text: &mut Text) -> bool {
    let main = ["word/document.xml", "word/document2.xml"]
        .iter()
        .any(|name| archive.has(name) && add(archive, name, &OOXML, &Places::Counted, text));
    for (start, place) in [("word/header", "页眉"), ("word/footer", "页脚")] {
        for name in archive.parts(start, ".xml") {
            add(archive, &name, &OOXML, &Places::Same(place), text);
        }
    }
    for (name, place) in [("word/footnotes.xml", "脚注"), ("word/endnotes.xml", "尾注")] {
        add(archive, name, &OOXML, &Places::Same(place), text);
    }
    add(archive, "word/comments.xml", &OOXML, &Places::Hidden("批注"), text);
    main
}

fn slides(archive: &mut Archive<'_>, text: &mut Text) -> bool {
    let slides = archive.parts("ppt/slides/slide", ".xml");
    for (i, name) in slides.iter().enumerate() {
        let Some(xml) = archive.part(name, text) else { continue };
        // The root's attribute stands at the front.
        let front: String = xml.chars().take(2_000).collect();
        let place = format!("第 {} 张幻灯片", i + 1);
        if front.contains("show=\"0\"") {
            story::read(&xml, &OOXML, &Places::Hidden(&format!("{place}（隐藏）")), text);
        } else {
            story::read(&xml, &OOXML, &Places::Same(&place), text);
        }
    }
    for name in archive.parts("ppt/notesSlides/", ".xml") {
        add(archive, &name, &OOXML, &Places::Hidden("幻灯片备注"), text);
    }
    const COMMENT: Format =
        Format { paragraph: &["text", "txBody"], run: &[], row: &[], cell: &[], table: &[], blank: &[] };
    for name in archive.parts("ppt/comments/", ".xml") {
        add(archive, &name, &COMMENT, &Places::Hidden("批注"), text);
    }
    !slides.is_empty()
}

fn open_document(archive: &mut Archive<'_>, text: &mut Text) -> bool {
    let main = add(archive, "content.xml", &ODF, &Places::Counted, text);
    add(archive, "meta.xml", &PROPERTIES, &Places::Hidden("文件属性"), text);
    main
}

fn ofd(archive: &mut Archive<'_>, text: &mut Text) -> bool {
    let pages: Vec<String> = archive
        .parts("", "Content.xml")
        .into_iter()
        .filter(|name| name.contains("/Pages/") || name.contains("/Tpls/"))
        .collect();
    // Pages are numbered by folder: Doc_0/Pages/Page_3/Content.xml.
    for (i, name) in pages.iter().enumerate() {
        add(archive, name, &OFD, &Places::Same(&format!("第 {} 页", i + 1)), text);
    }
    for name in archive.parts("", "Annotation.xml") {
        add(archive, &name, &OFD, &Places::Hidden("批注"), text);
    }
    // A scanned volume has pages without text; a file without pages is broken.
    !pages.is_empty()
}

/// Who wrote it, as the program noted.
pub fn properties(archive: &mut Archive<'_>, text: &mut Text) {
    for name in ["docProps/core.xml", "docProps/app.xml"] {
        add(archive, name, &PROPERTIES, &Places::Hidden("文件属性"), text);
    }
}
