//! The page as it was when a finding was first seen, with the fault marked: source, page without scripts, picture.
//! Clause N5.3.
//!
//! What a website sent is shown in a sandbox of its own: no script runs, nothing is fetched, nothing of the console can
//! be reached from it.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use checks::charset;
use crawl::archive::{self, Archived};
use ledger::{Actor, Cx};
use platform::error::Ailment;
use platform::web::Failure;
use platform::{Digest, Error};
use serde::Serialize;

use crate::ids::FindingId;
use crate::inspection::entity::finding;
use crate::inspection::store::findings;

/// Source shown before and after the line of the fault.
const LINES_AROUND: usize = 3;
/// Characters of a line shown around the fault: pages often have one line of 100,000.
const AROUND: usize = 160;
/// How long the page of a finding waits for its evidence before it is shown without.
const PATIENCE: Duration = Duration::from_secs(5);
const LATER: &str = "存放证据的对象存储暂时用不了，请稍后刷新；其余内容不受影响。";
/// What the page of a website may do here: nothing but be looked at, with its own inline style.
const SANDBOX: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// The source around a fault.
#[derive(Serialize)]
pub(super) struct Excerpt {
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    before: String,
    /// What the position points at; empty on lines around it.
    marked: String,
    after: String,
}

/// The source around the fault, if the page was kept and the place is known. Where it cannot be had the error says why
/// in words, so that the finding is shown without it rather than not at all.
pub(super) async fn excerpt(cx: &Cx, found: &finding::Model) -> Result<Option<Excerpt>, &'static str> {
    let (Some(line), Some(col)) = (found.line, found.col) else { return Ok(None) };
    let archived = match tokio::time::timeout(PATIENCE, archived(cx, found)).await {
        Ok(Ok(Some(archived))) => archived,
        Ok(Ok(None)) => return Ok(None),
        Ok(Err(error)) => {
            tracing::error!(finding = found.id.0, "evidence cannot be had: {error:?}");
            return Err(match error.ailment() {
                Ailment::FileLost => {
                    "这份证据在文件库里找不到，或者已经损坏。请系统管理员运行 xunwang doctor 核对，并从备份里补回。"
                }
                Ailment::FilesGone => LATER,
                _ => "这份证据取不出来，原因已记入日志，请告诉系统管理员。",
            });
        }
        Err(_) => {
            tracing::error!(finding = found.id.0, "evidence did not come in time");
            return Err(LATER);
        }
    };
    let decoded = charset::decode(&archived.body, archived.header("content-type"));
    let (line, col) = (usize::try_from(line).unwrap_or(1), usize::try_from(col).unwrap_or(1));
    let quote: Option<base::Quote> =
        found.quote.as_deref().and_then(|quote| serde_json::from_str(quote).ok());
    let fault = quote.map(|quote| quote.fault).unwrap_or_default();
    Ok(cut_out(&decoded.text, line, col, &fault))
}

fn cut_out(source: &str, line: usize, col: usize, fault: &str) -> Option<Excerpt> {
    let first = line.saturating_sub(LINES_AROUND).max(1);
    let lines: Vec<Line> = source
        .split('\n')
        .enumerate()
        .skip(first - 1)
        .take(line + LINES_AROUND + 1 - first)
        .map(|(at, text)| shown(at + 1, text.trim_end_matches('\r'), (at + 1 == line).then_some(col), fault))
        .collect();
    lines.iter().any(|one| one.number == line).then_some(Excerpt { lines })
}

fn shown(number: usize, text: &str, col: Option<usize>, fault: &str) -> Line {
    let Some(col) = col else {
        return Line {
            number,
            before: text.chars().take(2 * AROUND).collect(),
            marked: String::new(),
            after: String::new(),
        };
    };
    let at = text.char_indices().nth(col - 1).map_or(text.len(), |(at, _)| at);
    let rest = &text[at..];
    // Faulty words are marked as they stand; a tag whole, another text to the end of its run, all within bounds.
    let ends = match rest.starts_with('<') {
        _ if !fault.is_empty() && rest.starts_with(fault) => Some(fault.len()),
        true => rest.find('>').map(|end| end + 1),
        false => rest.find('<'),
    };
    let end = rest.floor_char_boundary(ends.unwrap_or(rest.len()).min(2 * AROUND));
    let before: String = {
        let tail: Vec<char> = text[..at].chars().rev().take(AROUND).collect();
        tail.into_iter().rev().collect()
    };
    Line { number, before, marked: rest[..end].to_owned(), after: rest[end..].chars().take(AROUND).collect() }
}

