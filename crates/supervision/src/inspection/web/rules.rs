//! Rules with how often they were right, rule packs, and exceptions. Clauses N2.1 to N2.6, N5.3.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use checks::{pack, registry};
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults};
use serde::Serialize;

use super::findings::{rule_name, rules};
use crate::inspection::commands::JUDGES;
use crate::inspection::commands::exceptions::{self as commands, ExceptionForm};
use crate::inspection::model::finding::Decision;
use crate::inspection::store::{exceptions, findings};

#[derive(Serialize)]
struct View {
    rules: Vec<RuleView>,
    packs: Vec<PackView>,
}

#[derive(Serialize)]
struct RuleView {
    id: &'static str,
    name: &'static str,
    clause: String,
    level: &'static str,
    level_word: &'static str,
    look: &'static str,
    gates: bool,
    why: &'static str,
    confirmed: i64,
    false_alarms: i64,
    /// Of those judged, in percent; `None` while none was.
    rate: Option<i64>,
}

#[derive(Serialize)]
struct PackView {
    id: String,
    name: String,
    document: String,
    from: String,
    until: String,
}

async fn rows(cx: &Cx, actor: &Actor) -> Result<Vec<RuleView>, Failure> {
    let mut judged: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for count in findings::decisions(cx.db.read(), &actor.sees()).await? {
        let entry = judged.entry(count.rule).or_default();
        match count.decision {
            Decision::Confirmed => entry.0 += count.number,
            Decision::FalseAlarm => entry.1 += count.number,
            Decision::None => {}
        }
    }
    let rules = registry::ids().filter_map(registry::rule).map(|rule| {
        let (confirmed, false_alarms) = judged.get(rule.id).copied().unwrap_or_default();
        let all = confirmed + false_alarms;
        RuleView {
            id: rule.id,
            name: rule.name,
            clause: rule.clause.to_string(),
            level: rule.level.label(),
            level_word: rule.level.code(),
            look: rule.look.label(),
            gates: rule.gates_drafts,
            why: rule.why,
            confirmed,
            false_alarms,
            rate: (all > 0).then(|| false_alarms * 100 / all),
        }
    });
    Ok(rules.collect())
}

pub(super) async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let rules = rows(&cx, &actor).await?;
    let packs = pack::built_in().into_iter().map(|pack| PackView {
        id: pack.id.clone(),
        name: pack.name.clone(),
        document: pack.document.clone(),
        from: pack.effective_from.to_string(),
        until: pack.effective_to.map(|day| day.to_string()).unwrap_or_default(),
    });
    let view = View { rules, packs: packs.collect() };
    let help = "机器检查的全部规则，以及人工判断后的误报率；误报多的规则值得反馈和改进。";
    let screen =
        Screen {
            cx: &cx, actor: Some(&actor), title: "规则", section: "/rules", clause: "N2.1—N2.6", help
        };
    Ok(screen.show("rules.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
) -> Result<Response, Failure> {
    let headings =
        ["编号", "规则", "级别", "条款", "看什么", "发布前检查", "理由", "已确认", "误报", "误报率（%）"];
    let lines = rows(&cx, &actor).await?.into_iter().map(|rule| {
        vec![
            rule.id.to_owned(),
            rule.name.to_owned(),
            rule.level.to_owned(),
            rule.clause,
            rule.look.to_owned(),
            if rule.gates { "是" } else { "否" }.to_owned(),
            rule.why.to_owned(),
            rule.confirmed.to_string(),
            rule.false_alarms.to_string(),
            rule.rate.map(|rate| rate.to_string()).unwrap_or_default(),
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "规则", headings, rows: lines.collect() }).await
}

#[derive(Serialize)]
struct ExceptionsView {
    rows: Vec<RowView>,
    may_change: bool,
    units: Vec<(i64, String)>,
    rules: Vec<(&'static str, &'static str)>,
    form: ExceptionForm,
    faults: Faults,
}

#[derive(Serialize)]
struct RowView {
    id: i64,
    rule: String,
    site: Option<i64>,
    place: String,
    prefix: String,
    until: Instant,
    reason: String,
    who: String,
    holds: bool,
}

pub(super) async fn exceptions(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let form = ExceptionForm { days: "90".into(), ..ExceptionForm::default() };
    show(&cx, &actor, form, Faults::default()).await
}

async fn exceptions_of(cx: &Cx, actor: &Actor, units: &Units) -> Result<Vec<RowView>, Failure> {
    let now = cx.now();
    let all = exceptions::list(cx.db.read(), &actor.sees()).await?;
    let ids: Vec<SiteId> = all.iter().filter_map(|one| one.site_id).collect();
    let names = sites::names_in(cx.db.read(), &actor.sees(), &ids).await?;
    let rows = all.into_iter().map(|one| RowView {
        id: one.id,
        rule: rule_name(&one.rule).to_owned(),
        site: one.site_id.map(|site| site.0),
        place: match one.site_id {
            Some(site) => names.get(&site).cloned().unwrap_or_default(),
            None => units.at(&one.unit_path).map(|unit| format!("{}及下级", unit.name)).unwrap_or_default(),
        },
        prefix: one.prefix,
        until: one.until,
        reason: one.reason,
        who: one.who,
        holds: one.ended_at.is_none() && one.until > now,
    });
    Ok(rows.collect())
}

pub(super) async fn exceptions_file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let headings =
        ["规则", "范围", "网址开头", "有效至", "有效", "理由", "登记人"].map(str::to_owned).to_vec();
    let rows = exceptions_of(&cx, &actor, &units).await?.into_iter().map(|one| {
        let holds = if one.holds { "是" } else { "否" }.to_owned();
        vec![one.rule, one.place, one.prefix, minute(one.until), holds, one.reason, one.who]
    });
    kind.answer(Export { title: "例外", headings, rows: rows.collect() }).await
}

async fn show(cx: &Cx, actor: &Actor, form: ExceptionForm, faults: Faults) -> Result<Response, Failure> {
    let units = Units::of(cx, &actor.sees()).await?;
    let view = ExceptionsView {
        rows: exceptions_of(cx, actor, &units).await?,
        may_change: actor.has_any(JUDGES),
        units: units.choices(),
        rules: rules(),
        form,
        faults,
    };
    let help = "某条规则在某些页面上不适用时，写明理由和期限；到期后重新检查。";
    let screen =
        Screen { cx, actor: Some(actor), title: "例外", section: "/exceptions", clause: "N5.3", help };
    Ok(screen.show("exceptions.html", view)?)
}

pub(super) async fn add_exception(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<ExceptionForm>,
) -> Result<Response, Failure> {
    match commands::add(&cx, &actor, &form).await? {
        Ok(_) => Ok(flash("例外已保存，下次巡检时生效。", "/exceptions")),
        Err(faults) => show(&cx, &actor, form, faults).await,
    }
}

pub(super) async fn end_exception(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    commands::end(&cx, &actor, id).await?;
    Ok(flash("例外已终止。", "/exceptions"))
}
