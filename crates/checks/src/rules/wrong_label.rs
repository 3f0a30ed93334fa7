//! Wrong label (网页标签错误): a meta label with `null`, of another site, or against the page itself. Clause N4.1.
//!
//! Holds labels against the page and the site under inspection; a name is wrong only where the page shows another.

use base::{Clause, Level};

use super::missing_label::is_page_of_government;
use crate::article::comparable;
use crate::identity::is_named_government;
use crate::labels::{Label, Labels};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "wrong-label",
    name: "网页标签错误",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: true,
    why: "标签写错会使搜索引擎和上级平台把网站、栏目、文章认错；照抄别站的模板最常见。",
    fix: "改正模板或内容里的标签：SiteName、SiteDomain 写本站登记的名称和域名（域名不带 http://），取不到值的不要输出 null。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_page_of_government(page, facts) {
        return;
    }
    let labels = Labels::read(page);
    for label in labels.iter().filter(|l| !l.is_empty()) {
        if let Some((level, cause)) = fault(label, &labels, page, facts) {
            let finding = out.add(&RULE, cause);
            finding.level = level;
            finding.page = Some(page.url.to_string());
            finding.target = finding.page.clone();
            finding.element = Some(format!("meta[{}]", label.name));
            finding.at = Some(label.at);
        }
    }
}

fn fault(label: &Label, labels: &Labels, page: &Page<'_>, facts: &Facts<'_>) -> Option<(Level, String)> {
    let content = label.content.trim();
    if label.is_placeholder() {
        return Some((Level::Warning, format!("{} 的值是“{content}”", label.name)));
    }
    let warning = |cause: String| Some((Level::Warning, cause));
    match label.name {
        "SiteDomain" => domain_fault(content, page, facts),
        "SiteName" if names_another(content, page, facts) => {
            warning(format!("SiteName 写的是“{content}”，与网站名称“{}”不符", facts.site.name))
        }
        "ColumnDescription" => {
            let same = labels.first("ColumnName").is_some_and(|n| n.content.trim() == content);
            same.then(|| (Level::Notice, "ColumnDescription 与 ColumnName 完全相同，没有说明栏目".to_owned()))
        }
        "ArticleTitle" if content.contains('<') && content.contains('>') => {
            Some((Level::Notice, "ArticleTitle 里带有 HTML 标记".to_owned()))
        }
        "PubDate" => pub_date_fault(content, page, facts),
        _ => None,
    }
}

fn domain_fault(content: &str, page: &Page<'_>, facts: &Facts<'_>) -> Option<(Level, String)> {
    if content.contains("://") || content.trim_end_matches('/').contains('/') {
        return Some((Level::Warning, format!("SiteDomain 写成了网址“{content}”，应当只写域名")));
    }
    // Some sites name all their domains.
    let own = |host: &str| {
        let host = bare(host);
        let host_of = |h: &str| bare(h.split(':').next().unwrap_or_default()).to_owned();
        facts.site.hosts.iter().any(|h| related(&host, &host_of(h)))
            || related(&host, &bare(page.url.host_str().unwrap_or_default()))
    };
    let hosts: Vec<&str> = content
        .split([',', '，', ';', '；', '、', ' ', '|'])
        .map(|h| h.trim().trim_end_matches('/'))
        .filter(|h| !h.is_empty())
        .collect();
    // A copy on a bare address, on a test host, says nothing of the site's own name.
    let named = page.url.domain().is_some_and(|d| d.contains('.'));
    let wrong = named && !hosts.is_empty() && !hosts.iter().any(|h| own(h));
    wrong.then(|| (Level::Warning, format!("SiteDomain 写的是“{content}”，不是本站的域名")))
}

fn bare(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    host.strip_prefix("www.").unwrap_or(&host).trim_end_matches('.').to_owned()
}

/// The same host, or one below the other.
fn related(one: &str, other: &str) -> bool {
    let below = |a: &str, b: &str| a.strip_suffix(b).is_some_and(|rest| rest.ends_with('.'));
    one == other || below(one, other) || below(other, one)
}

/// Whether a name is another body's: unlike the registered one, while the page shows the registered one and not it.
fn names_another(content: &str, page: &Page<'_>, facts: &Facts<'_>) -> bool {
    let (label, site) = (comparable(content), comparable(&facts.site.name));
    if !is_named_government(facts.site)
        || label.contains(&site)
        || site.contains(&label)
        || alike(&label, &site)
    {
        return false;
    }
    let shown = |name: &str| {
        comparable(&page.title).contains(name)
            || page.passages().iter().any(|p| comparable(&p.text).contains(name))
    };
    shown(&site) && !shown(&label)
}

/// Whether two names share most of their characters: short and long forms of one name.
fn alike(one: &str, other: &str) -> bool {
    let shared = one.chars().filter(|c| other.contains(*c)).count();
    let shorter = one.chars().count().min(other.chars().count());
    shared * 10 >= shorter * 8
}

fn pub_date_fault(content: &str, page: &Page<'_>, facts: &Facts<'_>) -> Option<(Level, String)> {
    let stamp = crate::dates::find(content, None).into_iter().next();
    let Some(date) = stamp.and_then(|s| s.date()) else {
        return Some((Level::Warning, format!("PubDate 的值“{content}”不是日期")));
    };
    let printed = page.article(facts.today).printed.as_ref()?;
    if printed.how != crate::article::How::Printed {
        return None;
    }
    let days = printed.date.since(date).map_or(0, |span| span.get_days()).abs();
    (days > 1).then(|| (Level::Warning, format!("PubDate 是 {date}，页面上写的是 {}", printed.date)))
}
