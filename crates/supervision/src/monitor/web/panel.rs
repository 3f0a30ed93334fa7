//! Availability on a site's page. Clauses N1.1, N2.1.

use ledger::registry::entity::site;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx};
use platform::Error;
use platform::clock::Instant;
use serde::Serialize;

use super::Strip;
use super::show::hour_strip;
use crate::monitor::model::{beijing_day, cause_words};
use crate::monitor::store;

#[derive(Serialize)]
struct View {
    id: i64,
    standing: &'static str,
    standing_word: &'static str,
    since: Instant,
    cause: Option<String>,
    last_at: Option<Instant>,
    today: Option<String>,
    week: Option<String>,
    strip: Strip,
}

/// The view of a site that the page has found in the actor's scope; none before its first second.
pub(super) fn view<'a>(cx: &'a Cx, actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        let found = store::watched_in(cx.db.read(), &actor.sees(), site.id).await?;
        let Some((_, Some(watch))) = found else { return Ok::<_, Error>(None) };
        let today = beijing_day(cx.now());
        let days = store::days_of(cx.db.read(), vec![site.id], today - 6, today).await?;
        let days = days.get(&site.id);
        let all = days.into_iter().flat_map(|days| days.values());
        let week = all.fold(Default::default(), |sum: crate::monitor::model::Counts, day| sum.and(*day));
        Ok(Panel::shown(View {
            id: site.id.0,
            standing: watch.standing.name(),
            standing_word: watch.standing.word(),
            since: watch.since,
            cause: store::open_cause(cx.db.read(), &watch).await?.map(|cause| cause_words(&cause)),
            last_at: watch.last_at,
            today: days.and_then(|days| days.get(&today)).and_then(|day| day.share()),
            week: week.share(),
            strip: hour_strip(cx, site.id).await?.0,
        }))
    })
}
