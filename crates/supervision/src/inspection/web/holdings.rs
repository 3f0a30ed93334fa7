//! What sites hold: the list of columns and the list of outgoing links, with their files. Clauses N2.2, N2.4.

use axum::extract::{Query, State};
use axum::response::Response;
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, SiteId, UnitId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::inspection::store::COUNTED;
use crate::inspection::store::holdings::{self, ColumnRow, Filter, LinkRow, Wrong};
use crate::linkage::links::Ledger;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    unit: String,
    site: String,
    wrong: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) async fn filter(&self, cx: &Cx, actor: &Actor) -> Result<Filter, Failure> {
        let unit = match self.unit.parse() {
            Ok(id) => people::unit_in(cx.db.read(), &actor.sees(), UnitId(id)).await?,
            Err(_) => None,
        };
        Ok(Filter {
            words: self.q.trim().to_owned(),
            site: self.site.parse().ok().map(SiteId),
            unit_path: unit.map(|unit| unit.path),
            wrong: match self.wrong.as_str() {
                "late" => Some(Wrong::Late),
                "empty" => Some(Wrong::Empty),
                "dead" => Some(Wrong::Dead),
                _ => None,
            },
        })
    }

    pub(super) fn query(&self) -> String {
        query(&[("q", &self.q), ("unit", &self.unit), ("site", &self.site), ("wrong", &self.wrong)])
    }
}

#[derive(Serialize)]
pub(super) struct ColumnView {
    site_id: i64,
    site: String,
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
pub(super) fn column(one: ColumnRow) -> ColumnView {
    ColumnView {
        site_id: one.site_id.0,
        site: one.site_name,
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
struct LinkView {
    site_id: i64,
    site: String,
    target: String,
    text: String,
    page: String,
    pages: i32,
    answer: String,
    is_faulty: bool,
    /// How it stands to the ledger of approved links.
    stands: &'static str,
    stands_word: &'static str,
    first_seen: Instant,
}

fn link(one: LinkRow, ledger: &Ledger) -> LinkView {
    let stands = ledger.stands(one.site_id, &one.target);
    LinkView {
        stands: stands.name(),
        stands_word: stands.word(),
        site_id: one.site_id.0,
        site: one.site_name,
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
struct View<R> {
    asked: Asked,
    narrowed: bool,
    query: String,
    rows: Vec<R>,
    pager: Pager,
    more: bool,
    units: Vec<(i64, String)>,
}

async fn view<R>(
    cx: &Cx,
    actor: &Actor,
    asked: Asked,
    filter: &Filter,
    (rows, pager): (Vec<R>, Pager),
) -> Result<View<R>, Failure> {
    let units = Units::of(cx, &actor.sees()).await?;
    Ok(View {
        narrowed: *filter != Filter::default(),
        query: asked.query(),
        asked,
        rows,
        more: pager.total > COUNTED,
        pager,
        units: units.choices(),
    })
}

pub(super) async fn columns(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = holdings::column_page(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let rows = rows.into_iter().map(column).collect();
    let view = view(&cx, &actor, asked, &filter, (rows, pager)).await?;
    let help = "各网站最近一次完整巡检看到的栏目，超过更新期限的在前；类别决定应多久更新一次。";
    let (title, section) = ("栏目更新", "/columns");
    let screen = Screen { cx: &cx, actor: Some(&actor), title, section, clause: "N2.2", help };
    Ok(screen.show("columns.html", view)?)
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
    let rows = rows.into_iter().map(|row| link(row, &ledger)).collect();
    let view = view(&cx, &actor, asked, &filter, (rows, pager)).await?;
    let help = "各网站最近一次完整巡检看到的、指向站外的链接，一个网站的同一网址一行；不含图片、样式等页面的组成部分。";
    let (title, section) = ("外部链接", "/links");
    let screen = Screen { cx: &cx, actor: Some(&actor), title, section, clause: "N2.4", help };
    Ok(screen.show("links.html", view)?)
}

fn yes(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

pub(super) async fn columns_file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let rows = holdings::columns(cx.db.read(), &actor.sees(), &filter, download::MOST_ROWS).await?;
    let headings = ["网站", "栏目", "网址", "类别", "条目", "最新日期", "更新要求", "超期", "空栏目"];
    let rows = rows.into_iter().map(|one| {
        let (items, stale, empty) = (one.items.to_string(), yes(one.is_stale), yes(one.is_empty));
        let place = [one.site_name, one.name, one.address, one.kind];
        place.into_iter().chain([items, one.newest, one.period, stale, empty]).collect()
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "栏目更新", headings, rows: rows.collect() }).await
}

pub(super) async fn links_file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let rows = holdings::links(cx.db.read(), &actor.sees(), &filter, download::MOST_ROWS).await?;
    let headings =
        ["网站", "网址", "主机", "链接文字", "所在页面", "页面数", "访问结果", "打不开", "审批", "首次发现"];
    let ledger = Ledger::read(&cx, rows.iter().map(|row| row.site_id)).await?;
    let rows = rows.into_iter().map(|one| {
        let stands = ledger.stands(one.site_id, &one.target).name().to_owned();
        let (pages, first, faulty) = (one.pages.to_string(), minute(one.first_seen), yes(one.is_faulty));
        let place = [one.site_name, one.target, one.host, one.text, one.page];
        place.into_iter().chain([pages, one.answer, faulty, stands, first]).collect()
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "外部链接", headings, rows: rows.collect() }).await
}
