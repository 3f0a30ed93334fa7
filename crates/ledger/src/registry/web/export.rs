//! The list of sites as a file: exactly what the screen shows, all pages; and the template for imports. Clause N4.1.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use platform::table::Export;
use platform::web::Failure;

use super::list::Asked;
use crate::identity::store as people;
use crate::registry::entity;
use crate::registry::field::Field;
use crate::registry::store;
use crate::web::encode;
use crate::{Actor, Cx, UnitId};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let scope = actor.sees();
    let filter = asked.filter(cx, actor).await?;
    let sites = store::all_sites(cx.db.read(), &scope, &filter).await?;
    let units = people::units(cx.db.read(), &scope).await?;
    let names: HashMap<UnitId, String> = units.into_iter().map(|unit| (unit.id, unit.name)).collect();
    let rows = sites.iter().map(|site| {
        let facts = entity::facts(site);
        let unit = names.get(&site.unit_id).cloned().unwrap_or_default();
        let mut row = vec![unit];
        row.extend(Field::ALL.iter().map(|field| field.show(&facts)));
        row.push(site.state.name().to_owned());
        row
    });
    Ok(Export { title: "网站台账", headings: headings(true), rows: rows.collect() })
}

fn headings(with_state: bool) -> Vec<String> {
    let mut headings = vec!["主办单位".to_owned()];
    headings.extend(Field::ALL.iter().map(|field| field.about().heading.to_owned()));
    if with_state {
        headings.push("状态".to_owned());
    }
    headings
}

pub(super) async fn csv(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    Ok(file("网站台账.csv", "text/csv; charset=utf-8", export(&cx, &actor, &asked).await?.csv()))
}

pub(super) async fn xlsx(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let export = export(&cx, &actor, &asked).await?;
    Ok(file("网站台账.xlsx", XLSX, workbook(export).await?))
}

pub(super) async fn template(_actor: Actor) -> Result<Response, Failure> {
    let export = Export { title: "网站台账", headings: headings(false), rows: Vec::new() };
    Ok(file("网站台账模板.xlsx", XLSX, workbook(export).await?))
}

/// Compressing a large workbook takes a while and belongs on a blocking thread.
async fn workbook(export: Export) -> Result<Vec<u8>, Failure> {
    let made = tokio::task::spawn_blocking(move || export.xlsx()).await;
    let failed = |error: &dyn std::fmt::Display| platform::Error::Other(format!("workbook: {error}"));
    Ok(made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?)
}

fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", encode(name));
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}
