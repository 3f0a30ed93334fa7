//! What a column is for, by its name, its labels and its address, and how often it must be renewed. Clause N2.1.
//!
//! The periods are those of the census of 2015 (国办发〔2015〕15号, 单项否决) and the index of 2019 (国办秘函〔2019〕19号);
//! which of them scores is a pack's matter.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::labels::Labels;

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    Home,
    News,
    Notice,
    Policy,
    Interpretation,
    Finance,
    Personnel,
    /// Questions of visitors with answers.
    Answers,
    /// Numbers of cases handled.
    CaseNumbers,
    Statistics,
    Planning,
    Leaders,
    Organs,
    /// A campaign or an archive: done one day.
    Topic,
    Other,
}

/// How long a column may stay as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Days(i8),
    Months(i8),
}

impl Period {
    /// The first day within the period that ends today.
    pub fn since(self, today: Date) -> Option<Date> {
        let span: Span = match self {
            Period::Days(days) => i64::from(days).days(),
            Period::Months(months) => i64::from(months).months(),
        };
        today.checked_sub(span).ok()
    }

    /// As screens say it.
    pub fn label(self) -> String {
        match self {
            Period::Days(14) => "2 周".into(),
            Period::Days(days) => format!("{days} 天"),
            Period::Months(12) => "1 年".into(),
            Period::Months(months) => format!("{months} 个月"),
        }
    }
}

impl ColumnKind {
    pub const ALL: [ColumnKind; 15] = [
        ColumnKind::Home,
        ColumnKind::News,
        ColumnKind::Notice,
        ColumnKind::Policy,
        ColumnKind::Interpretation,
        ColumnKind::Finance,
        ColumnKind::Personnel,
        ColumnKind::Answers,
        ColumnKind::CaseNumbers,
        ColumnKind::Statistics,
        ColumnKind::Planning,
        ColumnKind::Leaders,
        ColumnKind::Organs,
        ColumnKind::Topic,
        ColumnKind::Other,
    ];

    /// The word used in run files.
    pub fn code(self) -> &'static str {
        match self {
            ColumnKind::Home => "home",
            ColumnKind::News => "news",
            ColumnKind::Notice => "notice",
            ColumnKind::Policy => "policy",
            ColumnKind::Interpretation => "interpretation",
            ColumnKind::Finance => "finance",
            ColumnKind::Personnel => "personnel",
            ColumnKind::Answers => "answers",
            ColumnKind::CaseNumbers => "case-numbers",
            ColumnKind::Statistics => "statistics",
            ColumnKind::Planning => "planning",
            ColumnKind::Leaders => "leaders",
            ColumnKind::Organs => "organs",
            ColumnKind::Topic => "topic",
            ColumnKind::Other => "other",
        }
    }

    /// The word shown on screens and used in rule packs.
    pub fn label(self) -> &'static str {
        match self {
            ColumnKind::Home => "首页",
            ColumnKind::News => "动态要闻",
            ColumnKind::Notice => "通知公告",
            ColumnKind::Policy => "政策文件",
            ColumnKind::Interpretation => "政策解读",
            ColumnKind::Finance => "财政预决算",
            ColumnKind::Personnel => "人事信息",
            ColumnKind::Answers => "留言答复",
            ColumnKind::CaseNumbers => "办事统计",
            ColumnKind::Statistics => "统计信息",
            ColumnKind::Planning => "规划计划",
            ColumnKind::Leaders => "领导信息",
            ColumnKind::Organs => "机构职能",
            ColumnKind::Topic => "专题专栏",
            ColumnKind::Other => "其他栏目",
        }
    }

    pub fn from_code(code: &str) -> Option<ColumnKind> {
        ColumnKind::ALL.into_iter().find(|k| k.code() == code)
    }

    /// How long it may stay as it is; `None`: it changes only when its subject does.
    ///
    /// Home page and news two weeks, notices and policies six months: 2015 否决 二、三 and 2019 否决 首页不更新、
    /// 栏目不更新. Interpretations six months, case numbers three, answers two: deductions of 2019 as self-checks
    /// quote them. A year for budgets, personnel and statistics, which are published yearly by law, and for columns of
    /// unknown purpose ("应更新但长期未更新" names no number).
    pub fn period(self) -> Option<Period> {
        match self {
            ColumnKind::Home | ColumnKind::News => Some(Period::Days(14)),
            ColumnKind::Notice | ColumnKind::Policy | ColumnKind::Interpretation => Some(Period::Months(6)),
            ColumnKind::CaseNumbers => Some(Period::Months(3)),
            ColumnKind::Answers => Some(Period::Months(2)),
            ColumnKind::Finance | ColumnKind::Personnel | ColumnKind::Statistics | ColumnKind::Other => {
                Some(Period::Months(12))
            }
            ColumnKind::Planning | ColumnKind::Leaders | ColumnKind::Organs | ColumnKind::Topic => None,
        }
    }
}

