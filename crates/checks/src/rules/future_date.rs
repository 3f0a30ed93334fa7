//! Date in the future (日期晚于今天): an article or an item of a list is dated after today. Clause N2.1.
//!
//! One day is let pass, for clocks and time zones. Dates of events in running text are not looked at.

use base::{Clause, Level};
use jiff::ToSpan;

use crate::article::How;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "future-date",
    name: "日期晚于今天",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: true,
    why: "发布日期写在今天之后，不是录入错误就是有意置顶或充数，会使人怀疑其余日期的真实性。",
    fix: "按实际发布时间改正日期；需要置顶的用系统的置顶功能。",
    look: Look::Page(look),
};

/// Items of one page that are told; a wrong template dates all of them.
const MOST: usize = 10;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(tomorrow) = facts.today.and_then(|t| t.checked_add(1.day()).ok()) else { return };
    let article = page.article(facts.today);
    if article.is_article {
        let Some(dated) = article.date.as_ref().filter(|d| d.date > tomorrow && d.how != How::Address) else {
            return;
        };
        let place = if dated.how == How::Label { "标签 PubDate " } else { "页面" };
        let finding = out.add(&RULE, format!("{place}写的发布日期 {} 还没有到", dated.date));
        finding.page = Some(page.url.to_string());
        finding.target = finding.page.clone();
        finding.at = dated.at;
        finding.text = article.title.clone();
        return;
    }
    let Some(list) = page.listing(facts.today).main().filter(|l| l.dated * 2 > l.items.len()) else { return };
    // Where most lie ahead, the list is a calendar of events.
    if list.after(tomorrow).count() * 2 > list.dated {
        return;
    }
    for item in list.after(tomorrow).take(MOST) {
        let date = item.date.map(|d| d.to_string()).unwrap_or_default();
        let finding = out.add(&RULE, format!("列表里的日期 {date} 还没有到"));
        finding.page = Some(page.url.to_string());
        finding.target = item.url.clone().or_else(|| finding.page.clone());
        finding.at = Some(item.at);
        finding.text = Some(item.title.clone());
    }
}
