//! One item of a list: the link that names it, and the date printed with it. Clause N2.1.
//!
//! A date inside a title belongs to the title; one that stands for itself is the item's.

use jiff::civil::Date;

use super::Item;
use crate::address::{self, Target};
use crate::dates::{self, Form, InAddress, Stamp};
use crate::page::Page;
use crate::tree::{Kind, NodeId, Tree};

/// Characters of a title that are kept.
const MAX_TITLE: usize = 120;
/// Characters around a link in which its date is looked for.
const MAX_AROUND: usize = 400;
/// Nodes behind a `dt` that belong to it: blanks and one or two `dd`.
const MAX_BEHIND: usize = 5;
/// Characters of each of them; summaries are longer.
const MAX_DEFINITION: usize = 60;
/// Days after the item before it that a date without year may lie; more means the year before.
const SLACK: i32 = 40;

/// Reads the items of one list; remembers the last date, which tells the year of the next.
pub(super) struct Reader<'a, 't> {
    page: &'a Page<'t>,
    tree: &'a Tree<'t>,
    today: Option<Date>,
    last: Option<Date>,
}

impl<'a, 't> Reader<'a, 't> {
    pub fn new(page: &'a Page<'t>, tree: &'a Tree<'t>, today: Option<Date>) -> Reader<'a, 't> {
        Reader { page, tree, today, last: None }
    }

    /// The item that an element holds.
    pub fn item(&mut self, id: NodeId) -> Option<Item> {
        let tree = self.tree;
        let all = std::iter::once(id).chain(tree.descendants(id));
        let links: Vec<NodeId> =
            all.filter(|n| tree.is(*n, "a") && tree.attr(*n, "href").is_some()).take(12).collect();
        let link = match links[..] {
            [only] => only,
            _ => *links.iter().max_by_key(|l| (title_length(tree, **l), std::cmp::Reverse(l.index())))?,
        };
        let mut around: Vec<String> = Vec::new();
        let mut left = MAX_AROUND;
        let span = tree.span(link);
        let inside = |n: NodeId| tree.span(n).start >= span.start && tree.span(n).end <= span.end;
        for node in std::iter::once(id).chain(tree.descendants(id)) {
            if let Kind::Text(_) = tree.kind(node)
                && left > 0
                && !inside(node)
            {
                let text = tree.own_text(node).trim().to_owned();
                left = left.saturating_sub(text.len());
                if !text.is_empty() {
                    around.push(text);
                }
            }
        }
        // `<dt><a>title</a></dt><dd>2024-05-11</dd>`
        if tree.is(id, "dt") {
            let behind = std::iter::successors(tree.next(id), |n| tree.next(*n)).take(MAX_BEHIND);
            around.extend(behind.take_while(|n| !tree.is(*n, "dt")).map(|n| tree.text(n, MAX_DEFINITION)));
        }
        self.named(link, &around)
    }

    /// The item of a link and the text behind it.
    pub fn row(&mut self, holder: NodeId, around: &[String]) -> Option<Item> {
        let tree = self.tree;
        let mut all = std::iter::once(holder).chain(tree.descendants(holder));
        let link = all.find(|n| tree.is(*n, "a"))?;
        self.named(link, around)
    }

    fn named(&mut self, link: NodeId, around: &[String]) -> Option<Item> {
        let tree = self.tree;
        let raw = tree.attr(link, "href")?;
        let url = match address::resolve(&self.page.base, &raw, self.page.charset.encoding) {
            Target::Web(found) => Some(found.url.to_string()),
            _ => None,
        };
        let text = tree.text(link, MAX_TITLE).replace('\n', " ");
        let label = tree.attr(link, "title").map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
        let shown = text.trim_end_matches(['.', '…']);
        // Builders shorten the text and give the whole title as a hint.
        let title = match label {
            Some(label) if label.chars().count() > shown.chars().count() && label.starts_with(shown) => label,
            _ => text.trim().to_owned(),
        };
        if title.is_empty() {
            return None;
        }
        let named = url.as_deref().and_then(dates::in_address);
        let date = self.printed(around, named).or_else(|| self.in_link(link, named));
        self.last = date.or(self.last);
        Some(Item { title: cut(title), url, date, at: tree.position(link) })
    }

    fn printed(&self, around: &[String], named: Option<InAddress>) -> Option<Date> {
        let bare = |text: &str| {
            text.trim_matches(|c: char| c.is_whitespace() || "·•►▪■◆>》—|".contains(c)).to_owned()
        };
        let mut stamps: Vec<Stamp> =
            around.iter().flat_map(|text| dates::find(&bare(text), self.today)).collect();
        if stamps.is_empty() {
            stamps = dates::find(&bare(&around.concat()), self.today);
        }
        let whole = stamps.iter().find(|s| s.year.is_some() && s.form != Form::ShortYear);
        let stamp = whole.or_else(|| stamps.first());
        let figures = |text: &&String| text.len() <= 16 && text.chars().all(|c| is_figure(c) || c == ' ');
        let parts = || around.iter().filter(figures).map(String::as_str).collect::<Vec<_>>().join(" ");
        stamp
            .filter(|s| s.year.is_some())
            .and_then(Stamp::date)
            .or_else(|| in_parts(&parts()))
            .or_else(|| stamp.and_then(|s| self.day(s, named)))
    }

