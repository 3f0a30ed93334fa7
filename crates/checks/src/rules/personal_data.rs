//! Personal data (个人信息): identity, card and telephone numbers of persons in pages and attachments. Clause N2.2.
//!
//! The finding shows where they stand and of what kind they are, never the numbers.

use base::finding::Quote;
use base::{Clause, Level, Position};

use crate::leaks::{self, Kind, Leak, Line, Weight};
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "personal-data",
    name: "泄露个人信息",
    clause: Clause::N2_2,
    level: Level::Fault,
    gates_drafts: true,
    why: "公开的页面或附件中有未作处理的公民个人信息，任何人都能取走，会被用于诈骗，侵害当事人权益；《个人信息保护法》\
          要求只公开必要的内容并作去标识化处理。",
    fix: "先撤下页面或附件，删去不必公开的号码，确需公示的用“*”遮去中间部分后重新发布；附件中的隐藏行列、批注、修订也要清除。\
          是专门公布的办公电话的，改用固定电话或确认可以公开。",
    look: Look::PageAndDocument(look_at_page, look_at_document),
};

/// Lines told one by one for a page or file; the others are counted in one more finding.
const MOST_TOLD: usize = 10;

fn look_at_page(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    if !page.is_chinese() {
        return;
    }
    // Building rows costs more than most pages deserve: a number stands in one passage.
    if !page.passages().iter().any(|passage| leaks::may_hold_number(&passage.text)) {
        return;
    }
    let lines = leaks::page_lines(page);
    let mut tally = Tally::new(page.url.to_string());
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    for (i, line) in lines.iter().enumerate() {
        let text = Line { text: &line.text, header: &line.header };
        let at = |byte| line.position(page.tree(), byte);
        tally.take(&text, beside(&texts, i), "", at, out);
    }
    tally.close(out);
}

fn look_at_document(document: &DocumentText<'_>, _: &Facts<'_>, out: &mut Findings) {
    let mut tally = Tally::new(document.url.to_string());
    let mut table = None;
    let mut header = "";
    let texts: Vec<&str> = document.lines.iter().map(|line| line.text).collect();
    for (i, line) in document.lines.iter().enumerate() {
        if line.table != table {
            (table, header) = (line.table, "");
        }
        let is_header = line.text.contains('\t') && !line.text.bytes().any(|b| b.is_ascii_digit());
        if table.is_some() && header.is_empty() && is_header {
            header = line.text;
            continue;
        }
        tally.take(&Line { text: line.text, header }, beside(&texts, i), line.place, |_| None, out);
    }
    tally.close(out);
}

/// Lines on either side of one that may say whose an account in it is: the name, the bank, the number.
const BESIDE: usize = 2;

fn beside<'t>(texts: &'t [&'t str], i: usize) -> [&'t [&'t str]; 2] {
    let before = texts.get(i.saturating_sub(BESIDE)..i).unwrap_or_default();
    let after = texts.get(i + 1..texts.len().min(i + 1 + BESIDE)).unwrap_or_default();
    [before, after]
}

/// What was told of one page or file, and what is only counted.
struct Tally {
    page: String,
    told: usize,
    lines: usize,
    numbers: usize,
    worst: Option<Level>,
}

impl Tally {
    fn new(page: String) -> Tally {
        Tally { page, told: 0, lines: 0, numbers: 0, worst: None }
    }

    fn take(
        &mut self,
        line: &Line<'_>,
        beside: [&[&str]; 2],
        place: &str,
        at: impl Fn(usize) -> Option<Position>,
        out: &mut Findings,
    ) {
        let mut found = leaks::scan(line);
        // A body's account is published so that people pay into it.
        if found.iter().any(|leak| leak.kind == Kind::BankCard) && leaks::is_of_a_body(line, &beside.concat())
        {
            found.retain(|leak| leak.kind != Kind::BankCard);
        }
        let Some(first) = found.first() else { return };
        let weight = leaks::weigh(line, &found);
        if self.told == MOST_TOLD {
            self.lines += 1;
            self.numbers += found.len();
            self.worst = self.worst.max(Some(weight.level));
            return;
        }
        self.told += 1;
        let shown = leaks::excerpt(line.text, first.at, first.len);
        let finding = out.add(&RULE, cause(&weight, &found, place));
        finding.level = weight.level;
        finding.page = Some(self.page.clone());
        finding.text = Some(shown.line());
        finding.at = at(first.at);
        finding.quote = Some(Quote {
            before: shown.before,
            fault: shown.number,
            after: shown.after,
            correct: Vec::new(),
            certain: !weight.published,
        });
    }

    fn close(self, out: &mut Findings) {
        let Some(level) = self.worst else { return };
        let finding =
            out.add(&RULE, format!("另有 {} 行共 {} 个个人号码，未逐一列出", self.lines, self.numbers));
        finding.level = level;
        finding.page = Some(self.page);
    }
}

fn cause(weight: &Weight, found: &[Leak], place: &str) -> String {
    let place = if place.is_empty() { String::new() } else { format!("{place}：") };
    let number = if found.len() > 1 { format!("，共 {} 个号码", found.len()) } else { String::new() };
    if weight.published {
        return format!("{place}公布的联系电话是手机号{number}，请确认可以公开");
    }
    match weight.together.as_slice() {
        [one] => format!("{place}出现未遮挡的{one}{number}"),
        several => format!("{place}同一行出现未遮挡的{}{number}", several.join("、")),
    }
}
