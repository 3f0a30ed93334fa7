//! Channels: who is told, by what way, of what; and their test. Clauses N2.1, N5.2.
//!
//! A secret that was entered is kept when its field comes back empty, and never goes to a screen or into the audit log.

use base::level::Level;
use ledger::identity::model::Role;
use ledger::identity::store as people;
use ledger::{Actor, Cx, UnitId};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::handling::note;
use crate::alert::entity::channel;
use crate::alert::message::{Item, Message};
use crate::alert::model::{Kind, Reason, Way};
use crate::alert::{send, store};

/// Who keeps channels.
pub const KEEPERS: &[Role] = &[Role::Supervisor];
/// Addresses of mail in one channel; more people belong on a list of the mail server.
const MOST_ADDRESSES: usize = 20;
/// How the words of a test begin that went well.
pub const WELL: &str = "成功：";
/// Characters of an address, and of a secret.
const LONGEST: usize = 1_000;

/// A channel as its form holds it. Check boxes send `1`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ChannelForm {
    pub unit: String,
    pub name: String,
    pub way: String,
    pub address: String,
    #[serde(skip_serializing)]
    pub secret: String,
    pub levels: Vec<String>,
    pub quiet_from: String,
    pub quiet_to: String,
    pub escalation: String,
    pub enabled: String,
}

impl ChannelForm {
    /// The form of a channel that is there; what is secret is left out.
    pub fn of(row: &channel::Model) -> ChannelForm {
        ChannelForm {
            unit: row.unit_id.to_string(),
            name: row.name.clone(),
            way: row.way.word().to_owned(),
            address: if row.way == Way::Mail { row.address.clone() } else { String::new() },
            secret: String::new(),
            levels: row.levels.split(',').map(str::to_owned).collect(),
            quiet_from: if row.quiet_from == row.quiet_to { String::new() } else { clock(row.quiet_from) },
            quiet_to: if row.quiet_from == row.quiet_to { String::new() } else { clock(row.quiet_to) },
            escalation: if row.escalation { "1".to_owned() } else { String::new() },
            enabled: if row.enabled { "1".to_owned() } else { String::new() },
        }
    }
}

/// Minutes after midnight as a clock shows them.
pub fn clock(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The address as screens show it: what stands behind the question mark of a robot's address is its key.
pub fn shown(row: &channel::Model) -> String {
    match row.way {
        Way::Mail => row.address.replace(',', "、"),
        _ => match row.address.split_once('?') {
            Some((before, _)) => format!("{before}?…"),
            None => row.address.clone(),
        },
    }
}

fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
}

/// Reads a form over what is there; the unit is looked up by the caller.
fn read(form: &ChannelForm, before: Option<&channel::Model>, faults: &mut Faults) -> channel::ActiveModel {
    let mut row = channel::ActiveModel::default();
    match required(&form.name, "渠道名称", 50) {
        Ok(name) => row.name = Set(name),
        Err(words) => faults.field("name", words),
    }
    let way = Way::of(&form.way);
    let same_way = before.filter(|before| Some(before.way) == way);
    match way {
        None => faults.field("way", "请选择发送方式。"),
        Some(way) => {
            row.way = Set(way);
            let kept = same_way.filter(|_| form.address.trim().is_empty()).map(|b| b.address.clone());
            match kept.map_or_else(|| address(way, &form.address), Ok) {
                Ok(address) => row.address = Set(address),
                Err(words) => faults.field("address", words),
            }
        }
    }
    match text(&form.secret, "密钥", LONGEST) {
        Ok(secret) if secret.is_empty() => {
            row.secret = Set(same_way.map(|before| before.secret.clone()).unwrap_or_default());
        }
        Ok(secret) => row.secret = Set(secret),
        Err(words) => faults.field("secret", words),
    }
    let levels: Vec<&str> = Level::GRAVEST_FIRST
        .iter()
        .map(|level| level.code())
        .filter(|code| form.levels.iter().any(|one| one == code))
        .collect();
    if levels.is_empty() {
        faults.field("levels", "请至少勾选一个级别。");
    }
    row.levels = Set(levels.join(","));
    let blank = form.quiet_from.trim().is_empty() && form.quiet_to.trim().is_empty();
    match (minutes(&form.quiet_from), minutes(&form.quiet_to)) {
        (Some(from), Some(to)) => (row.quiet_from, row.quiet_to) = (Set(from), Set(to)),
        _ if blank => (row.quiet_from, row.quiet_to) = (Set(0), Set(0)),
        (None, _) => faults.field("quiet_from", "请填写开始时间，如 22:00；不设免打扰就都留空。"),
        (_, None) => faults.field("quiet_to", "请填写结束时间，如 07:00；不设免打扰就都留空。"),
    }
    row.escalation = Set(form.escalation == "1");
    row.enabled = Set(form.enabled == "1");
    row
}

