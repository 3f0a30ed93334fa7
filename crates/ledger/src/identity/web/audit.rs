//! The audit log on screen, for audit administrators: they read and verify, and nobody else does. Clause N4.7.

use axum::extract::{Query, State};
use axum::response::Response;
use platform::audit::{self, Verified, audit_line};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::identity::model::Role;
use crate::web::{Screen, encode, flash};
use crate::{Access, Actor, Cx, Routes};

/// What the log's words mean on the screen.
const ACTIONS: &[(&str, &str)] = &[
    ("login.in", "登录"),
    ("login.out", "退出"),
    ("login.wrong", "登录失败"),
    ("login.locked", "登录失败，账号锁定"),
    ("login.while_locked", "锁定期间尝试登录"),
    ("login.disabled", "停用的账号尝试登录"),
    ("session.ended", "退出设备"),
    ("password.changed", "修改密码"),
    ("password.reset", "重设首次密码"),
    ("phone.bound", "绑定手机"),
    ("phone.unbound", "解除手机绑定"),
    ("person.added", "新增人员"),
    ("person.changed", "修改人员"),
    ("person.unlocked", "解锁"),
    ("person.disabled", "停用账号"),
    ("person.enabled", "恢复账号"),
    ("unit.added", "新增单位"),
    ("unit.changed", "修改单位"),
    ("site.added", "登记网站"),
    ("site.changed", "修改登记"),
    ("site.imported", "导入网站"),
    ("system.first_start", "首次启动"),
    ("alert.acknowledged", "确认告警"),
    ("silence.added", "设置静默"),
    ("silence.ended", "结束静默"),
    ("channel.added", "新增告警渠道"),
    ("channel.changed", "修改告警渠道"),
    ("channel.tested", "测试告警渠道"),
    ("mail_account.changed", "修改发信设置"),
    ("token.made", "创建 API 令牌"),
    ("token.ended", "停用 API 令牌"),
];
/// Likewise what a deed was done to, and the chains.
const SUBJECTS: &[(&str, &str)] = &[
    ("person", "人员"),
    ("unit", "单位"),
    ("site", "网站"),
    ("site_import", "导入文件"),
    ("alert", "告警"),
    ("silence", "静默"),
    ("channel", "告警渠道"),
    ("mail_account", "发信账号"),
    ("token", "API 令牌"),
];
const CHAINS: &[(&str, &str)] = &[("identity", "人员与权限"), ("registry", "台账"), ("alerts", "告警")];

/// A word of the log as the screen shows it; an unknown one as it is, since a log hides nothing.
fn named<'a>(names: &[(&str, &'a str)], word: &'a str) -> &'a str {
    names.iter().find(|(known, _)| *known == word).map_or(word, |(_, name)| name)
}

fn subject(text: &str) -> String {
    match text.split_once('/') {
        Some((kind, id)) => format!("{} {id}", named(SUBJECTS, kind)),
        None => text.to_owned(),
    }
}

const WHO: Access = Access::Roles(&[Role::AuditAdministrator]);

pub fn routes() -> Routes {
    Routes::default().get("/audit", WHO, list).post("/audit/verify", WHO, verify)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    page: Option<u64>,
    rows: Option<u64>,
}

#[derive(Serialize)]
struct View {
    q: String,
    rows: Vec<Row>,
    pager: Pager,
    address: String,
}

#[derive(Serialize)]
struct Row {
    at: Instant,
    who: String,
    action: String,
    subject: String,
    detail: String,
    place: String,
}

async fn list(State(cx): State<Cx>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    // Whoever looks for a word of the screen finds the lines that are shown with it.
    let words = asked.q.trim();
    let meant: Vec<&str> =
        ACTIONS.iter().filter(|(_, name)| name.contains(words)).map(|(word, _)| *word).collect();
    let (lines, pager) =
        audit::lines(cx.db.read(), words, &meant, Pager::asked(asked.page, asked.rows)).await?;
    let rows = lines.into_iter().map(|line: audit_line::Model| Row {
        at: line.at,
        place: format!("{} {}", named(CHAINS, &line.chain), line.seq),
        who: line.who,
        action: named(ACTIONS, &line.action).to_owned(),
        subject: subject(&line.subject),
        detail: line.detail,
    });
    let address =
        if asked.q.is_empty() { "/audit?".to_owned() } else { format!("/audit?q={}&", encode(&asked.q)) };
    let view = View { q: asked.q.trim().to_owned(), rows: rows.collect(), pager, address };
    let help = "谁在什么时候做了什么。每一行带着上一行的摘要，改动、删除、插入都会被校验发现。";
    let screen =
        Screen {
            cx: &cx, actor: Some(&actor), title: "审计日志", section: "/audit", clause: "N4.7", help
        };
    Ok(screen.show("audit.html", view)?)
}

async fn verify(State(cx): State<Cx>, _actor: Actor) -> Result<Response, Failure> {
    let words = match audit::verify(cx.db.read()).await? {
        Verified::Whole { chains, lines } => {
            format!("校验通过：{chains} 条链共 {lines} 行，首尾相接，没有改动。")
        }
        Verified::Broken { chain, seq, wrong } => {
            format!("校验不通过：“{}”链第 {seq} 行{}。", named(CHAINS, &chain), wrong.words())
        }
    };
    Ok(flash(&words, "/audit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file of the crates that writes deeds.
    const SOURCES: [&str; 8] = [
        include_str!("../commands/account.rs"),
        include_str!("../commands/login.rs"),
        include_str!("../commands/people.rs"),
        include_str!("../commands/sessions.rs"),
        include_str!("../commands/start.rs"),
        include_str!("../commands/units.rs"),
        include_str!("../../registry/commands/change.rs"),
        include_str!("../../registry/commands/import.rs"),
    ];

    #[test]
    fn every_action_that_is_written_has_a_name() {
        let words = |text: &'static str| text.split('"').skip(1).step_by(2);
        let kinds: Vec<&str> =
            ACTIONS.iter().filter_map(|(word, _)| word.split_once('.')).map(|(kind, _)| kind).collect();
        let is_action = |word: &&str| {
            word.split_once('.').is_some_and(|(kind, rest)| {
                kinds.contains(&kind) && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            })
        };
        let written: Vec<&str> = SOURCES.into_iter().flat_map(words).filter(is_action).collect();
        assert!(written.len() >= 22, "{written:?}");
        for word in written {
            assert_ne!(named(ACTIONS, word), word, "has no name");
        }
        assert_eq!(named(ACTIONS, "from.elsewhere"), "from.elsewhere");
        assert_eq!((subject("site/7").as_str(), subject("odd").as_str()), ("网站 7", "odd"));
    }
}
