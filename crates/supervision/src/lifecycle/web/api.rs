//! Whether a site is open, as JSON: for web servers and whoever keeps lists. Clause N2.8.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use ledger::Cx;
use ledger::api::{Property, Schema, Shape, Spec};
use ledger::registry::model::State as SiteState;
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;
use serde_json::json;

use crate::lifecycle::store;

static SITE_STATE: Schema = Schema {
    name: "SiteState",
    properties: &[
        Property::new("code", Shape::Text, "网站标识码"),
        Property::new("name", Shape::Text, "网站名称"),
        Property::new("state", Shape::Word(&["open", "suspended", "closed"]), "开放、关停、关闭"),
        Property::maybe("since", Shape::Time, "关停的时间"),
        Property::new("notice", Shape::Text, "告示页的网址（相对于本系统）"),
        Property::maybe("redirect", Shape::Text, "关闭后转到的网址"),
        Property::new("columns", Shape::Texts, "关停的栏目：各自网址的开头"),
    ],
};

pub(super) static STATE: Spec = Spec {
    summary: "网站是否开放，用网站标识码或编号查询；不需要令牌",
    ..Spec::of("网站状态", &SITE_STATE)
};

#[derive(Serialize)]
struct View {
    code: String,
    name: String,
    state: &'static str,
    since: Option<Instant>,
    notice: String,
    redirect: Option<String>,
    columns: Vec<String>,
}

pub(super) async fn state(State(cx): State<Cx>, Path(word): Path<String>) -> Result<Response, Failure> {
    let site = store::site_of(cx.db.read(), &word).await?.ok_or(Failure::NotThere)?;
    let rows = store::in_force_unscoped(cx.db.read(), site.id).await?;
    let whole = rows.iter().find(|row| row.prefix.is_empty());
    let state = match (whole, site.state) {
        (_, SiteState::Closed) => "closed",
        (Some(_), _) | (None, SiteState::Suspended) => "suspended",
        (None, SiteState::Open) => "open",
    };
    let view = View {
        state,
        since: whole.and_then(|row| row.suspended_at),
        notice: format!("/public/sites/{word}/notice"),
        redirect: whole.map(|row| row.redirect_to.clone()).filter(|to| !to.is_empty()),
        columns: rows.iter().filter(|row| !row.prefix.is_empty()).map(|row| row.prefix.clone()).collect(),
        code: site.code,
        name: site.name,
    };
    Ok(Json(json!(view)).into_response())
}
