//! Missing label (网页标签缺失): a page without the meta labels that its kind must carry, or with empty ones. Clause N4.1.
//!
//! Home pages need the site's labels, column pages also the column's, articles all. The cause is the same for every page
//! of one template, so that reports can put them together.

use base::{Clause, Level};

use crate::column;
use crate::identity::is_government;
use crate::labels::{Group, Labels};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "missing-label",
    name: "网页标签缺失",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "政府网站发展指引要求每个页面带有规范的标签，搜索引擎和上级平台靠它们识别网站、栏目和文章。",
    fix: "在网站、栏目和内容页的模板里补齐 <meta name=\"…\" content=\"…\">，由系统自动填写。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_page_of_government(page, facts) {
        return;
    }
    let labels = Labels::read(page);
    let groups = groups(page, facts, &labels);
    let missing: Vec<String> =
        labels.missing(groups).map(|(_, name, words)| format!("{name}（{words}）")).collect();
    if missing.is_empty() {
        return;
    }
    let finding = out.add(&RULE, format!("缺少或没有填写标签：{}", missing.join("、")));
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.element = Some("meta".into());
}

/// Whether labels are to be expected: a page of the site itself, in Chinese, of a government, with something on it.
pub(super) fn is_page_of_government(page: &Page<'_>, facts: &Facts<'_>) -> bool {
    page.is_chinese()
        && facts.site.owns(&page.url)
        && is_government(page, facts)
        && page.passages().len() >= LEAST_PASSAGES
}

/// Passages of a page that people read; parts for frames and notes of a server have fewer.
const LEAST_PASSAGES: usize = 3;

/// The groups of labels that a page must carry.
fn groups(page: &Page<'_>, facts: &Facts<'_>, labels: &Labels) -> &'static [Group] {
    if column::is_home(page, facts.site) {
        &[Group::Site]
    } else if labels.first("ArticleTitle").is_some() {
        &[Group::Site, Group::Column, Group::Article]
    } else if labels.first("ColumnName").is_some() && column::seen(page, facts).is_some() {
        // Rows with dates make an article of some lists; the label says what they are.
        &[Group::Site, Group::Column]
    } else if page.article(facts.today).is_article {
        &[Group::Site, Group::Column, Group::Article]
    } else if column::seen(page, facts).is_some() {
        &[Group::Site, Group::Column]
    } else {
        &[Group::Site]
    }
}
