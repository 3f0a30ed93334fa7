//! What is known of a site, and what makes it complete and lawful. Clauses N1.1, N4.1, N4.2, N4.6, N4.7; pure.

use serde::{Deserialize, Serialize};

/// What a site is in its government's group.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The government's one portal (N4.1).
    #[sea_orm(string_value = "portal")]
    Portal,
    /// A department's site under the portal.
    #[default]
    #[sea_orm(string_value = "sub_site")]
    SubSite,
    /// A site that lives inside the portal (N4.4).
    #[sea_orm(string_value = "virtual_site")]
    VirtualSite,
}

/// Where a site's machines stand.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Hosting {
    #[default]
    #[sea_orm(string_value = "unknown")]
    Unknown,
    #[sea_orm(string_value = "own_room")]
    OwnRoom,
    /// In the room of the portal at the own or an upper level, as N4.6 wants.
    #[sea_orm(string_value = "portal_room")]
    PortalRoom,
    #[sea_orm(string_value = "government_cloud")]
    GovernmentCloud,
    /// What N4.6 forbids.
    #[sea_orm(string_value = "commercial")]
    Commercial,
}

/// Where a site stands in its life.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "suspended")]
    Suspended,
    #[sea_orm(string_value = "closed")]
    Closed,
}

macro_rules! words {
    ($type:ty: $($variant:ident $word:literal $name:literal),+ $(,)?) => {
        impl $type {
            /// All of them in the order of the screens.
            pub const ALL: &[$type] = &[$(<$type>::$variant),+];

            /// The word in the database, in forms and addresses.
            pub fn word(self) -> &'static str {
                match self { $(<$type>::$variant => $word),+ }
            }

            /// The name on the screen and in files.
            pub fn name(self) -> &'static str {
                match self { $(<$type>::$variant => $name),+ }
            }

            /// By word or by name.
            pub fn of(text: &str) -> Option<$type> {
                <$type>::ALL.iter().copied().find(|one| one.word() == text || one.name() == text)
            }
        }
    };
}

words!(Kind: Portal "portal" "门户网站", SubSite "sub_site" "子站", VirtualSite "virtual_site" "虚拟网站");
words!(Hosting: Unknown "unknown" "未填报", OwnRoom "own_room" "自有机房", PortalRoom "portal_room" "门户网站机房",
       GovernmentCloud "government_cloud" "政务云", Commercial "commercial" "商业托管");
words!(State: Open "open" "开通", Suspended "suspended" "先行关停", Closed "closed" "已关闭");

/// What is declared of a site. The unit it belongs to and its state stand in the row beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteFacts {
    pub name: String,
    /// The identification code: ten characters, empty while none is given.
    pub code: String,
    /// The home page's address.
    pub home: String,
    /// Other host names, one a line.
    pub hosts: String,
    pub kind: Kind,
    /// 主管单位; the sponsoring unit is a unit of the tree.
    pub supervising_unit: String,
    /// 承办单位.
    pub operating_unit: String,
    pub leader: String,
    pub leader_phone: String,
    /// 专职人员.
    pub staff: String,
    pub staff_phone: String,
    pub hosting: Hosting,
    pub hosting_place: String,
    pub icp: String,
    pub police: String,
    /// 等级保护级别, 1 to 4; 0 while none is given.
    pub protection: i32,
    pub protection_filing: String,
    pub supplier: String,
    /// 开通日期, `2019-03-04`; empty while unknown.
    pub opened_on: String,
    /// 网站管理制度 and 运维经费: what is on file, and how much a year; empty where there is none (N1.4, N4.4).
    pub rules: String,
    pub funds: String,
    pub note: String,
    /// Minutes between two visits of the home page.
    pub interval_minutes: i32,
}

