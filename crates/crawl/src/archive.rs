//! Reading `evidence.warc.gz` again: one record by its offset, and the answer in it. Clause N5.3.
//!
//! What is no such record is an error with its reason, never a panic; a record is read up to a bound.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use flate2::bufread::GzDecoder;

use crate::bounds::{MAX_CONVERSION, MAX_EVIDENCE_BODY};

/// A record's head beside its body: its own lines and the answer's.
const HEADS: usize = 1 << 20;

/// An answer as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The address that answered.
    pub target: String,
    /// When, as RFC 3339 in UTC.
    pub date: String,
    /// `None` where there was no answer, only a record of what happened.
    pub status: Option<u16>,
    /// As the server named them; what described the transport has `x-archive-orig-` before its name.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the body was cut at a bound when it was kept.
    pub is_cut: bool,
}

impl Archived {
    /// The first header of a name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// The gzip member that begins at `offset`: a WARC file of one record by itself.
pub fn member(path: &Path, offset: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut decoder = GzDecoder::new(BufReader::new(file));
    let read = io::copy(&mut decoder.by_ref().take(LARGEST as u64), &mut io::sink())?;
    if read >= LARGEST as u64 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a record beyond all bounds"));
    }
    // What the decoder has taken ends with the member; what its reader holds beyond belongs to the next.
    let mut reader = decoder.into_inner();
    let end = reader.stream_position()?;
    let mut file = reader.into_inner();
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(end.saturating_sub(offset)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

const LARGEST: usize =
    if MAX_CONVERSION > MAX_EVIDENCE_BODY { MAX_CONVERSION + HEADS } else { MAX_EVIDENCE_BODY + HEADS };

/// The answer in a member.
pub fn read(member: &[u8]) -> io::Result<Archived> {
    let mut record = Vec::new();
    GzDecoder::new(member).take(LARGEST as u64).read_to_end(&mut record)?;
    let wrong = |why| io::Error::new(io::ErrorKind::InvalidData, why);
    let (head, payload) = split(&record).ok_or_else(|| wrong("no WARC head"))?;
    let mut lines = head.split("\r\n");
    if !lines.next().is_some_and(|first| first.starts_with("WARC/1")) {
        return Err(wrong("no WARC record"));
    }
    let fields: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let field = |name: &str| {
        fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    };
    let length: usize =
        field("Content-Length").and_then(|n| n.parse().ok()).ok_or_else(|| wrong("no length"))?;
    let payload = payload.get(..length).ok_or_else(|| wrong("the record is cut"))?;
    let mut archived = Archived {
        target: field("WARC-Target-URI").unwrap_or_default().to_owned(),
        date: field("WARC-Date").unwrap_or_default().to_owned(),
        status: None,
        headers: Vec::new(),
        body: Vec::new(),
        is_cut: field("WARC-Truncated").is_some(),
    };
    match field("WARC-Type") {
        Some("response") => {
            let (head, body) = split(payload).ok_or_else(|| wrong("no head of an answer"))?;
            let mut lines = head.split("\r\n");
            archived.status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
            let pairs = lines.filter_map(|line| line.split_once(':'));
            archived.headers =
                pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
            archived.body = body.to_vec();
        }
        Some("conversion") => {
            archived.status = Some(200);
            let kind = field("Content-Type").unwrap_or_default().to_owned();
            archived.headers.push(("content-type".to_owned(), kind));
            archived.body = payload.to_vec();
        }
        _ => archived.body = payload.to_vec(),
    }
    Ok(archived)
}

/// Head and rest around the first empty line; a head in another charset is read as far as it can be.
fn split(bytes: &[u8]) -> Option<(String, &[u8])> {
    let at = memchr::memmem::find(bytes, b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&bytes[..at]).into_owned(), &bytes[at + 4..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{EvidenceFile, of_answer};
    use crate::fetch::Fetched;

    fn fetched(body: &[u8]) -> Fetched {
        let url: url::Url = "http://a.example/x".parse().unwrap();
        let mut fetched = Fetched::without_answer(url, base::Reach::Ok);
        fetched.status = Some(200);
        fetched.headers.insert("content-type", http::HeaderValue::from_static("text/html; charset=gbk"));
        fetched.body = body.to_vec();
        fetched
    }

    #[test]
    fn a_record_comes_back_by_its_offset_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("evidence.warc.gz");
        let mut file = EvidenceFile::open(&path, 0, "xunwang", 0).unwrap();
        let bodies: [&[u8]; 3] = [b"<p>\xd6\xd0\xce\xc4\r\n\r\n</p>", b"", &[b'x'; 100_000]];
        let places: Vec<_> = bodies
            .iter()
            .map(|body| file.append(&of_answer("http://a.example/x", &fetched(body), 5).unwrap()).unwrap())
            .collect();
        for (body, place) in bodies.iter().zip(&places) {
            let one = member(&path, place.offset).unwrap();
            let archived = read(&one).unwrap();
            assert!(archived.body == *body && !archived.is_cut);
            assert_eq!((archived.status, archived.target.as_str()), (Some(200), "http://a.example/x"));
            assert_eq!(archived.header("Content-Type"), Some("text/html; charset=gbk"));
            // A member by itself holds nothing of its neighbours.
            let next = places.iter().map(|p| p.offset).find(|at| *at > place.offset).unwrap_or(file.length());
            assert_eq!(one.len() as u64, next - place.offset);
        }
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("evidence.warc.gz");
        std::fs::write(&path, b"no gzip at all").unwrap();
        assert!(member(&path, 0).is_err() && member(&path, 99).is_err());
        assert!(read(b"").is_err() && read(b"x").is_err());
    }
}
