//! What a handler answers when it cannot do as asked: refused by a rule, not there, or the system's own failure.
//! Serves all clauses.
//!
//! The text of an internal error never reaches the reader: he gets one sentence and a number that stands in the log.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use sea_orm::DbErr;
use tracing::error;

use crate::error::Ailment;
use crate::{Error, secret};

/// Why a handler did not do as asked.
#[derive(Debug)]
pub enum Failure {
    /// There is no such thing, or none that this reader may see: the two are not told apart.
    NotThere,
    /// A rule of the trade says no.
    Refused(Refusal),
    /// The system could not do its part.
    Internal(Error),
}

/// A refusal in words for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    /// What is wrong and what to do, in the reader's language.
    pub words: String,
}

impl Refusal {
    /// Something in the request cannot be done as asked.
    pub fn new(words: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, words: words.into() }
    }

    /// The reader's roles do not cover this.
    pub fn forbidden(words: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::FORBIDDEN, words: words.into() }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Internal(error)
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Failure {
        Failure::Internal(Error::Database(error))
    }
}

impl From<crate::blobs::Error> for Failure {
    fn from(error: crate::blobs::Error) -> Failure {
        Failure::Internal(Error::Blobs(error))
    }
}

/// What the frame's layer turns into a page or into JSON, by what the reader asked for.
#[derive(Clone, Debug)]
pub struct Told {
    pub status: StatusCode,
    pub words: String,
    /// The number under which the log holds the cause.
    pub number: Option<String>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let told = match self {
            Failure::NotThere => Told {
                status: StatusCode::NOT_FOUND,
                words: "没有这个页面，或者它不在您的管辖范围内。".to_owned(),
                number: None,
            },
            Failure::Refused(Refusal { status, words }) => Told { status, words, number: None },
            Failure::Internal(cause) => internal(&cause),
        };
        let mut response = (told.status, plain(&told)).into_response();
        if told.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response.extensions_mut().insert(told);
        response
    }
}

fn internal(cause: &Error) -> Told {
    let number = secret::random::<3>().iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut chain = cause.to_string();
    let mut source = std::error::Error::source(cause);
    while let Some(next) = source {
        chain = format!("{chain}: {next}");
        source = next.source();
    }
    error!(error.number = number, "{chain}");
    let ailment = cause.ailment();
    let status = match ailment {
        Ailment::Busy | Ailment::Gone | Ailment::FilesGone => StatusCode::SERVICE_UNAVAILABLE,
        Ailment::Full => StatusCode::INSUFFICIENT_STORAGE,
        Ailment::FileLost | Ailment::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Told { status, words: ailment.sentence().to_owned(), number: Some(number) }
}

/// The page without its frame, for when even the frame cannot be had.
fn plain(told: &Told) -> Html<String> {
    let number = told.number.as_ref().map(|n| format!("<p>编号：{n}</p>")).unwrap_or_default();
    let words = escape(&told.words);
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{words}</title><p>{words}</p>{number}<p><a href=\"/\">回到首页</a></p>"
    ))
}

/// A text made harmless inside a page that no template renders.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Goes on to another page after a form was carried out (POST, then redirect, then GET).
pub fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_error_shows_a_number_and_not_its_cause() {
        let response = Failure::from(Error::Other("secret path /x".to_owned())).into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let told = response.extensions().get::<Told>().unwrap();
        assert!(told.number.is_some() && !told.words.contains("/x"));
    }

    #[test]
    fn a_refusal_cannot_carry_markup() {
        let told = Told { status: StatusCode::CONFLICT, words: "<script>".to_owned(), number: None };
        assert!(!plain(&told).0.contains("<script>"));
    }
}
