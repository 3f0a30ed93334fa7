//! Missing date (无发布时间): an article of a government site that says nowhere when it was published. Clause N2.1.
//!
//! Standing pages (duties, leaders, contacts, help) need none.

use base::{Clause, Level};

use crate::article::How;
use crate::column::{is_home, trail_of};
use crate::identity::is_government;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "missing-date",
    name: "无发布时间",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: true,
    why: "文章不写发布时间，群众无法判断是否有效；检查时未注明发布时间的视为不更新。",
    fix: "在标题下面注明发布时间（年-月-日 时:分），并填写标签 PubDate。",
    look: Look::Page(look),
};

/// Characters of a text that make it an article whose date matters.
const LEAST_CHARS: usize = 150;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_dated_kind(page, facts) {
        return;
    }
    let article = page.article(facts.today);
    if article.date.as_ref().is_some_and(|d| d.how != How::Address) || article.body.chars < LEAST_CHARS {
        return;
    }
    let finding = out.add(&RULE, "文章页面没有发布时间，标签里也没有");
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.text = article.title.clone();
}

/// Whether a page is an article of the sort that has a date and a source.
pub(super) fn is_dated_kind(page: &Page<'_>, facts: &Facts<'_>) -> bool {
    const STANDING: [&str; 26] = [
        "简介",
        "职能",
        "职责",
        "概况",
        "关于",
        "联系",
        "声明",
        "地图",
        "帮助",
        "指南",
        "说明",
        "隐私",
        "简历",
        "分工",
        "机构",
        "领导",
        "无障碍",
        "办事",
        "流程",
        "须知",
        "便民",
        "历史",
        "地理",
        "人口",
        "登录",
        "注册",
    ];
    if !is_government(page, facts) || is_home(page, facts.site) || !facts.site.owns(&page.url) {
        return false;
    }
    let article = page.article(facts.today);
    let Some(title) = article.title.as_deref().filter(|_| article.is_article) else { return false };
    let trail = trail_of(page);
    let names = trail.iter().flat_map(|t| &t.names).map(String::as_str);
    // Articles have numbers or dates in their names, standing pages words.
    let file = page.url.path_segments().and_then(|mut s| s.next_back()).unwrap_or_default();
    let numbered = file.bytes().filter(u8::is_ascii_digit).count() >= 3;
    numbered
        && !file.starts_with("index")
        && !names.chain(short(title)).any(|name| STANDING.iter().any(|w| name.contains(w)))
}

/// A title short enough to be a name.
fn short(title: &str) -> Option<&str> {
    (title.chars().count() <= 12).then_some(title)
}
