//! Makes files for the tests. Clauses N2.2, N2.3.
//!
//! Only what a reader needs is in them.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of these files.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).expect("made in memory");
        writer.write_all(bytes).expect("made in memory");
    }
    writer.finish().expect("made in memory").into_inner()
}

/// A Word file with this body and these comments.
pub fn docx(body: &str, comments: &str) -> Vec<u8> {
    let document =
        format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let comments = format!("<w:comments xmlns:w=\"w\">{comments}</w:comments>");
    let core = "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\"><dc:creator>禾某丙</dc:creator></cp:coreProperties>";
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/comments.xml", comments.as_bytes()),
        ("word/header1.xml", "<w:hdr><w:p><w:r><w:t>内部资料</w:t></w:r></w:p></w:hdr>".as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ])
}

/// A compound file of these streams.
pub fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("made in memory");
    for (name, bytes) in streams {
        file.create_stream(name).expect("made in memory").write_all(bytes).expect("made in memory");
    }
    file.flush().expect("made in memory");
    file.into_inner().into_inner()
}

/// A Word 97 file: a first piece of single bytes and a second of UTF-16; `comments` follows as another part.
pub fn doc(latin: &str, wide: &str, comments: &str) -> Vec<u8> {
    let (wide, comments): (Vec<u16>, Vec<u16>) =
        (wide.encode_utf16().collect(), comments.encode_utf16().collect());
    let mut main = vec![0u8; 0x400];
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &0xa5ecu16.to_le_bytes());
    put(2, &0x00c1u16.to_le_bytes());
    put(0x0a, &0x0200u16.to_le_bytes());
    let chars = latin.len() + wide.len();
    put(0x4c, &(chars as u32).to_le_bytes());
    put(0x5c, &(comments.len() as u32).to_le_bytes());
    let (first, second) = (main.len() as u32, (main.len() + latin.len()) as u32);
    main.extend_from_slice(latin.as_bytes());
    main.extend(wide.iter().chain(&comments).flat_map(|u| u.to_le_bytes()));
    let mut pieces = Vec::new();
    for end in [0, latin.len(), chars + comments.len()] {
        pieces.extend_from_slice(&(end as u32).to_le_bytes());
    }
    for place in [(first * 2) | 0x4000_0000, second] {
        pieces.extend_from_slice(&[0, 0]);
        pieces.extend_from_slice(&place.to_le_bytes());
        pieces.extend_from_slice(&[0, 0]);
    }
    let mut table = vec![2];
    table.extend_from_slice(&(pieces.len() as u32).to_le_bytes());
    table.extend_from_slice(&pieces);
    main[0x1a6..0x1aa].copy_from_slice(&(table.len() as u32).to_le_bytes());
    compound(&[("WordDocument", &main), ("1Table", &table)])
}

/// An old workbook of one sheet: rows of texts, the cells at these places.
pub fn xls(cells: &[(u16, u16, &str)], hidden_column: Option<u16>) -> Vec<u8> {
    let record = |kind: u16, body: &[u8]| {
        let mut out = kind.to_le_bytes().to_vec();
        out.extend_from_slice(&(body.len() as u16).to_le_bytes());
        out.extend_from_slice(body);
        out
    };
    let bof = |sort: u16| {
        let words = [0x0600u16, sort, 0x0dbb, 0x07cc, 0, 0, 6, 0];
        record(0x0809, &words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>())
    };
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut strings = [(cells.len() as u32).to_le_bytes(), (cells.len() as u32).to_le_bytes()].concat();
    for (_, _, text) in cells {
        strings.extend_from_slice(&(text.encode_utf16().count() as u16).to_le_bytes());
        strings.push(1);
        strings.extend(wide(text));
    }
    let sheet_name = "名单";
    let mut globals = bof(5);
    let bound_sheet = |at: u32| {
        let mut body = at.to_le_bytes().to_vec();
        body.extend_from_slice(&[0, 0, sheet_name.encode_utf16().count() as u8, 1]);
        body.extend(wide(sheet_name));
        record(0x0085, &body)
    };
    let rest = [record(0x00fc, &strings), record(0x000a, &[])].concat();
    let at = globals.len() + bound_sheet(0).len() + rest.len();
    globals.extend(bound_sheet(at as u32));
    globals.extend(rest);
    globals.extend(bof(0x10));
    if let Some(column) = hidden_column {
        let words = [column, column, 2048, 15, 1, 0];
        globals.extend(record(0x007d, &words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>()));
    }
    for (i, (row, column, _)) in cells.iter().enumerate() {
        let mut body: Vec<u8> = [*row, *column, 0].iter().flat_map(|w| w.to_le_bytes()).collect();
        body.extend_from_slice(&(i as u32).to_le_bytes());
        globals.extend(record(0x00fd, &body));
    }
    globals.extend(record(0x000a, &[]));
    // Streams of less than 4,096 bytes are kept elsewhere in a compound file; libraries read both.
    globals.resize(globals.len().max(5_000), 0);
    compound(&[("Workbook", &globals)])
}

