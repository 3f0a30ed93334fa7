//! Asks the router for screens and tells how long the answers take. Clause N5.1.
//!
//! In process, through every layer that a browser's request passes, but without a network.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use tower::ServiceExt as _;
use xunwang::console::Console;

use crate::Failed;
use crate::fill::PASSWORD;

/// Times each screen is asked for, after two that warm the caches.
const TIMES: usize = 40;

/// Measures the screens of a supervisor of the province and of a county.
pub async fn measure(console: &Console) -> Result<(), Failed> {
    let router = console.router();
    let site = ledger::registry::entity::site::Entity::find()
        .order_by_desc(ledger::registry::entity::site::Column::Id)
        .one(console.cx.db.read())
        .await?
        .ok_or("there is no site")?
        .id;
    let screens = [
        ("overview".to_owned(), "/overview".to_owned(), 200),
        ("my work".to_owned(), "/".to_owned(), 200),
        ("sites".to_owned(), "/sites".to_owned(), 200),
        ("sites, last page".to_owned(), "/sites?page=60".to_owned(), 200),
        ("sites by words".to_owned(), "/sites?q=99".to_owned(), 200),
        ("findings".to_owned(), "/findings".to_owned(), 200),
        ("findings, page 100".to_owned(), "/findings?page=100".to_owned(), 200),
        ("findings of a level".to_owned(), "/findings?level=veto".to_owned(), 200),
        ("findings of a rule".to_owned(), "/findings?rule=dead-link".to_owned(), 200),
        ("findings of a city".to_owned(), "/findings?unit=3".to_owned(), 200),
        ("findings by words".to_owned(), "/findings?q=t123456.".to_owned(), 200),
        ("findings of a site".to_owned(), format!("/findings?site={site}"), 200),
        ("a finding".to_owned(), "/findings/1000".to_owned(), 200),
        ("availability".to_owned(), "/availability".to_owned(), 200),
        ("availability of a site".to_owned(), format!("/availability/{site}"), 200),
        ("alerts".to_owned(), "/alerts".to_owned(), 200),
        ("runs".to_owned(), "/runs".to_owned(), 200),
        ("rules".to_owned(), "/rules".to_owned(), 200),
        ("columns".to_owned(), "/columns".to_owned(), 200),
        ("late columns of a city".to_owned(), "/columns?unit=3&wrong=late".to_owned(), 200),
        ("outgoing links".to_owned(), "/links".to_owned(), 200),
        ("outgoing links by words".to_owned(), "/links?q=%E9%93%BE%E6%8E%A59".to_owned(), 200),
        ("site page".to_owned(), format!("/sites/{site}"), 150),
    ];
    println!("| screen | whose | p50 ms | p95 ms | most ms | bound ms |");
    println!("|---|---|---|---|---|---|");
    for who in ["province", "county"] {
        let cookie = log_in(&router, who).await?;
        for (name, path, bound) in &screens {
            let mut took = Vec::new();
            for at in 0..TIMES + 2 {
                let begun = Instant::now();
                let status = ask(&router, path, &cookie).await?;
                let time = begun.elapsed();
                if !matches!(status, StatusCode::OK | StatusCode::NOT_FOUND) {
                    return Err(format!("{path}: {status}").into());
                }
                if at >= 2 {
                    took.push(time);
                }
            }
            took.sort();
            let ms = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)].as_secs_f64() * 1e3;
            let over =
                if took[took.len() * 95 / 100] > Duration::from_millis(*bound) { " **over**" } else { "" };
            println!("| {name} | {who} | {:.0} | {:.0}{over} | {:.0} | {bound} |", ms(50), ms(95), ms(100));
        }
    }
    Ok(())
}

async fn log_in(router: &Router, who: &str) -> Result<String, Failed> {
    let body = format!("login={who}&password={PASSWORD}");
    let request = Request::post("/login")
        .header(header::HOST, "console.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))?;
    let answer = router.clone().oneshot(request).await?;
    let cookie = answer.headers().get(header::SET_COOKIE).ok_or("the login gave no cookie")?;
    Ok(cookie.to_str()?.split(';').next().unwrap_or_default().to_owned())
}

async fn ask(router: &Router, path: &str, cookie: &str) -> Result<StatusCode, Failed> {
    let request = Request::get(path)
        .header(header::HOST, "console.example")
        .header(header::COOKIE, cookie)
        .body(Body::empty())?;
    let answer = router.clone().oneshot(request).await?;
    let status = answer.status();
    axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
    Ok(status)
}
