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
    let (lines, pager) =
        audit::lines(cx.db.read(), asked.q.trim(), Pager::asked(asked.page, asked.rows)).await?;
    let rows = lines.into_iter().map(|line: audit_line::Model| Row {
        at: line.at,
        place: format!("{} {}", line.chain, line.seq),
        who: line.who,
        action: line.action,
        subject: line.subject,
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
            format!("校验不通过：{chain} 链第 {seq} 行{}。", wrong.words())
        }
    };
    Ok(flash(&words, "/audit"))
}
