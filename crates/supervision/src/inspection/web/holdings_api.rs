//! Columns and outgoing links as JSON. Clauses N2.2, N2.4.

use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, listed};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;

use super::holdings::Asked;
use crate::inspection::store::holdings::{self, ColumnRow, LinkRow};
use crate::linkage::links::Ledger;

static COLUMN: Schema = Schema {
    name: "Column",
    properties: &[
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("site_name", Shape::Text, "网站"),
        Property::new("name", Shape::Text, "栏目"),
        Property::new("address", Shape::Text, "网址"),
        Property::new("kind", Shape::Text, "类别"),
        Property::new("items", Shape::Integer, "条目"),
        Property::maybe("newest", Shape::Text, "最新日期，如 2026-03-01"),
        Property::new("period", Shape::Text, "更新要求；空为没有要求"),
        Property::new("late", Shape::Flag, "超期"),
        Property::new("empty", Shape::Flag, "空栏目"),
    ],
};
static LINK: Schema = Schema {
    name: "OutgoingLink",
    properties: &[
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("site_name", Shape::Text, "网站"),
        Property::new("target", Shape::Text, "网址"),
        Property::new("host", Shape::Text, "主机"),
        Property::new("text", Shape::Text, "链接文字"),
        Property::new("page", Shape::Text, "首个页面"),
        Property::new("pages", Shape::Integer, "页面数"),
        Property::new("answer", Shape::Text, "访问结果；空为没有访问"),
        Property::new("dead", Shape::Flag, "打不开"),
        Property::new(
            "approval",
            Shape::Word(&["approved", "ended", "asked", "unapproved"]),
            "已批准、已到期、待审批、未审批",
        ),
        Property::new("first_seen", Shape::Time, "首次发现"),
    ],
};

const FILTERS: &[Param] = &[
    Param { name: "q", about: "名称或网址里的文字" },
    Param { name: "site", about: "网站的编号" },
    Param { name: "unit", about: "单位的编号，包括下级" },
    Param { name: "wrong", about: "栏目：late 超期，empty 空栏目；链接：dead 打不开" },
];
const OF_COLUMNS: Spec = Spec {
    summary: "最近一次完整巡检看到的栏目，超期的在前",
    tag: "巡检",
    query: FILTERS,
    body: None,
    answer: Some(&COLUMN),
    lists: true,
    status: 200,
};
pub(super) static COLUMNS: Spec = OF_COLUMNS;
pub(super) static LINKS: Spec =
    Spec {
        summary: "最近一次完整巡检看到的外部链接，打不开的在前", answer: Some(&LINK), ..OF_COLUMNS
    };

#[derive(Serialize)]
struct ColumnView {
    site: i64,
    site_name: String,
    name: String,
    address: String,
    kind: String,
    items: i32,
    newest: Option<String>,
    period: String,
    late: bool,
    empty: bool,
}

fn column(row: ColumnRow) -> ColumnView {
    ColumnView {
        site: row.site_id.0,
        site_name: row.site_name,
        name: row.name,
        address: row.address,
        kind: row.kind,
        items: row.items,
        newest: Some(row.newest).filter(|day| !day.is_empty()),
        period: row.period,
        late: row.is_stale,
        empty: row.is_empty,
    }
}

#[derive(Serialize)]
struct LinkView {
    site: i64,
    site_name: String,
    target: String,
    host: String,
    text: String,
    page: String,
    pages: i32,
    answer: String,
    dead: bool,
    approval: &'static str,
    first_seen: Instant,
}

fn link(row: LinkRow, ledger: &Ledger) -> LinkView {
    LinkView {
        approval: ledger.stands(row.site_id, &row.target).word(),
        site: row.site_id.0,
        site_name: row.site_name,
        target: row.target,
        host: row.host,
        text: row.text,
        page: row.page,
        pages: row.pages,
        answer: row.answer,
        dead: row.is_faulty,
        first_seen: row.first_seen,
    }
}

pub(super) async fn columns(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = holdings::column_page(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let items = rows.into_iter().map(column).collect();
    Ok(listed(items, pager, &format!("/api/v1/columns?{}", asked.query())))
}

pub(super) async fn links(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = holdings::link_page(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let ledger = Ledger::read(&cx, rows.iter().map(|row| row.site_id)).await?;
    let items = rows.into_iter().map(|row| link(row, &ledger)).collect();
    Ok(listed(items, pager, &format!("/api/v1/links?{}", asked.query())))
}
