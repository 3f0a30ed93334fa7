//! The list of sites with its filters, which are part of the address. Clause N1.1.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::identity::store as people;
use crate::identity::web::Units;
use crate::registry::entity::site;
use crate::registry::model::{Hosting, Kind, State as SiteState};
use crate::registry::store::{self, Filter};
use crate::saved::web::{SavedView, saved};
use crate::web::{Screen, query};
use crate::{Actor, Cx, UnitId};

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    pub q: String,
    pub kind: String,
    pub state: String,
    pub hosting: String,
    pub unit: String,
    pub incomplete: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    /// The filter, with the unit's path looked up inside what the actor sees.
    pub(super) async fn filter(&self, cx: &Cx, actor: &Actor) -> Result<Filter, Failure> {
        let unit = match self.unit.parse() {
            Ok(id) => people::unit_in(cx.db.read(), &actor.sees(), UnitId(id)).await?,
            Err(_) => None,
        };
        Ok(Filter {
            words: self.q.trim().to_owned(),
            kind: Kind::of(&self.kind),
            state: SiteState::of(&self.state),
            hosting: Hosting::of(&self.hosting),
            unit_path: unit.map(|unit| unit.path),
            incomplete: self.incomplete == "1",
        })
    }

    /// The address's question without page, ending so that more can be added.
    pub(super) fn query(&self) -> String {
        query(&[
            ("q", &self.q),
            ("kind", &self.kind),
            ("state", &self.state),
            ("hosting", &self.hosting),
            ("unit", &self.unit),
            ("incomplete", &self.incomplete),
        ])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    rows: Vec<Row>,
    pager: Pager,
    query: String,
    units: Vec<(i64, String)>,
    kinds: Vec<(&'static str, &'static str)>,
    states: Vec<(&'static str, &'static str)>,
    hostings: Vec<(&'static str, &'static str)>,
    may_keep: bool,
    may_import: bool,
    saved: SavedView,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    code: String,
    home: String,
    kind: &'static str,
    unit: String,
    state: &'static str,
    state_word: &'static str,
    missing: i32,
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let scope = actor.sees();
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (sites, pager) = store::sites(cx.db.read(), &scope, &filter, pager).await?;
    let units = Units::of(&cx, &scope).await?;
    let names = units.names();
    let rows = sites.into_iter().map(|site| row(site, &names)).collect();
    let view = View {
        narrowed: filter != Filter::default(),
        saved: saved(&cx, &actor, "/sites", &asked.query()).await?,
        query: asked.query(),
        asked,
        rows,
        pager,
        units: units.choices(),
        kinds: Kind::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        states: SiteState::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        hostings: Hosting::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        may_keep: actor.has_any(crate::registry::commands::change::KEEPERS),
        may_import: actor.has_any(&[crate::identity::model::Role::Supervisor]),
    };
    let help = "管辖范围内的全部网站：谁主管、谁主办、谁负责，在哪里运行。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "网站台账",
        section: "/sites",
        clause: "N1.1、N4.1",
        help,
    };
    Ok(screen.show("sites.html", view)?)
}

fn row(site: site::Model, names: &HashMap<UnitId, &str>) -> Row {
    Row {
        id: site.id.0,
        kind: site.kind.name(),
        unit: names.get(&site.unit_id).copied().unwrap_or_default().to_owned(),
        state: site.state.name(),
        state_word: site.state.word(),
        missing: site.missing,
        name: site.name,
        code: site.code,
        home: site.home,
    }
}
