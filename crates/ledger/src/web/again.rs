//! A form that could not be carried out is offered to be sent again: nothing that was typed is lost. Serves all clauses.
//!
//! Only where the same form may succeed later (the database busy or gone, the disk full, the session ended). Passwords
//! and codes are never written into a page.

use axum::body::{Body, HttpBody as _};
use axum::extract::{Query, Request};
use axum::http::{Method, StatusCode, Uri, header};
use serde::Serialize;

/// The largest form that is kept while it is carried out: the longest form of the console has some 30 KB. Files are
/// not kept; their reader chooses them again.
const LARGEST: u64 = 256 << 10;
/// Fields that are secrets.
const SECRETS: [&str; 6] = ["password", "old", "new", "again", "code", "secret"];

/// A form as it was sent.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Form {
    path: String,
    fields: Vec<(String, String)>,
}

/// Whether sending the same form later may help.
pub(super) fn helps(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE | StatusCode::UNAUTHORIZED
    )
}

/// The request, and the form in it if it is one that can be kept.
pub(super) async fn kept(request: Request) -> (Request, Option<Form>) {
    if !can_be_kept(&request) {
        return (request, None);
    }
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, LARGEST as usize).await {
        Ok(bytes) => {
            let form = read(parts.uri.path(), &bytes);
            (Request::from_parts(parts, Body::from(bytes)), form)
        }
        // It broke off: whoever reads it is told so.
        Err(error) => {
            tracing::debug!("a form broke off: {error}");
            (Request::from_parts(parts, Body::empty()), None)
        }
    }
}

fn can_be_kept(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let length = request.body().size_hint().upper();
    request.method() == Method::POST && is_form && length.is_some_and(|length| length <= LARGEST)
}

fn read(path: &str, bytes: &[u8]) -> Option<Form> {
    let body = std::str::from_utf8(bytes).ok()?;
    let uri: Uri = format!("/?{body}").parse().ok()?;
    let Query(fields) = Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
    let secret = fields.iter().any(|(name, _)| SECRETS.contains(&name.as_str()));
    (!secret).then(|| Form { path: path.to_owned(), fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_but_no_secret() {
        let form = read("/sites/new", "name=%E9%9D%92+a&roles=x&roles=y".as_bytes()).unwrap();
        let fields = [("name", "青 a"), ("roles", "x"), ("roles", "y")];
        assert_eq!(form.fields, fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(read("/login", b"login=a&password=b").is_none());
        assert!(read("/x", b"\xff").is_none());
        assert!(read("/x", b"").unwrap().fields.is_empty());
    }
}