/// Words in names, the more telling first: 政策解读 is no 政策文件, 任免通知 is about personnel.
const WORDS: [(ColumnKind, &[&str]); 13] = [
    (ColumnKind::Topic, &["专题", "专栏", "历史", "归档", "往期", "回顾", "旧版"]),
    (ColumnKind::Interpretation, &["解读", "图解", "读懂"]),
    (ColumnKind::CaseNumbers, &["办事统计", "办件统计", "办件情况", "业务统计"]),
    (ColumnKind::Answers, &["留言", "信箱", "来信", "答复", "回复选登", "咨询", "信件"]),
    (ColumnKind::Finance, &["预决算", "预算", "决算", "财政信息", "财政资金", "三公"]),
    (ColumnKind::Personnel, &["人事", "任免", "招录", "招聘", "招考", "录用", "干部任前"]),
    (ColumnKind::Leaders, &["领导", "负责人", "班子"]),
    (ColumnKind::Organs, &["机构", "职能", "职责", "内设", "科室", "部门介绍"]),
    (ColumnKind::Statistics, &["统计", "数据发布"]),
    (ColumnKind::Planning, &["规划", "计划"]),
    (ColumnKind::Notice, &["通知", "公告", "公示", "通告"]),
    (ColumnKind::Policy, &["政策", "文件", "法规", "规章", "法律"]),
    (
        ColumnKind::News,
        &["动态", "要闻", "新闻", "快讯", "资讯", "时政", "工作进展", "头条", "信息速递", "传真"],
    ),
];

/// Initials that builders name folders by.
const FOLDERS: [(ColumnKind, &[&str]); 9] = [
    (ColumnKind::Interpretation, &["zcjd", "jdxx"]),
    (ColumnKind::Answers, &["lyhf", "xjxd", "zxly", "hfxd"]),
    (ColumnKind::Finance, &["czyjs", "yjs", "czxx", "czyjsgk"]),
    (ColumnKind::Personnel, &["rsxx", "rsrm", "zkzl", "rszk"]),
    (ColumnKind::Leaders, &["ldzc", "ldxx", "ldjj", "ldfg"]),
    (ColumnKind::Organs, &["jgzn", "jgsz", "jggk", "zzjg", "nsjg"]),
    (ColumnKind::Notice, &["tzgg", "gsgg", "gggs", "tongzhi", "gonggao", "gggq"]),
    (ColumnKind::Policy, &["zcwj", "zcfg", "gfxwj", "zfwj", "zcwjk", "fgwj"]),
    (ColumnKind::News, &["gzdt", "xwdt", "zwdt", "bmdt", "zwyw", "xwzx", "yaowen", "news", "ttxw", "jryw"]),
];

/// Names of columns are short; what is longer is a title.
const NAME_CHARS: usize = 20;

/// What a column is for: by its name, then its label `ColumnType`, then its folder.
pub fn kind_of(name: &str, url: &Url, labels: &Labels) -> ColumnKind {
    let typed = labels.first("ColumnType").filter(|l| l.is_sane()).map_or("", |l| &l.content);
    let of_year = name.chars().filter(char::is_ascii_digit).count() == 4 && name.contains("年");
    if of_year && !name.contains('至') {
        return ColumnKind::Topic;
    }
    for text in [name, typed] {
        if text.chars().count() > NAME_CHARS {
            continue;
        }
        if let Some((kind, _)) = WORDS.iter().find(|(_, words)| words.iter().any(|w| text.contains(w))) {
            return *kind;
        }
    }
    let folders = || url.path_segments().into_iter().flatten().collect::<Vec<_>>().into_iter().rev();
    let named = |words: &[&str]| folders().take(3).any(|f| words.contains(&&*f.to_ascii_lowercase()));
    FOLDERS.iter().find(|(_, words)| named(words)).map_or(ColumnKind::Other, |(kind, _)| *kind)
}
