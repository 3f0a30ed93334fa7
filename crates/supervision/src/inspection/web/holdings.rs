//! What a site holds: the list of its columns and the list of its outgoing links, with their files. Clauses N2.2, N2.4.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use ledger::registry::entity::site;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::inspection::entity::{site_column, site_link};
use crate::inspection::store::holdings::{self, Filter};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    words: String,
    faulty: String,
    page: Option<u64>,
    rows: Option<u64>,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter { words: self.words.trim().to_owned(), faulty: self.faulty == "1" }
    }

    fn query(&self) -> String {
        query(&[("words", &self.words), ("faulty", &self.faulty)])
    }
}

#[derive(Serialize)]
pub(super) struct ColumnView {
    name: String,
    address: String,
    kind: String,
    items: i32,
    newest: String,
    period: String,
    is_stale: bool,
    is_empty: bool,
}

/// A column as screens show it.
pub(super) fn column(one: site_column::Model) -> ColumnView {
    ColumnView {
        name: one.name,
        address: one.address,
        kind: one.kind,
        items: one.items,
        newest: one.newest,
        period: one.period,
        is_stale: one.is_stale,
        is_empty: one.is_empty,
    }
}

#[derive(Serialize)]
pub(super) struct LinkView {
    target: String,
    text: String,
    page: String,
    pages: i32,
    answer: String,
    is_faulty: bool,
    first_seen: Instant,
}

fn link(one: site_link::Model) -> LinkView {
    LinkView {
        target: one.target,
        text: one.text,
        page: one.page,
        pages: one.pages,
        answer: one.answer,
        is_faulty: one.is_faulty,
        first_seen: one.first_seen,
    }
}

#[derive(Serialize)]
struct ListView<R> {
    site: i64,
    asked: Asked,
    narrowed: bool,
    query: String,
    rows: Vec<R>,
    pager: Pager,
}

async fn of_scope(cx: &Cx, actor: &Actor, site: i64) -> Result<site::Model, Failure> {
    sites::site_in(cx.db.read(), &actor.sees(), SiteId(site)).await?.ok_or(Failure::NotThere)
}

pub(super) async fn columns(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let site = of_scope(&cx, &actor, site).await?;
    let filter = asked.filter();
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = holdings::column_page(cx.db.read(), site.id, &filter, pager).await?;
    let view = ListView {
        site: site.id.0,
        narrowed: filter != Filter::default(),
        query: asked.query(),
        asked,
        rows: rows.into_iter().map(column).collect(),
        pager,
    };
    let title = format!("{}的栏目", site.name);
    let help = "最近一次完整巡检看到的栏目；按类别应多久更新一次，见栏目更新的要求。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: &title, section: "/sites", clause: "N2.2", help };
    Ok(screen.show("columns.html", view)?)
}

pub(super) async fn links(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let site = of_scope(&cx, &actor, site).await?;
    let filter = asked.filter();
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = holdings::link_page(cx.db.read(), site.id, &filter, pager).await?;
    let view = ListView {
        site: site.id.0,
        narrowed: filter != Filter::default(),
        query: asked.query(),
        asked,
        rows: rows.into_iter().map(link).collect(),
        pager,
    };
    let title = format!("{}的外部链接", site.name);
    let help = "最近一次完整巡检看到的、指向站外的链接，同一网址一行；不含图片、样式等页面的组成部分。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: &title, section: "/sites", clause: "N2.4", help };
    Ok(screen.show("links.html", view)?)
}

async fn column_file(cx: &Cx, actor: &Actor, site: i64, asked: &Asked) -> Result<Export, Failure> {
    let site = of_scope(cx, actor, site).await?;
    let rows = holdings::columns(cx.db.read(), site.id, &asked.filter(), download::MOST_ROWS).await?;
    let headings = ["栏目", "网址", "类别", "条目", "最新日期", "更新要求", "超期", "空栏目"];
    let yes = |yes: bool| if yes { "是" } else { "否" }.to_owned();
    let rows = rows.into_iter().map(|one| {
        let (stale, empty) = (yes(one.is_stale), yes(one.is_empty));
        vec![one.name, one.address, one.kind, one.items.to_string(), one.newest, one.period, stale, empty]
    });
    Ok(Export { title: "栏目", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

async fn link_file(cx: &Cx, actor: &Actor, site: i64, asked: &Asked) -> Result<Export, Failure> {
    let site = of_scope(cx, actor, site).await?;
    let rows = holdings::links(cx.db.read(), site.id, &asked.filter(), download::MOST_ROWS).await?;
    let headings = ["网址", "主机", "链接文字", "所在页面", "页面数", "访问结果", "打不开", "首次发现"];
    let rows = rows.into_iter().map(|one| {
        let faulty = if one.is_faulty { "是" } else { "否" }.to_owned();
        let (pages, first) = (one.pages.to_string(), minute(one.first_seen));
        vec![one.target, one.host, one.text, one.page, pages, one.answer, faulty, first]
    });
    Ok(Export { title: "外部链接", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

pub(super) async fn columns_csv(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    Ok(download::csv(&column_file(&cx, &actor, site, &asked).await?))
}

pub(super) async fn columns_xlsx(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    download::xlsx(column_file(&cx, &actor, site, &asked).await?).await
}

pub(super) async fn links_csv(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    Ok(download::csv(&link_file(&cx, &actor, site, &asked).await?))
}

pub(super) async fn links_xlsx(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    download::xlsx(link_file(&cx, &actor, site, &asked).await?).await
}