fn address(way: Way, typed: &str) -> Result<String, String> {
    let typed = required(typed, "地址", LONGEST)?;
    if way != Way::Mail {
        let url = url::Url::parse(&typed).map_err(|_| "请填写完整网址，如 https://hook.example/alerts。")?;
        return if matches!(url.scheme(), "http" | "https") && url.has_host() {
            Ok(url.to_string())
        } else {
            Err("网址应以 http:// 或 https:// 开头。".to_owned())
        };
    }
    let all: Vec<&str> = typed
        .split([',', '，', ';', '；', '、', '\n', ' '])
        .map(str::trim)
        .filter(|a| !a.is_empty())
        .collect();
    if all.len() > MOST_ADDRESSES {
        return Err(format!("一个渠道最多 {MOST_ADDRESSES} 个邮箱。"));
    }
    match all.iter().find(|one| one.parse::<lettre::Address>().is_err()) {
        Some(wrong) => Err(format!("“{wrong}”不是有效的邮件地址。")),
        None => Ok(all.join(",")),
    }
}

/// Adds a channel, or changes one.
pub async fn save(
    cx: &Cx,
    actor: &Actor,
    id: Option<i64>,
    form: &ChannelForm,
) -> Result<Result<i64, Faults>, Failure> {
    let (scope, now) = (actor.scope(KEEPERS), cx.now());
    let tx = cx.write().await?;
    let before = match id {
        Some(id) => Some(store::channel_in(&*tx, &scope, id).await?.ok_or(Failure::NotThere)?),
        None => None,
    };
    let mut faults = Faults::default();
    let mut row = read(form, before.as_ref(), &mut faults);
    let unit = match form.unit.parse() {
        Ok(unit) => people::unit_in(&*tx, &scope, UnitId(unit)).await?,
        Err(_) => None,
    };
    let Some(unit) = unit.filter(|_| faults.is_empty()) else {
        if faults.is_empty() {
            faults.field("unit", "请选择您管辖范围内的单位。");
        }
        return Ok(Err(faults));
    };
    row.unit_id = Set(unit.id);
    row.unit_path = Set(unit.path);
    row.changed_at = Set(now);
    let row = match before {
        Some(before) => {
            row.id = Set(before.id);
            store::change_channel(&tx, row).await?
        }
        None => {
            row.tested_words = Set(String::new());
            store::add_channel(&tx, row).await?
        }
    };
    let action = if id.is_some() { "channel.changed" } else { "channel.added" };
    let detail = format!("{}，{}", row.name, row.way.name());
    note(&tx, actor, now, action, &format!("channel/{}", row.id), &detail).await?;
    tx.commit().await?;
    Ok(Ok(row.id))
}

/// Sends a test at once and keeps what exactly happened. The inner result is the other side's.
pub async fn test(cx: &Cx, actor: &Actor, id: i64) -> Result<Result<String, String>, Failure> {
    let now = cx.now();
    let row = store::channel_in(cx.db.read(), &actor.scope(KEEPERS), id).await?.ok_or(Failure::NotThere)?;
    let account = store::account(cx.db.read()).await?;
    let item = Item {
        id: 0,
        reason: Reason::Raised,
        kind: Kind::Test,
        level: Level::Notice,
        title: format!("测试：渠道“{}”", row.name),
        words: format!("这是{}发出的测试消息，收到即说明渠道可用。", actor.name),
        site: None,
        link: String::new(),
        count: 1,
        first_at: now,
        last_at: now,
        cleared_at: None,
    };
    let message = Message { id: 0, console: String::new(), items: vec![item] };
    let result = send::send(&row, account.as_ref(), &message, now).await;
    let words = match &result {
        Ok(words) => format!("{WELL}{words}"),
        Err(words) => format!("失败：{words}"),
    };
    let tx = cx.write().await?;
    let change = channel::ActiveModel {
        id: Set(id),
        tested_at: Set(Some(now)),
        tested_words: Set(words.clone()),
        ..Default::default()
    };
    store::change_channel(&tx, change).await?;
    note(&tx, actor, now, "channel.tested", &format!("channel/{id}"), &words).await?;
    tx.commit().await?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let mail = |text| address(Way::Mail, text);
        assert_eq!(mail("a@b.example，c@d.example; ").as_deref(), Ok("a@b.example,c@d.example"));
        assert!(mail("a@b.example 错的").unwrap_err().contains("错的"));
        assert!(address(Way::Webhook, "hook.example").is_err());
        assert!(address(Way::Webhook, "file:///etc/passwd").is_err());
        assert_eq!(address(Way::WeCom, "http://10.0.0.1/x?key=1").as_deref(), Ok("http://10.0.0.1/x?key=1"));
    }

    #[test]
    fn clocks_are_read_and_shown() {
        for (text, want) in
            [("22:00", Some(1320)), ("7:05", Some(425)), ("24:00", None), ("7", None), ("7:x", None)]
        {
            assert_eq!(minutes(text), want, "{text}");
        }
        assert_eq!(clock(425), "07:05");
    }
}
