//! Where citizens correct a site, on its page, with the line that the site puts into its foot. Clauses N2.3, N5.3.

use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx};
use platform::web::Pager;
use serde::Serialize;

use crate::correction::model::State;
use crate::correction::store::{self, Filter};

/// The panel.
pub const PANEL: Panel = Panel { template: "correction_panel.html", view };

#[derive(Serialize)]
struct View {
    site: i64,
    path: String,
    /// The same with the console's own address, where that is set.
    address: String,
    total: u64,
    open: u64,
}

fn view<'a>(cx: &'a Cx, actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        if site.state == SiteState::Closed {
            return Ok(None);
        }
        let db = cx.db.read();
        let number = async |state| {
            let filter = Filter { site: Some(site.id), state, ..Filter::default() };
            let one = Some(Pager::asked(None, Some(1)));
            store::corrections(db, &actor.sees(), &filter, one, 0).await.map(|(_, pager)| pager.total)
        };
        let open = number(Some(State::Received)).await? + number(Some(State::Transferred)).await?;
        let word = if site.code.is_empty() { site.id.to_string() } else { site.code.clone() };
        let path = format!("/public/corrections/new?site={word}");
        let address = cx.settings.public.as_ref().map(|own| format!("{own}{path}")).unwrap_or_default();
        Ok(Panel::shown(View { site: site.id.0, path, address, total: number(None).await?, open }))
    })
}
