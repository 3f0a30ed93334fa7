//! The form of a site. Clause N1.1.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::identity::web::Units;
use crate::registry::commands::change::{self, KEEPERS, SiteForm};
use crate::registry::entity;
use crate::registry::field::Field;
use crate::registry::model::{Hosting, Kind, SiteFacts};
use crate::registry::store;
use crate::web::{Screen, flash};
use crate::{Actor, Cx, SiteId};

#[derive(Serialize)]
struct View {
    id: Option<i64>,
    unit: String,
    units: Vec<(i64, String)>,
    fields: Vec<FieldView>,
    faults: Faults,
}

#[derive(Serialize)]
struct FieldView {
    name: &'static str,
    heading: &'static str,
    value: String,
    /// `text`, `choice` or `lines`.
    kind: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    help: &'static str,
    /// Empty for what must be filled in, `later` for what a complete entry needs, `yes` for the rest.
    optional: &'static str,
}

async fn view(
    cx: &Cx,
    actor: &Actor,
    id: Option<i64>,
    form: SiteForm,
    faults: Faults,
) -> Result<View, Failure> {
    let units = Units::of(cx, &actor.scope(KEEPERS)).await?.choices();
    let fields = Field::ALL.iter().map(|field| field_view(*field, &form.fields)).collect();
    Ok(View { id, unit: form.unit, units, fields, faults })
}

fn field_view(field: Field, typed: &BTreeMap<String, String>) -> FieldView {
    let about = field.about();
    let (kind, choices) = match field {
        Field::Kind => ("choice", Kind::ALL.iter().map(|one| (one.name(), one.name())).collect()),
        Field::Hosting => ("choice", Hosting::ALL.iter().map(|one| (one.name(), one.name())).collect()),
        Field::Protection => (
            "choice",
            ["", "一级", "二级", "三级", "四级"]
                .map(|one| (one, if one.is_empty() { "未定级" } else { one }))
                .to_vec(),
        ),
        Field::Hosts | Field::Note => ("lines", Vec::new()),
        _ => ("text", Vec::new()),
    };
    let help = match field {
        Field::Code => "10 位；没有标识码的可暂不填。",
        Field::Home => "以 http:// 或 https:// 开头的完整地址，巡检和拨测从这里开始。",
        Field::Hosts => "同一网站的其他域名，一行一个。",
        Field::Kind => "一个政府只能有一个门户网站（N4.1）。",
        Field::Interval => "每隔几分钟访问一次首页，1 到 60。",
        Field::Hosting => "不得采用商业托管（N4.6）。",
        Field::Police => "全国互联网安全管理服务平台的备案号。",
        _ => "",
    };
    FieldView {
        name: about.name,
        heading: about.heading,
        value: typed.get(about.name).cloned().unwrap_or_default(),
        kind,
        choices,
        help,
        optional: match field {
            Field::Name | Field::Home | Field::Kind | Field::Interval | Field::Hosting => "",
            Field::Code
            | Field::SupervisingUnit
            | Field::OperatingUnit
            | Field::Leader
            | Field::Staff
            | Field::Icp
            | Field::Police => "later",
            _ => "yes",
        },
    }
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "主管、主办、负责人和备案信息缺一不可；暂缺的可以先保存，台账会标出所缺的项。";
    Screen { cx, actor: Some(actor), title, section: "/sites", clause: "N1.1", help }
}

fn typed(facts: &SiteFacts) -> BTreeMap<String, String> {
    Field::ALL.iter().map(|field| (field.about().name.to_owned(), field.show(facts))).collect()
}

fn form_of(mut fields: BTreeMap<String, String>) -> SiteForm {
    let unit = fields.remove("unit").unwrap_or_default();
    SiteForm { unit, fields }
}

pub(super) async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let facts =
        SiteFacts { interval_minutes: crate::registry::field::DEFAULT_INTERVAL, ..SiteFacts::default() };
    let form = SiteForm { unit: actor.unit.to_string(), fields: typed(&facts) };
    let view = view(&cx, &actor, None, form, Faults::default()).await?;
    Ok(screen(&cx, &actor, "登记网站").show("site_form.html", view)?)
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let form = form_of(fields);
    match change::add(&cx, &actor, &form).await? {
        Ok(id) => Ok(flash("已登记。", &format!("/sites/{id}"))),
        Err(faults) => {
            let view = view(&cx, &actor, None, form, faults).await?;
            Ok(screen(&cx, &actor, "登记网站").show("site_form.html", view)?)
        }
    }
}

pub(super) async fn edit(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let site =
        store::site_in(cx.db.read(), &actor.scope(KEEPERS), SiteId(id)).await?.ok_or(Failure::NotThere)?;
    let form = SiteForm { unit: site.unit_id.to_string(), fields: typed(&entity::facts(&site)) };
    let view = view(&cx, &actor, Some(id), form, Faults::default()).await?;
    Ok(screen(&cx, &actor, &site.name).show("site_form.html", view)?)
}

pub(super) async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let form = form_of(fields);
    match change::change(&cx, &actor, SiteId(id), &form).await? {
        Ok(_) => Ok(flash("已保存。", &format!("/sites/{id}"))),
        Err(faults) => {
            let view = view(&cx, &actor, Some(id), form, faults).await?;
            Ok(screen(&cx, &actor, "修改登记").show("site_form.html", view)?)
        }
    }
}
