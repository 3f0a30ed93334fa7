//! Letters from citizens that were answered too late or not at all. Clause N2.3.
//!
//! The limit is that of the 2015 census and the 2019 index: within the last year none may wait more than three months
//! (国办秘函〔2019〕19号, 互动回应差). Interviews, surveys, petitions and reports to discipline bodies do not count there.

use base::{Clause, Level, Position};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::Page;
use crate::address::{self, Target};
use crate::dates;
use crate::rule::{Facts, Findings, Look, Rule};
use crate::tree::{NodeId, Tree};

pub static RULE: Rule = Rule {
    id: "late-reply",
    name: "留言逾期未答复",
    clause: Clause::N2_3,
    level: Level::Fault,
    gates_drafts: false,
    why: "群众的来信超过三个月没有答复，普查和抽查都会直接判定为不合格。",
    fix: "尽快答复并公开结果；暂时办不完的先告知进展和预计时间。",
    look: Look::Page(look),
};

/// Rows of one page that are judged, and findings that are told of it.
const MAX_ROWS: usize = 2_000;
const MAX_TOLD: usize = 50;
/// Characters of a cell that are read.
const MAX_CELL: usize = 120;

const SENT: [&str; 10] = [
    "来信时间",
    "来信日期",
    "写信时间",
    "写信日期",
    "留言时间",
    "留言日期",
    "提交时间",
    "咨询时间",
    "提问时间",
    "信件日期",
];
const REPLIED: [&str; 9] = [
    "回复时间",
    "回复日期",
    "答复时间",
    "答复日期",
    "办结时间",
    "办理时间",
    "处理时间",
    "反馈时间",
    "回复情况",
];
const STATE: [&str; 6] = ["状态", "办理状态", "处理状态", "答复状态", "回复状态", "办理情况"];
/// States that say that nothing was answered yet.
const OPEN: [&str; 19] = [
    "未回复",
    "未答复",
    "未处理",
    "未办理",
    "未受理",
    "未办结",
    "待回复",
    "待答复",
    "待处理",
    "待办理",
    "待受理",
    "处理中",
    "办理中",
    "受理中",
    "正在办理",
    "正在处理",
    "转办",
    "已转交",
    "已转",
];
/// States that say that it was, whatever was done before.
const CLOSED: [&str; 7] = ["已办结", "已回复", "已答复", "已办理", "已处理", "已完成", "已反馈"];
/// Columns that do not count.
const OTHER: [&str; 5] = ["在线访谈", "调查征集", "意见征集", "信访", "纪检"];

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(today) = facts.today else { return };
    if !SENT.iter().any(|word| page.source.contains(word)) || OTHER.iter().any(|o| page.title.contains(o)) {
        return;
    }
    let mut told = 0;
    let letters = tables(page).chain(detail(page));
    for letter in letters {
        let Some(cause) = letter.judge(today) else { continue };
        let finding = out.add(&RULE, cause);
        finding.page = Some(page.url.to_string());
        // A letter is told once: on its list by the address of its own page, which that page has itself.
        finding.target = Some(letter.url.unwrap_or_else(|| page.url.to_string()));
        finding.at = Some(letter.at);
        finding.text = (!letter.text.is_empty()).then_some(letter.text);
        told += 1;
        if told == MAX_TOLD {
            return;
        }
    }
}

/// A letter and what became of it.
struct Letter {
    sent: Date,
    replied: Option<Date>,
    /// Whether the page says that there is no answer yet; without a date of the answer this has to be said.
    open: bool,
    at: Position,
    text: String,
    /// The letter's own page, where the row links to it.
    url: Option<String>,
}

