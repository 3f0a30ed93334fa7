//! What a storage's refusal means, in the reader's language. Serves all clauses.
//!
//! The storage's own words go to the log with the cause; they name keys and buckets, never the secret.

use std::error::Error as _;
use std::io;

use object_store::Error as Refusal;
use platform::Digest;
use platform::blobs::Error;

/// Codes in the body of an answer (Amazon S3 API reference, "Error responses"; `FULL` are other storages'). The client
/// tells the status of some requests only, but the body of all.
const NO_BUCKET: &str = "NoSuchBucket";
const REFUSED: [&str; 4] = ["AccessDenied", "SignatureDoesNotMatch", "InvalidAccessKeyId", "403 Forbidden"];
const SKEWED: &str = "RequestTimeTooSkewed";
const FULL: [&str; 2] = ["QuotaExceeded", "StorageFull"];

const NO_RIGHT: &str = "拒绝了访问密钥，请核对 objects-key、objects-secret 和它的读、写、列举、删除权限";

/// The error of a blob store. `digest` is given where a missing object means a missing blob.
pub(crate) fn of(refusal: Refusal, digest: Option<Digest>, place: &str) -> Error {
    let said = chain(&refusal);
    let has = |code: &str| said.contains(code);
    if FULL.into_iter().any(has) {
        return Error::Full(refusal.into());
    }
    let why = match &refusal {
        _ if has(NO_BUCKET) => "没有这个存储桶，请核对 objects-bucket 或先建立它",
        _ if has(SKEWED) => "拒绝了请求：本机时钟与它相差太多，请校准时钟",
        Refusal::NotFound { .. } => match digest {
            Some(digest) => return Error::Missing(digest),
            None => "没有这个存储桶，请核对 objects-bucket 或先建立它",
        },
        Refusal::PermissionDenied { .. } | Refusal::Unauthenticated { .. } => NO_RIGHT,
        _ if REFUSED.into_iter().any(has) => NO_RIGHT,
        _ => match kind(&refusal) {
            Some(io::ErrorKind::TimedOut) => "没有在时限内应答",
            Some(io::ErrorKind::NotConnected) => "连不上，请检查地址、网络和存储服务",
            _ => "没有正常应答",
        },
    };
    Error::Away { place: place.to_owned(), why, source: refusal.into() }
}

/// What happened on the wire, if the refusal says so anywhere.
fn kind(refusal: &Refusal) -> Option<io::ErrorKind> {
    use object_store::client::{HttpError, HttpErrorKind};
    let mut source = refusal.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<HttpError>() {
            return match error.kind() {
                HttpErrorKind::Timeout => Some(io::ErrorKind::TimedOut),
                HttpErrorKind::Connect => Some(io::ErrorKind::NotConnected),
                _ => None,
            };
        }
        source = error.source();
    }
    None
}

fn chain(error: &Refusal) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(next) = source {
        said.push_str(&next.to_string());
        source = next.source();
    }
    said
}
