//! From hidden and outgoing links to what is reported of them. Clause N2.5.
//!
//! Words weigh most. Without words it takes several strangers behind one trick, and no sign of an honest widget.

use std::collections::{BTreeMap, BTreeSet};

use base::{Level, Position};

use super::{Outgoing, Way};
use crate::spam;

/// Something to report: one finding for all links that one element hides.
#[derive(Clone, Debug)]
pub struct Hit {
    pub level: Level,
    pub cause: String,
    /// The first link of those meant.
    pub target: String,
    pub text: String,
    pub at: Position,
}

/// Strangers behind a trick, or in a part without a name, that are no accident.
pub(super) const STRANGERS: usize = 3;
/// Strangers behind plain `display:none` or the like, where no script can open it again.
const STRANGERS_PLAIN: usize = 6;
/// Characters of a link's text that is no sentence.
const SHORT: usize = 20;
/// Findings of one page.
const MAX_HITS: usize = 20;

/// What is to be reported of the links of a page.
pub fn hits(links: &[Outgoing]) -> Vec<Hit> {
    let mut groups: BTreeMap<u32, Vec<&Outgoing>> = BTreeMap::new();
    let mut out = Vec::new();
    for link in links {
        if is_hidden(link) || !link.ways.is_empty() {
            groups.entry(link.group).or_default().push(link);
        } else if let Some(hit) = in_sight(link)
            && out.len() < MAX_HITS
        {
            out.push(hit);
        }
    }
    for group in groups.values() {
        out.extend(of_group(group));
    }
    out.sort_by_key(|h| h.at);
    out.truncate(MAX_HITS);
    out
}

fn is_hidden(link: &Outgoing) -> bool {
    link.ways.iter().any(|w| !matches!(w, Way::WhiteText | Way::Empty))
}

/// A link that everybody sees, or one that a script writes into view.
fn in_sight(link: &Outgoing) -> Option<Hit> {
    let judged = spam::judge(&link.text)?;
    let how = match (link.decoded, link.written) {
        (true, _) => "由加密脚本写出的",
        (false, true) => "由脚本写出的",
        _ => "",
    };
    Some(Hit {
        level: Level::Veto,
        cause: format!("{how}站外链接的文字是{}", judged.told()),
        target: link.target.url.to_string(),
        text: first_line(&link.text),
        at: link.at,
    })
}

/// Links that one element hides.
fn of_group(group: &[&Outgoing]) -> Option<Hit> {
    let first = *group.first()?;
    let ways: BTreeSet<Way> = group.iter().flat_map(|l| l.ways.iter().copied()).collect();
    let told = ways
        .iter()
        .take(3)
        .map(|w| w.label())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join("、");
    let hit = |level, link: &Outgoing, why: String| Hit {
        level,
        cause: why,
        target: link.target.url.to_string(),
        text: first_line(&link.text),
        at: link.at,
    };
    let judged: Vec<_> = group.iter().filter_map(|l| Some((*l, spam::judge(&l.text)?))).collect();
    // Links whose words are weak one by one may be plain together.
    let together = || spam::judge(&group.iter().map(|l| first_line(&l.text)).collect::<Vec<_>>().join("\n"));
    let number = group.len();
    let written = if first.decoded {
        "由加密脚本写出、"
    } else if first.written {
        "由脚本写出、"
    } else {
        ""
    };
    if let Some((link, judged)) = judged.first() {
        let only_comment = ways.iter().all(|w| matches!(w, Way::Comment));
        let level = if only_comment { Level::Warning } else { Level::Veto };
        return Some(hit(
            level,
            link,
            format!("{written}隐藏（{told}）的 {number} 条站外链接，含{}", judged.told()),
        ));
    }
    if let Some(judged) = together() {
        return Some(hit(
            Level::Veto,
            first,
            format!("{written}隐藏（{told}）的 {number} 条站外链接，含{}", judged.told()),
        ));
    }
    let openable = group.iter().any(|l| l.widget || l.scripted || l.opened || l.ways.contains(&Way::Comment));
    if !openable && let Some((link, judged)) = group.iter().find_map(|l| Some((*l, telling(l)?))) {
        return Some(hit(
            Level::Fault,
            link,
            format!("{written}隐藏（{told}）的 {number} 条站外链接，含{}", judged.told()),
        ));
    }
    let strangers: BTreeSet<&str> =
        group.iter().filter(|l| !l.is_usual).map(|l| l.target.domain.as_str()).collect();
    let links = group.iter().filter(|l| !l.is_usual).count();
    // Among links to public bodies a few strangers are a list of friends.
    let mostly = 2 * links > number;
    let trick = ways.iter().any(|w| w.is_trick());
    let widget = group.iter().any(|l| l.widget);
    let stranger = group.iter().find(|l| !l.is_usual)?;
    let unnamed = strangers.len() >= STRANGERS && group.iter().all(|l| l.ways.contains(&Way::Empty));
    let enough = match (trick, widget) {
        (true, false) => strangers.len() >= STRANGERS,
        (true, true) => strangers.len() >= STRANGERS_PLAIN,
        (false, false) if is_hidden(first) => {
            strangers.len() >= STRANGERS_PLAIN
                && group.iter().all(|l| !l.scripted)
                && !ways.contains(&Way::Comment)
        }
        _ => false,
    };
    let opened = group.iter().any(|l| l.opened);
    if mostly && !opened && (enough || unnamed) {
        let number = strangers.len();
        return Some(hit(
            Level::Fault,
            stranger,
            format!("{written}隐藏（{told}）的链接指向 {number} 个非政府网站"),
        ));
    }
    None
}

/// What a hidden link to a stranger advertises by one word alone; a sentence may only speak of the matter.
fn telling(link: &Outgoing) -> Option<spam::Judged> {
    let short = link.text.chars().count() <= SHORT;
    (short && !link.is_usual && is_hidden(link)).then(|| spam::judge_hidden(&link.text)).flatten()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
