//! What shows a page to be a government site's: its host, labels, identification code, the marks in its footer. N4.1.
//!
//! Rules on labels and footers speak of such pages only; whoever inspects another site is left alone. Marks are looked
//! for in the source, since many are put in by a script.

mod code;
mod name;

use memchr::memmem;

use crate::labels::Labels;
use crate::page::Page;
use crate::rule::{Facts, Site};

pub use code::{CodeFault, SiteCode, code_fault, codes_in, read_code};
pub use name::own_name;

/// The six elements of the footer (国办发〔2017〕47号, as 湖北 2018 lists them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 党政机关网站标识
    Mark,
    /// “我为政府网站找错”
    Report,
    /// 网站标识码
    Code,
    /// 主办单位
    Sponsor,
    /// ICP 备案
    Icp,
    /// 公安备案
    Police,
}

impl Element {
    pub const ALL: [Element; 6] =
        [Element::Mark, Element::Report, Element::Code, Element::Sponsor, Element::Icp, Element::Police];

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Element::Mark => "党政机关网站标识",
            Element::Report => "“我为政府网站找错”入口",
            Element::Code => "网站标识码",
            Element::Sponsor => "主办单位",
            Element::Icp => "ICP 备案编号",
            Element::Police => "公安机关备案编号",
        }
    }

    /// What stands in the source of a page that has it; one is enough.
    fn signs(self) -> &'static [&'static str] {
        match self {
            Element::Mark => {
                &["conac.cn", "_ideConac", "党政机关网站", "事业单位网站标识", "党政机关标识", "dzjg"]
            }
            Element::Report => &["zfwzgl.www.gov.cn", "jiucuo", "找错", "纠错"],
            Element::Code => &["标识码", "site_code="],
            Element::Sponsor => &["主办", "版权所有：", "版权所有:", "承办"],
            Element::Icp => &["ICP备", "icp备", "ＩＣＰ备", "ICP证", "beian.miit.gov.cn", "miitbeian.gov.cn"],
            Element::Police => &["公网安备", "beian.gov.cn/portal", "beian.mps.gov.cn"],
        }
    }

    /// Whether a page has it.
    pub fn is_on(self, page: &Page<'_>) -> bool {
        self.signs().iter().any(|sign| memmem::find(page.source.as_bytes(), sign.as_bytes()).is_some())
    }
}

/// Whether a page shows itself to be a government site's.
pub fn is_government(page: &Page<'_>, facts: &Facts<'_>) -> bool {
    let host = |h: &str| h == "gov.cn" || h.ends_with(".gov.cn");
    [page.url.host_str(), facts.site.start.host_str()].into_iter().flatten().any(host)
        || is_named_government(facts.site)
        || Labels::read(page).first("SiteIDCode").is_some_and(|l| read_code(&l.content).is_some())
        || ["conac.cn", "_ideConac", "zfwzgl.www.gov.cn"]
            .iter()
            .any(|sign| memmem::find(page.source.as_bytes(), sign.as_bytes()).is_some())
}

/// Whether the registry's name is that of a government.
pub fn is_named_government(site: &Site) -> bool {
    ["人民政府", "政府网", "政府门户"].iter().any(|w| site.name.contains(w))
}