/// A PDF of one page whose font maps its codes to characters by a table of its own.
pub fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut chars: Vec<char> = lines.iter().flat_map(|line| line.chars()).collect();
    chars.sort_unstable();
    chars.dedup();
    let code = |c: char| chars.iter().position(|known| *known == c).expect("made in memory") + 1;
    let mut map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapName /T def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{} beginbfchar\n",
        chars.len()
    );
    for c in &chars {
        map += &format!("<{:04X}> <{:04X}>\n", code(*c), *c as u32);
    }
    map += "endbfchar\nendcmap CMapName currentdict /CMap defineresource pop end end";
    let mut content = String::from("BT /F1 12 Tf 72 700 Td ");
    for line in lines {
        let hex: String = line.chars().map(|c| format!("{:04X}", code(c))).collect();
        content += &format!("<{hex}> Tj 0 -20 Td ");
    }
    content += "ET";
    let stream = |text: &str| format!("<</Length {}>>stream\n{text}\nendstream", text.len());
    of_objects(&[
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[8 0 R]>>".into(),
        stream(&content),
        "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 6 0 R>>".into(),
        stream(&map),
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>".into(),
        "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents<FEFF68385B9E>>>".into(),
    ])
}

/// A PDF as browsers print it: a font of single codes with invented names of glyphs, and a table of what they mean.
pub fn printed_pdf(line: &str, table: bool) -> Vec<u8> {
    printed_pdf_with(line, table, "")
}

/// The same with further sections in the table.
pub fn printed_pdf_with(line: &str, table: bool, more: &str) -> Vec<u8> {
    let (mut codes, mut map, mut names) = (String::new(), String::new(), String::new());
    for (i, c) in line.chars().enumerate() {
        codes += &format!("{:02X}", i + 1);
        map += &format!("<{:02X}> <{:04X}>\n", i + 1, c as u32);
        names += &format!("/g{i:X}");
    }
    let map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n<<  /Registry (Adobe)\n\
         /Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{} beginbfchar\n{map}endbfchar\n{more}endcmap\n\
         CMapName currentdict /CMap defineresource pop\nend\nend",
        line.chars().count()
    );
    let content = format!("BT /F1 12 Tf 72 700 Td <{codes}> Tj ET");
    let stream = |text: &str| format!("<</Length {}>>stream\n{text}\nendstream", text.len());
    let meaning = if table { "/ToUnicode 6 0 R" } else { "" };
    of_objects(&[
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
            .into(),
        stream(&content),
        format!("<</Type/Font/Subtype/Type3/Encoding<</Type/Encoding/Differences[1{names}]>>{meaning}>>"),
        stream(&map),
    ])
}

/// A PDF of these objects, numbered from 1; the first is the catalog.
pub fn of_objects(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", i + 1);
    }
    let table = out.len();
    out += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        out += &format!("{offset:010} 00000 n \n");
    }
    out += &format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    out.into_bytes()
}
