//! Screens of obligations: the list, one with its clock explained, cards, terms, the calendar feed. Clauses N1.2, N2.8,
//! N5.3.

mod api;
mod cards;
mod feed;
mod list;
mod order;
mod show;
mod terms;

use axum::http::Method;
use platform::clock::{Instant, beijing};
use platform::web::pages::Template;

use super::commands::{ISSUERS, OWERS};
use crate::identity::model::Role;
use crate::web::NavItem;
use crate::{Access, Routes};

/// Who sees obligations.
const SEES: Access = Access::Roles(&Role::TRADE);
const ORDERS: Access = Access::Roles(ISSUERS);
/// Who does anything with one; what, the command decides.
const ACTS: Access = Access::Roles(OWERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("obligations.html", include_str!("../templates/obligations.html")),
    ("obligation.html", include_str!("../templates/obligation.html")),
    ("obligation_order.html", include_str!("../templates/obligation_order.html")),
    ("obligation_cards.html", include_str!("../templates/obligation_cards.html")),
    ("obligation_terms.html", include_str!("../templates/obligation_terms.html")),
    ("obligation_feed.html", include_str!("../templates/obligation_feed.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[
    NavItem { group: "督办", title: "责任事项", path: "/obligations", access: SEES },
    NavItem { group: "督办", title: "红黄牌", path: "/cards", access: SEES },
    NavItem { group: "督办", title: "期限标准", path: "/obligation-terms", access: SEES },
];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/obligations", SEES, list::list)
        .files(["/obligations.csv", "/obligations.xlsx"], SEES, list::file)
        .get("/obligations/new", ORDERS, order::new)
        .post("/obligations/new", ORDERS, order::add)
        .get("/obligations/{id}", SEES, show::show)
        .post("/obligations/{id}", ACTS, show::act)
        .get("/obligation-events/{id}/file", SEES, show::file)
        .get("/cards", SEES, cards::list)
        .files(["/cards.csv", "/cards.xlsx"], SEES, cards::file)
        .get("/obligation-terms", SEES, terms::list)
        .post("/obligation-terms", ORDERS, terms::set)
        .get("/obligation-feed", SEES, feed::show)
        .post("/obligation-feed", SEES, feed::make)
        .get("/feeds/{secret}/obligations.ics", Access::Public, feed::read)
        .api(Method::GET, "/api/v1/obligations", SEES, &api::LIST, api::list)
        .api(Method::GET, "/api/v1/obligations/{id}", SEES, &api::SHOW, api::show)
}

/// How much time is left, or since when there is none, in whole days of the calendar.
fn left(due_at: Option<Instant>, now: Instant) -> String {
    let Some(due_at) = due_at else { return "计时暂停".to_owned() };
    // The end of a day belongs to that day.
    let last = beijing(due_at - chrono::TimeDelta::seconds(1)).date_naive();
    match (last - beijing(now).date_naive()).num_days() {
        0 if due_at > now => "今天截止".to_owned(),
        days if days > 0 => format!("还有 {days} 天"),
        days => format!("超期 {} 天", -days),
    }
}
