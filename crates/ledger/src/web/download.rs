//! Lists as files to be kept: CSV and XLSX of exactly the rows that a screen shows. Clause N2.7.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use platform::Digest;
use platform::table::Export;
use platform::web::Failure;

use super::encode;
use crate::Cx;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows that one file holds at most; an XLSX sheet ends at 1,048,576, and nobody reads more than this.
pub const MOST_ROWS: u64 = 200_000;

/// In which form a list is asked for, told by the ending of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
}

impl<S: Sync> FromRequestParts<S> for Kind {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Kind, Infallible> {
        Ok(if parts.uri.path().ends_with(".csv") { Kind::Csv } else { Kind::Xlsx })
    }
}

impl Kind {
    /// The list as a file, named after its title.
    pub async fn answer(self, export: Export) -> Result<Response, Failure> {
        match self {
            Kind::Csv => Ok(file(&format!("{}.csv", export.title), "text/csv; charset=utf-8", export.csv())),
            Kind::Xlsx => xlsx(export).await,
        }
    }
}

/// The file as a workbook. Compressing a large one takes a while and belongs on a blocking thread.
pub async fn xlsx(export: Export) -> Result<Response, Failure> {
    let name = format!("{}.xlsx", export.title);
    let made = tokio::task::spawn_blocking(move || export.xlsx()).await;
    let failed = |error: &dyn std::fmt::Display| platform::Error::Other(format!("workbook: {error}"));
    let bytes = made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    Ok(file(&name, XLSX, bytes))
}

/// A file that was handed in with a deed, by its name and digest: always to be kept, never shown in the console's own frame.
pub async fn kept(cx: &Cx, name: &str, digest: Option<&str>) -> Result<Response, Failure> {
    let digest = digest.and_then(Digest::parse).ok_or(Failure::NotThere)?;
    Ok(file(name, "application/octet-stream", cx.blobs.get(digest).await?))
}

/// Bytes that the browser keeps as a file.
pub fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", encode(name));
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}
