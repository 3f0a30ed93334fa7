//! How grave what stands in one line is: alone, together with a name or an address, or put there on purpose. Clause N2.2.
//!
//! The Personal Information Protection Law calls identity, accounts and what belongs to them sensitive (Art. 28);
//! a telephone that an office publishes so that people call it is none of that.

use base::Level;

use super::{Kind, Leak, Line};

/// What a line of findings weighs, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    pub level: Level,
    /// What stands together in the line, most telling first: 身份证号, 姓名, 住址 …
    pub together: Vec<&'static str>,
    /// Whether the line reads like a telephone published so that people call it.
    pub published: bool,
}

/// Weighs the personal numbers of one line; `leaks` must not be empty.
pub fn weigh(line: &Line<'_>, leaks: &[Leak]) -> Weight {
    let mut together: Vec<&'static str> = Vec::new();
    for kind in [Kind::IdCard, Kind::BankCard, Kind::Mobile] {
        if leaks.iter().any(|leak| leak.kind == kind) {
            together.push(kind.label());
        }
    }
    let sensitive = leaks.iter().any(|leak| leak.kind != Kind::Mobile);
    let (named, lives) = (has_name(line), has_address(line));
    together.extend(named.then_some("姓名"));
    together.extend(lives.then_some("住址"));
    let published = !sensitive && is_published(line, leaks);
    let level = match () {
        () if sensitive && together.len() > 1 => Level::Veto,
        () if sensitive => Level::Fault,
        () if published => Level::Notice,
        () if named && (lives || is_of_citizens(line)) => Level::Fault,
        () => Level::Warning,
    };
    Weight { level, together, published }
}

/// Words before a mobile, or above its column, that say that people are meant to call it.
const CALL: &[&str] = &[
    "联系电话",
    "咨询",
    "监督",
    "举报",
    "投诉",
    "热线",
    "值班",
    "联系人",
    "联系方式",
    "联系",
    "客服",
    "报名",
    "预约",
    "服务电话",
    "电话",
    "手机",
    "受理",
    "招聘",
    "接待",
    "反馈",
    "Tel",
    "tel",
    "TEL",
    "电　话",
    "电 话",
    "致电",
    "拨打",
];
/// Columns of directories of officials.
const OFFICE: &[&str] =
    &["职务", "单位", "部门", "科室", "岗位", "责任人", "负责人", "河长", "网格", "窗口", "机构", "企业"];
/// Columns and words of lists of citizens who receive or apply for something.
const CITIZEN: &[&str] = &[
    "户主",
    "家庭",
    "出生",
    "性别",
    "住址",
    "补贴",
    "补助",
    "救助",
    "低保",
    "五保",
    "残疾",
    "申请人",
    "学生",
    "家长",
    "患者",
    "受益",
    "领取",
    "年龄",
    "民族",
    "户籍",
    "村组",
    "发放",
];

fn is_published(line: &Line<'_>, leaks: &[Leak]) -> bool {
    if is_of_citizens(line) {
        return false;
    }
    let any = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    if !line.header.is_empty() {
        return any(line.header, OFFICE);
    }
    let first = leaks.iter().map(|leak| leak.at).min().unwrap_or(0);
    any(line.text.get(..first).unwrap_or(""), CALL)
}

fn is_of_citizens(line: &Line<'_>) -> bool {
    CITIZEN.iter().any(|word| line.header.contains(word) || line.text.contains(word))
}

/// The hundred or so most common surnames; they cover more than nine in ten people.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜\
戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋";
/// Words that begin like a name and are none.
const NO_NAMES: &[&str] = &[
    "高中",
    "高级",
    "方向",
    "成绩",
    "成人",
    "成都",
    "安全",
    "金额",
    "时间",
    "项目",
    "程序",
    "常住",
    "文化",
    "文号",
    "路段",
    "关于",
    "任务",
    "管理",
    "项目名",
    "白天",
    "石油",
    "温度",
    "施工",
    "严重",
    "向上",
    "席位",
    "费用",
    "纪要",
    "安置",
    "江苏",
    "江西",
    "云南",
    "时段",
    "单位",
    "方式",
    "常年",
    "章程",
    "余额",
    "许可",
    "左右",
    "游客",
    "位置",
    "查询",
    "童年",
    "康复",
    "万元",
    "毕业",
];

fn has_name(line: &Line<'_>) -> bool {
    let labelled =
        ["姓名", "户主", "申请人", "收款人"].iter().any(|w| line.text.contains(w) || line.header.contains(w));
    labelled || line.text.split(is_between).any(is_name)
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || "，,、；;（）()：:。.|/".contains(c)
}

/// Whether a word reads like a person's name: a common surname and one or two more characters.
fn is_name(word: &str) -> bool {
    let mut chars = word.chars();
    let Some(first) = chars.next() else { return false };
    let rest: Vec<char> = chars.take(3).collect();
    (1..=2).contains(&rest.len())
        && SURNAMES.contains(first)
        && rest.iter().all(|c| crate::han::is_han(*c) && !"省市县区镇乡村路街".contains(*c))
        && !NO_NAMES.contains(&word)
}

/// Whether the line names where somebody lives: a label, or a place with a number of house, group or room.
fn has_address(line: &Line<'_>) -> bool {
    if ["住址", "家庭地址", "户籍地"].iter().any(|w| line.text.contains(w) || line.header.contains(w))
    {
        return true;
    }
    const PLACES: &str = "村乡镇街路道巷弄区寨屯";
    const UNITS: &str = "号组室栋幢队户";
    // Characters since a place was named; its number follows soon.
    let mut since: Option<usize> = None;
    let mut digit_before = false;
    for c in line.text.chars() {
        if PLACES.contains(c) {
            since = Some(0);
        } else if digit_before && UNITS.contains(c) && since.is_some_and(|n| n <= 8) {
            return true;
        } else {
            since = since.map(|n| n + 1);
        }
        digit_before = c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    }
    false
}
