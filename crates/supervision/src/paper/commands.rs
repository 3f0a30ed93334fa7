//! A document gets its number, and comes back signed. Clause N2.8.

use ledger::identity::model::Role;
use ledger::web::keep;
use ledger::{Actor, Cx};
use platform::audit::{self, Deed};
use platform::web::form::text;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::entity::paper_copy;
use super::store;
use super::subject::Subject;

/// Who numbers documents and hands scans in: people of the unit that issues them.
pub const CLERKS: &[Role] = &[Role::Supervisor];
/// The longest number: `湘政办网监〔2026〕123号` has fifteen characters.
const LONGEST_NUMBER: usize = 60;
/// The audit chain of documents.
const CHAIN: &str = "papers";

/// Keeps a number, a signed scan, or both.
pub async fn file(
    cx: &Cx,
    actor: &Actor,
    subject: &Subject,
    number: &str,
    scan: Option<(String, Vec<u8>)>,
) -> Result<Result<(), Faults>, Failure> {
    if !actor.scope(CLERKS).covers(&subject.issuer_path) {
        return Err(Refusal::forbidden("只有发文单位能编文号、存入签章件。").into());
    }
    let mut faults = Faults::default();
    let number = text(number, "发文字号", LONGEST_NUMBER).unwrap_or_else(|words| {
        faults.field("number", words);
        String::new()
    });
    match &scan {
        Some((_, bytes)) if !is_document(bytes) => {
            faults.field("file", "签章件应为 PDF、OFD 或图片（JPG、PNG）。请重新扫描或另存后上传。");
        }
        None if number.is_empty() && faults.is_empty() => {
            faults.field("number", "请填写发文字号，或选择签章后的扫描件。");
        }
        _ => {}
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let kept = keep(cx, scan).await?;
    let (now, tx) = (cx.now(), cx.write().await?);
    store::hold(&tx, &subject.issuer_path).await?;
    if !number.is_empty()
        && let Some(other) = store::bears(&tx, subject, &number).await?
    {
        faults.field("number", format!("文号“{number}”已用于另一份公文（{}存入），请核对。", other.who));
        return Ok(Err(faults));
    }
    let (file_name, digest) = kept.map_or((String::new(), None), |(name, digest)| (name, Some(digest)));
    let detail = [number.as_str(), file_name.as_str()].join(" ");
    let copy = paper_copy::ActiveModel {
        kind: Set(subject.kind.to_owned()),
        of_id: Set(subject.of),
        issuer_path: Set(subject.issuer_path.clone()),
        number: Set(number),
        file_name: Set(file_name),
        digest: Set(digest),
        who: Set(actor.name.clone()),
        at: Set(now),
        ..Default::default()
    };
    store::add(&tx, copy).await?;
    let deed = Deed {
        chain: CHAIN,
        at: now,
        person: Some(actor.person.0),
        who: &actor.login,
        action: "paper.filed",
        subject: &format!("{}/{}", subject.kind, subject.of),
        detail: detail.trim(),
    };
    audit::write(&tx, deed).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Whether bytes are what a scanner or an office's seal program makes, by their first ones: PDF, JPEG, PNG, and OFD
/// (GB/T 33190), which is a ZIP file.
fn is_document(bytes: &[u8]) -> bool {
    [&b"%PDF-"[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"]
        .iter()
        .any(|magic| bytes.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_known_by_its_first_bytes() {
        assert!(is_document(b"%PDF-1.7\n") && is_document(b"\xff\xd8\xff\xe0") && is_document(b"PK\x03\x04"));
        assert!(!is_document(b"MZ\x90") && !is_document(b"<html>") && !is_document(b""));
    }
}
