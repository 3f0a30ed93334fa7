//! How a site has been read, on its page. Clauses N1.6, N5.3, N5.7.

use chrono::TimeDelta;
use ledger::registry::entity::site;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use serde::Serialize;

use super::coverage::DAYS;
use crate::reading::store;

/// The panel.
pub const PANEL: Panel = Panel { template: "reading_panel.html", view };

#[derive(Serialize)]
struct View {
    days: i64,
    read: i64,
    last_read: Option<Instant>,
    leader_at: Option<Instant>,
    leader: String,
}

fn view<'a>(cx: &'a Cx, _actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        let db = cx.db.read();
        let read = store::read_by_site(db, &[site.id], cx.now() - TimeDelta::days(DAYS)).await?;
        let leader = store::leader_of(db, site.id).await?;
        Ok(Panel::shown(View {
            days: DAYS,
            read: read.get(&site.id).copied().unwrap_or(0),
            last_read: store::last_read(db, site.id).await?,
            leader_at: leader.as_ref().map(|one| one.at),
            leader: leader.map(|one| one.who).unwrap_or_default(),
        }))
    })
}
