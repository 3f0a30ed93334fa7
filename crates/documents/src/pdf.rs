//! PDF: the text of its pages, its notes and its properties. Clause N2.2.
//!
//! Text is put into lines by where it is drawn; pictures of text are not read, and codes that no table explains are
//! counted as lost. The library bounds nesting by itself; sizes are bounded here.

use std::collections::BTreeMap;

use lopdf::content::Content;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::bounds;
use crate::claim::Fault;
use crate::font::Font;
use crate::text::Text;

pub fn read(bytes: &[u8], text: &mut Text) -> Result<(), Fault> {
    if bytes.len() > bounds::PDF {
        return Err(Fault::TooMuch("文件过大"));
    }
    // Each object is kept; a file that claims more than this is made to fill memories.
    if memchr::memmem::find_iter(bytes, b" obj").take(bounds::OBJECTS + 1).count() > bounds::OBJECTS {
        return Err(Fault::TooMuch("对象过多"));
    }
    let options = LoadOptions::with_max_decompressed_size(bounds::PAGE);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Unimplemented(_)) => return Err(Fault::Locked),
        Err(_) if memchr::memmem::find(bytes, b"/Encrypt").is_some() => return Err(Fault::Locked),
        Err(_) => return Err(Fault::Damaged("PDF 结构有误")),
    };
    if document.is_encrypted() {
        return Err(Fault::Locked);
    }
    let mut pages = 0;
    for page in document.page_iter() {
        pages += 1;
        if pages > bounds::PAGES || text.is_full() || text.left_to_unpack() == 0 {
            text.cut();
            break;
        }
        read_page(&document, page, pages, text);
    }
    properties(&document, text);
    if pages == 0 { Err(Fault::Damaged("没有页面")) } else { Ok(()) }
}

type Fonts<'d> = BTreeMap<Vec<u8>, Font<'d>>;

fn read_page(document: &Document, page: ObjectId, number: usize, text: &mut Text) {
    let place = format!("第 {number} 页");
    let mut lines = Lines::default();
    if let Ok(content) = document.get_page_content_with_limit(page, bounds::PAGE) {
        text.unpacked(content.len() as u64);
        let fonts = document.get_page_fonts(page).unwrap_or_default();
        let forms = page_forms(document, page);
        draw(document, &content, &described(document, &fonts), &forms, 0, &mut lines, text);
    } else {
        text.cut();
    }
    text.lose(lines.lost);
    for line in lines.finish() {
        text.add(&place, &line, None);
    }
    for note in document.get_page_annotations(page).unwrap_or_default() {
        if let Some(written) = note.get(b"Contents").ok().and_then(|o| string(document, o)) {
            text.add_hidden(&format!("{place}批注"), &written);
        }
    }
}

fn described<'d>(document: &'d Document, fonts: &BTreeMap<Vec<u8>, &'d Dictionary>) -> Fonts<'d> {
    fonts.iter().map(|(name, font)| (name.clone(), Font::of(document, font))).collect()
}

/// Forms of a page's resources by name: pictures drawn once and shown on every page, with text in them.
fn page_forms(document: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, ObjectId> {
    let Ok((own, shared)) = document.get_page_resources(page) else { return BTreeMap::new() };
    let shared = shared.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    own.into_iter().chain(shared).flat_map(|resources| forms_of(document, resources)).collect()
}

fn forms_of(document: &Document, resources: &Dictionary) -> BTreeMap<Vec<u8>, ObjectId> {
    let Ok(objects) = document.get_dict_in_dict(resources, b"XObject") else { return BTreeMap::new() };
    objects.iter().filter_map(|(name, id)| Some((name.clone(), id.as_reference().ok()?))).collect()
}

/// Follows the operators that show text.
fn draw(
    document: &Document,
    content: &[u8],
    fonts: &Fonts<'_>,
    forms: &BTreeMap<Vec<u8>, ObjectId>,
    depth: usize,
    lines: &mut Lines,
    text: &mut Text,
) {
    let mut font: Option<&Font<'_>> = None;
    for operation in Content::decode_iter(content) {
        // What follows an operator that cannot be read is left out.
        let Ok(operation) = operation else { break };
        if lines.bytes > bounds::PAGE || text.left_to_unpack() == 0 {
            text.cut();
            break;
        }
        let of = operation.operands.as_slice();
        let number = |i: usize| of.get(i).and_then(|o| o.as_float().ok()).unwrap_or(0.0);
        match (operation.operator.as_str(), of) {
            ("Tf", [Object::Name(name), ..]) => {
                font = fonts.get(name);
                lines.size = number(1);
            }
            ("BT", _) => lines.place(0.0, 0.0),
            ("Tm", _) => lines.matrix(number(0), number(3), number(4), number(5)),
            ("Td", _) => lines.go(number(0), number(1)),
            ("TD", _) => {
                lines.leading = -number(1);
                lines.go(number(0), number(1));
            }
            ("TL", _) => lines.leading = number(0),
            ("T*", _) => lines.go(0.0, -lines.leading),
            ("Tj", [shown]) => lines.show(font, shown),
            ("'", [shown]) | ("\"", [_, _, shown]) => {
                lines.go(0.0, -lines.leading);
                lines.show(font, shown);
            }
            ("TJ", [Object::Array(parts)]) => parts.iter().for_each(|part| lines.show_or_move(font, part)),
            ("Do", [Object::Name(name)]) if depth < bounds::FORMS => {
                let stream = forms
                    .get(name.as_slice())
                    .and_then(|id| document.get_object(*id).ok())
                    .and_then(|o| o.as_stream().ok());
                let Some(stream) = stream
                    .filter(|s| s.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|n| n == b"Form"))
                else {
                    continue;
                };
                let Ok(inner) = stream.decompressed_content_with_limit(bounds::PAGE) else { continue };
                text.unpacked(inner.len() as u64 + 1_000);
                let resources = document.get_dict_in_dict(&stream.dict, b"Resources").ok();
                let own = resources.map(|r| (fonts_of(document, r), forms_of(document, r)));
                match own {
                    Some((fonts, forms)) => {
                        draw(document, &inner, &described(document, &fonts), &forms, depth + 1, lines, text)
                    }
                    None => draw(document, &inner, fonts, forms, depth + 1, lines, text),
                }
            }
            _ => {}
        }
    }
}

