//! Fonts of a PDF: from the codes of a string to characters. Serves N2.2.
//!
//! What a font says of the text that it draws (ISO 32000-1, 9.10.2) goes before the names of its glyphs. Radicals,
//! which share their glyphs with characters and which printing browsers write instead, are put back.

use lopdf::{Dictionary, Document, Encoding, Object};

use crate::bounds;

/// How a font's codes are read.
pub struct Font<'d> {
    /// The table from codes to text.
    map: Option<Encoding<'d>>,
    /// What the codes mean by the glyphs they choose.
    glyphs: Option<Encoding<'d>>,
    /// Whether every byte is a code by itself.
    single: bool,
}

const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

impl<'d> Font<'d> {
    pub fn of(document: &'d Document, font: &'d Dictionary) -> Font<'d> {
        let is = |kind: &[u8]| font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == kind);
        let single = !is(b"Type0");
        if floods(document, font) {
            return Font { map: None, glyphs: None, single };
        }
        let glyphs = font.get_font_encoding_with_limit(document, bounds::PAGE).ok();
        // The library takes the table of Western letters for what it does not know; codes of two bytes are none, nor
        // are those of glyphs that the file draws itself.
        let guessed = |known: &Encoding<'_>| matches!(known, Encoding::OneByteEncoding(_));
        let glyphs = glyphs.filter(|known| single && !is(b"Type3") || !guessed(known));
        Font { map: table(document, font), glyphs, single }
    }

    /// The text of a string, and how many characters of it could not be told.
    pub fn decode(&self, bytes: &[u8]) -> (String, usize) {
        let mut out = String::new();
        // A table may tell of some codes only.
        if self.single {
            bytes.chunks(1).for_each(|code| out += &self.decode_whole(code));
        } else {
            out = self.decode_whole(bytes);
        }
        let codes = if self.single { bytes.len() } else { bytes.len().div_ceil(2) };
        let lost = match out.chars().filter(|c| is_lost(*c)).count() {
            0 if out.is_empty() => codes,
            some => some,
        };
        (out.chars().map(character).collect(), lost)
    }

    fn decode_whole(&self, bytes: &[u8]) -> String {
        let by_map = self.map.as_ref().map(|map| written(map, bytes)).unwrap_or_default();
        if !by_map.is_empty() && !by_map.contains(UNKNOWN) {
            return by_map;
        }
        let by_glyphs = self.glyphs.as_ref().map(|glyphs| written(glyphs, bytes)).unwrap_or_default();
        if by_glyphs.is_empty() { by_map } else { by_glyphs }
    }
}

/// The table that a font brings along, whatever it says of its glyphs.
fn table<'d>(document: &Document, font: &Dictionary) -> Option<Encoding<'d>> {
    let table = font.get(b"ToUnicode").ok()?;
    // The library asks the names of glyphs first, so it is shown a font that has none.
    let mut bare = Dictionary::new();
    bare.set("Type", Object::Name(b"Font".to_vec()));
    bare.set("ToUnicode", table.clone());
    match bare.get_font_encoding_with_limit(document, bounds::PAGE) {
        Ok(Encoding::UnicodeMapEncoding(map)) => Some(Encoding::UnicodeMapEncoding(map)),
        _ => None,
    }
}

/// Whether a font's table claims more codes than there are characters: the library keeps each of them.
fn floods(document: &Document, font: &Dictionary) -> bool {
    let stream = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream);
    let Some(table) = stream.ok().and_then(|s| s.get_plain_content_with_limit(bounds::PAGE).ok()) else {
        return false;
    };
    let mut codes = 0u64;
    let mut rest = table.as_slice();
    while let Some(at) = memchr::memmem::find(rest, b"beginbfrange") {
        rest = &rest[at + b"beginbfrange".len()..];
        let end = memchr::memmem::find(rest, b"endbfrange").unwrap_or(rest.len());
        codes = codes.saturating_add(spanned(&rest[..end]));
        rest = &rest[end..];
    }
    codes > bounds::CODES
}

