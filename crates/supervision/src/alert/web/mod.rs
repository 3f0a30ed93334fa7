//! Screens of alerts: list, alert, channels, silences, the mail account, settings. Clauses N2.1, N5.2.

mod account;
mod api;
mod channels;
mod list;
mod panel;
mod settings;
mod show;
mod silences;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Routes};
use platform::web::pages::Template;

use super::commands::{account as mail, channel, handling, settings as chosen};

/// Who reads alerts.
const SEES: Access = Access::Roles(&Role::TRADE);
const ACTS: Access = Access::Roles(handling::ACTS);
const SILENCES: Access = Access::Roles(handling::SILENCES);
const KEEPS: Access = Access::Roles(channel::KEEPERS);
const ACCOUNT: Access = Access::Roles(mail::KEEPERS);
const SETTINGS: Access = Access::Roles(chosen::KEEPERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("alerts.html", include_str!("../templates/alerts.html")),
    ("alert.html", include_str!("../templates/alert.html")),
    ("alert_panel.html", include_str!("../templates/alert_panel.html")),
    ("alert_channels.html", include_str!("../templates/alert_channels.html")),
    ("alert_channel.html", include_str!("../templates/alert_channel.html")),
    ("alert_silences.html", include_str!("../templates/alert_silences.html")),
    ("alert_silence.html", include_str!("../templates/alert_silence.html")),
    ("alert_account.html", include_str!("../templates/alert_account.html")),
    ("alert_settings.html", include_str!("../templates/alert_settings.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[
    NavItem { group: "监测", title: "告警", path: "/alerts", access: SEES },
    NavItem { group: "监测", title: "静默", path: "/alert-silences", access: SEES },
    NavItem { group: "监测", title: "告警渠道", path: "/alert-channels", access: KEEPS },
    NavItem { group: "管理", title: "发信设置", path: "/alert-account", access: ACCOUNT },
    NavItem { group: "管理", title: "告警设置", path: "/alert-settings", access: SETTINGS },
];

/// What a site's page shows.
pub const PANELS: &[Panel] = &[Panel { template: "alert_panel.html", view: panel::view }];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/alerts", SEES, list::list)
        .files(["/alerts.csv", "/alerts.xlsx"], SEES, list::file)
        .post("/alerts/acknowledge", ACTS, list::acknowledge)
        .post("/alerts/silence", SILENCES, list::silence)
        .get("/alerts/{id}", SEES, show::show)
        .get("/alert-silences", SEES, silences::list)
        .files(["/alert-silences.csv", "/alert-silences.xlsx"], SEES, silences::file)
        .get("/alert-silences/new", SILENCES, silences::new)
        .post("/alert-silences/new", SILENCES, silences::add)
        .post("/alert-silences/{id}/end", SILENCES, silences::end)
        .get("/alert-channels", KEEPS, channels::list)
        .files(["/alert-channels.csv", "/alert-channels.xlsx"], KEEPS, channels::file)
        .get("/alert-channels/new", KEEPS, channels::new)
        .post("/alert-channels/new", KEEPS, channels::add)
        .get("/alert-channels/{id}", KEEPS, channels::edit)
        .post("/alert-channels/{id}", KEEPS, channels::change)
        .post("/alert-channels/{id}/test", KEEPS, channels::test)
        .get("/alert-account", ACCOUNT, account::show)
        .post("/alert-account", ACCOUNT, account::save)
        .get("/alert-settings", SETTINGS, settings::show)
        .post("/alert-settings", SETTINGS, settings::save)
        .api(Method::GET, "/api/v1/alerts", SEES, &api::LIST, api::list)
        .api(Method::GET, "/api/v1/alerts/{id}", SEES, &api::SHOW, api::show)
        .api(Method::POST, "/api/v1/alerts/{id}/acknowledge", ACTS, &api::ACKNOWLEDGE, api::acknowledge)
}
