//! What keeps a site or its columns shut, or is about to, on the site's page. Clause N2.8.

use ledger::identity::web::Units;
use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx};
use platform::Error;
use platform::web::{Failure, Pager};
use serde::Serialize;

use super::DECIDERS;
use super::list::{RowView, views};
use crate::lifecycle::store::{self, Filter};

/// The panel.
pub const PANEL: Panel = Panel { template: "suspension_panel.html", view };

#[derive(Serialize)]
struct View {
    site: i64,
    rows: Vec<RowView>,
    may_propose: bool,
}

fn view<'a>(cx: &'a Cx, actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        let filter = Filter { site: Some(site.id), ..Filter::default() };
        let pager = Some(Pager::asked(None, Some(20)));
        let (rows, _) = store::suspensions(cx.db.read(), &actor.sees(), &filter, pager, 0).await?;
        let may_propose = site.state != SiteState::Closed && actor.scope(DECIDERS).covers(&site.unit_path);
        if rows.is_empty() && !may_propose {
            return Ok(None);
        }
        let units = Units::of(cx, &actor.sees()).await?;
        let rows = views(cx, actor, &units, rows).await.map_err(|failure| match failure {
            Failure::Internal(error) => error,
            other => Error::Other(format!("{other:?}")),
        })?;
        Ok(Panel::shown(View { site: site.id.0, rows, may_propose }))
    })
}