impl Letter {
    /// What is wrong, if anything: three months, within the year before today.
    fn judge(&self, today: Date) -> Option<String> {
        let limit = self.sent.checked_add(3.months()).ok()?;
        let year_ago = today.checked_sub(1.year()).ok()?;
        match self.replied {
            Some(replied) if replied > limit && replied >= year_ago && replied <= today => {
                Some(format!("来信 {}，{} 才答复，相隔 {} 天", self.sent, replied, days(self.sent, replied)))
            }
            None if self.open && today > limit && self.sent >= year_ago => {
                Some(format!("来信 {}，至今 {} 天没有答复", self.sent, days(self.sent, today)))
            }
            _ => None,
        }
    }
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Which cell of a row tells what.
#[derive(Clone, Copy, Default)]
struct Columns {
    sent: Option<usize>,
    replied: Option<usize>,
    state: Option<usize>,
}

/// Letters in tables whose head names a time of sending.
fn tables<'a>(page: &'a Page<'_>) -> impl Iterator<Item = Letter> + 'a {
    let tree = page.tree();
    tree.elements(tree.root(), "table").flat_map(move |table| {
        let mut columns = Columns::default();
        tree.elements(table, "tr").take(MAX_ROWS).filter_map(move |row| {
            let cells: Vec<NodeId> =
                tree.children(row).filter(|c| tree.is_any(*c, &["td", "th"])).take(30).collect();
            let texts: Vec<String> = cells.iter().map(|c| tree.text(*c, MAX_CELL)).collect();
            let column = |words: &[&str]| texts.iter().position(|t| words.contains(&t.trim()));
            if let Some(sent) = column(&SENT) {
                columns = Columns { sent: Some(sent), replied: column(&REPLIED), state: column(&STATE) };
                return None;
            }
            let text = |at: Option<usize>| at.and_then(|at| texts.get(at)).map(String::as_str);
            let sent = date_in(text(columns.sent)?)?;
            let replied = text(columns.replied).and_then(date_in);
            let blank = |t: &str| t.chars().all(|c| !c.is_alphanumeric());
            let open = text(columns.state).is_some_and(is_open)
                || text(columns.replied).is_some_and(|t| is_open(t) || blank(t) && columns.state.is_none());
            let subject = texts.iter().max_by_key(|t| t.chars().filter(|c| !c.is_ascii()).count()).cloned();
            let (at, text) = (tree.position(row), subject.unwrap_or_default());
            Some(Letter { sent, replied, open, at, text, url: page_of_letter(page, tree, row) })
        })
    })
}

fn is_open(state: &str) -> bool {
    OPEN.iter().any(|o| state.contains(o)) && !CLOSED.iter().any(|c| state.contains(c))
}

/// Links of a row that are looked at.
const MAX_LINKS: usize = 8;

/// Where the row's most telling link leads.
fn page_of_letter(page: &Page<'_>, tree: &Tree<'_>, row: NodeId) -> Option<String> {
    let target = |id: NodeId| {
        let raw = tree.attr(id, "href")?;
        let Target::Web(found) = address::resolve(&page.base, &raw, page.charset.encoding) else {
            return None;
        };
        let url = found.url.to_string();
        (url != page.url.as_str()).then(|| (tree.text(id, MAX_CELL).chars().count(), url))
    };
    let links = tree.elements(row, "a").take(MAX_LINKS).filter_map(target);
    links.max_by_key(|(chars, _)| *chars).map(|(_, url)| url)
}

/// A letter on a page of its own: `来信时间：…`, `回复时间：…`.
fn detail(page: &Page<'_>) -> Option<Letter> {
    let mut sent = None;
    let (mut replied, mut open) = (None, false);
    for passage in page.passages().iter().take(MAX_ROWS) {
        let behind = |words: &[&str]| words.iter().find_map(|w| after_label(&passage.text, w));
        if let Some(date) = behind(&SENT).and_then(date_in) {
            // A second one: a list of letters, whose answers cannot be told apart here.
            if sent.is_some() {
                return None;
            }
            sent = Some((date, passage.position(page.tree(), 0)));
        }
        replied = replied.or_else(|| behind(&REPLIED).and_then(date_in));
        open |= behind(&STATE).is_some_and(|t| {
            let state = t.split_whitespace().next().unwrap_or_default();
            OPEN.iter().any(|o| state.starts_with(o)) && is_open(state)
        });
    }
    let (sent, at) = sent?;
    Some(Letter { sent, replied, open, at, text: page.title.clone(), url: None })
}

/// What stands behind `label：`, at most a cell's worth.
fn after_label<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let rest = text[text.find(label)? + label.len()..].trim_start_matches([' ', '：', ':', '\u{3000}']);
    Some(&rest[..rest.floor_char_boundary(MAX_CELL)])
}

fn date_in(text: &str) -> Option<Date> {
    dates::find(text, None).first().and_then(dates::Stamp::date)
}
