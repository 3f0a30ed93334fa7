//! What is wrong at the end of a link, decided once, so that exactly one rule speaks of it. Clauses N2.1, N2.4.
//!
//! Certificates, oversize answers, fragments and the link ledger are matters of their own and not decided here.

use base::{Finding, Reach, Verdict};

use crate::page::LinkKind;
use crate::rule::{Answered, Findings, Linked, Rule};

/// The one fault of a link's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetFault {
    /// `unreachable-page`: nothing but the plan or the sitemap names it.
    Unreachable,
    /// `dead-link`
    Link,
    /// `dead-resource`, as a file offered for download.
    Attachment,
    /// `dead-resource`, as a part of the page.
    Resource,
    /// `redirect-loop`
    Loop,
    /// `soft-404`
    Soft,
    /// `blocked-target`
    Blocked,
    /// `transient-fault`
    Transient,
}

/// Decides from verdict, outcome and kind of link; `None` where the target is well or nothing can be said.
pub(crate) fn fault_of(linked: &Linked<'_>) -> Option<TargetFault> {
    let answer = linked.answer;
    match answer.verdict {
        Verdict::Ok | Verdict::Undecided => None,
        Verdict::Blocked => Some(TargetFault::Blocked),
        Verdict::Transient => Some(TargetFault::Transient),
        Verdict::Dead | Verdict::Wrong => Some(lost(linked)),
    }
}

fn lost(linked: &Linked<'_>) -> TargetFault {
    let answer = linked.answer;
    if matches!(answer.reach, Reach::RedirectLoop | Reach::TooManyHops) {
        TargetFault::Loop
    } else if answer.verdict == Verdict::Wrong && answer.soft_404.is_some() {
        TargetFault::Soft
    } else if is_named_only(linked) {
        TargetFault::Unreachable
    } else if linked.kind.is_resource() {
        TargetFault::Resource
    } else if is_attachment(linked.target) {
        TargetFault::Attachment
    } else {
        TargetFault::Link
    }
}

/// Whether no page links to the target: the plan (start address, site list) or the sitemap names it.
pub(crate) fn is_named_only(linked: &Linked<'_>) -> bool {
    linked.page.is_empty() || linked.kind == LinkKind::Sitemap
}

/// File names that offices offer for download: office documents, OFD (GB/T 33190), archives, tables.
const ATTACHMENTS: [&str; 22] = [
    "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "dps", "pdf", "ofd", "rtf", "csv", "txt",
    "zip", "rar", "7z", "gz", "tar", "ceb", "dwg", "caj",
];

/// Whether an address names a file for download by its ending.
pub(crate) fn is_attachment(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, p)| p));
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, end)| ATTACHMENTS.iter().any(|a| end.eq_ignore_ascii_case(a)))
}

/// Scheme, host and port of an absolute address, without the slash behind them.
pub(crate) fn origin(address: &str) -> &str {
    let Some(start) = address.find("://").map(|i| i + 3) else { return address };
    let end = address[start..].find(['/', '?', '#']).map_or(address.len(), |i| start + i);
    &address[..end]
}

/// Adds a finding of `rule` about the link, with place, target, outcome and chain filled in.
pub(crate) fn report<'f>(
    out: &'f mut Findings,
    rule: &'static Rule,
    linked: &Linked<'_>,
    cause: String,
) -> &'f mut Finding {
    let finding = out.add(rule, cause);
    finding.page = (!linked.page.is_empty()).then(|| linked.page.to_owned());
    finding.target = Some(linked.target.to_owned());
    finding.text = (!linked.text.is_empty()).then(|| linked.text.to_owned());
    finding.at = (!linked.page.is_empty()).then_some(linked.at);
    finding.verdict = Some(linked.answer.verdict);
    finding.reach = Some(linked.answer.reach);
    finding.chain.clone_from(&linked.answer.chain);
    finding
}

/// The measured values of an answer in one sentence: outcome, way, tries, time.
pub(crate) fn told(answer: &Answered) -> String {
    let mut text = match answer.verdict {
        Verdict::Wrong => "服务器返回正常，但返回的不是链接所指的内容".to_owned(),
        Verdict::Blocked => refusal(answer.reach),
        _ => answer.reach.describe(),
    };
    if let Some(last) = answer.chain.last() {
        text.push_str(&format!("；经 {} 次跳转，最后到 {}", answer.chain.len(), last.to));
    }
    if answer.attempts > 1 {
        text.push_str(&format!("；先后访问 {} 次，结果相同", answer.attempts));
    }
    text.push_str(&format!("；{}", took(answer.took_ms)));
    text
}

/// What stands between us and the page. 521 is what a common Chinese firewall answers, no fault of a server.
fn refusal(reach: Reach) -> String {
    match reach {
        Reach::Status(code @ (401 | 407)) => format!("要求先登录（状态码 {code}）"),
        Reach::Status(521) => Reach::Blocked(521).describe(),
        Reach::Status(code) => format!("服务器拒绝检查程序访问（状态码 {code}）"),
        other => other.describe(),
    }
}

/// How long it took: seconds with one decimal, cut off rather than rounded, so that 14.96 s does not read as 15 s.
pub(crate) fn took(ms: u32) -> String {
    if ms < 100 {
        return "用时不到 0.1 秒".to_owned();
    }
    format!("用时 {}.{} 秒", ms / 1000, ms % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_told_by_their_file_name_alone() {
        for yes in [
            "http://qh.example/a/附件1.DOC",
            "http://qh.example/f.pdf?v=2",
            "http://qh.example/表.ofd#page=2",
        ] {
            assert!(is_attachment(yes), "{yes}");
        }
        for no in [
            "http://qh.zip",
            "http://qh.zip/",
            "http://qh.example/down.jsp?f=a.doc",
            "http://qh.example/doc/",
        ] {
            assert!(!is_attachment(no), "{no}");
        }
    }

    #[test]
    fn times_are_never_rounded_up_and_never_nothing() {
        assert_eq!(took(0), "用时不到 0.1 秒");
        assert_eq!(took(99), "用时不到 0.1 秒");
        assert_eq!(took(100), "用时 0.1 秒");
        assert_eq!(took(14_999), "用时 14.9 秒");
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        assert_eq!(origin("https://qh.example:8443/a?b"), "https://qh.example:8443");
        assert_eq!(origin("https://qh.example"), "https://qh.example");
        assert_eq!(origin("https://qh.example?x=/"), "https://qh.example");
    }
}
