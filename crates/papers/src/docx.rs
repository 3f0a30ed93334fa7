//! A document as DOCX, for offices that go on writing in it. Clauses N2.8, N5.3.
//!
//! Names fonts and embeds none: the users have them. Sizes and margins are those of GB/T 9704-2012.

use docx_rs::{
    AlignmentType, Docx, LineSpacing, LineSpacingType, PageMargin, Paragraph, Run, RunFonts,
    SpecialIndentType, Table, TableCell, TableRow, WidthType,
};

use crate::NotMade;
use crate::paper::{Block, Paper, UNSIGNED};

/// Fonts by their names in offices.
const FANG: &str = "仿宋_GB2312";
const SONG: &str = "方正小标宋简体";
const HEI: &str = "黑体";
/// Half points: sizes 2, 3, 4 and that of the red head.
const TWO: usize = 44;
const THREE: usize = 32;
const FOUR: usize = 28;
const HEAD: usize = 72;
/// Twentieths of a point: a line of 22 on a page, two characters, an inch's parts for A4 and its margins.
const PITCH: i32 = 580;
const INDENT: i32 = 640;
const RED: &str = "D00000";

fn mm(millimetres: i32) -> i32 {
    millimetres * 1_440 * 10 / 254
}

fn run(text: &str, font: &str, size: usize) -> Run {
    Run::new().add_text(text).fonts(RunFonts::new().east_asia(font).ascii("Times New Roman")).size(size)
}

fn line() -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().line(PITCH).line_rule(LineSpacingType::Exact))
}

fn indented(run: Run) -> Paragraph {
    line().add_run(run).indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

/// Makes the DOCX.
pub fn docx(paper: &Paper) -> Result<Vec<u8>, NotMade> {
    let paper = paper.clone().tidied();
    let margin =
        PageMargin::new().top(mm(37)).bottom(mm(35)).left(mm(28)).right(mm(26)).header(mm(15)).footer(mm(28));
    let mut docx = Docx::new().page_size(11_906, 16_838).page_margin(margin);
    let centred = |run: Run| line().add_run(run).align(AlignmentType::Center);
    docx =
        docx.add_paragraph(line().add_run(run(UNSIGNED, HEI, FOUR).color(RED)).align(AlignmentType::Right));
    // The head is higher than a line of text.
    let head =
        Paragraph::new().add_run(run(&paper.issuer, SONG, HEAD).color(RED)).align(AlignmentType::Center);
    docx = docx
        .add_paragraph(head)
        .add_paragraph(centred(run(&paper.number, FANG, THREE)))
        .add_paragraph(line());
    docx = docx
        .add_paragraph(Paragraph::new().add_run(run(&paper.title, SONG, TWO)).align(AlignmentType::Center));
    docx = docx.add_paragraph(line());
    if !paper.to.is_empty() {
        docx = docx.add_paragraph(line().add_run(run(&format!("{}：", paper.to), FANG, THREE)));
    }
    for block in &paper.body {
        docx = match block {
            Block::Heading { text } => docx.add_paragraph(indented(run(text, HEI, THREE))),
            Block::Paragraph { text } => docx.add_paragraph(indented(run(text, FANG, THREE))),
            Block::Table { head, rows } => docx.add_table(table(head, rows)),
        };
    }
    for (at, name) in paper.attachments.iter().enumerate() {
        let mark = if at == 0 { "附件：" } else { "　　　" };
        docx = docx.add_paragraph(indented(run(&format!("{mark}{}．{name}", at + 1), FANG, THREE)));
    }
    docx = docx.add_paragraph(line()).add_paragraph(line());
    for text in [&paper.signer, &paper.date] {
        let right = line().add_run(run(text, FANG, THREE)).align(AlignmentType::Right);
        docx = docx.add_paragraph(right.indent(None, None, Some(2 * INDENT), None));
    }
    if !paper.copies.is_empty() {
        docx = docx.add_paragraph(line());
        docx = docx.add_paragraph(line().add_run(run(
            &format!("抄送：{}。", paper.copies.join("，")),
            FANG,
            FOUR,
        )));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.build().pack(&mut bytes).map_err(|why| NotMade::Template(why.to_string()))?;
    Ok(bytes.into_inner())
}

fn table(head: &[String], rows: &[Vec<String>]) -> Table {
    let cell = |text: &str, font: &str| {
        TableCell::new().add_paragraph(Paragraph::new().add_run(run(text, font, 24)))
    };
    let row =
        |cells: &[String], font: &str| TableRow::new(cells.iter().map(|text| cell(text, font)).collect());
    let all = std::iter::once(row(head, HEI)).chain(rows.iter().map(|cells| row(cells, FANG)));
    Table::new(all.collect()).width(5_000, WidthType::Pct)
}