/// Codes that the lines of a section of ranges span: `<0001> <00FF> <4E00>`, where the last may be a list.
fn spanned(section: &[u8]) -> u64 {
    let (mut total, mut listed, mut nth, mut first) = (0u64, false, 0, 0u64);
    for part in section.split_inclusive(|b| b"<>[]".contains(b)) {
        match part.last() {
            Some(b'[') => listed = true,
            Some(b']') => (listed, nth) = (false, 0),
            Some(b'>') if !listed => {
                let code = part.iter().filter_map(|b| char::from(*b).to_digit(16));
                let code =
                    code.fold(0u64, |code, digit| code.saturating_mul(16).saturating_add(digit.into()));
                match nth {
                    0 => first = code,
                    1 => total = total.saturating_add(code.saturating_sub(first)),
                    _ => {}
                }
                nth = (nth + 1) % 3;
            }
            _ => {}
        }
    }
    total
}

fn written(encoding: &Encoding<'_>, bytes: &[u8]) -> String {
    match encoding {
        Encoding::SimpleEncoding(name) if is_gbk(name) => {
            encoding_rs::GBK.decode_without_bom_handling(bytes).0.into_owned()
        }
        Encoding::SimpleEncoding(name) if is_utf16(name) => {
            encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()
        }
        encoding => encoding.bytes_to_string(bytes).unwrap_or_default(),
    }
}

/// Predefined tables of Chinese fonts whose codes are those of GBK or its parts.
fn is_gbk(name: &[u8]) -> bool {
    [&b"GBK-EUC"[..], b"GBKp-EUC", b"GBK2K", b"GB-EUC", b"GBpc-EUC"]
        .iter()
        .any(|known| name.starts_with(known))
}

/// Predefined tables whose codes are characters, written across or down.
fn is_utf16(name: &[u8]) -> bool {
    [&b"UniGB-UCS2"[..], b"UniGB-UTF16", b"UniCNS-UCS2", b"UniCNS-UTF16"]
        .iter()
        .any(|known| name.starts_with(known))
}

/// Whether it stands for a character that nobody can tell.
fn is_lost(c: char) -> bool {
    c == UNKNOWN || ('\u{e000}'..='\u{f8ff}').contains(&c)
}

/// Characters of the Kangxi radicals, U+2F00 to U+2FD5, in order: those of NFKC, but as they are printed here.
const RADICALS: &str = "\
一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴\
廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿\
目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵\
邑酉釆里金長門阜隶隹雨青非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黄黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";
/// Radicals of the supplement that are characters by themselves, and those characters.
const SHORT: (&str, &str) = (
    "⺟⺠⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "母民见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
);

/// The character that a radical stands for; anything else stays.
fn character(c: char) -> char {
    let found = match c {
        '\u{2f00}'..='\u{2fd5}' => RADICALS.chars().nth(c as usize - 0x2f00),
        '\u{2e80}'..='\u{2eff}' => {
            SHORT.0.chars().zip(SHORT.1.chars()).find(|(from, _)| *from == c).map(|(_, to)| to)
        }
        _ => None,
    };
    found.unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_become_characters() {
        assert_eq!((RADICALS.chars().count(), SHORT.0.chars().count()), (214, SHORT.1.chars().count()));
        let written: String = "⼀⽅⾯⼾⿕⿔⻚⻓⻳⺀方".chars().map(character).collect();
        assert_eq!(written, "一方面户龠龜页长龟⺀方");
    }

    #[test]
    fn ranges_of_a_table_are_counted() {
        assert_eq!(
            spanned(
                b"\n<0001> <00FF> <4E00>\n<0100><0102> [<D840DC00> <D841DC00> <4E01>]\n<0200> <0201> <4E>\n"
            ),
            254 + 2 + 1
        );
        assert_eq!(spanned(b"<00000000> <FFFFFFFF> <0041>"), 0xffff_ffff);
    }
}
