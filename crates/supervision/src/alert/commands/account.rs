//! The account that mail is sent from. Clause N2.1.

use ledger::identity::model::Role;
use ledger::{Actor, Cx};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::handling::note;
use crate::alert::entity::account;
use crate::alert::store;

/// Who keeps the account.
pub const KEEPERS: &[Role] = &[Role::SystemAdministrator];
/// How the connection is secured: word and name.
pub const SECURITY: [(&str, &str); 3] = [
    ("tls", "TLS（通常为 465 端口）"),
    ("starttls", "STARTTLS（通常为 587 端口）"),
    ("none", "不加密（仅限本机或内网，25 端口）"),
];
/// Characters of a host name (RFC 1035) and of the other fields.
const LONGEST: usize = 253;

/// The account as its form holds it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AccountForm {
    pub host: String,
    pub port: String,
    pub security: String,
    pub login: String,
    #[serde(skip_serializing)]
    pub password: String,
    pub sender: String,
    pub console: String,
}

impl AccountForm {
    /// The form of the account that is there; without its password.
    pub fn of(row: &account::Model) -> AccountForm {
        AccountForm {
            host: row.host.clone(),
            port: row.port.to_string(),
            security: row.security.clone(),
            login: row.login.clone(),
            password: String::new(),
            sender: row.sender.clone(),
            console: row.console.clone(),
        }
    }
}

/// Keeps the account. An empty password leaves the one that is there, unless the server or the login is another: a
/// password is never sent to a server that it was not entered for.
pub async fn save(cx: &Cx, actor: &Actor, form: &AccountForm) -> Result<Result<(), Faults>, Failure> {
    let now = cx.now();
    let tx = cx.write().await?;
    let before = store::account(&*tx).await?;
    let mut faults = Faults::default();
    let mut field = |name: &'static str, read: Result<String, String>| {
        read.unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let host = field("host", required(&form.host, "服务器", LONGEST));
    let login = field("login", text(&form.login, "账号", LONGEST));
    let password = field("password", text(&form.password, "密码", LONGEST));
    let sender = field("sender", required(&form.sender, "发件人", LONGEST).and_then(mailbox));
    let console = field("console", text(&form.console, "系统网址", LONGEST).and_then(console));
    let port = form.port.trim().parse::<u16>().ok().filter(|port| *port > 0);
    if port.is_none() {
        faults.field("port", "端口应为 1 到 65535 的数字。");
    }
    let security = SECURITY.iter().map(|(word, _)| *word).find(|word| *word == form.security);
    if security.is_none() {
        faults.field("security", "请选择加密方式。");
    }
    let kept = before.filter(|old| old.host == host && old.login == login && !login.is_empty());
    if password.is_empty() && !login.is_empty() && kept.is_none() {
        faults.field("password", "请填写密码：服务器或账号改过，原来的密码不再使用。");
    }
    let (Some(port), Some(security), true) = (port, security, faults.is_empty()) else {
        return Ok(Err(faults));
    };
    let password = match kept {
        _ if login.is_empty() => String::new(),
        Some(old) if password.is_empty() => old.password,
        _ => password,
    };
    let detail = format!("{host}:{port}，{sender}");
    let row = account::ActiveModel {
        host: Set(host),
        port: Set(port.into()),
        security: Set(security.to_owned()),
        login: Set(login),
        password: Set(password),
        sender: Set(sender),
        console: Set(console),
        changed_at: Set(now),
        ..Default::default()
    };
    store::set_account(&tx, row).await?;
    note(&tx, actor, now, "mail_account.changed", "mail_account/1", &detail).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

fn mailbox(text: String) -> Result<String, String> {
    match text.parse::<lettre::message::Mailbox>() {
        Ok(_) => Ok(text),
        Err(_) => Err("发件人应是邮件地址，如 巡网 <alerts@xunwang.example>。".to_owned()),
    }
}

fn console(text: String) -> Result<String, String> {
    let text = text.trim_end_matches('/').to_owned();
    let good = text.is_empty()
        || url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if good {
        Ok(text)
    } else {
        Err("系统网址应以 http:// 或 https:// 开头，也可以不填。".to_owned())
    }
}
