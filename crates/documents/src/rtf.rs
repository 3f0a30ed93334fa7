//! RTF: text between its control words. Clause N2.2.
//!
//! Groups that hold no text (fonts, colours, pictures) are skipped; depth costs a stack with a bound.

use crate::bounds;
use crate::text::Text;

/// Groups within groups; programs nest some twenty.
const MOST_DEPTH: usize = 200;
/// Groups without text of the document.
const SILENT: [&str; 16] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "pict",
    "object",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "fldinst",
    "blipuid",
];

pub fn read(bytes: &[u8], text: &mut Text) {
    let mut line = String::new();
    let mut raw: Vec<u8> = Vec::new();
    let mut row = String::new();
    let mut table = None;
    let mut paragraphs = 0;
    // Of each open group: whether it is silent, and how many characters stand for one `\u`.
    let mut groups: Vec<(bool, usize)> = vec![(false, 1)];
    let mut skip = 0;
    let mut at = 0;
    while at < bytes.len() && !text.is_full() {
        let b = bytes[at];
        at += 1;
        let (silent, stand_ins) = groups.last().copied().unwrap_or((false, 1));
        match b {
            b'{' if groups.len() < MOST_DEPTH => groups.push((silent, stand_ins)),
            b'}' if groups.len() > 1 => {
                groups.pop();
            }
            b'\\' => {
                let word = Word::read(bytes, &mut at);
                match (word.name, word.number) {
                    ("'", Some(n)) if !silent => {
                        if skip > 0 {
                            skip -= 1;
                        } else {
                            raw.push(n as u8);
                        }
                        continue;
                    }
                    ("*", _) => set_silent(&mut groups),
                    ("uc", Some(n)) => set_stand_ins(&mut groups, n.clamp(0, 4) as usize),
                    _ => {}
                }
                flush(&mut raw, &mut line);
                if SILENT.contains(&word.name) {
                    set_silent(&mut groups);
                }
                if silent {
                    continue;
                }
                match (word.name, word.number) {
                    ("u", Some(n)) => {
                        let unit = if n < 0 { n + 65_536 } else { n };
                        line.push(u32::try_from(unit).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                        skip = stand_ins;
                    }
                    ("par" | "line" | "sect" | "page", _) => {
                        paragraphs += 1;
                        text.add(&format!("第 {paragraphs} 段"), &std::mem::take(&mut line), None);
                        table = None;
                    }
                    ("cell", _) => {
                        row.push_str(line.trim());
                        row.push('\t');
                        line.clear();
                    }
                    ("row", _) => {
                        let number = *table.get_or_insert_with(|| text.new_table());
                        text.add("表格", std::mem::take(&mut row).trim_end(), Some(number));
                    }
                    ("tab", _) => line.push(' '),
                    ("\\" | "{" | "}", _) => line.push_str(word.name),
                    _ => {}
                }
            }
            b'\r' | b'\n' => {}
            _ if silent => {}
            _ if skip > 0 => skip -= 1,
            b => raw.push(b),
        }
        if line.len() + raw.len() + row.len() > bounds::PASSAGE {
            flush(&mut raw, &mut line);
            text.add("正文", &(std::mem::take(&mut row) + &std::mem::take(&mut line)), None);
        }
    }
    flush(&mut raw, &mut line);
    text.add(&format!("第 {} 段", paragraphs + 1), &(row + &line), None);
}

fn set_silent(groups: &mut [(bool, usize)]) {
    if let Some(group) = groups.last_mut() {
        group.0 = true;
    }
}

fn set_stand_ins(groups: &mut [(bool, usize)], n: usize) {
    if let Some(group) = groups.last_mut() {
        group.1 = n;
    }
}

/// Bytes of the file's code page; Chinese files are GBK whatever else they name.
fn flush(raw: &mut Vec<u8>, line: &mut String) {
    if !raw.is_empty() {
        line.push_str(&encoding_rs::GBK.decode_without_bom_handling(raw).0);
        raw.clear();
    }
}

/// A control word or sign, with its number.
struct Word<'b> {
    name: &'b str,
    number: Option<i32>,
}

impl<'b> Word<'b> {
    /// Reads behind the backslash and moves on past the word and its blank.
    fn read(bytes: &'b [u8], at: &mut usize) -> Word<'b> {
        let rest = bytes.get(*at..).unwrap_or_default();
        let letters = rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        let name = |len: usize| rest.get(..len).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("");
        if letters == 0 {
            *at += 1;
            let hex = rest.get(1..3).and_then(|h| std::str::from_utf8(h).ok());
            let number =
                hex.filter(|_| rest.first() == Some(&b'\'')).and_then(|h| i32::from_str_radix(h, 16).ok());
            *at += if number.is_some() { 2 } else { 0 };
            return Word { name: name(1), number };
        }
        let sign = usize::from(rest.get(letters) == Some(&b'-'));
        let digits = rest[letters + sign..].iter().take(9).take_while(|b| b.is_ascii_digit()).count();
        let number =
            std::str::from_utf8(&rest[letters..letters + sign + digits]).ok().and_then(|n| n.parse().ok());
        let end = letters + if digits > 0 { sign + digits } else { 0 };
        *at += end + usize::from(rest.get(end) == Some(&b' '));
        Word { name: name(letters), number }
    }
}
