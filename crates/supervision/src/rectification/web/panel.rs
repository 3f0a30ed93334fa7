//! The tickets of a site that are not over, on its page. Clauses N2.8, N5.3.

use ledger::identity::web::Units;
use ledger::registry::entity::site;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx};
use platform::web::Pager;
use serde::Serialize;

use super::ISSUERS;
use super::list::{RowView, views};
use crate::rectification::store::{self, Filter};

/// Tickets that the panel shows; the list has them all.
const MOST: u64 = 20;

/// The panel.
pub const PANEL: Panel = Panel { template: "tickets_panel.html", view };

#[derive(Serialize)]
struct View {
    site: i64,
    rows: Vec<RowView>,
    total: u64,
    may_order: bool,
}

fn view<'a>(cx: &'a Cx, actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        let filter = Filter { site: Some(site.id), ..Filter::default() };
        let pager = Pager::asked(None, Some(MOST));
        let (rows, pager) = store::tickets(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
        let rows = views(cx, &Units::of(cx, &actor.sees()).await?, rows).await?;
        let may_order = actor.scope(ISSUERS).covers(&site.unit_path);
        Ok(Panel::shown(View { site: site.id.0, rows, total: pager.total, may_order }))
    })
}
