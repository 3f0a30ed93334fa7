//! Advertising text (广告用语): wording that offers advertising space or goods, and floating pictures that lead to
//! a shop. Clauses N4.2, N4.3.
//!
//! Public-service notices, tenders for advertising, the leasing of public assets, and the law of advertising are left alone.

use std::cell::LazyCell;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base::{Clause, Level};

use crate::hosts::{foreign, is_service, may_leave};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};
use crate::tree::NodeId;

pub static RULE: Rule = Rule {
    id: "advertising-text",
    name: "商业广告用语和浮动广告",
    clause: Clause::N4_3,
    level: Level::Warning,
    gates_drafts: true,
    why: "政府网站不得从事广告经营，也不得为企业和商品作推介。",
    fix: "删除招揽广告、推销商品的内容和链接到商业网站的浮动图片；公益宣传请标明主办单位。",
    look: Look::Page(look),
};

/// Offers of advertising space, and of goods.
const OFFERS: [&str; 28] = [
    "广告位招租",
    "广告位招商",
    "广告招商",
    "广告招租",
    "诚招广告",
    "广告合作",
    "广告热线",
    "广告咨询",
    "广告刊例",
    "广告投放",
    "广告服务",
    "刊登广告请",
    "广告代理",
    "商务合作",
    "投放广告",
    "虚位以待",
    "订购热线",
    "抢购热线",
    "立即抢购",
    "立即购买",
    "点击购买",
    "限时抢购",
    "厂家直销",
    "特价促销",
    "货到付款",
    "无效退款",
    "加盟热线",
    "招商加盟热线",
];
static OFFERED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(OFFERS).ok());
/// Whoever speaks of advertising as a matter of office does not offer it.
const OFFICE: [&str; 30] = [
    "公开招租",
    "国资",
    "拍卖",
    "公益",
    "招标",
    "采购",
    "中标",
    "成交",
    "管理",
    "办法",
    "条例",
    "广告法",
    "监管",
    "监测",
    "虚假",
    "违法",
    "整治",
    "处罚",
    "登记",
    "公告",
    "通知",
    "公示",
    "审查",
    "协会",
    "禁止",
    "不得",
    "严禁",
    "谨防",
    "警惕",
    "骗",
];
/// A notice on the leasing of public assets has a title with a word of each list.
const NOTICES: [&str; 5] = ["公告", "通告", "公示", "公开", "通知"];
const LEASES: [&str; 8] = ["招租", "出租", "拍租", "拍卖", "竞价", "招标", "转让", "招商"];
/// Characters of a line that offers something; an article on the matter has longer ones.
const LONGEST: usize = 60;
/// Words in names of parts that float over a page.
const FLOATS: [&str; 7] = ["float", "piao", "couplet", "duilian", "flyad", "popad", "scrollad"];
/// Findings of one page.
const MAX_FOUND: usize = 5;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !page.is_chinese() {
        return;
    }
    let bytes = page.source.as_bytes();
    let mut found = 0;
    // Only pages that have the first character of an offer at all are read by passage.
    if OFFERED.as_ref().is_some_and(|offered| offered.is_match(bytes)) {
        let leasing = LazyCell::new(|| is_on_leasing(page));
        for passage in page.passages() {
            let text = &passage.text;
            let Some((offer, at)) = OFFERS.iter().find_map(|o| Some((o, text.find(o)?))) else { continue };
            if text.chars().count() > LONGEST || OFFICE.iter().any(|w| text.contains(w)) || found == MAX_FOUND
            {
                continue;
            }
            if offer.contains('招') && *leasing {
                continue;
            }
            found += 1;
            let finding = out.add(&RULE, format!("页面有招揽广告或推销商品的文字“{offer}”"));
            finding.page = Some(page.url.to_string());
            finding.text = Some(text.clone());
            finding.at = Some(passage.position(page.tree(), at));
        }
    }
    if page.links.iter().any(|l| may_leave(&l.raw)) {
        floating(page, facts, out);
    }
}

/// Whether the page by its title is a notice on the leasing of public assets.
fn is_on_leasing(page: &Page<'_>) -> bool {
    let tree = page.tree();
    let says =
        |title: &str| NOTICES.iter().any(|w| title.contains(w)) && LEASES.iter().any(|w| title.contains(w));
    says(&page.title)
        || ["h1", "h2"].iter().any(|h| tree.first(h).is_some_and(|h| says(&tree.text(h, LONGEST))))
}

/// Pictures over the page that lead to a stranger's site.
fn floating(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let tree = page.tree();
    let mut found = 0;
    for node in tree.elements(tree.root(), "a") {
        let Some(raw) = tree.attr(node, "href").filter(|raw| may_leave(raw)) else { continue };
        if tree.elements(node, "img").next().is_none() || found == MAX_FOUND {
            continue;
        }
        if !std::iter::once(node).chain(tree.ancestors(node)).any(|n| floats(page, n)) {
            continue;
        }
        let Some(target) = foreign(page, facts, &raw).filter(|t| !is_service(&t.host)) else { continue };
        found += 1;
        let finding = out.add(&RULE, format!("浮动图片链接到商业网站 {}", target.host));
        finding.page = Some(page.url.to_string());
        finding.target = Some(target.url.to_string());
        finding.element = Some("a[href]".into());
        finding.at = Some(tree.position(node));
    }
}

fn floats(page: &Page<'_>, node: NodeId) -> bool {
    let tree = page.tree();
    let style =
        tree.attr(node, "style").map(|s| s.to_ascii_lowercase().split_whitespace().collect::<String>());
    let fixed = style.is_some_and(|s| {
        s.contains("position:fixed") || s.contains("position:absolute") && s.contains("z-index")
    });
    let named = |name: &str| {
        tree.attr(node, name).is_some_and(|v| {
            let v = v.to_ascii_lowercase();
            FLOATS.iter().any(|f| v.contains(f))
        })
    };
    fixed || named("id") || named("class")
}
