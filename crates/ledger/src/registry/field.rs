//! The fields of a site, once for form, file, history and export: heading, how it is read, how it is shown. Clause N1.1.
//!
//! Reading a field checks its own form only; what depends on other sites or on units is checked by the commands.

use super::model::{Hosting, Kind, SiteFacts, home, is_code};

/// Minutes between visits: what may be chosen. The official judgement needs 20 visits a day; 60 gives 24.
pub const INTERVALS: std::ops::RangeInclusive<i32> = 1..=60;
/// Minutes between visits when nothing is said.
pub const DEFAULT_INTERVAL: i32 = 5;

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    Name,
    Code,
    Home,
    Hosts,
    Kind,
    SupervisingUnit,
    OperatingUnit,
    Leader,
    LeaderPhone,
    Staff,
    StaffPhone,
    Hosting,
    HostingPlace,
    Icp,
    Police,
    Protection,
    ProtectionFiling,
    Supplier,
    OpenedOn,
    Rules,
    Funds,
    Interval,
    Note,
}

/// What is known of a field.
pub struct About {
    /// The name in forms and in the history.
    pub name: &'static str,
    /// The heading in files and the label on screens.
    pub heading: &'static str,
    /// Other headings that mean it.
    pub aliases: &'static [&'static str],
    /// Most characters.
    pub longest: usize,
}

const fn about(
    name: &'static str,
    heading: &'static str,
    aliases: &'static [&'static str],
    longest: usize,
) -> About {
    About { name, heading, aliases, longest }
}

impl Field {
    /// All fields in the order of form and file.
    pub const ALL: [Field; 23] = [
        Field::Name,
        Field::Code,
        Field::Home,
        Field::Hosts,
        Field::Kind,
        Field::SupervisingUnit,
        Field::OperatingUnit,
        Field::Leader,
        Field::LeaderPhone,
        Field::Staff,
        Field::StaffPhone,
        Field::Hosting,
        Field::HostingPlace,
        Field::Icp,
        Field::Police,
        Field::Protection,
        Field::ProtectionFiling,
        Field::Supplier,
        Field::OpenedOn,
        Field::Rules,
        Field::Funds,
        Field::Interval,
        Field::Note,
    ];

    /// Name, heading, aliases, length.
    pub fn about(self) -> About {
        match self {
            Field::Name => about("name", "网站名称", &["名称", "站点名称"], 80),
            Field::Code => about("code", "网站标识码", &["标识码", "政府网站标识码"], 10),
            Field::Home => about("home", "首页网址", &["网址", "首页地址", "首页URL", "域名网址"], 500),
            Field::Hosts => about("hosts", "其他域名", &["域名", "备用域名"], 1_000),
            Field::Kind => about("kind", "网站类型", &["类型", "网站类别"], 10),
            Field::SupervisingUnit => about("supervising_unit", "主管单位", &[], 80),
            Field::OperatingUnit => about("operating_unit", "承办单位", &["运维单位"], 80),
            Field::Leader => about("leader", "分管领导", &[], 40),
            Field::LeaderPhone => about("leader_phone", "分管领导电话", &[], 60),
            Field::Staff => about("staff", "专职人员", &["联系人", "网站负责人"], 200),
            Field::StaffPhone => about("staff_phone", "联系电话", &["电话", "专职人员电话", "手机"], 100),
            Field::Hosting => about("hosting", "托管方式", &[], 10),
            Field::HostingPlace => about("hosting_place", "托管地点", &["机房"], 100),
            Field::Icp => about("icp", "ICP备案号", &["ICP备案", "备案号"], 60),
            Field::Police => about("police", "公安备案号", &["公安机关备案号", "公安备案"], 60),
            Field::Protection => about("protection", "等级保护级别", &["等保级别", "保护等级"], 4),
            Field::ProtectionFiling => about("protection_filing", "等级保护备案号", &["等保备案号"], 60),
            Field::Supplier => about("supplier", "服务外包公司", &["外包公司", "供应商"], 80),
            Field::OpenedOn => about("opened_on", "开通日期", &["开通时间"], 30),
            Field::Rules => about("rules", "网站管理制度", &["管理制度"], 200),
            Field::Funds => about("funds", "年度运维经费", &["运维经费", "经费"], 60),
            Field::Interval => about("interval_minutes", "拨测间隔（分钟）", &["拨测间隔"], 3),
            Field::Note => about("note", "备注", &["说明"], 1_000),
        }
    }