    /// A date that stands for itself inside the link.
    fn in_link(&self, link: NodeId, named: Option<InAddress>) -> Option<Date> {
        let tree = self.tree;
        let mut parts = String::new();
        for node in tree.descendants(link).filter(|n| matches!(tree.kind(*n), Kind::Text(_))).take(12) {
            let text = tree.own_text(node);
            let text = text.trim();
            let stamps = dates::find(text, self.today);
            if let Some(stamp) = stamps.last() {
                let rest = text.len() - stamp.at.len();
                let before = text[..stamp.at.start].trim_end();
                let behind = text[stamp.at.end..].chars().all(|c| c.is_whitespace() || ")）]】".contains(c));
                let apart = before.is_empty() || before.ends_with(['(', '（', '[', '【', '：', ':']);
                // `<a>title 2024-05-11</a>`: a blank and a whole date at the end.
                let last = stamp.year.is_some() && stamp.at.end == text.len() && !before.is_empty();
                let blank = text[..stamp.at.start].ends_with(char::is_whitespace);
                if rest <= 4 || behind && apart || last && blank {
                    return self.day(stamp, named);
                }
            } else if text.chars().count() <= 10 && text.contains(|c: char| c.is_ascii_digit()) {
                parts.push(' ');
                parts.push_str(text);
            }
        }
        in_parts(parts.trim())
    }

    /// The day of a stamp; a year that is not written is taken from the address, the item before, or today.
    fn day(&self, stamp: &Stamp, named: Option<InAddress>) -> Option<Date> {
        if stamp.year.is_some() {
            return stamp.date();
        }
        if let Some(named) = named {
            return stamp.in_year(named.year());
        }
        if let Some(last) = self.last {
            let same = stamp.in_year(last.year())?;
            let late = same.since(last).map_or(0, |span| span.get_days()) > SLACK;
            return if late { stamp.in_year(last.year() - 1) } else { Some(same) };
        }
        stamp.before(self.today?)
    }
}

/// Years of items whose records were read one by one: falls back to nothing where none is known.
pub(super) fn settle_years(items: &mut [Item]) {
    // Records are read with one reader each; a list that falls in time never rises by most of a year.
    for at in 1..items.len() {
        if let (Some(before), Some(date)) = (items[at - 1].date, items[at].date)
            && date > before
            && date.since(before).is_ok_and(|span| span.get_days() > 300)
            && let Ok(earlier) = Date::new(date.year() - 1, date.month(), date.day())
            && items[at].url.as_deref().and_then(dates::in_address).is_none()
        {
            items[at].date = Some(earlier);
        }
    }
}

/// A date whose day and month stand apart: `11` above `2024-05`, `05-11` above `2024`.
fn in_parts(text: &str) -> Option<Date> {
    let mut numbers: Vec<(usize, usize, i32)> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && numbers.len() < 8 {
        let len = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if len > 0 {
            numbers.push((at, len, text[at..at + len].parse().ok()?));
            at += len;
        } else {
            at += 1;
        }
    }
    let &[a, b, c] = numbers.first_chunk::<3>().filter(|_| numbers.len() == 3)?;
    let joined = |x: (usize, usize, i32), y: (usize, usize, i32)| {
        y.0 == x.0 + x.1 + 1 && matches!(bytes[x.0 + x.1], b'-' | b'/' | b'.')
            || matches!(text[x.0 + x.1..y.0].trim(), "年" | "月")
    };
    let date = |year: i32, month: i32, day: i32| {
        let year = i16::try_from(year).ok().filter(|y| dates::YEARS.contains(y))?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let only = text.chars().all(|c| is_figure(c) || c.is_whitespace());
    match () {
        () if !only => None,
        // 11 2024-05
        () if b.1 == 4 && joined(b, c) => date(b.2, c.2, a.2),
        // 2024-05 11
        () if a.1 == 4 && joined(a, b) => date(a.2, b.2, c.2),
        // 05-11 2024
        () if c.1 == 4 && joined(a, b) => date(c.2, a.2, b.2),
        // 2024 05-11
        () if a.1 == 4 && joined(b, c) => date(a.2, b.2, c.2),
        () => None,
    }
}

/// What a date in figures is written with.
fn is_figure(c: char) -> bool {
    c.is_ascii_digit() || "-/.年月日".contains(c)
}

fn title_length(tree: &Tree<'_>, link: NodeId) -> usize {
    let text = tree.text(link, MAX_TITLE);
    // "下载", "详情" beside the title lose against it; a date as link text is no title.
    if dates::find(&text, None).first().is_some_and(|s| text.len() < s.at.len() + 4) {
        0
    } else {
        text.chars().count()
    }
}

fn cut(title: String) -> String {
    match title.char_indices().nth(MAX_TITLE) {
        Some((at, _)) => title[..at].to_owned(),
        None => title,
    }
}
