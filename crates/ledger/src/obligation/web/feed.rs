//! The address for a calendar program, and what it is answered. Clauses N2.8, N3.8.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;

use crate::obligation::commands::feed;
use crate::obligation::store;
use crate::web::Screen;
use crate::{Actor, Cx};

#[derive(Serialize)]
struct View {
    /// The whole address, once.
    address: Option<String>,
    made_at: Option<Instant>,
}

async fn page(cx: &Cx, actor: &Actor, address: Option<String>) -> Result<Response, Failure> {
    let made_at = store::feed_of(cx.db.read(), actor.person).await?.map(|feed| feed.made_at);
    let help = "在手机或电脑的日历里订阅所在单位的待办，截止日自动出现在日历上。";
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: "日历订阅",
        section: "/obligations",
        clause: "N2.8、N3.8",
        help,
    };
    Ok(screen.show("obligation_feed.html", View { address, made_at })?)
}

pub(super) async fn show(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    page(&cx, &actor, None).await
}

pub(super) async fn make(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let secret = feed::make(&cx, &actor).await?;
    let console = cx.settings.public.clone().unwrap_or_default();
    page(&cx, &actor, Some(format!("{console}/feeds/{secret}/obligations.ics"))).await
}

pub(super) async fn read(State(cx): State<Cx>, Path(secret): Path<String>) -> Result<Response, Failure> {
    let calendar = feed::read(&cx, &secret).await?.ok_or(Failure::NotThere)?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, calendar).into_response())
}
