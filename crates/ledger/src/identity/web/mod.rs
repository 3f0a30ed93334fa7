//! Screens of login, account, people, units and the audit log. Clauses N1.1, N4.7, N5.1.

mod account;
mod api;
mod audit;
mod choice;
mod device;
pub(super) mod login;
mod people;
mod units;

pub use audit::deed_name;
pub use choice::Units;

use platform::web::pages::Template;

use crate::identity::model::Role;
use crate::identity::oidc;
use crate::web::NavItem;
use crate::{Access, Routes};

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[
    NavItem {
        group: "管理",
        title: "单位",
        path: "/units",
        access: Access::Roles(&[Role::SystemAdministrator]),
    },
    NavItem {
        group: "管理",
        title: "人员与角色",
        path: "/people",
        access: Access::Roles(&[Role::SecurityAdministrator]),
    },
    NavItem {
        group: "管理",
        title: "审计日志",
        path: "/audit",
        access: Access::Roles(&[Role::AuditAdministrator]),
    },
    NavItem { group: "个人", title: "我的账号", path: "/account", access: Access::Person },
];

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("login.html", include_str!("../templates/login.html")),
    ("oidc_stopped.html", include_str!("../templates/oidc_stopped.html")),
    ("oidc_code.html", include_str!("../templates/oidc_code.html")),
    ("oidc_left.html", include_str!("../templates/oidc_left.html")),
    ("account.html", include_str!("../templates/account.html")),
    ("password.html", include_str!("../templates/password.html")),
    ("phone.html", include_str!("../templates/phone.html")),
    ("people.html", include_str!("../templates/people.html")),
    ("person.html", include_str!("../templates/person.html")),
    ("units.html", include_str!("../templates/units.html")),
    ("unit.html", include_str!("../templates/unit.html")),
    ("audit.html", include_str!("../templates/audit.html")),
];

/// The routes of these screens.
pub fn routes() -> Routes {
    login::routes()
        .merge(oidc::web::routes())
        .merge(account::routes())
        .merge(people::routes())
        .merge(units::routes())
        .merge(audit::routes())
        .merge(api::routes())
}
