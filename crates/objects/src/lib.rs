//! Blobs in S3-compatible storage: settings, and the store that `platform::blobs` uses. Serves all clauses.
//!
//! Knows no word of the trade. Talks to the one endpoint that the administrator names and to nothing else; the secret is
//! in no message, no log and no backup.

mod store;
mod trouble;

use std::fmt;
use std::time::Duration;

use object_store::ClientOptions;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{BackoffConfig, RetryConfig};
use url::Url;

pub use store::Objects;

/// A connection that is not there after this is not coming: the storage stands in the same network.
const CONNECT: Duration = Duration::from_secs(3);
/// One request with its answer: a part of 8 MiB at 3 Mbit/s.
const REQUEST: Duration = Duration::from_secs(25);
/// Attempts after the first: over a restart of the storage's gateway, not over an outage, which is told instead.
const RETRIES: usize = 3;
/// No attempt begins later than this after the first.
const RETRY_FOR: Duration = Duration::from_secs(15);
/// Waits between attempts grow from this, doubled and a little random, up to two seconds.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// Longest prefix: with a digest it stays far below the 1,024 bytes of a key.
const LONGEST_PREFIX: usize = 200;

/// Where the objects are and who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Address of the storage, `http://` or `https://`.
    pub endpoint: String,
    pub bucket: String,
    /// Part of the signature; most storages other than Amazon's take any.
    pub region: String,
    /// Whether the bucket stands in the path (`endpoint/bucket/key`) and not before the host's name.
    pub path_style: bool,
    /// The access key's id.
    pub key: String,
    /// The access key's secret.
    pub secret: String,
    /// What every object's name begins with; empty for none.
    pub prefix: String,
}

/// Everything but the secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settings({} as {})", self.place(), self.key)
    }
}

impl Settings {
    /// The storage as messages and backups name it.
    pub fn place(&self) -> String {
        let prefix = self.prefix.trim_matches('/');
        let slash = if prefix.is_empty() { "" } else { "/" };
        format!("对象存储 {}/{}{slash}{prefix}", self.endpoint.trim_end_matches('/'), self.bucket)
    }

    /// What is wrong with the settings: the field and why, in the reader's language.
    pub fn check(&self) -> Result<(), Wrong> {
        let wrong = |field, why| Err(Wrong { field, why });
        match Url::parse(&self.endpoint) {
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                return wrong("endpoint", "地址里不要写账号和密码，请用单独的设置");
            }
            Ok(url) if ["http", "https"].contains(&url.scheme()) && url.has_host() => {}
            _ => return wrong("endpoint", "应为网址，如 https://s3.example:9000"),
        }
        let plain = |text: &str, more: &[u8]| {
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || more.contains(&b))
        };
        // Amazon's rules for names of buckets, which the others keep.
        if !(3..=63).contains(&self.bucket.len()) || !plain(&self.bucket, b"-.") {
            return wrong("bucket", "存储桶名应为 3 到 63 个小写字母、数字、连字符或点");
        }
        if self.region.is_empty() || !plain(&self.region, b"-_") {
            return wrong("region", "区域应为小写字母、数字和连字符，如 us-east-1");
        }
        let prefix = self.prefix.to_ascii_lowercase();
        let parts = prefix.trim_matches('/').split('/');
        let odd =
            parts.clone().any(|part| part == "." || part == ".." || (part.is_empty() && !prefix.is_empty()));
        if prefix.len() > LONGEST_PREFIX || !plain(&prefix, b"-_./") || odd {
            return wrong("prefix", "前缀应由字母、数字、连字符、点和斜线组成，如 xunwang/prod");
        }
        if self.key.trim().is_empty() {
            return wrong("key", "缺少访问密钥的编号（Access Key）");
        }
        if self.secret.trim().is_empty() {
            return wrong("secret", "缺少访问密钥（Secret Key），请写在环境变量或配置文件里");
        }
        Ok(())
    }
}

/// A setting that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Name of the field of [`Settings`].
    pub field: &'static str,
    pub why: &'static str,
}

/// The store of these settings. Nothing is asked of it yet.
pub fn open(settings: &Settings) -> Result<Objects, Wrong> {
    settings.check()?;
    let http = settings.endpoint.starts_with("http://");
    let client =
        ClientOptions::new().with_allow_http(http).with_connect_timeout(CONNECT).with_timeout(REQUEST);
    let backoff = BackoffConfig { init_backoff: FIRST_WAIT, max_backoff: LONGEST_WAIT, base: 2.0 };
    let retry = RetryConfig { backoff, max_retries: RETRIES, retry_timeout: RETRY_FOR };
    let built = AmazonS3Builder::new()
        .with_endpoint(settings.endpoint.trim_end_matches('/'))
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_virtual_hosted_style_request(!settings.path_style)
        .with_access_key_id(settings.key.trim())
        .with_secret_access_key(settings.secret.trim())
        // Deleting many at once is not known to every storage; one by one is.
        .with_disable_bulk_delete(true)
        .with_client_options(client)
        .with_retry(retry)
        .build();
    let store = built.map_err(|error| {
        tracing::error!("the object store cannot be used: {error}");
        Wrong { field: "endpoint", why: "对象存储的设置不能用，详细原因见日志" }
    })?;
    let prefix = Path::parse(settings.prefix.trim_matches('/'))
        .map_err(|_| Wrong { field: "prefix", why: "前缀不能用" })?;
    Ok(Objects::new(store, prefix, settings.place()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            endpoint: "https://s3.qinghe.example:9000".into(),
            bucket: "xunwang".into(),
            region: "us-east-1".into(),
            path_style: true,
            key: "ak".into(),
            secret: "not-to-be-seen".into(),
            prefix: "prod/one".into(),
        }
    }

    #[test]
    fn the_secret_is_in_no_description() {
        let objects = open(&settings()).unwrap();
        let told = format!("{:?} {} {objects:?}", settings(), settings().place());
        assert!(told.contains("https://s3.qinghe.example:9000/xunwang/prod/one"), "{told}");
        assert!(!told.contains("not-to-be-seen"), "{told}");
    }

    #[test]
    fn each_wrong_setting_is_named() {
        type Change = fn(&mut Settings);
        let cases: [(&str, Change); 13] = [
            ("endpoint", |s| s.endpoint = "s3.example".into()),
            ("endpoint", |s| s.endpoint = "ftp://s3.example".into()),
            ("endpoint", |s| s.endpoint = "https://a:b@s3.example".into()),
            ("bucket", |s| s.bucket = "ab".into()),
            ("bucket", |s| s.bucket = "Großes".into()),
            ("bucket", |s| s.bucket = "a/b/c".into()),
            ("region", |s| s.region = String::new()),
            ("region", |s| s.region = "us east".into()),
            ("prefix", |s| s.prefix = "a/../b".into()),
            ("prefix", |s| s.prefix = "a//b".into()),
            ("prefix", |s| s.prefix = "中".into()),
            ("key", |s| s.key = " ".into()),
            ("secret", |s| s.secret = String::new()),
        ];
        for (field, change) in cases {
            let mut changed = settings();
            change(&mut changed);
            assert_eq!(changed.check().unwrap_err().field, field, "{changed:?}");
        }
        for prefix in ["", "a", "a/b/", "/A-1_x.y"] {
            assert_eq!(Settings { prefix: prefix.into(), ..settings() }.check(), Ok(()), "{prefix}");
        }
    }
}
