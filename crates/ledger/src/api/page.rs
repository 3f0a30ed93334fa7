//! A page of rows as the API answers it, and faults of a form as JSON. Serves N1.1.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::web::{Faults, Pager};
use serde::{Deserialize, Serialize};

/// One page.
#[derive(Serialize)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub page: u64,
    pub rows: u64,
    pub total: u64,
}

/// Which page of a list an address asks for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Paged {
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Paged {
    /// The page of a list that was read whole.
    pub fn of<T>(self, all: Vec<T>) -> (Vec<T>, Pager) {
        let pager = Pager::asked(self.page, self.rows).of(all.len() as u64);
        let shown = all.into_iter().skip(pager.skip() as usize).take(pager.rows as usize);
        (shown.collect(), pager)
    }
}

/// A page with its `Link` header (RFC 8288); `address` ends in `?` or `&`.
pub fn listed<T: Serialize>(items: Vec<T>, pager: Pager, address: &str) -> Response {
    let mut links = Vec::new();
    let mut link = |page: u64, rel: &str| {
        links.push(format!("<{address}page={page}&rows={}>; rel=\"{rel}\"", pager.rows));
    };
    link(1, "first");
    if pager.page > 1 {
        link(pager.page - 1, "prev");
    }
    if pager.page < pager.pages() {
        link(pager.page + 1, "next");
    }
    link(pager.pages(), "last");
    let body = Listed { items, page: pager.page, rows: pager.rows, total: pager.total };
    let mut response = Json(body).into_response();
    if let Ok(value) = HeaderValue::from_str(&links.join(", ")) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

/// What is wrong with what was sent, field by field.
pub fn invalid(faults: &Faults) -> Response {
    let fields: BTreeMap<&str, &String> = faults.fields.iter().map(|(name, words)| (*name, words)).collect();
    let all = faults.whole.iter().chain(faults.fields.values());
    let message = all.cloned().collect::<Vec<_>>().join("");
    let body = serde_json::json!({ "error": { "code": "invalid", "message": message, "fields": fields } });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
