//! Wrong leader (领导姓名、职务错误): a name or title of the users' roster is written wrong. Clause N2.2.
//!
//! Certain only where title and name stand together and the name is one character off; whoever no longer holds the
//! office is a hint, for articles may tell of former times. Without a roster it says nothing.

use base::{Clause, Level, Quote};

use super::wording::around;
use crate::page::Page;
use crate::roster::Holder;
use crate::rule::{Facts, Findings, Look, Rule};
use crate::spelling;
use crate::spelling::model::{Model, Sound};

pub static RULE: Rule = Rule {
    id: "wrong-leader",
    name: "领导姓名或职务写错",
    clause: Clause::N2_2,
    level: Level::Veto,
    gates_drafts: true,
    why: "领导姓名、职务写错属严重表述错误，检查中出现即可单项否决。",
    fix: "对照名录立即改正；职务已变动的，核对文章日期，属当时任职的不必修改。",
    look: Look::Page(look),
};

/// From this likeness on (of 255) one character is taken for another.
const ALIKE: u8 = 115;
/// Findings of one page.
const MOST_TOLD: usize = 30;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let roster = &facts.known.roster;
    let Some(model) = spelling::shipped().filter(|_| !roster.is_empty()) else { return };
    let mut told: Vec<String> = Vec::new();
    for passage in page.passages() {
        for miss in misses(model, &passage.text, roster, facts.today) {
            if told.len() == MOST_TOLD || told.contains(&miss.fault) {
                continue;
            }
            let (before, after) = around(&passage.text, &miss.range);
            let finding = out.add(&RULE, miss.cause);
            finding.level = if miss.certain { Level::Veto } else { Level::Notice };
            finding.page = Some(page.url.to_string());
            finding.text = Some(miss.fault.clone());
            finding.at = Some(passage.position(page.tree(), miss.range.start));
            let (fault, certain) = (miss.fault.clone(), miss.certain);
            finding.quote = Some(Quote { before, fault, after, correct: vec![miss.correct], certain });
            told.push(miss.fault);
        }
    }
}

struct Miss {
    range: std::ops::Range<usize>,
    fault: String,
    correct: String,
    cause: String,
    certain: bool,
}

fn misses(model: &Model<'_>, text: &str, roster: &[Holder], today: Option<jiff::civil::Date>) -> Vec<Miss> {
    let mut out: Vec<Miss> = Vec::new();
    for holder in roster {
        let length = holder.name.chars().count();
        for (at, title) in text.match_indices(&*holder.title) {
            // 副县长 is another office than 县长.
            if text.get(..at).is_some_and(|before| before.ends_with('副')) {
                continue;
            }
            let start = at + title.len();
            let Some(there) = head(text.get(start..).unwrap_or_default(), length) else { continue };
            let range = start..start + there.len();
            if there == holder.name {
                let others = roster.iter().filter(|h| h.name == holder.name && h.title == holder.title);
                let mut others = others;
                let held = others.any(|h| h.holds(today));
                let now = roster.iter().find(|h| {
                    h.title == holder.title
                        && h.unit == holder.unit
                        && h.name != holder.name
                        && h.holds(today)
                });
                if let (false, Some(now)) = (held, now) {
                    let cause = format!("名录中“{}”现为“{}”，不是“{there}”", holder.title, now.name);
                    let (fault, correct) = (format!("{title}{there}"), format!("{title}{}", now.name));
                    out.push(Miss { range: at..range.end, fault, correct, cause, certain: false });
                }
                continue;
            }
            if let Some(other) = roster.iter().find(|h| h.name == there) {
                let holds = roster.iter().any(|h| h.name == there && h.title == *title);
                if !holds {
                    let cause = format!("名录中“{there}”的职务为“{}”，不是“{title}”", other.title);
                    let (fault, correct) = (format!("{title}{there}"), format!("{}{there}", other.title));
                    out.push(Miss { range: at..range.end, fault, correct, cause, certain: false });
                }
                continue;
            }
            if one_off(model, there, &holder.name) {
                let cause = format!("{title}的姓名“{there}”应为“{}”（据名录）", holder.name);
                let correct = format!("{title}{}", holder.name);
                out.push(Miss {
                    range: at..range.end,
                    fault: format!("{title}{there}"),
                    correct,
                    cause,
                    certain: length > 2,
                });
            }
        }
    }
    out.sort_by_key(|m| (m.range.start, !m.certain));
    out.dedup_by(|b, a| a.range == b.range);
    out
}

/// So many characters from the start of a text, if all are Han.
fn head(text: &str, length: usize) -> Option<&str> {
    let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end)?;
    let han = head.chars().all(crate::han::is_han);
    (han && head.chars().count() == length).then_some(head)
}

/// Whether two names differ in one character, and by one that is taken for the other.
fn one_off(model: &Model<'_>, there: &str, name: &str) -> bool {
    let mut other = there.chars().zip(name.chars()).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (other.next(), other.next()) else { return false };
    let (Some(a), Some(b)) = (model.id(a), model.id(b)) else { return false };
    model.sound(a, b) == Some(Sound::Same) || model.looks(a, b) >= ALIKE
}
