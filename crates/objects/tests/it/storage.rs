//! A real S3 server in this process, which looks at signatures and digests, and how it is reached. Serves all clauses.

use std::path::Path;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use objects::Settings;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;

pub const BUCKET: &str = "xunwang";
const KEY: &str = "test-key";
const SECRET: &str = "test-secret";

/// Serves `folder` until the test's runtime ends.
pub async fn start(folder: &Path) -> Settings {
    std::fs::create_dir_all(folder.join(BUCKET)).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                // A client may close whenever it likes.
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
            });
        }
    });
    settings(format!("http://{address}"))
}

pub fn settings(endpoint: String) -> Settings {
    Settings {
        endpoint,
        bucket: BUCKET.into(),
        region: "us-east-1".into(),
        path_style: true,
        key: KEY.into(),
        secret: SECRET.into(),
        prefix: "prod".into(),
    }
}
