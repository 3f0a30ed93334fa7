//! One site: its facts, what is missing, its history. Clause N1.1.

use axum::extract::{Path, State};
use axum::response::Response;
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;

use crate::identity::store as people;
use crate::registry::commands::change::KEEPERS;
use crate::registry::entity::{self, site_change};
use crate::registry::field::Field;
use crate::registry::model;
use crate::registry::store;
use crate::web::{Screen, Shown, panels};
use crate::{Actor, Cx, SiteId};

/// Changes that the page shows.
const HISTORY: u64 = 100;

#[derive(Serialize)]
struct View {
    id: i64,
    home: String,
    state: &'static str,
    state_word: &'static str,
    unit: String,
    facts: Vec<(&'static str, String)>,
    missing: Vec<&'static str>,
    history: Vec<ChangeView>,
    created_at: Instant,
    may_keep: bool,
    panels: Vec<Shown>,
}

/// What one person changed at one moment: a form, or a row of a file.
#[derive(Serialize)]
struct ChangeView {
    at: Instant,
    who: String,
    from_file: bool,
    fields: Vec<FieldView>,
}

#[derive(Serialize)]
struct FieldView {
    field: String,
    before: String,
    after: String,
}

/// Changes of one moment together, the newest first and the fields of each in the order of the form.
fn together(history: Vec<site_change::Model>) -> Vec<ChangeView> {
    let mut views: Vec<ChangeView> = Vec::new();
    for change in history {
        let field = FieldView { field: change.field, before: change.before, after: change.after };
        match views.last_mut().filter(|last| last.at == change.at && last.who == change.who) {
            Some(last) => last.fields.insert(0, field),
            None => views.push(ChangeView {
                at: change.at,
                who: change.who,
                from_file: change.import_id.is_some(),
                fields: vec![field],
            }),
        }
    }
    views
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let site = store::site_in(cx.db.read(), &actor.sees(), SiteId(id)).await?.ok_or(Failure::NotThere)?;
    let unit = people::unit_unscoped(cx.db.read(), site.unit_id).await?;
    let facts = entity::facts(&site);
    let history = store::history(cx.db.read(), &site, HISTORY).await?;
    let view = View {
        id,
        home: site.home.clone(),
        state: site.state.name(),
        state_word: site.state.word(),
        unit: unit.map(|unit| unit.name).unwrap_or_default(),
        facts: Field::ALL.iter().map(|field| (field.about().heading, field.show(&facts))).collect(),
        missing: model::missing(&facts),
        history: together(history),
        created_at: site.created_at,
        may_keep: actor.scope(KEEPERS).covers(&site.unit_path),
        panels: panels(&cx, &actor, &site).await?,
    };
    let help = "一个网站的全部登记信息和变更记录。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: &site.name, section: "/sites", clause: "N1.1", help };
    Ok(screen.show("site.html", view)?)
}
