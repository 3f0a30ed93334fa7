//! The first screen, and what a supervisor of processes asks: is it alive, is it ready. Serves N5.1.
//!
//! Health answers tell nothing about the data.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ledger::web::{NavItem, Screen};
use ledger::{Access, Actor, Cx, Routes};
use platform::web::Failure;
use platform::web::pages::Template;
use serde::Serialize;

pub const TEMPLATES: &[&[Template]] = &[&[("home.html", include_str!("../../templates/home.html"))]];

pub const NAV: &[NavItem] =
    &[NavItem { group: "工作", title: "我的工作", path: "/", access: Access::Person }];

pub fn routes() -> Routes {
    Routes::default().get("/", Access::Person, home).get("/healthz", Access::Public, async || "ok").get(
        "/readyz",
        Access::Public,
        ready,
    )
}

#[derive(Serialize)]
struct View {
    must: Option<&'static str>,
    /// Whether he works with sites at all.
    works: bool,
    /// What waits for this person.
    tasks: Vec<supervision::overview::work::Task>,
    /// What asks for somebody's work: the words, and where it is done.
    notices: Vec<(String, &'static str)>,
}

/// What a system administrator should know without looking for it.
async fn notices(cx: &Cx, actor: &Actor) -> Result<Vec<(String, &'static str)>, Failure> {
    use ledger::calendar::{model, store, web};
    use ledger::identity::model::Role;
    let mut notices = Vec::new();
    if actor.must.is_some() || !actor.has_any(&[Role::SystemAdministrator]) {
        return Ok(notices);
    }
    let calendar = store::work_days(cx.db.read()).await?;
    if let Some(year) = model::missed(web::today(cx), |year| calendar.knows(year)) {
        notices.push((format!("还没有 {year} 年的节假日安排，请导入"), "/calendar-imports/new"));
    }
    let counts = platform::jobs::counts(cx.db.read()).await?;
    let parked = counts.iter().filter(|count| count.state == platform::jobs::State::Parked);
    match parked.map(|count| count.number).sum::<i64>() {
        0 => {}
        number => notices.push((format!("有 {number} 个后台任务搁置，请处理"), "/jobs?state=parked")),
    }
    Ok(notices)
}

async fn home(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    use ledger::identity::model::Must;
    let must = actor.must.map(|must| match must {
        Must::ChangePassword => "/account/password",
        Must::BindPhone => "/account/phone",
    });
    let tasks = supervision::overview::work::tasks(&cx, &actor).await?;
    let help = if actor.has_any(&ledger::identity::model::Role::TRADE) {
        "现在等着您处理的事。"
    } else {
        ""
    };
    let clause = if help.is_empty() { "" } else { "N5.1、N5.3" };
    let screen = Screen { cx: &cx, actor: Some(&actor), title: "我的工作", section: "/", clause, help };
    let works = !help.is_empty();
    Ok(screen.show("home.html", View { must, tasks, works, notices: notices(&cx, &actor).await? })?)
}

async fn ready(State(cx): State<Cx>) -> Response {
    match cx.db.ping().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!("not ready: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "database").into_response()
        }
    }
}
