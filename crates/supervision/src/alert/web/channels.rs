//! Channels: the list, the form, the test. Clause N2.1.

use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::Form;
use base::level::Level;
use ledger::identity::web::Units;
use ledger::web::{Screen, download, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, answer};
use serde::Serialize;

use super::list::unit_names;
use crate::alert::commands::channel::{self, ChannelForm, KEEPERS};
use crate::alert::model::{self, Way};
use crate::alert::store;

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "告警发给谁、怎样发：邮件、Webhook、企业微信和钉钉群机器人。";
    Screen { cx, actor: Some(actor), title, section: "/alert-channels", clause: "N2.1", help }
}

#[derive(Serialize)]
struct ListView {
    rows: Vec<Row>,
    needs_account: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    way: &'static str,
    is_mail: bool,
    address: String,
    unit: String,
    levels: String,
    quiet: String,
    escalation: bool,
    enabled: bool,
    tested_at: Option<Instant>,
    tested_words: String,
}

async fn rows(cx: &Cx, actor: &Actor) -> Result<Vec<Row>, Failure> {
    let channels = store::channels(cx.db.read(), &actor.scope(KEEPERS)).await?;
    let names = unit_names(cx, actor).await?;
    let rows = channels.into_iter().map(|one| Row {
        id: one.id,
        is_mail: one.way == Way::Mail,
        way: one.way.name(),
        address: channel::shown(&one),
        unit: names.get(&one.unit_path).cloned().unwrap_or_default(),
        levels: one.levels.split(',').map(|code| model::level(code).label()).collect::<Vec<_>>().join("、"),
        quiet: if one.quiet_from == one.quiet_to {
            String::new()
        } else {
            format!("{}–{}", channel::clock(one.quiet_from), channel::clock(one.quiet_to))
        },
        escalation: one.escalation,
        enabled: one.enabled,
        tested_at: one.tested_at,
        tested_words: one.tested_words,
        name: one.name,
    });
    Ok(rows.collect())
}

pub(super) async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let rows = rows(&cx, &actor).await?;
    let needs_account = rows.iter().any(|row| row.is_mail) && store::account(cx.db.read()).await?.is_none();
    Ok(screen(&cx, &actor, "告警渠道").show("alert_channels.html", ListView { rows, needs_account })?)
}

/// Neither secrets nor the keys in robots' addresses leave the system.
async fn export(cx: &Cx, actor: &Actor) -> Result<Export, Failure> {
    let headings =
        ["渠道", "方式", "地址", "单位", "级别", "免打扰", "状态", "只收升级", "最近测试", "测试结果"];
    let yes = |yes: bool, word: &str, other: &str| if yes { word } else { other }.to_owned();
    let rows = rows(cx, actor).await?.into_iter().map(|row| {
        vec![
            row.name,
            row.way.to_owned(),
            row.address,
            format!("{}及下级", row.unit),
            row.levels,
            row.quiet,
            yes(row.enabled, "使用中", "停用"),
            yes(row.escalation, "是", "否"),
            row.tested_at.map(minute).unwrap_or_default(),
            row.tested_words,
        ]
    });
    Ok(Export { title: "告警渠道", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor).await?).await
}

#[derive(Serialize)]
struct FormView {
    id: Option<i64>,
    form: ChannelForm,
    faults: Faults,
    units: Vec<(i64, String)>,
    ways: Vec<(&'static str, &'static str)>,
    levels: Vec<(&'static str, &'static str, bool)>,
    /// The address that is kept when its field stays empty, without its key.
    address_set: String,
    secret_set: bool,
    tested_at: Option<Instant>,
    tested_words: String,
    tested_well: bool,
}

async fn form(
    cx: &Cx,
    actor: &Actor,
    id: Option<i64>,
    form: ChannelForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let scope = actor.scope(KEEPERS);
    let row = match id {
        Some(id) => Some(store::channel_in(cx.db.read(), &scope, id).await?.ok_or(Failure::NotThere)?),
        None => None,
    };
    let level = |level: &Level| (level.code(), level.label(), form.levels.iter().any(|l| l == level.code()));
    let view = FormView {
        id,
        units: Units::of(cx, &scope).await?.choices(),
        ways: Way::ALL.iter().map(|way| (way.word(), way.name())).collect(),
        levels: Level::GRAVEST_FIRST.iter().map(level).collect(),
        address_set: row.as_ref().filter(|r| r.way != Way::Mail).map(channel::shown).unwrap_or_default(),
        secret_set: row.as_ref().is_some_and(|row| !row.secret.is_empty()),
        tested_at: row.as_ref().and_then(|row| row.tested_at),
        tested_words: row.as_ref().map(|row| row.tested_words.clone()).unwrap_or_default(),
        tested_well: row.as_ref().is_some_and(|row| row.tested_words.starts_with(channel::WELL)),
        form,
        faults,
    };
    let title = row.map_or_else(|| "新增告警渠道".to_owned(), |row| row.name);
    Ok(screen(cx, actor, &title).show("alert_channel.html", view)?)
}

pub(super) async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let start = ChannelForm {
        unit: actor.unit.to_string(),
        levels: vec!["veto".to_owned(), "fault".to_owned()],
        enabled: "1".to_owned(),
        ..ChannelForm::default()
    };
    form(&cx, &actor, None, start, Faults::default()).await
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(typed): Form<ChannelForm>,
) -> Result<Response, Failure> {
    match channel::save(&cx, &actor, None, &typed).await? {
        Ok(id) => Ok(flash("渠道已新增。请发送一次测试。", &format!("/alert-channels/{id}"))),
        Err(faults) => form(&cx, &actor, None, typed, faults).await,
    }
}

pub(super) async fn edit(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = store::channel_in(cx.db.read(), &actor.scope(KEEPERS), id).await?.ok_or(Failure::NotThere)?;
    form(&cx, &actor, Some(id), ChannelForm::of(&row), Faults::default()).await
}

pub(super) async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(typed): Form<ChannelForm>,
) -> Result<Response, Failure> {
    match channel::save(&cx, &actor, Some(id), &typed).await? {
        Ok(_) => Ok(flash("已保存。", &format!("/alert-channels/{id}"))),
        Err(faults) => form(&cx, &actor, Some(id), typed, faults).await,
    }
}

pub(super) async fn test(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    // What was said stands on the page either way; only a success is told as one.
    let path = format!("/alert-channels/{id}");
    match channel::test(&cx, &actor, id).await? {
        Ok(_) => Ok(flash("测试已发送，请到收件处核对。", &path)),
        Err(_) => Ok(answer::see(&path)),
    }
}