/// The answer that was kept.
async fn archived(cx: &Cx, found: &finding::Model) -> Result<Option<Archived>, Error> {
    let Some(digest) = found.evidence.as_deref().and_then(Digest::parse) else { return Ok(None) };
    let bytes = cx.blobs.get(digest).await.map_err(Error::from)?;
    let read = tokio::task::spawn_blocking(move || {
        archive::read(&bytes).map_err(|fault| Error::Other(format!("evidence {digest}: {fault}")))
    });
    read.await.map_err(|fault| Error::Other(format!("reading evidence: {fault}")))?.map(Some)
}

async fn finding_of(cx: &Cx, actor: &Actor, id: i64) -> Result<finding::Model, Failure> {
    findings::finding_in(cx.db.read(), &actor.sees(), FindingId(id)).await?.ok_or(Failure::NotThere)
}

/// The page itself, in a sandbox, with a mark at the fault.
pub(super) async fn page(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let found = finding_of(&cx, &actor, id).await?;
    let archived = archived(&cx, &found).await?.ok_or(Failure::NotThere)?;
    let decoded = charset::decode(&archived.body, archived.header("content-type"));
    let place = found.line.zip(found.col).and_then(|(line, col)| {
        offset(&decoded.text, usize::try_from(line).ok()?, usize::try_from(col).ok()?)
    });
    let html = marked(&decoded.text, place);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok((headers, html).into_response())
}

/// The byte of a line and column, both from 1.
fn offset(source: &str, line: usize, col: usize) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += source.get(start..)?.find('\n')? + 1;
    }
    let rest = source[start..].split('\n').next()?;
    Some(start + rest.char_indices().nth(col.checked_sub(1)?).map_or(rest.len(), |(at, _)| at))
}

/// The source with a mark before the place. The mark is an element of our own; wherever a parser puts it, it is seen.
fn marked(source: &str, place: Option<usize>) -> String {
    const MARK: &str = "<mark id=\"fault\" style=\"background:#d63939!important;color:#fff!important;padding:2px 6px!important;\
         font:14px sans-serif!important;display:inline-block!important;visibility:visible!important\">问题在这里 ▸</mark>";
    match place {
        Some(at) if source.is_char_boundary(at) => format!("{}{MARK}{}", &source[..at], &source[at..]),
        _ => source.to_owned(),
    }
}

/// The picture that was taken of the page.
pub(super) async fn picture(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let found = finding_of(&cx, &actor, id).await?;
    let digest = found.picture.as_deref().and_then(Digest::parse).ok_or(Failure::NotThere)?;
    let bytes = cx.blobs.get(digest).await?;
    Ok(([(header::CONTENT_TYPE, kind_of(&bytes))], Body::from(bytes)).into_response())
}

/// The picture that came with a person's report. What a citizen hands in may be any kind of picture: it is shown as one or
/// not at all, and never read as a page.
pub(super) async fn report_picture(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let report = findings::report_unscoped(cx.db.read(), id).await?.ok_or(Failure::NotThere)?;
    finding_of(&cx, &actor, report.finding_id.0).await?;
    let digest = report.picture.as_deref().and_then(Digest::parse).ok_or(Failure::NotThere)?;
    let bytes = cx.blobs.get(digest).await?;
    Ok(([(header::CONTENT_TYPE, kind_of(&bytes))], Body::from(bytes)).into_response())
}

/// The media type of a picture by its first bytes.
fn kind_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => "image/jpeg",
    }
}

/// The record as it is kept, for those who hold it against the website: a WARC file of one record.
pub(super) async fn record(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let found = finding_of(&cx, &actor, id).await?;
    let digest = found.evidence.as_deref().and_then(Digest::parse).ok_or(Failure::NotThere)?;
    let bytes = cx.blobs.get(digest).await?;
    Ok(ledger::web::download::file(&format!("线索{id}.warc.gz"), "application/warc", bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_by_line_and_character() {
        let source = "甲\n乙丙<a>\n丁";
        assert_eq!(offset(source, 2, 3).map(|at| &source[at..at + 3]), Some("<a>"));
        assert_eq!(offset(source, 1, 9), Some(3));
        assert_eq!(offset(source, 9, 1), None);
    }

    #[test]
    fn the_tag_at_the_place_is_marked_and_long_lines_are_cut() {
        let line = format!("{}<a href=\"x\">文</a>{}", "前".repeat(500), "后".repeat(500));
        let excerpt = cut_out(&format!("一\n{line}\n三"), 2, 501, "").unwrap();
        assert_eq!(excerpt.lines.len(), 3);
        let marked = &excerpt.lines[1];
        assert_eq!(marked.marked, "<a href=\"x\">");
        assert_eq!((marked.before.chars().count(), marked.after.chars().count()), (AROUND, AROUND));
        assert!(cut_out("一行", 5, 1, "").is_none());
        let words = cut_out("<p>认真布署工作。</p>", 1, 6, "布署").unwrap();
        assert_eq!(words.lines[0].marked, "布署");
    }
}