    /// The field of a heading as people write it: blanks, brackets and the star of required fields do not matter.
    pub fn of_heading(heading: &str) -> Option<Field> {
        let bare = |text: &str| -> String {
            let cut = text.split(['(', '（']).next().unwrap_or_default();
            cut.chars()
                .filter(|c| !c.is_whitespace() && !"*＊:：".contains(*c))
                .collect::<String>()
                .to_lowercase()
        };
        let written = bare(heading);
        Field::ALL.into_iter().find(|field| {
            let about = field.about();
            !written.is_empty()
                && std::iter::once(&about.heading).chain(about.aliases).any(|known| bare(known) == written)
        })
    }

    /// As forms, files and the history show it.
    pub fn show(self, facts: &SiteFacts) -> String {
        match self {
            Field::Name => facts.name.clone(),
            Field::Code => facts.code.clone(),
            Field::Home => facts.home.clone(),
            Field::Hosts => facts.hosts.clone(),
            Field::Kind => facts.kind.name().to_owned(),
            Field::SupervisingUnit => facts.supervising_unit.clone(),
            Field::OperatingUnit => facts.operating_unit.clone(),
            Field::Leader => facts.leader.clone(),
            Field::LeaderPhone => facts.leader_phone.clone(),
            Field::Staff => facts.staff.clone(),
            Field::StaffPhone => facts.staff_phone.clone(),
            Field::Hosting => facts.hosting.name().to_owned(),
            Field::HostingPlace => facts.hosting_place.clone(),
            Field::Icp => facts.icp.clone(),
            Field::Police => facts.police.clone(),
            Field::Protection if facts.protection == 0 => String::new(),
            Field::Protection => LEVELS[(facts.protection.clamp(1, 4) - 1) as usize].to_owned(),
            Field::ProtectionFiling => facts.protection_filing.clone(),
            Field::Supplier => facts.supplier.clone(),
            Field::OpenedOn => facts.opened_on.clone(),
            Field::Rules => facts.rules.clone(),
            Field::Funds => facts.funds.clone(),
            Field::Interval => facts.interval_minutes.to_string(),
            Field::Note => facts.note.clone(),
        }
    }

    /// Reads what was written into the facts, or says what is wrong with it.
    pub fn read(self, facts: &mut SiteFacts, written: &str) -> Result<(), String> {
        let About { heading, longest, .. } = self.about();
        let text = platform::web::form::text(written, heading, longest)?;
        let target = match self {
            Field::Name if text.is_empty() => return Err("请填写网站名称。".to_owned()),
            Field::Code if !text.is_empty() && !is_code(&text) => {
                return Err("网站标识码是 10 位：前 6 位区划代码，后 4 位顺序码（部委为 bm 加 8 位数字）。"
                    .to_owned());
            }
            Field::Home => {
                facts.home = home(&text).map_err(|words| format!("{words}。"))?;
                return Ok(());
            }
            Field::Kind => {
                let words = "网站类型应为 门户网站、子站、虚拟网站 之一。";
                facts.kind = Kind::of(&text).ok_or(words)?;
                return Ok(());
            }
            Field::Hosting => {
                let words = "托管方式应为 自有机房、门户网站机房、政务云、商业托管 之一；不清楚可不填。";
                facts.hosting =
                    if text.is_empty() { Hosting::Unknown } else { Hosting::of(&text).ok_or(words)? };
                return Ok(());
            }
            Field::Protection => {
                facts.protection = protection(&text)?;
                return Ok(());
            }
            Field::OpenedOn => {
                facts.opened_on = day(&text)?;
                return Ok(());
            }
            Field::Interval => {
                let minutes = if text.is_empty() { Ok(DEFAULT_INTERVAL) } else { text.parse() };
                let fits = minutes.ok().filter(|minutes| INTERVALS.contains(minutes));
                facts.interval_minutes = fits.ok_or("拨测间隔应为 1 到 60 的整数（分钟）。")?;
                return Ok(());
            }
            Field::LeaderPhone | Field::StaffPhone
                if !text.chars().all(|c| c.is_ascii_digit() || "+-—()（） 、,，;；/转".contains(c)) =>
            {
                return Err(format!("{heading}只能有数字和 + - ( )，多个用顿号隔开。"));
            }
            Field::Name => &mut facts.name,
            Field::Code => &mut facts.code,
            Field::Hosts => &mut facts.hosts,
            Field::SupervisingUnit => &mut facts.supervising_unit,
            Field::OperatingUnit => &mut facts.operating_unit,
            Field::Leader => &mut facts.leader,
            Field::LeaderPhone => &mut facts.leader_phone,
            Field::Staff => &mut facts.staff,
            Field::StaffPhone => &mut facts.staff_phone,
            Field::HostingPlace => &mut facts.hosting_place,
            Field::Icp => &mut facts.icp,
            Field::Police => &mut facts.police,
            Field::ProtectionFiling => &mut facts.protection_filing,
            Field::Supplier => &mut facts.supplier,
            Field::Rules => &mut facts.rules,
            Field::Funds => &mut facts.funds,
            Field::Note => &mut facts.note,
        };
        *target = text;
        Ok(())
    }
}

