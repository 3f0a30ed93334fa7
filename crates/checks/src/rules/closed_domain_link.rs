//! Closed domain link (链接到已关停的政府网站): a link to a domain that a government has given up. Clauses N2.4, N5.6.
//!
//! Needs the list of closed domains that the user supplies. Whoever registers such a name owns every link to it.

use base::{Clause, Level};
use url::Url;

use super::target::{is_named_only, report};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "closed-domain-link",
    name: "链接到已关停的政府网站域名",
    clause: Clause::N2_4,
    level: Level::Fault,
    gates_drafts: true,
    why: "已关停网站的域名不再由政府管理，一旦被他人注册，本站的链接就会指向他人的网站。",
    fix: "删除链接，或改为承接其职能的网站。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if facts.known.closed_domains.is_empty() || is_named_only(linked) {
        return;
    }
    let Ok(url) = Url::parse(linked.target) else { return };
    let closed = url.host_str().and_then(|host| facts.known.closed_domains.find(host));
    if let Some(domain) = closed.filter(|_| !linked.inside) {
        report(out, &RULE, linked, format!("{} 在已关停的政府网站域名名单中", domain));
    }
}
