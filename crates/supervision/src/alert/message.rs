//! What is said: one alert or many, as mail, as JSON of a webhook, as a robot's markdown, and their signatures.
//! Clauses N2.1, N5.2; pure.
//!
//! Texts come from websites' faults and from people: line breaks and markup in them are made harmless here.

use base::level::Level;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::clock::Instant;
use platform::secret::seal;
use platform::web::pages::minute;
use serde::Serialize;
use serde_json::{Value, json};

use super::entity::alert;
use super::model::{self, Reason};

/// Alerts that a digest tells in full; it counts the others.
const IN_FULL: usize = 20;
/// What WeCom takes as markdown, in bytes (developer.work.weixin.qq.com, 群机器人配置说明).
const WECOM_LONGEST: usize = 4_096;
/// DingTalk takes 20,000 bytes in all; the rest is room for the frame.
const DINGTALK_LONGEST: usize = 16_000;
/// Characters of an alert's text in a digest: enough to tell what, the page tells the rest.
const TEXT_IN_DIGEST: usize = 160;

/// One alert in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: i64,
    pub reason: Reason,
    pub kind: model::Kind,
    pub level: Level,
    pub title: String,
    pub words: String,
    pub site: Option<i64>,
    pub link: String,
    pub count: i32,
    pub first_at: Instant,
    pub last_at: Instant,
    pub cleared_at: Option<Instant>,
}

impl Item {
    /// An alert as it stands.
    pub fn of(row: &alert::Model, reason: Reason) -> Item {
        Item {
            id: row.id,
            reason,
            kind: row.kind,
            level: model::level(&row.level),
            title: row.title.clone(),
            words: row.words.clone(),
            site: row.site_id.map(|site| site.0),
            link: row.link.clone(),
            count: row.count,
            first_at: row.first_at,
            last_at: row.last_at,
            cleared_at: row.cleared_at,
        }
    }

    fn head(&self) -> String {
        format!("[{}·{}] {}", self.reason.name(), self.level.label(), line(&self.title))
    }

    fn times(&self) -> String {
        let mut times = format!("{} 起", minute(self.first_at));
        if let Some(cleared) = self.cleared_at {
            times = format!("{times}，{} 恢复，历时 {}", minute(cleared), span(cleared - self.first_at));
        } else if self.count > 1 {
            times = format!("{times}，共 {} 次，最近 {}", self.count, minute(self.last_at));
        }
        times
    }
}

/// What goes out at once to one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id of the delivery that leads it: the same for every try.
    pub id: i64,
    /// The console's address for links, without a slash at the end; may be empty.
    pub console: String,
    pub items: Vec<Item>,
}

impl Message {
    /// One line for a subject or a title.
    pub fn subject(&self) -> String {
        match self.items.as_slice() {
            [one] => format!("巡网 {}", one.head()),
            many => {
                let gravest = many.iter().map(|one| one.level).max().unwrap_or(Level::Notice);
                format!("巡网 {} 条告警，最高级别 {}", many.len(), gravest.label())
            }
        }
    }

    /// Plain text, as mail shows it.
    pub fn text(&self) -> String {
        let alone = self.items.len() == 1;
        let mut out = String::new();
        for item in self.items.iter().take(IN_FULL) {
            let words = if alone { item.words.clone() } else { short(&item.words) };
            out += &format!("{}\n{}\n{}\n", item.head(), words, item.times());
            if !self.console.is_empty() {
                out += &format!("{}/alerts/{}\n", self.console, item.id);
            }
            out.push('\n');
        }
        out += &self.rest();
        out
    }

    fn rest(&self) -> String {
        match self.items.len().saturating_sub(IN_FULL) {
            0 => String::new(),
            more => format!("另有 {more} 条，请登录系统查看。\n"),
        }
    }

    fn markdown(&self, longest: usize) -> String {
        let mut out = format!("**{}**\n", marked(&self.subject()));
        for item in self.items.iter().take(IN_FULL) {
            let head =
                if self.items.len() == 1 { String::new() } else { format!("\n{}", marked(&item.head())) };
            let link = match self.console.as_str() {
                "" => String::new(),
                console => format!("\n[查看]({console}/alerts/{})", item.id),
            };
            let one = format!("{head}\n> {}\n> {}{link}\n", marked(&short(&item.words)), item.times());
            // A message that is too long is refused as a whole, so the last ones are left out instead.
            if out.len() + one.len() > longest - 100 {
                out += "\n……其余请登录系统查看。";
                return out;
            }
            out += &one;
        }
        out + &self.rest()
    }

    /// The body for a WeCom group robot.
    pub fn wecom(&self) -> Value {
        json!({ "msgtype": "markdown", "markdown": { "content": self.markdown(WECOM_LONGEST) } })
    }

    /// The body for a DingTalk group robot.
    pub fn dingtalk(&self) -> Value {
        let text = self.markdown(DINGTALK_LONGEST).replace('\n', "  \n");
        json!({ "msgtype": "markdown", "markdown": { "title": self.subject(), "text": text } })
    }

