//! Secrecy marks (密级标志、内部资料标识): where a document says of itself that it is not for everybody. Clause N2.2.
//!
//! A mark stands in a line of its own, as the rules on marking documents order; the same words in running text are
//! about secrecy and say nothing of the document.

use base::Level;

/// A mark that a document bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub level: Level,
    /// The mark as written, cut to what shows it.
    pub text: String,
    /// What it means, for the cause of a finding.
    pub what: &'static str,
}

/// A line that is longer is running text, whatever it begins with. Counted in characters without blanks.
const LONGEST: usize = 30;

/// The mark that a line is, if it is one. `head` tells that the line is one of the first of a document, where even
/// a bare 机密 is a mark.
pub fn mark(line: &str, head: bool) -> Option<Mark> {
    // Marks are written with blanks between their characters, and far more text follows no mark.
    let bare: String = line.chars().filter(|c| !c.is_whitespace()).take(LONGEST + 1).collect();
    if bare.chars().count() > LONGEST {
        return None;
    }
    let bare = bare.trim_matches(|c| "【】[]（）()《》".contains(c));
    let found = |level, what| Some(Mark { level, text: bare.to_owned(), what });
    if let Some(rest) = star(bare) {
        return match rest {
            // Examination papers bear it until they are sat; afterwards they may be shown.
            rest if rest.starts_with("启用前") || rest.contains("考试") => {
                found(Level::Notice, "试卷密级标志")
            }
            rest if is_term(rest) => found(Level::Veto, "国家秘密标志"),
            _ => None,
        };
    }
    if let Some(class) = bare.strip_prefix("密级").map(|rest| rest.trim_start_matches([':', '：'])) {
        let is_secret = CLASSES.iter().any(|known| class.starts_with(known)) && class.chars().count() <= 8;
        return if is_secret { found(Level::Veto, "标注的密级") } else { None };
    }
    if head && CLASSES.contains(&bare) {
        return found(Level::Fault, "文首的密级字样");
    }
    let plain: String = bare.chars().filter(|c| !"，,、。.！!；;：:·★*—-".contains(*c)).collect();
    let list = |words: &[&str]| words.contains(&plain.as_str());
    if list(NOT_PUBLIC) || is_kept_back(&plain) {
        return found(Level::Fault, "不予公开的标识");
    }
    if list(INTERNAL) || head && list(INTERNAL_AT_HEAD) {
        return found(Level::Fault, "内部资料标识");
    }
    if ON_REQUEST.iter().any(|words| plain == *words) {
        return found(Level::Notice, "依申请公开的标识");
    }
    None
}

const CLASSES: [&str; 3] = ["绝密", "机密", "秘密"];
/// Signs that are typed for the star of a mark.
const STARS: [char; 4] = ['★', '☆', '*', '＊'];

const INTERNAL: &[&str] = &[
    "内部资料注意保存",
    "内部资料妥善保管",
    "内部资料严禁外传",
    "内部资料请勿外传",
    "内部资料不得外传",
    "内部资料不得公开",
    "内部资料注意保密",
    "内部文件注意保存",
    "内部文件严禁外传",
    "内部文件请勿外传",
    "内部文件不得外传",
    "内部文件不得公开",
    "内部文件妥善保管",
    "仅供内部使用",
    "仅限内部使用",
    "仅供内部参考",
    "仅供内部传阅",
    "仅限内部传阅",
    "内部使用请勿外传",
    "内部使用不得外传",
    "内部传阅请勿外传",
    "内部掌握不得公开",
    "工作秘密注意保管",
    "请注意保密严禁外传",
    "敏感信息请勿外传",
    "内部资料仅供参考请勿外传",
];
const INTERNAL_AT_HEAD: &[&str] = &[
    "内部资料",
    "内部文件",
    "内部使用",
    "内部",
    "内部传阅",
    "注意保密",
    "请勿外传",
    "严禁外传",
    "工作秘密",
    "不得公开",
];
const NOT_PUBLIC: &[&str] = &[
    "此件不公开",
    "此件不予公开",
    "此件不得公开",
    "本件不公开",
    "此文不公开",
    "此件不公开发布",
    "此件不对外公开",
    "此件不宜公开",
    "此件不上网",
];
const ON_REQUEST: &[&str] = &[
    "此件依申请公开",
    "本件依申请公开",
    "公开属性依申请公开",
    "公开方式依申请公开",
    "公开形式依申请公开",
    "信息公开形式依申请公开",
    "信息公开选项依申请公开",
    "公开类别依申请公开",
];

/// What follows the star of a mark: `★1年` gives `1年`. The mark must begin the line.
fn star(line: &str) -> Option<&str> {
    let rest = match line.strip_prefix(STARS) {
        Some(rest) => CLASSES.iter().find_map(|class| rest.strip_prefix(class))?,
        None => CLASSES.iter().find_map(|class| line.strip_prefix(class))?.strip_prefix(STARS)?,
    };
    Some(rest.trim_start_matches(STARS))
}

/// Whether it is a term of secrecy, or what may stand beside one on the first line of a document.
fn is_term(rest: &str) -> bool {
    let begins = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
    rest.is_empty()
        || rest.starts_with(|c: char| c.is_ascii_digit() || "一二三五十两".contains(c))
        || begins(&["长期", "特急", "加急", "急", "份号", "编号", "No", "解密", "保密期限", "至"])
}

/// `公开属性：不予公开` and its like.
fn is_kept_back(plain: &str) -> bool {
    const FIELDS: [&str; 7] =
        ["公开属性", "公开方式", "公开形式", "公开类别", "信息公开选项", "信息公开形式", "信息公开属性"];
    FIELDS
        .iter()
        .filter_map(|field| plain.strip_prefix(field))
        .any(|value| matches!(value, "不予公开" | "不公开" | "免予公开" | "不得公开" | "非公开"))
}
