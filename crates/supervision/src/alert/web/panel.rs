//! The open alerts of a site, on its page. Clause N2.1.

use ledger::registry::entity::site;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx};
use platform::web::Pager;
use serde::Serialize;

use super::list::{Row, row};
use crate::alert::commands::handling;
use crate::alert::store::{self, Filter};

/// Alerts that the panel shows; the list has them all.
const MOST: u64 = 20;

#[derive(Serialize)]
struct View {
    site: i64,
    rows: Vec<Row>,
    total: u64,
    may_silence: bool,
}

pub(super) fn view<'a>(cx: &'a Cx, actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        let filter = Filter { site: Some(site.id), state: "open".to_owned(), ..Filter::default() };
        let pager = Pager::asked(None, Some(MOST));
        let (alerts, pager) = store::alerts(cx.db.read(), &actor.sees(), &filter, pager).await?;
        let silences = store::silences_now_unscoped(cx.db.read(), cx.now()).await?;
        let rows = alerts.into_iter().map(|alert| row(alert, String::new(), &silences, cx.now()));
        let may_silence = actor.scope(handling::SILENCES).covers(&site.unit_path);
        Ok(Panel::shown(View { site: site.id.0, rows: rows.collect(), total: pager.total, may_silence }))
    })
}
