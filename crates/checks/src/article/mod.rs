//! What an article page says: title, date, source, author, body, attachments. Clauses N2.1, N2.2.
//!
//! Read from the tree by density and place, with the labels of the 2017 guide (国办发〔2017〕47号) first where they
//! are sane. What a page does not show is not made up: a date in running text, in a side bar or of today is no date
//! of the article. Never fails; pages without Chinese text are not looked at.

mod attachment;
pub(crate) mod block;
mod body;
mod source;
mod title;
mod when;

use jiff::civil::{Date, Time};

use base::Position;

use crate::labels::Labels;
use crate::page::Page;
use crate::tree::NodeId;

pub use attachment::{Attachment, Claim, claim_of};
pub(crate) use block::blocks;
pub use title::{comparable, page_name};

/// From where a date was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The label `PubDate`.
    Label,
    /// Printed on the page beside title or source.
    Printed,
    /// Under the signature, the only date of issue on the page.
    Signature,
    /// Only the address names a day.
    Address,
}

impl How {
    pub fn code(self) -> &'static str {
        match self {
            How::Label => "label",
            How::Printed => "printed",
            How::Signature => "signature",
            How::Address => "address",
        }
    }
}

/// When an article was published, as far as the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    pub date: Date,
    pub time: Option<Time>,
    pub how: How,
    pub at: Option<Position>,
}

/// The running text of an article.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The element that holds it.
    pub node: Option<NodeId>,
    /// Its passages, as numbers in `Page::passages`.
    pub passages: Vec<usize>,
    /// Characters of it that are no links.
    pub chars: usize,
    /// How much running text it is: characters and signs, lines of footers and menus hardly counted.
    pub weight: f32,
}

/// An article page, read.
#[derive(Clone, Debug, Default)]
pub struct Article {
    pub title: Option<String>,
    pub date: Option<Dated>,
    /// The date that stands on the page, also where a label gives another.
    pub printed: Option<Dated>,
    pub source: Option<String>,
    pub author: Option<String>,
    pub body: Body,
    pub attachments: Vec<Attachment>,
    /// Whether the page is one article rather than a list, a home page or a form.
    pub is_article: bool,
}

impl Article {
    /// The body's text, a line for each block.
    pub fn body_text(&self, page: &Page<'_>) -> String {
        let passages = page.passages();
        let lines: Vec<&str> =
            self.body.passages.iter().filter_map(|at| passages.get(*at)).map(|p| p.text.as_str()).collect();
        lines.join("\n")
    }
}

/// Characters of running text that make an article where no label says that it is one.
const ARTICLE_CHARS: usize = 120;

/// Reads a page. `today`: the day on which it is judged.
pub fn read(page: &Page<'_>, today: Option<Date>) -> Article {
    if !page.is_chinese() {
        return Article::default();
    }
    let labels = Labels::read(page);
    let blocks = blocks(page);
    let found = body::find(page, &blocks);
    let heading = title::find(page, &labels, &blocks, &found);
    let printed = when::printed(page, &blocks, &found, heading.at, today);
    let date = when::labelled(&labels, printed.as_ref())
        .or_else(|| printed.clone())
        .or_else(|| when::addressed(page));
    let body = body::cut(page, &blocks, &found, &heading);
    let (source, author) = source::find(&labels, &blocks, &found, heading.at);
    let attachments = attachment::find(page, &found);
    let labelled = labels.first("ArticleTitle").is_some_and(|l| !l.is_empty());
    let shown = printed.as_ref().is_some_and(|p| p.how == How::Printed);
    let is_article = labelled
        || heading.is_heading && shown && body.chars > 0
        || body.chars >= ARTICLE_CHARS && found.share >= 0.5 && found.linked_inside < 0.5;
    Article { title: heading.text, date, printed, source, author, body, attachments, is_article }
}

#[cfg(test)]
mod tests;
