//! Evidence that stands on its own: `evidence.warc.gz`, readable by standard WARC tools (ISO 28500:2017). Clause N5.3.
//!
//! One gzip member a record. Bodies are kept as received after decompression and cut at a bound; nothing is edited.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use base::Evidence;
use flate2::Compression;
use flate2::write::GzEncoder;
use foldhash::fast::FixedState;
use std::hash::BuildHasher;

use crate::bounds::{MAX_CONVERSION, MAX_EVIDENCE_BODY};
use crate::fetch::Fetched;

/// A record ready to be appended.
pub struct Record {
    pub id: String,
    bytes: Vec<u8>,
}

impl Record {
    /// A record of another evidence file: its id and its gzip member.
    pub fn copied(id: String, member: Vec<u8>) -> Record {
        Record { id, bytes: member }
    }

    /// Its gzip member, a WARC file of one record.
    pub fn into_member(self) -> Vec<u8> {
        self.bytes
    }
}

/// The growing evidence file of a run.
pub struct EvidenceFile {
    file: File,
    length: u64,
}

impl EvidenceFile {
    /// Opens the file; what stands beyond `length` (an interrupted write) is cut off. A new file starts with a
    /// `warcinfo` record.
    pub fn open(path: &Path, length: u64, software: &str, at: i64) -> io::Result<EvidenceFile> {
        let mut file = File::options().create(true).read(true).write(true).truncate(false).open(path)?;
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        let mut evidence = EvidenceFile { file, length };
        if length == 0 {
            let body = format!("software: {software}\r\nformat: WARC File Format 1.1\r\n");
            let id = record_id("warcinfo", at);
            let head = [("Content-Type", "application/warc-fields")];
            evidence.append(&record("warcinfo", &id, None, at, &head, body.as_bytes())?)?;
        }
        Ok(evidence)
    }

    /// Appends a record and says where it lies.
    pub fn append(&mut self, record: &Record) -> io::Result<Evidence> {
        self.file.write_all(&record.bytes)?;
        let offset = self.length;
        self.length += record.bytes.len() as u64;
        Ok(Evidence { record: record.id.clone(), offset })
    }

    pub fn length(&self) -> u64 {
        self.length
    }
}

/// The record of an answer; of an address that gave none, a `metadata` record saying what happened.
pub fn of_answer(url: &str, fetched: &Fetched, at: i64) -> io::Result<Record> {
    let id = record_id(url, at);
    let Some(status) = fetched.status else {
        let body = format!(
            "reach: {}\r\nmethod: {}\r\ntook-ms: {}\r\n",
            fetched.reach, fetched.method, fetched.took_ms
        );
        return record(
            "metadata",
            &id,
            Some(url),
            at,
            &[("Content-Type", "application/warc-fields")],
            body.as_bytes(),
        );
    };
    let body = &fetched.body[..fetched.body.len().min(MAX_EVIDENCE_BODY)];
    let mut payload = Vec::with_capacity(body.len() + 1024);
    let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("");
    write!(payload, "HTTP/1.1 {status} {reason}\r\n")?;
    for (name, value) in &fetched.headers {
        // The body is stored decoded and whole or cut, so the headers that describe its transport keep their
        // value under another name.
        let coded = matches!(name.as_str(), "content-encoding" | "transfer-encoding" | "content-length");
        write!(payload, "{}{name}: ", if coded { "x-archive-orig-" } else { "" })?;
        payload.extend_from_slice(value.as_bytes());
        payload.extend_from_slice(b"\r\n");
    }
    write!(payload, "content-length: {}\r\n\r\n", body.len())?;
    payload.extend_from_slice(body);
    let mut head = vec![("Content-Type", "application/http; msgtype=response")];
    if body.len() < fetched.body.len() {
        head.push(("WARC-Truncated", "length"));
    }
    let target = if fetched.chain.is_empty() { url } else { fetched.url.as_str() };
    record("response", &id, Some(target), at, &head, &payload)
}

/// The record of a page as a browser renders it, referring to the record of its answer.
pub fn of_rendered(url: &str, answer: &Record, html: &str, at: i64) -> io::Result<Record> {
    let body = &html.as_bytes()[..html.floor_char_boundary(MAX_CONVERSION)];
    let refers = format!("<{}>", answer.id);
    let mut head = vec![("Content-Type", "text/html; charset=utf-8"), ("WARC-Refers-To", refers.as_str())];
    if body.len() < html.len() {
        head.push(("WARC-Truncated", "length"));
    }
    record("conversion", &record_id(&format!("rendered {url}"), at), Some(url), at, &head, body)
}

fn record(
    kind: &str,
    id: &str,
    target: Option<&str>,
    at: i64,
    head: &[(&str, &str)],
    payload: &[u8],
) -> io::Result<Record> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(payload.len() / 2 + 512), Compression::fast());
    write!(gzip, "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{id}>\r\nWARC-Date: {}\r\n", utc(at))?;
    if let Some(target) = target {
        write!(gzip, "WARC-Target-URI: {target}\r\n")?;
    }
    for (name, value) in head {
        write!(gzip, "{name}: {value}\r\n")?;
    }
    write!(gzip, "Content-Length: {}\r\n\r\n", payload.len())?;
    gzip.write_all(payload)?;
    gzip.write_all(b"\r\n\r\n")?;
    Ok(Record { id: id.to_owned(), bytes: gzip.finish()? })
}

/// A name for a record that no other record of the run has: made from its address and time.
fn record_id(url: &str, at: i64) -> String {
    let high = FixedState::with_seed(1).hash_one((url, at));
    let low = FixedState::with_seed(2).hash_one((url, at));
    format!(
        "urn:uuid:{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        (low >> 48 & 0x3fff) | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// RFC 3339 in UTC, to the second, as WARC 1.1 takes it.
fn utc(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_else(|_| "1970-01-01T00:00:00Z".into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn records_follow_each_other_as_gzip_members() {
        let folder = std::env::temp_dir().join(format!("warc-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("evidence.warc.gz");
        let mut evidence = EvidenceFile::open(&path, 0, "xunwang", 0).unwrap();
        let url: url::Url = "http://a.example/x".parse().unwrap();
        let fetched = Fetched::without_answer(url, base::Reach::Refused);
        let there = evidence.append(&of_answer("http://a.example/x", &fetched, 5).unwrap()).unwrap();
        let length = evidence.length();
        drop(evidence);

        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.len() as u64, length);
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[there.offset as usize..]).read_to_string(&mut text).unwrap();
        assert!(text.starts_with("WARC/1.1\r\nWARC-Type: metadata\r\n"), "{text}");
        assert!(text.contains("reach: refused\r\n") && text.ends_with("\r\n\r\n"));

        // A half-written record of a killed run is cut off.
        std::fs::write(&path, [&bytes[..], b"half"].concat()).unwrap();
        assert_eq!(EvidenceFile::open(&path, length, "xunwang", 0).unwrap().length(), length);
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