fn fonts_of<'d>(document: &'d Document, resources: &'d Dictionary) -> BTreeMap<Vec<u8>, &'d Dictionary> {
    let Ok(fonts) = document.get_dict_in_dict(resources, b"Font") else { return BTreeMap::new() };
    let font = |object: &'d Object| document.dereference(object).ok().and_then(|(_, o)| o.as_dict().ok());
    fonts.iter().filter_map(|(name, object)| Some((name.clone(), font(object)?))).collect()
}

/// Text put into lines by where it is drawn. Widths are guessed: a Han character is as wide as it is high, others half.
#[derive(Default)]
struct Lines {
    done: Vec<String>,
    line: String,
    bytes: usize,
    /// Characters that could not be told from their codes.
    lost: usize,
    size: f32,
    leading: f32,
    /// Scale and start of the text line, and where the last string ended.
    scale: (f32, f32),
    start: (f32, f32),
    end: f32,
    /// Where the pen goes before it writes again; only the last of several moves counts.
    next: Option<(f32, f32)>,
    /// Height at which the line in hand is drawn.
    height: f32,
}

impl Lines {
    fn matrix(&mut self, a: f32, d: f32, x: f32, y: f32) {
        self.scale = (if a == 0.0 { 1.0 } else { a.abs() }, if d == 0.0 { 1.0 } else { d.abs() });
        self.place(x, y);
    }

    fn place(&mut self, x: f32, y: f32) {
        self.start = (x, y);
        self.next = Some((x, y));
    }

    fn go(&mut self, x: f32, y: f32) {
        let scale = if self.scale == (0.0, 0.0) { (1.0, 1.0) } else { self.scale };
        self.place(self.start.0 + x * scale.0, self.start.1 + y * scale.1);
    }

    fn em(&self) -> f32 {
        let scale = if self.scale.0 == 0.0 { 1.0 } else { self.scale.0 };
        (self.size.abs() * scale).max(1.0)
    }

    /// The pen comes to a place: another line, the next cell, or right where it was.
    fn arrive(&mut self, x: f32, y: f32) {
        if self.line.is_empty() {
            (self.height, self.end) = (y, x);
            return;
        }
        if (y - self.height).abs() > self.em() * 0.4 {
            self.break_line();
            (self.height, self.end) = (y, x);
        } else if x > self.end + self.em() * 1.5 || x < self.end - self.em() * 2.0 {
            self.line.push('\t');
            self.end = x;
        } else if x > self.end {
            self.end = x;
        }
    }

    fn show(&mut self, font: Option<&Font<'_>>, shown: &Object) {
        let Ok(bytes) = shown.as_str() else { return };
        if let Some((x, y)) = self.next.take() {
            self.arrive(x, y);
        }
        let written = match font {
            Some(font) => {
                let (written, lost) = font.decode(bytes);
                self.lost += lost;
                written
            }
            // A font that is not described: letters, if they are that.
            None => bytes.iter().filter(|b| (32..127).contains(*b)).map(|b| *b as char).collect(),
        };
        let wide = |c: char| if c.is_ascii() { 0.5 } else { 1.0 };
        self.end += written.chars().map(wide).sum::<f32>() * self.em();
        self.bytes += written.len();
        self.line.push_str(&written);
    }

    fn show_or_move(&mut self, font: Option<&Font<'_>>, part: &Object) {
        match part.as_float() {
            // Thousandths of the height, to the left; what goes far to the right is another cell.
            Ok(back) if back < -1_500.0 && !self.line.is_empty() => self.line.push('\t'),
            Ok(_) => {}
            Err(_) => self.show(font, part),
        }
    }

    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.done.push(line);
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.break_line();
        self.done
    }
}

/// A text string: UTF-16 with its mark, UTF-8 with its mark, or letters.
fn string(document: &Document, object: &Object) -> Option<String> {
    let (_, object) = document.dereference(object).ok()?;
    let bytes = object.as_str().ok()?;
    Some(match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        bytes if bytes.is_ascii() => String::from_utf8_lossy(bytes).into_owned(),
        bytes => crate::plain::decoded(bytes).into_owned(),
    })
}

fn properties(document: &Document, text: &mut Text) {
    let Ok(info) = document.trailer.get(b"Info") else { return };
    let Some(info) = document.dereference(info).ok().and_then(|(_, o)| o.as_dict().ok()) else { return };
    for name in [&b"Title"[..], b"Author", b"Subject", b"Keywords"] {
        if let Some(written) = info.get(name).ok().and_then(|o| string(document, o)) {
            text.add_hidden("文件属性", &written);
        }
    }
}
