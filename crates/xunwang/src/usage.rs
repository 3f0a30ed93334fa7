//! Wrong usage: what is wrong, where it stands, what to do, in Chinese. Serves N2.1, N2.4.
//!
//! Every such mistake ends the command with exit code 2 before anything is asked of a site.

use std::fmt;
use std::path::PathBuf;

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    CommandLine,
    /// Name of the environment variable.
    Environment(String),
    /// Configuration file and line, counted from 1.
    File(PathBuf, usize),
}

/// A mistake of the person who started the command.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum WrongUsage {
    /// A setting whose value cannot be used.
    #[error("{}的值“{}”不能用：{why}", place(.option, .origin), shown(.value))]
    Value { option: &'static str, origin: Origin, value: String, why: String },
    /// A setting that takes one value was given several.
    #[error("{}只能给一个值，这里给了 {count} 个", place(.option, .origin))]
    TooMany { option: &'static str, origin: Origin, count: usize },
    /// Nothing to inspect.
    #[error(
        "没有指定要巡检的网站。\n请给出网址，例如：xunwang inspect http://www.example.gov.cn/\n\
         或用 --sites 给出网站清单（CSV 或 XLSX）；只想先看看效果，可用：xunwang inspect --sample"
    )]
    NoSites,
    #[error("配置文件 {} 读不出来：{why}。请检查路径和权限", .path.display())]
    ConfigUnreadable { path: PathBuf, why: String },
    #[error("配置文件 {} 第 {line} 行第 {column} 列不符合 TOML 语法：{why}", .path.display())]
    ConfigSyntax { path: PathBuf, line: usize, column: usize, why: String },
    #[error("配置文件 {} 第 {line} 行：没有名为“{key}”的设置。{}", .path.display(), hint(.nearest))]
    UnknownKey { path: PathBuf, line: usize, key: String, nearest: Option<&'static str> },
    #[error("配置文件 {} 第 {line} 行：设置“{key}”不能是{found}，应写成字符串、数字、true/false 或它们的数组", .path.display())]
    ConfigType { path: PathBuf, line: usize, key: String, found: &'static str },
    #[error("没有规则包“{}”。{}自带的有 {known}；自己的规则包请写文件名，如 ./mine.toml", shown(.name), guess(.nearest))]
    UnknownPack { name: String, nearest: Option<&'static str>, known: String },
    #[error("规则包文件 {} 读不出来：{why}。请检查路径和权限", .path.display())]
    PackUnreadable { path: PathBuf, why: String },
    #[error("规则包文件 {} 有 {} 处需要改正：\n{}", .path.display(), .faults.len(), listed(.faults))]
    PackWrong { path: PathBuf, faults: Vec<String> },
    /// A setting of the score where nothing is scored.
    #[error("--{option} 只在给出 --pack 时有意义：没有规则包就不评分。请加上 --pack（可用的见 xunwang packs），或去掉{}", place(.option, .origin).trim_end())]
    WithoutPack { option: &'static str, origin: Origin },
    #[error("规则包 {0} 给了不止一次")]
    PackTwice(String),
    #[error("{0}")]
    OutOfPeriod(String),
    #[error("{0} 那天没有施行的规则包。请用 --as-of 另给日期，各规则包的施行期见 xunwang packs")]
    NoPackInForce(jiff::civil::Date),
    #[error("没有规则“{}”。{}全部规则见 xunwang rules", shown(.id), guess(.nearest))]
    UnknownRule { id: String, nearest: Option<&'static str> },
    /// The command line itself cannot be read (unknown option or command, missing value).
    #[error("{0}")]
    CommandLine(String),
}

fn place(option: &str, origin: &Origin) -> String {
    match origin {
        // These stand by themselves, without a name before them.
        Origin::CommandLine if option == "url" => "网址".to_owned(),
        Origin::CommandLine if option == "start" => "开始日期".to_owned(),
        Origin::CommandLine if option == "limit" => "天数".to_owned(),
        Origin::CommandLine => format!("选项 --{option} "),
        Origin::Environment(name) => format!("环境变量 {name} "),
        Origin::File(path, line) => format!("配置文件 {} 第 {line} 行“{option}”", path.display()),
    }
}

fn hint(nearest: &Option<&'static str>) -> String {
    match nearest {
        Some(name) => format!("是不是想写“{name}”？"),
        None => "可用的设置与 xunwang inspect --help 列出的选项同名".to_owned(),
    }
}

fn guess(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |name| format!("是不是想用 {name}？"))
}

fn listed(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("  {}", shown_at_length(fault))).collect::<Vec<_>>().join("\n")
}

fn shown_at_length(text: &str) -> String {
    text.chars().take(400).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// At most this many characters of a wrong value are repeated.
const SHOWN_VALUE: usize = 80;

fn shown(value: &str) -> Shown<'_> {
    Shown(value)
}

struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, c) in self.0.chars().enumerate() {
            if count == SHOWN_VALUE {
                return f.write_str("…");
            }
            // Control characters would move the cursor of the terminal that shows the message.
            write!(f, "{}", if c.is_control() { '\u{fffd}' } else { c })?;
        }
        Ok(())
    }
}

/// The known name nearest to a mistyped one, if it is near enough to be meant.
pub fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.trim_start_matches('-').replace('_', "-").to_ascii_lowercase();
    names
        .map(|name| (distance(&written, name), name))
        .filter(|(d, name)| *d <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance in bytes; both words are short.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let swap = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = swap.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{Origin, WrongUsage, nearest};

    #[test]
    fn the_message_names_the_place_and_the_value() {
        let wrong = |origin| WrongUsage::Value {
            option: "rate",
            origin,
            value: "快\u{1b}[2J".into(),
            why: "应为数字".into(),
        };
        assert_eq!(wrong(Origin::CommandLine).to_string(), "选项 --rate 的值“快\u{fffd}[2J”不能用：应为数字");
        let file = wrong(Origin::File("a.toml".into(), 3)).to_string();
        assert!(file.starts_with("配置文件 a.toml 第 3 行“rate”"), "{file}");
    }

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let names = || ["rate", "host-concurrency", "outgoing"].into_iter();
        assert_eq!(nearest("host_concurency", names()), Some("host-concurrency"));
        assert_eq!(nearest("--rat", names()), Some("rate"));
        assert_eq!(nearest("colour", names()), None);
    }
}
