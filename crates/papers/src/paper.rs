//! What a document says, before it is laid out. Clauses N2.8, N5.3; pure.

use serde::Serialize;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// Whose document it is: the red words on top (发文机关标志 without “文件”).
    pub issuer: String,
    /// 发文字号; empty while it has none.
    pub number: String,
    pub title: String,
    /// 主送机关; empty for a notice to everybody.
    pub to: String,
    pub body: Vec<Block>,
    /// 附件说明, each a line.
    pub attachments: Vec<String>,
    /// 发文机关署名, usually the issuer.
    pub signer: String,
    /// 成文日期 in words: `2026年11月26日`.
    pub date: String,
    /// 抄送机关.
    pub copies: Vec<String>,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Block {
    /// A heading of the first rank: `一、…`, in 黑体.
    Heading {
        text: String,
    },
    Paragraph {
        text: String,
    },
    /// A table with its head; every row has as many cells.
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

impl Block {
    /// A paragraph.
    pub fn paragraph(text: impl Into<String>) -> Block {
        Block::Paragraph { text: text.into() }
    }

    /// A heading.
    pub fn heading(text: impl Into<String>) -> Block {
        Block::Heading { text: text.into() }
    }
}

/// What stands on top of every document that this system makes: it becomes one when it is signed and sealed.
pub const UNSIGNED: &str = "待用印稿";
/// Rows of one table; a document with more is a list, which is exported as one.
pub const MOST_ROWS: usize = 500;
/// Characters of one paragraph or cell.
pub const LONGEST: usize = 4_000;

impl Paper {
    /// The same within bounds and without characters that no font shows.
    pub fn tidied(mut self) -> Paper {
        for text in [
            &mut self.issuer,
            &mut self.number,
            &mut self.title,
            &mut self.to,
            &mut self.signer,
            &mut self.date,
        ] {
            *text = tidy(text);
        }
        for list in [&mut self.attachments, &mut self.copies] {
            list.iter_mut().for_each(|text| *text = tidy(text));
        }
        for block in &mut self.body {
            match block {
                Block::Heading { text } | Block::Paragraph { text } => *text = tidy(text),
                Block::Table { head, rows } => {
                    rows.truncate(MOST_ROWS);
                    let cells = head.len();
                    head.iter_mut().for_each(|text| *text = tidy(text));
                    for row in rows {
                        row.resize(cells, String::new());
                        row.iter_mut().for_each(|text| *text = tidy(text));
                    }
                }
            }
        }
        self.body = self.body.into_iter().flat_map(split).collect();
        self
    }
}

/// Lines of a text are paragraphs of their own.
fn split(block: Block) -> Vec<Block> {
    match block {
        Block::Paragraph { text } if text.contains('\n') => {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Block::paragraph).collect()
        }
        other => vec![other],
    }
}

fn tidy(text: &str) -> String {
    let shown = |c: &char| {
        *c == '\n'
            || !(c.is_control()
                || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
    };
    text.trim().chars().filter(shown).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_paragraphs_and_rows_are_as_long_as_their_head() {
        let paper = Paper {
            title: "关于\u{202e}整改\u{7}的通知 ".to_owned(),
            body: vec![
                Block::paragraph("一\n\n 二"),
                Block::Table {
                    head: vec!["甲".into(), "乙".into()],
                    rows: vec![vec!["1".into()], vec!["1".into(), "2".into(), "3".into()]],
                },
            ],
            ..Paper::default()
        };
        let tidied = paper.tidied();
        assert_eq!(tidied.title, "关于整改的通知");
        assert_eq!(tidied.body[..2], [Block::paragraph("一"), Block::paragraph("二")]);
        let Block::Table { rows, .. } = &tidied.body[2] else { panic!("{tidied:?}") };
        assert!(rows.iter().all(|row| row.len() == 2));
    }
}
