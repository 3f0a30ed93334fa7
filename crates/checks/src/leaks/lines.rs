//! The lines of a page: its passages, with the cells of one row of a table joined. Serves N2.2.
//!
//! Pages that are laid out with tables have rows that hold a whole article; those are read passage by passage.

use base::Position;

use crate::page::Page;
use crate::tree::{NodeId, Passage, Tree};

/// Cells and passages of a row of data; what has more is layout.
const MOST_PIECES: usize = 40;
/// Characters of such a row.
const MOST_CHARS: usize = 600;
/// Elements between a passage and its row; browsers nest some five.
const MOST_LEVELS: usize = 16;

/// A line of a page and where its parts stand.
pub struct PageLine<'p> {
    pub text: String,
    /// The row that names the columns; empty for what is no row.
    pub header: String,
    /// Byte in `text` at which each passage begins.
    pieces: Vec<(usize, &'p Passage)>,
}

impl PageLine<'_> {
    /// Place in the source of a byte of the line.
    pub fn position(&self, tree: &Tree<'_>, byte: usize) -> Option<Position> {
        let i = self.pieces.partition_point(|(start, _)| *start <= byte).checked_sub(1)?;
        let (start, passage) = self.pieces.get(i)?;
        Some(passage.position(tree, byte - start))
    }
}

/// A passage with the row and the cell it stands in.
struct Placed<'p> {
    passage: &'p Passage,
    row: Option<NodeId>,
    cell: Option<NodeId>,
}

/// Every line of the page in source order.
pub fn page_lines<'p>(page: &'p Page<'_>) -> Vec<PageLine<'p>> {
    let tree = page.tree();
    let placed: Vec<Placed<'p>> = page.passages().iter().map(|p| place(tree, p)).collect();
    let mut out = Vec::new();
    let mut table: Option<NodeId> = None;
    let mut header = String::new();
    let mut rest = placed.as_slice();
    while let Some(first) = rest.first() {
        let n = match first.row {
            Some(_) => rest.iter().take_while(|p| p.row == first.row).count(),
            None => 1,
        };
        let (part, further) = rest.split_at(n.max(1));
        rest = further;
        let Some(row) = first.row.filter(|_| is_data(part)) else {
            out.extend(part.iter().map(|p| PageLine {
                text: p.passage.text.clone(),
                header: String::new(),
                pieces: vec![(0, p.passage)],
            }));
            continue;
        };
        let around = tree.ancestors(row).take(MOST_LEVELS).find(|id| tree.is(*id, "table"));
        if around != table {
            table = around;
            header.clear();
        }
        let mut line = joined(part);
        // The first row with several cells and no numbers names the columns; one of a single cell is a caption.
        if header.is_empty() && line.text.contains('\t') && !line.text.bytes().any(|b| b.is_ascii_digit()) {
            header = line.text.clone();
        } else {
            line.header = header.clone();
        }
        out.push(line);
    }
    out
}

fn place<'p>(tree: &Tree<'_>, passage: &'p Passage) -> Placed<'p> {
    let mut placed = Placed { passage, row: None, cell: None };
    let up = std::iter::once(passage.node).chain(tree.ancestors(passage.node));
    for id in up.take(MOST_LEVELS) {
        if tree.is(id, "tr") {
            placed.row = Some(id);
            break;
        }
        if tree.is(id, "table") {
            break;
        }
        if placed.cell.is_none() && tree.is_any(id, &["td", "th"]) {
            placed.cell = Some(id);
        }
    }
    placed
}

fn is_data(part: &[Placed<'_>]) -> bool {
    part.len() <= MOST_PIECES
        && part.iter().map(|p| p.passage.text.chars().count()).sum::<usize>() <= MOST_CHARS
}

fn joined<'p>(part: &[Placed<'p>]) -> PageLine<'p> {
    let mut text = String::new();
    let mut pieces = Vec::with_capacity(part.len());
    let mut cell = None;
    for (i, placed) in part.iter().enumerate() {
        if i > 0 {
            text.push(if placed.cell == cell { ' ' } else { '\t' });
        }
        cell = placed.cell;
        pieces.push((text.len(), placed.passage));
        text.push_str(&placed.passage.text);
    }
    PageLine { text, header: String::new(), pieces }
}
