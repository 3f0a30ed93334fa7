//! Lists as text: CSV in UTF-8 or GB18030, "Unicode text" in UTF-16, comma, semicolon or tab. Clauses N2.4, N2.7, N4.1.
//!
//! Chinese Excel saves CSV in GBK without a mark; a file is UTF-8 only if every byte of it is.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Table, TableFault, TableRow};

/// Titles and remarks may stand above the headings, but not more than this many rows.
pub const HEADING_WITHIN: usize = 10;

/// Reads the text as a table.
pub(super) fn table(bytes: &[u8], known: &dyn Fn(&TableRow) -> usize) -> Result<Table, TableFault> {
    let text = decode(bytes).map_err(|line| TableFault::Encoding { line })?;
    let separator = separator(&text, known);
    let rows = records(&text, separator).map_err(|line| TableFault::OpenQuote { line })?;
    Ok(Table { sheet: None, rows })
}

/// Decodes by mark, else strictly as UTF-8, else strictly as GB18030; the error is the first line that fits none.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strict(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return strict(encoding, bytes);
    }
    strict(UTF_8, bytes).or_else(|_| strict(GB18030, bytes))
}

fn strict<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Result<Cow<'b, str>, usize> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        // In UTF-8 and GB18030 a line feed is never part of another character.
        let lines = bytes.split(|b| *b == b'\n');
        let good =
            |line: &&[u8]| encoding.decode_without_bom_handling_and_without_replacement(line).is_some();
        lines.take_while(good).count() + 1
    })
}

/// UTF-16 without a mark shows itself by the zero bytes of its separators and line ends.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4_096)];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    // Some Chinese characters end in a zero byte too (一 is U+4E00), but far fewer than Latin ones begin with it.
    match (zeros(0), zeros(1)) {
        (few, many) if many > 2 * few => Some(UTF_16LE),
        (many, few) if many > 2 * few => Some(UTF_16BE),
        _ => None,
    }
}

/// The separator under which the most headings are known; a comma if none are.
fn separator(text: &str, headings: &dyn Fn(&TableRow) -> usize) -> char {
    let head: String = text.lines().take(4 * HEADING_WITHIN).flat_map(|l| [l, "\n"]).collect();
    let known = |separator: &char| {
        // The head may end inside a quoted cell; only complete records matter here.
        let rows = records(&head, *separator).or_else(|_| records(&head.replace('"', ""), *separator));
        rows.unwrap_or_default().iter().take(HEADING_WITHIN).map(headings).max().unwrap_or(0)
    };
    // `max_by_key` keeps the last of equals, so the likeliest stands last.
    ['|', '\u{ff0c}', ';', '\t', ','].into_iter().max_by_key(known).unwrap_or(',')
}

/// Splits into records as RFC 4180 says; a quote inside an unquoted cell is an ordinary character.
/// The error is the line on which a quoted cell begins that never ends.
fn records(text: &str, separator: char) -> Result<Vec<TableRow>, usize> {
    let mut rows = Vec::new();
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut opened_on = None;
    let mut line = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if opened_on.is_some() {
            match c {
                '"' if chars.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' => opened_on = None,
                '\r' if chars.peek() == Some(&'\n') => {}
                other => {
                    line += usize::from(other == '\n');
                    cell.push(other);
                }
            }
            continue;
        }
        match c {
            '"' if cell.trim().is_empty() => {
                cell.clear();
                opened_on = Some(line);
            }
            '\r' | '\n' => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                line += 1;
                cells.push(std::mem::take(&mut cell));
                rows.push(TableRow { number: rows.len() + 1, cells: std::mem::take(&mut cells) });
            }
            c if c == separator => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    if let Some(line) = opened_on {
        return Err(line);
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        rows.push(TableRow { number: rows.len() + 1, cells });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{decode, records};

    /// Headings that these tests know.
    fn separator(text: &str) -> char {
        let known = |cell: &String| {
            ["网站名称", "首页网址", "name", "url", "名称", "网址", "名称\n(全称)"].contains(&cell.trim())
        };
        super::separator(text, &|row| row.cells.iter().filter(|c| known(c)).count())
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, ',').unwrap().into_iter().map(|r| r.cells).collect()
    }

    #[test]
    fn quotes_and_line_ends_inside_cells() {
        assert_eq!(cells("a,\"b,\"\"c\"\"\nd\"\r\ne,\n"), [vec!["a", "b,\"c\"\nd"], vec!["e", ""]]);
        assert_eq!(cells("县政府\"官网\",x\r\ry"), [vec!["县政府\"官网\"", "x"], vec![""], vec!["y"]]);
        assert_eq!(cells(""), Vec::<Vec<String>>::new());
        assert_eq!(records("a\nb,\"c\nd", ',').unwrap_err(), 2);
    }

    #[test]
    fn the_encoding_is_told_by_mark_or_by_fitting_throughout() {
        assert_eq!(decode(b"\xef\xbb\xbfa").unwrap(), "a");
        assert_eq!(decode("网址".as_bytes()).unwrap(), "网址");
        assert_eq!(decode(b"\xcd\xf8\xd6\xb7").unwrap(), "网址");
        assert_eq!(decode(b"\xff\xfe\x51\x7f").unwrap(), "网");
        assert_eq!(decode(b"u\0r\0l\0\n\0").unwrap(), "url\n");
        assert_eq!(decode(b"\0u\0r\0l\0\n").unwrap(), "url\n");
        assert_eq!(decode(b"a\nb\n\xff\xff").unwrap_err(), 3);
    }

    #[test]
    fn the_separator_is_the_one_that_shows_known_headings() {
        assert_eq!(separator("网站名称\t首页网址\n甲,乙\tx"), '\t');
        assert_eq!(separator("name;url\na,b;c"), ';');
        assert_eq!(separator("清单,共 3 个\n\"名称\n(全称)\",网址"), ',');
        assert_eq!(separator("http://a.example/"), ',');
    }
}
