//! Drifted target (链接内容已变): a link whose target is no longer what was approved, by its title or its owner.
//! Clauses N2.4, N5.6.
//!
//! Needs the ledger of approved links. Titles that say nothing (首页, 登录) prove nothing.

use base::{Clause, Level, Verdict};
use url::Url;

use super::target::{is_named_only, report};
use super::wrong_target::short;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "drifted-target",
    name: "链接内容与审批时不符",
    clause: Clause::N5_6,
    level: Level::Fault,
    gates_drafts: false,
    why: "链接审批时登记的名称、单位与对方现在的页面不一致，对方网站可能已经易主或改作他用。",
    fix: "打开核对：仍是原单位的，更新台账中的名称；已经易主的，立即删除链接。",
    look: Look::Link(look),
};

/// Share of a name's pairs of characters that a target has to show somewhere.
const SHOWN: f64 = 0.34;
/// Letters that a title has to have to say anything.
const LETTERS: usize = 4;

fn look(linked: &Linked<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let (Some(seen), Some(ledger)) = (linked.look, &facts.known.approved) else { return };
    if linked.inside
        || linked.kind.is_resource()
        || is_named_only(linked)
        || linked.answer.verdict != Verdict::Ok
    {
        return;
    }
    let Ok(url) = Url::parse(linked.target) else { return };
    let Some(approval) = ledger.find(&url, facts.today) else { return };
    let title = telling(&seen.title);
    if title.chars().count() < LETTERS || !seen.spam.is_empty() || seen.unused.is_some() {
        return;
    }
    let now = format!("{title}{}", telling(&seen.unit));
    let wanted = [telling(&approval.name), telling(&approval.unit)];
    let wanted: Vec<&String> = wanted.iter().filter(|w| w.chars().count() >= 2).collect();
    if wanted.is_empty() || wanted.iter().any(|w| shown(w, &now) >= SHOWN || w.contains(&title)) {
        return;
    }
    let approved = [&approval.name, &approval.unit].into_iter().filter(|t| !t.is_empty()).cloned();
    let approved = approved.collect::<Vec<_>>().join("，");
    let unit = if seen.unit.is_empty() {
        String::new()
    } else {
        format!("，主办单位“{}”", short(&seen.unit))
    };
    report(out, &RULE, linked, format!("审批的是“{approved}”，现在的标题是“{}”{unit}", short(&seen.title)));
}

/// A name without what every name has.
fn telling(text: &str) -> String {
    const COMMON: [&str; 10] =
        ["门户网站", "官方网站", "政府网站", "欢迎您", "欢迎光临", "首页", "主页", "网站", "官网", "登录"];
    let mut text: String =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    for word in COMMON {
        text = text.replace(word, "");
    }
    text
}

/// The share of a text's pairs of neighbours that another text has too.
fn shown(wanted: &str, text: &str) -> f64 {
    let chars: Vec<char> = wanted.chars().collect();
    let pairs = chars.windows(2).map(|p| p.iter().collect::<String>());
    let (mut all, mut found) = (0, 0);
    for pair in pairs {
        all += 1;
        found += usize::from(text.contains(&pair));
    }
    if all == 0 { 0.0 } else { f64::from(found as u32) / f64::from(all) }
}