/// What a complete entry must hold by N1.1 and N4, as far as it is missing.
pub fn missing(facts: &SiteFacts) -> Vec<&'static str> {
    [
        (facts.code.is_empty(), "网站标识码"),
        (facts.supervising_unit.is_empty(), "主管单位"),
        (facts.operating_unit.is_empty(), "承办单位"),
        (facts.leader.is_empty(), "分管领导"),
        (facts.staff.is_empty(), "专职人员"),
        (facts.hosting == Hosting::Unknown, "托管方式"),
        (facts.icp.is_empty(), "ICP备案号"),
        (facts.police.is_empty(), "公安备案号"),
        (facts.protection == 0, "等级保护级别"),
    ]
    .into_iter()
    .filter_map(|(missing, name)| missing.then_some(name))
    .collect()
}

/// The identification code's form: six digits of the division (or `bm` and four digits for a ministry) and four more
/// (国办函〔2014〕57号's annex, as the footer labels of the 2017 guide carry it).
pub fn is_code(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    text.len() == 10 && (digits(text) || text.strip_prefix("bm").is_some_and(digits))
}

/// Whether the code's division is that of the sponsoring unit: equal as far as the unit's own division goes (a city's
/// `430100` covers `430103`). Unknown on either side, nothing is said.
pub fn code_fits_division(code: &str, division: &str) -> bool {
    if code.starts_with("bm") || code.len() < 6 || division.len() < 6 {
        return true;
    }
    let significant = division.trim_end_matches("00");
    code.starts_with(significant)
}

/// The address of a home page in one form: scheme and host in lower case, a path at least `/`.
pub fn home(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "首页网址应以 http:// 或 https:// 开头，例如 http://www.example.gov.cn/";
    let (scheme, rest) = text.split_once("://").ok_or(WRONG)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(WRONG);
    }
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if host.contains('@') {
        return Err("首页网址里不能有用户名和密码（@）");
    }
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control() || "\\<>\"'".contains(c)) {
        return Err("首页网址里的域名不对");
    }
    if path.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("首页网址里不能有空格或换行");
    }
    let path = path.split('#').next().unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(format!("{scheme}://{}{slash}{path}", host.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_take_one_form_or_are_told() {
        let check = |text: &str, want: Option<&str>| assert_eq!(home(text).ok().as_deref(), want, "{text}");
        check("HTTP://WWW.Qinghe.example", Some("http://www.qinghe.example/"));
        check("https://a.example:8443/x/?y=1#z", Some("https://a.example:8443/x/?y=1"));
        check("http://a.example?x", Some("http://a.example/?x"));
        check("http://政务.example/", Some("http://政务.example/"));
        for wrong in [
            "",
            "www.a.example",
            "ftp://a.example/",
            "http://",
            "http:///x",
            "http://u:p@a.example/",
            "http://a b/",
            "http://a.example/x y",
            "javascript://a/",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn codes_have_ten_characters_and_a_division() {
        let check = |code: &str, want| assert_eq!(is_code(code), want, "{code}");
        check("4301000001", true);
        check("bm12000001", true);
        check("430100001", false);
        check("4301OO0001", false);
        check("BM12000001", false);
        assert!(code_fits_division("4301030001", "430100"));
        assert!(code_fits_division("4300000001", "430000"));
        assert!(!code_fits_division("4302030001", "430100"));
        assert!(code_fits_division("4302030001", ""));
        assert!(code_fits_division("bm12000001", "430000"));
    }

    #[test]
    fn an_empty_entry_lacks_all_and_a_full_one_nothing() {
        assert_eq!(missing(&SiteFacts::default()).len(), 9);
        let full = SiteFacts {
            code: "4301000001".into(),
            supervising_unit: "甲".into(),
            operating_unit: "乙".into(),
            leader: "丙".into(),
            staff: "丁".into(),
            hosting: Hosting::PortalRoom,
            icp: "湘ICP备1号".into(),
            police: "43010000000001".into(),
            protection: 3,
            ..SiteFacts::default()
        };
        assert_eq!(missing(&full), [""; 0]);
    }

    #[test]
    fn words_and_names_read_back() {
        assert_eq!(Kind::of("门户网站"), Some(Kind::Portal));
        assert_eq!(Hosting::of("commercial"), Some(Hosting::Commercial));
        assert_eq!(State::of(""), None);
    }
}
