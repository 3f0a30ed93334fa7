//! What the engine is told of a site by other slices: the ledger of approved links. Clauses N2.4, N5.6.
//!
//! Asked for when a run begins; decides nothing itself.

use checks::Known;
use checks::approvals::Approvals;
use ledger::Cx;
use ledger::registry::entity::site;
use platform::Error;

use crate::linkage::{model, store};

/// What is known of a site. Where nobody keeps a ledger of links, no link is held against one.
pub async fn of(cx: &Cx, site: &site::Model) -> Result<Known, Error> {
    let approved = store::of_site_unscoped(cx.db.read(), site).await?;
    let ledger: Vec<_> = approved.iter().filter_map(model::approval).collect();
    let approved = (!ledger.is_empty()).then(|| Approvals::new(ledger));
    Ok(Known { approved, ..Known::default() })
}
