//! TLS fault (证书问题): an address that answers, but whose certificate a browser does not trust. Clause N2.5.
//!
//! One certificate serves a whole host, so the finding is about the host and is made where a link enters it,
//! not on every link inside. Where the connection cannot be used at all, `dead-link` speaks.

use base::{Clause, Level, Verdict};
use url::Url;

use super::target::{origin, report};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "tls-fault",
    name: "证书问题",
    clause: Clause::N2_5,
    level: Level::Warning,
    gates_drafts: false,
    why: "浏览器会显示“您的连接不是私密连接”并阻止访问，群众不敢继续；传输内容也可能被窃取、篡改。",
    fix: "属本单位网站的，请运维单位更换有效证书并安装完整的证书链，设置到期前提醒；属外单位网站的，告知对方或暂时撤下链接。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(fault) = linked.answer.tls_fault else { return };
    if linked.answer.verdict == Verdict::Dead {
        return;
    }
    let hosts = secure_origins(linked);
    let Some(&host) = hosts.first() else { return };
    // Whoever stands on a page of the same host was told when the host was entered, and no other may be blamed.
    if hosts.contains(&origin(linked.page)) {
        return;
    }
    let cause = match hosts.len() {
        1 => format!("{} {host} 的证书有问题：{}", whose(host, facts), fault.label()),
        // Which of them it was is not kept.
        _ => format!("打开链接先后经过 {}，其中有网站的证书有问题：{}", hosts.join("、"), fault.label()),
    };
    let finding = report(out, &RULE, linked, cause);
    finding.target = Some(format!("{host}/"));
}

/// The hosts whose certificate it may be: the target's and those that its redirects reach.
fn secure_origins<'a>(linked: &Linked<'a>) -> Vec<&'a str> {
    let hops = linked.answer.chain.iter().map(|hop| hop.to.as_str());
    let mut origins = Vec::new();
    for address in std::iter::once(linked.target).chain(hops).filter(|a| a.starts_with("https://")) {
        let host = origin(address);
        if !origins.contains(&host) {
            origins.push(host);
        }
    }
    origins
}

fn whose(origin: &str, facts: &Facts<'_>) -> &'static str {
    let own = Url::parse(origin).is_ok_and(|url| facts.site.owns(&url));
    if own { "本站" } else { "外部网站" }
}
