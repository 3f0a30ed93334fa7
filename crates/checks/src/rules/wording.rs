//! What the rules on wording share: slips of a page or file as findings with their quotes. Clause N2.2.
//!
//! Decides nothing about wording: that is `spelling`. Each misspelling is told once a page, with how often it stands
//! there.

use base::{Level, Quote};

use crate::page::Page;
use crate::rule::{DocumentText, Findings, Rule};
use crate::spelling::{self, Slip};

/// Different misspellings that one rule tells of one page or file: with more the text as a whole is to be read again.
const MOST_TOLD: usize = 30;
/// Characters shown before and after a misspelling.
const AROUND: usize = 16;

/// How a rule tells a slip: whether it is one of its own, how grave it is, and in what words.
pub(super) type Tell = fn(&Slip) -> Option<(Level, String)>;

/// Reports what a rule says of a page's slips.
pub(super) fn tell_page(page: &Page<'_>, rule: &'static Rule, tell: Tell, out: &mut Findings) {
    if !page.is_chinese() {
        return;
    }
    let passages = page.passages();
    let own = page.slips().iter().filter_map(|(at, slip)| Some((passages.get(*at)?, slip, tell(slip)?)));
    let mut told: Vec<Told<'_>> = Vec::new();
    for (passage, slip, (level, cause)) in own {
        if again(&mut told, slip) {
            continue;
        }
        let finding = out.add(rule, cause);
        finding.level = level;
        finding.page = Some(page.url.to_string());
        finding.text = Some(slip.fault.clone());
        finding.quote = Some(quote(&passage.text, slip));
        finding.at = Some(passage.position(page.tree(), slip.range.start));
        told.push(Told { slip, finding: out.list.len() - 1, times: 1 });
    }
    // What search results show: the same fault as in the text is told once, there.
    for head in page.head_slips() {
        let Some((level, cause)) = tell(&head.slip) else { continue };
        if again(&mut told, &head.slip) {
            continue;
        }
        let place = if head.element == "title" { "页面标题" } else { "网页标签" };
        let finding = out.add(rule, format!("{place}中{cause}"));
        finding.level = level;
        finding.page = Some(page.url.to_string());
        finding.element = Some(head.element.clone());
        finding.text = Some(head.slip.fault.clone());
        finding.quote = Some(quote(&head.text, &head.slip));
        finding.at = Some(head.at);
        told.push(Told { slip: &head.slip, finding: out.list.len() - 1, times: 1 });
    }
    count(&told, out);
}

/// Reports what a rule says of the slips in a file's text.
pub(super) fn tell_document(
    document: &DocumentText<'_>,
    rule: &'static Rule,
    tell: Tell,
    out: &mut Findings,
) {
    let mut told_faults: Vec<String> = Vec::new();
    for line in document.lines {
        for slip in spelling::certain(line.text) {
            let Some((level, cause)) = tell(&slip) else { continue };
            if told_faults.len() == MOST_TOLD || told_faults.contains(&slip.fault) {
                continue;
            }
            let place = if line.place.is_empty() { "附件中" } else { line.place };
            let finding = out.add(rule, format!("{place}：{cause}"));
            finding.level = level;
            finding.page = Some(document.url.to_string());
            finding.text = Some(slip.fault.clone());
            finding.quote = Some(quote(line.text, &slip));
            told_faults.push(slip.fault);
        }
    }
}

/// The words of a fault that has one right form.
pub(super) fn mistaken(slip: &Slip, what: &str) -> String {
    let correct = slip.correct.first().map_or("", |c| c);
    format!("{what}“{}”应为“{correct}”", slip.fault)
}

/// The words of what may be a fault: they ask, for the text may be right.
pub(super) fn doubted(slip: &Slip) -> String {
    let correct = slip.correct.first().map_or("", |c| c);
    format!("疑似错别字“{}”，是否应为“{correct}”？", slip.fault)
}

struct Told<'a> {
    slip: &'a Slip,
    finding: usize,
    times: usize,
}

/// Whether the same was told before, or enough was told.
fn again(told: &mut [Told<'_>], slip: &Slip) -> bool {
    if let Some(before) = told.iter_mut().find(|t| t.slip.fault == slip.fault) {
        before.times += 1;
        return true;
    }
    told.len() == MOST_TOLD
}

fn count(told: &[Told<'_>], out: &mut Findings) {
    for one in told.iter().filter(|t| t.times > 1) {
        if let Some(finding) = out.list.get_mut(one.finding) {
            finding.cause.push_str(&format!("（本页共 {} 处）", one.times));
        }
    }
}

fn quote(text: &str, slip: &Slip) -> Quote {
    let (before, after) = around(text, &slip.range);
    Quote { before, fault: slip.fault.clone(), after, correct: slip.correct.clone(), certain: slip.certain }
}

/// What stands before and after a place in a text.
pub(super) fn around(text: &str, place: &std::ops::Range<usize>) -> (String, String) {
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    (before.get(from..).unwrap_or_default().to_owned(), after.chars().take(AROUND).collect())
}
