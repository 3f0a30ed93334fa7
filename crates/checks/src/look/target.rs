//! What stands at the end of an outgoing link: whose page it is, and whether it advertises, is for sale, or is blocked.
//! Clauses N2.4, N5.6.
//!
//! Reads the target's page as it was answered; asks nobody about the name's owner.

use serde::{Deserialize, Serialize};

use crate::page::{LinkKind, Page};
use crate::spam;

/// What a domain shows when nobody uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unused {
    /// The name is for sale.
    ForSale,
    /// A page of advertisements that a registrar or a dealer shows.
    Parked,
    /// The host refuses to serve the name, for want of filing (备案) or of payment.
    Blocked,
    /// The greeting of a web server that nobody has set up.
    DefaultPage,
}

impl Unused {
    pub fn label(self) -> &'static str {
        match self {
            Unused::ForSale => "域名正在出售",
            Unused::Parked => "域名停放页",
            Unused::Blocked => "网站未备案或已被停止服务",
            Unused::DefaultPage => "服务器默认页面",
        }
    }
}

/// A target in a few values; kept with the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetLook {
    pub title: String,
    /// 主办单位, as the foot of the page says; empty where it does not.
    pub unit: String,
    /// The number of the ICP filing, without the number of the site.
    pub icp: String,
    /// Why it counts as an advertisement; empty where it does not.
    pub spam: String,
    pub unused: Option<Unused>,
}

/// Letters of the page's text that are read for its owner and its use.
const MAX_LETTERS: usize = 8_000;
/// Letters that a page of nobody has at most.
const FEW: usize = 1_200;
/// Spam links that make a target an advertisement whatever its title.
const SPAM_LINKS: usize = 3;

/// The look of a target's page.
pub fn summary(page: &Page<'_>) -> TargetLook {
    let text = page.visible_text(MAX_LETTERS);
    TargetLook {
        title: page.title.clone(),
        unit: after(&text, &["主办单位", "主办", "版权所有"]),
        icp: icp(&text),
        spam: advertisement(page, &text),
        unused: unused(&page.title, &text),
    }
}

fn advertisement(page: &Page<'_>, text: &str) -> String {
    let metas = page
        .metas()
        .iter()
        .filter(|m| m.name.eq_ignore_ascii_case("keywords") || m.name.eq_ignore_ascii_case("description"));
    let heads = std::iter::once(page.title.as_str()).chain(metas.map(|m| m.content.as_str()));
    if let Some(judged) = heads.map(spam::judge).find(Option::is_some).flatten() {
        return judged.told();
    }
    let anchors = page.links.iter().filter(|l| l.kind == LinkKind::Anchor).take(500);
    let judged: Vec<_> = anchors.filter_map(|l| spam::judge(&page.text_of(l))).take(SPAM_LINKS).collect();
    if judged.len() >= SPAM_LINKS {
        return judged[0].told();
    }
    let lines: Vec<_> = text.lines().take(60).filter_map(spam::judge).take(SPAM_LINKS).collect();
    if lines.len() >= SPAM_LINKS { lines[0].told() } else { String::new() }
}

/// Signs by use, lower case; a page with one of them and little else is nobody's.
const SIGNS: &[(Unused, &[&str])] = &[
    (
        Unused::ForSale,
        &[
            "domain is for sale",
            "domain for sale",
            "domain may be for sale",
            "buy this domain",
            "this domain name is available",
            "make an offer on this domain",
            "interested in this domain",
            "domain is available for purchase",
            "inquire about this domain",
            "域名出售",
            "域名正在出售",
            "出售此域名",
            "此域名可转让",
            "域名转让",
            "本域名出售",
            "该域名正在出售",
            "域名可出售",
            "购买此域名",
            "购买该域名",
            "您访问的域名正在出售",
            "域名可转让",
            "域名拍卖",
            "域名一口价",
            "本站域名出售",
        ],
    ),
    (
        Unused::Parked,
        &[
            "domain parking",
            "parked domain",
            "this domain is parked",
            "parked free",
            "domain has expired",
            "domain name has expired",
            "related searches",
            "sedo domain parking",
            "this web page is parked",
            "域名停放",
            "域名停靠",
            "域名已过期",
            "域名到期",
            "域名已到期",
            "未续费",
            "此域名已被注册",
            "该域名已过期",
        ],
    ),
    (
        Unused::Blocked,
        &[
            "该网站暂时无法访问",
            "网站暂时无法访问",
            "未备案",
            "未取得备案",
            "没有备案",
            "备案信息不符",
            "根据工信部",
            "网站已被关闭",
            "网站已关闭",
            "站点已暂停",
            "您访问的网站已停止服务",
            "该站点已被管理员停止",
            "虚拟主机已到期",
            "主机已停止",
            "空间已到期",
            "网站到期",
            "account suspended",
            "this account has been suspended",
            "site is suspended",
            "website has been suspended",
            "没有找到站点",
            "尚未绑定",
        ],
    ),
    (
        Unused::DefaultPage,
        &[
            "welcome to nginx",
            "apache2 debian default page",
            "apache2 ubuntu default page",
            "test page for the apache",
            "it works!",
            "iis windows server",
            "internet information services",
            "apache tomcat",
            "恭喜，站点创建成功",
            "恭喜, 站点创建成功",
            "default web site page",
            "welcome to openresty",
            "lnmp一键安装包",
            "phpstudy",
            "this is the default page",
            "welcome to centos",
            "congratulations! your website",
        ],
    ),
];

fn unused(title: &str, text: &str) -> Option<Unused> {
    let letters = text.chars().filter(|c| !c.is_whitespace()).count();
    let (title, text) = (title.to_lowercase(), text.to_lowercase());
    let few = letters <= FEW;
    // Reports and rules on the matter name it too, in a line that says whose business it is.
    let office = |line: &str| OFFICE.iter().any(|w| line.contains(w));
    let says = |words: &[&str]| {
        let named = |line: &str| !office(line) && words.iter().any(|w| line.contains(w));
        named(&title) || text.lines().any(named)
    };
    SIGNS.iter().find(|(_, words)| few && says(words)).map(|(unused, _)| *unused)
}

/// Words of whoever speaks of such names as a matter of office.
const OFFICE: [&str; 9] = ["公安", "提醒", "违法", "依法", "规范", "管理办法", "通知", "意见", "防范"];

/// What follows one of the names and a colon, up to the next blank.
fn after(text: &str, names: &[&str]) -> String {
    const MOST: usize = 40;
    names
        .iter()
        .find_map(|name| {
            let rest = &text[text.rfind(name)? + name.len()..];
            let rest = rest.trim_start_matches(['：', ':', ' ', '\u{a0}', '©']);
            let value: String = rest
                .chars()
                .take(MOST)
                .take_while(|c| !c.is_whitespace() && !"|，,；;。、（(".contains(*c))
                .collect();
            (!value.is_empty()).then_some(value)
        })
        .unwrap_or_default()
}

/// `湘ICP备12345678号-1` as `湘ICP备12345678号`.
fn icp(text: &str) -> String {
    let Some(at) = text.find("ICP备").or_else(|| text.find("icp备")) else { return String::new() };
    let province = text[..at].chars().next_back().filter(|c| !c.is_ascii() && !c.is_whitespace());
    let rest = &text[at + "ICP备".len()..];
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    match (province, digits.is_empty()) {
        (_, true) => String::new(),
        (Some(c), false) => format!("{c}ICP备{digits}号"),
        (None, false) => format!("ICP备{digits}号"),
    }
}
