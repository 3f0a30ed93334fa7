//! The site's search does not work, or does not find a page that is there. Clause N2.3.
//!
//! Judged by one search for the title of a page that this run has read. A search that a script carries out is not judged.

use base::{Clause, Level, Verdict};

use crate::probe::{Probed, Purpose};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "search-fault",
    name: "站内搜索不可用",
    clause: Clause::N2_3,
    level: Level::Warning,
    gates_drafts: false,
    why: "搜索是公众找信息的第一途径，打不开或者搜不到等于没有公开。",
    fix: "修好站内搜索，重建索引，用近期文章的标题逐个试一遍。",
    look: Look::Probe(look),
};

/// Characters of the answer that are looked at.
const MAX_TEXT: usize = 200_000;

fn look(probed: &Probed<'_, '_>, _: &Facts<'_>, out: &mut Findings) {
    let Purpose::Search { page, at, term, wanted } = probed.purpose else { return };
    let cause = match (probed.answer.verdict, probed.page) {
        (Verdict::Ok, Some(answer)) => {
            let found = answer.links.iter().any(|link| leads_to(answer, &link.raw, wanted));
            let shown = || says(&answer.visible_text(MAX_TEXT), term);
            // The words also stand in the box itself; a result is a link to the page, or the title in its whole.
            if found || shown() {
                return;
            }
            if answer.has_script && answer.visible_text(MAX_TEXT).chars().count() < 400 {
                // The results are made by a script; whether there are any cannot be seen here.
                return;
            }
            format!("搜索“{term}”，结果里没有这篇文章（{wanted}）")
        }
        (Verdict::Dead | Verdict::Wrong, _) => {
            format!("搜索“{term}”，{}", probed.answer.reach.describe())
        }
        _ => return,
    };
    let finding = out.add(&RULE, cause);
    finding.page = Some(page.to_owned());
    finding.target = Some(probed.url.to_owned());
    finding.at = Some(at);
    finding.element = Some("form".into());
    finding.verdict = Some(probed.answer.verdict);
    finding.reach = Some(probed.answer.reach);
}

fn leads_to(page: &crate::Page<'_>, raw: &str, wanted: &str) -> bool {
    use crate::address::{Target, resolve};
    matches!(resolve(&page.base, raw, page.charset.encoding), Target::Web(found) if found.url.as_str() == wanted)
}

/// Whether a text has the words more often than a search page by itself repeats them: in the box and above the list.
fn says(text: &str, term: &str) -> bool {
    let bare = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    bare(text).matches(&bare(term)).count() > 2
}