const LEVELS: [&str; 4] = ["一级", "二级", "三级", "四级"];

fn protection(text: &str) -> Result<i32, String> {
    let bare = text.trim_start_matches('第').trim_end_matches('级');
    let level = ["", "一", "二", "三", "四"].iter().position(|level| *level == bare);
    let level = level.or_else(|| bare.parse().ok().filter(|level| *level <= 4));
    let level = if matches!(text, "" | "无" | "未定级") { Some(0) } else { level };
    level
        .and_then(|level| i32::try_from(level).ok())
        .ok_or_else(|| "等级保护级别应为 一级 到 四级；未定级可不填。".to_owned())
}

/// A day as `2019-03-04`, from the ways in which people write it.
fn day(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    // A cell with a date often holds a time of day as well.
    let text = match text.rsplit_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') => day.trim_end(),
        _ => text,
    };
    let numbers = text.trim_end_matches(['日', '号']).replace(['年', '月', '/', '.'], "-");
    let parts: Vec<&str> = numbers.split('-').map(str::trim).collect();
    let parts: Vec<&str> = match parts[..] {
        [all] if all.len() == 8 && all.is_ascii() => vec![&all[..4], &all[4..6], &all[6..]],
        _ => parts,
    };
    let date = match parts[..] {
        [year, month, day] => year
            .parse()
            .ok()
            .zip(month.parse().ok().zip(day.parse().ok()))
            .and_then(|(year, (month, day))| chrono::NaiveDate::from_ymd_opt(year, month, day)),
        _ => None,
    };
    let date = date.filter(|date| date.format("%Y").to_string().as_str() >= "1990");
    date.map(|date| date.to_string()).ok_or_else(|| "开通日期应是 2019-03-04 这样的日期。".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_as_people_write_them() {
        for (written, want) in [
            ("网站名称", Some(Field::Name)),
            (" * 网站名称（必填）", Some(Field::Name)),
            ("icp备案号", Some(Field::Icp)),
            ("拨测间隔", Some(Field::Interval)),
            ("主办单位", None),
            ("", None),
        ] {
            assert_eq!(Field::of_heading(written), want, "{written}");
        }
        let mut names: Vec<&str> = Field::ALL.iter().map(|field| field.about().name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Field::ALL.len());
    }

    #[test]
    fn what_is_shown_is_read_back() {
        let mut facts = SiteFacts { interval_minutes: 5, ..SiteFacts::default() };
        for (field, written, shown) in [
            (Field::Name, " 青禾县政府 ", "青禾县政府"),
            (Field::Code, "4399210001", "4399210001"),
            (Field::Home, "http://www.qinghe.example", "http://www.qinghe.example/"),
            (Field::Kind, "portal", "门户网站"),
            (Field::Hosting, "政务云", "政务云"),
            (Field::Protection, "第三级", "三级"),
            (Field::Protection, "2", "二级"),
            (Field::Protection, "未定级", ""),
            (Field::OpenedOn, "2019年3月4日", "2019-03-04"),
            (Field::OpenedOn, "20190304", "2019-03-04"),
            (Field::OpenedOn, "2019/3/4", "2019-03-04"),
            (Field::OpenedOn, "2019-03-04 18:00:00", "2019-03-04"),
            (Field::OpenedOn, "2019年3月4日 9:05", "2019-03-04"),
            (Field::Interval, "", "5"),
            (Field::StaffPhone, "0731-8888 0000、13000000000", "0731-8888 0000、13000000000"),
        ] {
            assert_eq!(field.read(&mut facts, written), Ok(()), "{written}");
            assert_eq!(field.show(&facts), shown);
            let before = facts.clone();
            assert_eq!(field.read(&mut facts, shown), Ok(()), "{shown}");
            assert_eq!(facts, before);
        }
    }

    #[test]
    fn what_cannot_be_is_told_and_leaves_the_facts_alone() {
        let mut facts = SiteFacts::default();
        for (field, written) in [
            (Field::Name, " "),
            (Field::Name, &"长".repeat(81)),
            (Field::Code, "430100"),
            (Field::Home, "www.a.example"),
            (Field::Kind, ""),
            (Field::Hosting, "云"),
            (Field::Protection, "五级"),
            (Field::OpenedOn, "2019-02-30"),
            (Field::OpenedOn, "昨天"),
            (Field::Interval, "0"),
            (Field::Interval, "61"),
            (Field::StaffPhone, "张三"),
            (Field::Note, "a\u{1}b"),
        ] {
            assert!(field.read(&mut facts, written).is_err(), "{field:?} {written}");
        }
        assert_eq!(facts, SiteFacts::default());
    }
}