    /// The body for a webhook; its fields never change their meaning (see `docs/guide/alerts.md`).
    pub fn webhook(&self) -> Value {
        #[derive(Serialize)]
        struct One<'a> {
            id: i64,
            reason: &'a str,
            kind: &'a str,
            level: &'a str,
            title: &'a str,
            words: &'a str,
            site: Option<i64>,
            link: String,
            count: i32,
            first_at: Instant,
            last_at: Instant,
            cleared_at: Option<Instant>,
        }
        let alerts: Vec<One> = self
            .items
            .iter()
            .map(|item| One {
                id: item.id,
                reason: item.reason.word(),
                kind: item.kind.word(),
                level: item.level.code(),
                title: &item.title,
                words: &item.words,
                site: item.site,
                link: format!("{}{}", self.console, item.link),
                count: item.count,
                first_at: item.first_at,
                last_at: item.last_at,
                cleared_at: item.cleared_at,
            })
            .collect();
        json!({ "message": self.id, "alerts": alerts })
    }
}

/// The signature of a webhook: HMAC-SHA256 with the channel's secret over `timestamp.body`, in hexadecimal.
pub fn webhook_signature(secret: &str, timestamp: i64, body: &str) -> String {
    let bytes = seal(secret.as_bytes(), format!("{timestamp}.{body}").as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// DingTalk's signature (open.dingtalk.com, 自定义机器人安全设置): HMAC-SHA256 with the secret over the milliseconds, a line
/// break and the secret, in base64; to be percent-encoded in the address.
pub fn dingtalk_signature(secret: &str, milliseconds: i64) -> String {
    STANDARD.encode(seal(secret.as_bytes(), format!("{milliseconds}\n{secret}").as_bytes()))
}

/// One line: a subject with a line break in it would begin a header of its own.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(text: &str) -> String {
    let line = line(text);
    match line.char_indices().nth(TEXT_IN_DIGEST) {
        Some((at, _)) => format!("{}……", &line[..at]),
        None => line,
    }
}

/// Without what markdown would read as markup, a link or a call of everybody's name.
fn marked(text: &str) -> String {
    let harmless = text.chars().map(|c| match c {
        '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '~' | '|' => ' ',
        '@' => '＠',
        other => other,
    });
    harmless.collect()
}

fn span(length: chrono::TimeDelta) -> String {
    let minutes = length.num_minutes().max(0);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => "不到 1 分钟".to_owned(),
        (0, 0, m) => format!("{m} 分钟"),
        (0, h, m) => format!("{h} 小时 {m} 分钟"),
        (d, h, _) => format!("{d} 天 {h} 小时"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: i64, title: &str) -> Item {
        let at = Instant::from_timestamp(1_780_000_000, 0).unwrap();
        Item {
            id,
            reason: Reason::Raised,
            kind: model::Kind::Unreachable,
            level: Level::Veto,
            title: title.to_owned(),
            words: "首页两次访问均无应答，请值班员核实。".to_owned(),
            site: Some(7),
            link: "/sites/7".to_owned(),
            count: 1,
            first_at: at,
            last_at: at,
            cleared_at: None,
        }
    }

    fn message(items: Vec<Item>) -> Message {
        Message { id: 5, console: "https://console.example".to_owned(), items }
    }

    #[test]
    fn a_subject_is_one_line_and_markup_is_harmless() {
        let one = message(vec![item(1, "青禾县\r\nBcc: x@y.example [点我](http://evil.example) @all")]);
        assert_eq!(
            one.subject(),
            "巡网 [告警·严重] 青禾县 Bcc: x@y.example [点我](http://evil.example) @all"
        );
        let text = one.wecom()["markdown"]["content"].as_str().unwrap().to_owned();
        assert!(!text.contains("[点我]") && !text.contains("@all"), "{text}");
        assert!(text.contains("[查看](https://console.example/alerts/1)"), "{text}");
    }

    #[test]
    fn a_digest_counts_and_stays_within_what_robots_take() {
        let many = message((0..300).map(|id| item(id, &"长".repeat(200))).collect());
        assert_eq!(many.subject(), "巡网 300 条告警，最高级别 严重");
        assert!(many.text().contains("另有 280 条"));
        let content = many.wecom()["markdown"]["content"].as_str().unwrap().len();
        assert!(content <= WECOM_LONGEST, "{content}");
        let content = many.dingtalk()["markdown"]["text"].as_str().unwrap().len();
        assert!(content <= 20_000, "{content}");
        assert_eq!(many.webhook()["alerts"].as_array().unwrap().len(), 300);
    }

    #[test]
    fn a_recovery_says_how_long_it_lasted() {
        let mut one = item(1, "青禾县");
        one.reason = Reason::Recovered;
        one.cleared_at = Some(one.first_at + chrono::TimeDelta::minutes(95));
        assert!(message(vec![one]).text().contains("历时 1 小时 35 分钟"));
    }

    /// Computed with Python: `hmac.new(secret, text, "sha256")`.
    #[test]
    fn signatures_are_those_that_others_compute() {
        assert_eq!(
            webhook_signature("s3cret", 1_780_000_000, "{\"a\":1}"),
            "d6f2d451cf03bb4bd1898be212ebbcc5d642fe2108954184f7acdd676b089921"
        );
        assert_eq!(
            dingtalk_signature("SEC000", 1_780_000_000_000),
            "WMfnrEYGozyE62SBdM5Eo+C8eRCIC7uW0YJxeeWd/EA="
        );
    }
}
