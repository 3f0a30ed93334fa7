//! Irregular domain (域名不规范): a government site under a name that the rules on domains do not allow. Clause N4.1.
//!
//! 国办发〔2017〕47号 and 国办函〔2018〕55号: English names end in `.gov.cn`, a portal is `www.….gov.cn`; Chinese names end in
//! `.政务`. Judged once, on the home page; pages that show no sign of a government are not judged.

use base::{Clause, Level};
use url::{Host, Url};

use crate::column::is_home;
use crate::identity::{Element, is_government, is_named_government};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "irregular-domain",
    name: "域名不规范",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "政府网站的英文域名应以 .gov.cn 结尾，群众靠它分辨真假；用 IP 地址或其他后缀，与仿冒网站无从区别。",
    fix: "申请并启用规范的 .gov.cn 域名，原域名设跳转过渡后停用；业务系统放到门户的域名路径下。",
    look: Look::Page(look),
};

/// `.政务` and `.公益` as browsers send them.
const CHINESE: [&str; 2] = [".xn--zfr164b", ".xn--55qw42g"];

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_home(page, facts.site) || !is_government(page, facts) {
        return;
    }
    let Some((level, cause)) = fault(&page.url, page, facts) else { return };
    let finding = out.add(&RULE, cause);
    finding.level = level;
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
}

fn fault(url: &Url, page: &Page<'_>, facts: &Facts<'_>) -> Option<(Level, String)> {
    match url.host()? {
        // A site that is tried out before it is opened.
        Host::Ipv4(address) if address.is_loopback() || address.is_private() => None,
        Host::Ipv6(_) => Some((Level::Warning, "网站用 IP 地址访问，没有使用域名".to_owned())),
        Host::Ipv4(_) => Some((Level::Warning, "网站用 IP 地址访问，没有使用域名".to_owned())),
        Host::Domain(domain) => {
            let domain = domain.trim_end_matches('.');
            let regular = domain.ends_with(".gov.cn") || CHINESE.iter().any(|c| domain.ends_with(c));
            if !regular {
                // Institutions without administrative duties bear a mark of their own and other domains.
                let institution = !is_named_government(facts.site) && !Element::Report.is_on(page);
                return (!institution && domain.contains('.'))
                    .then(|| (Level::Warning, format!("域名 {domain} 不以 .gov.cn 结尾")));
            }
            let portal = facts.site.name.ends_with("人民政府") && domain.ends_with(".gov.cn");
            (portal && !domain.starts_with("www."))
                .then(|| (Level::Notice, format!("政府门户网站的域名 {domain} 不是 www.….gov.cn 的形式")))
        }
    }
}
