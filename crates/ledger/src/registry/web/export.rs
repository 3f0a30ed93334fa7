//! The list of sites as a file: exactly what the screen shows, all pages; and the template for imports. Clause N4.1.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use platform::table::Export;
use platform::web::Failure;

use super::list::Asked;
use crate::identity::store as people;
use crate::registry::entity;
use crate::registry::field::Field;
use crate::registry::store;
use crate::web::download;
use crate::{Actor, Cx, UnitId};

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

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}

pub(super) async fn template(_actor: Actor) -> Result<Response, Failure> {
    download::xlsx(Export { title: "网站台账模板", headings: headings(false), rows: Vec::new() }).await
}
