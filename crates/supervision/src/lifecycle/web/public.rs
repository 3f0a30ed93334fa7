//! What a web server asks before it answers for a site, and what its visitors see meanwhile. Clause N2.8.
//!
//! Tells of a site only what anybody sees who visits it: whether it is open. An unknown site is an open one, so that a slip in
//! a web server's settings shuts nothing.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::Cx;
use ledger::identity::store as people;
use ledger::registry::entity::site;
use ledger::web::Screen;
use platform::web::Failure;
use serde::Serialize;

use crate::lifecycle::entity::suspension;
use crate::lifecycle::model::State as Stands;
use crate::lifecycle::store;
use crate::paper::called;

/// How long a web server may keep the answer, in seconds: a decision is carried out within so much more.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// When a visitor, or a search engine, may come again: in a day.
const AGAIN: HeaderValue = HeaderValue::from_static("86400");

/// What keeps visitors out of an address of a site: of the whole site first, then of the column with the longest prefix.
pub(super) async fn in_force(
    cx: &Cx,
    site: &site::Model,
    asked: Option<&str>,
) -> Result<Option<suspension::Model>, Failure> {
    let rows = store::in_force_unscoped(cx.db.read(), site.id).await?;
    Ok(chosen(rows, &site.home, asked))
}

fn chosen(rows: Vec<suspension::Model>, home: &str, asked: Option<&str>) -> Option<suspension::Model> {
    let path_of = |address: &str| match url::Url::parse(address) {
        Ok(url) => url[url::Position::BeforePath..].to_owned(),
        Err(_) => address.to_owned(),
    };
    let asked = asked.map(|asked| {
        path_of(
            url::Url::parse(home)
                .ok()
                .and_then(|home| home.join(asked).ok())
                .as_ref()
                .map_or(asked, url::Url::as_str),
        )
    });
    rows.into_iter()
        .filter(|row| {
            let of_column = || {
                let prefix = path_of(&row.prefix);
                // `/news` is not a beginning of `/newsletter`.
                asked.as_ref().is_some_and(|asked| {
                    asked
                        .strip_prefix(prefix.trim_end_matches('/'))
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
                })
            };
            row.prefix.is_empty() || of_column()
        })
        .max_by_key(|row| (row.prefix.is_empty(), row.prefix.len()))
}

/// Whether a request may pass, for `auth_request` of a web server: 204 or 403.
pub(super) async fn gate(
    State(cx): State<Cx>,
    Path(word): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let asked = headers.get("x-original-uri").and_then(|value| value.to_str().ok());
    let site = store::site_of(cx.db.read(), &word).await?;
    let shut = match &site {
        Some(site) => in_force(&cx, site, asked).await?.is_some(),
        None => false,
    };
    let status = if shut { StatusCode::FORBIDDEN } else { StatusCode::NO_CONTENT };
    Ok((status, [(header::CACHE_CONTROL, KEPT)]).into_response())
}

#[derive(Serialize)]
struct View {
    /// The site, as one calls a site.
    called: String,
    /// `suspended`, `announcing`, `closed`, or `open`.
    state: &'static str,
    column: String,
    basis: String,
    document: String,
    since: String,
    unit: String,
    issuer: String,
    until: String,
    redirect_to: String,
}

/// The page that visitors see in place of the site.
pub(super) async fn notice(
    State(cx): State<Cx>,
    Path(word): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let site = store::site_of(db, &word).await?.ok_or(Failure::NotThere)?;
    let asked = headers.get("x-original-uri").and_then(|value| value.to_str().ok());
    // Whoever comes without an address in mind is told of the site, or else of the column that is shut.
    let mut found = in_force(&cx, &site, asked).await?;
    if found.is_none() && asked.is_none() {
        found = store::in_force_unscoped(db, site.id).await?.into_iter().next();
    }
    let name = async |id| -> Result<String, Failure> {
        Ok(people::unit_unscoped(db, id).await?.map(|unit| unit.name).unwrap_or_default())
    };
    let (status, view) = match found {
        None => {
            let view = View {
                called: called(&site.name),
                state: "open",
                column: String::new(),
                basis: String::new(),
                document: String::new(),
                since: String::new(),
                unit: String::new(),
                issuer: String::new(),
                until: String::new(),
                redirect_to: String::new(),
            };
            (StatusCode::OK, view)
        }
        Some(row) => {
            let state = match row.state {
                Stands::Closed => "closed",
                Stands::Announcing => "announcing",
                _ => "suspended",
            };
            // For search engines: it comes back, or it does not.
            let status =
                if row.state == Stands::Closed { StatusCode::GONE } else { StatusCode::SERVICE_UNAVAILABLE };
            let day =
                |day: Option<sea_orm::prelude::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let view = View {
                called: called(&site.name),
                state,
                since: day(row.from_on),
                until: day(row.announced_until),
                unit: name(row.unit_id).await?,
                issuer: name(row.issuer_id).await?,
                column: row.column_name,
                basis: row.basis,
                document: row.document,
                redirect_to: row.redirect_to,
            };
            (status, view)
        }
    };
    let title = site.name;
    let screen = Screen { cx: &cx, actor: None, title: &title, section: "", clause: "", help: "" };
    let mut response = screen.show("suspension_notice.html", view)?;
    *response.status_mut() = status;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, AGAIN);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(prefix: &str) -> suspension::Model {
        suspension::Model {
            id: 1,
            site_id: ledger::SiteId(1),
            unit_id: ledger::UnitId(1),
            unit_path: String::new(),
            issuer_id: ledger::UnitId(1),
            issuer_path: String::new(),
            prefix: prefix.to_owned(),
            column_name: String::new(),
            state: Stands::Suspended,
            grounds: String::new(),
            basis: String::new(),
            document: String::new(),
            proposed_by: String::new(),
            proposed_at: Default::default(),
            decided_by: String::new(),
            decided_at: None,
            from_on: None,
            suspended_at: None,
            limit_days: 0,
            obligation_id: None,
            reported_by: None,
            returned: 0,
            announced_on: None,
            announced_until: None,
            redirect_to: String::new(),
            archived: String::new(),
            code_cancelled_on: None,
            domain_cancelled_on: None,
            absorbed_id: None,
            over_at: None,
        }
    }

    #[test]
    fn a_column_shuts_its_own_addresses_and_a_site_all_of_them() {
        let home = "http://www.a.example/";
        let check = |prefixes: &[&str], asked: Option<&str>, want: Option<&str>| {
            let rows = prefixes.iter().map(|prefix| row(prefix)).collect();
            assert_eq!(chosen(rows, home, asked).map(|row| row.prefix).as_deref(), want, "{asked:?}");
        };
        let column = "http://www.a.example/news/";
        check(&[column], Some("/news/1.html"), Some(column));
        check(&[column], Some("/news"), Some(column));
        check(&[column], Some("/news?page=2"), Some(column));
        check(&[column], Some("/newsletter"), None);
        check(&[column], Some("/x/../news/1.html"), Some(column));
        check(&[column], Some("/"), None);
        check(&[column], None, None);
        check(&[column, ""], Some("/news/1.html"), Some(""));
        check(&[""], None, Some(""));
        check(&[], Some("/"), None);
    }
}
