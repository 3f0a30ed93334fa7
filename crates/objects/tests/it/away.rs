//! Storages that are busy, break off, refuse, are full or are not there: tried again where that helps, told in words
//! where not. Serves all clauses.

use objects::Settings;
use platform::Digest;
use platform::blobs::{Blobs, Error};
use testkit::bucket::{Bucket, Mood};

use super::storage;

fn blobs(settings: &Settings) -> Blobs {
    Blobs::of(objects::open(settings).unwrap())
}

fn bucket() -> (Bucket, Blobs) {
    let bucket = Bucket::start(storage::BUCKET).unwrap();
    let blobs = blobs(&storage::settings(bucket.endpoint()));
    (bucket, blobs)
}

#[tokio::test]
async fn an_upload_is_tried_again() {
    for mood in [Mood::Busy(2), Mood::BreaksOff(2)] {
        let (bucket, blobs) = bucket();
        bucket.set(mood);
        let digest = blobs.put(b"evidence".to_vec()).await.unwrap();
        assert_eq!(bucket.objects().len(), 1);
        bucket.set(mood);
        assert_eq!(blobs.get(digest).await.unwrap(), b"evidence");
        // The three requests that count, and twice two that did not.
        assert_eq!(bucket.asked().len(), 7, "{:?}", bucket.asked());
    }
}

#[tokio::test]
async fn what_is_there_is_not_sent_again() {
    let (bucket, blobs) = bucket();
    for _ in 0..3 {
        blobs.put(b"evidence".to_vec()).await.unwrap();
    }
    let sent = bucket.asked().iter().filter(|asked| asked.starts_with("PUT ")).count();
    assert_eq!(sent, 1);
    let name = Digest::of(b"evidence").to_string();
    let key = format!("prod/{}/{}", &name[..2], &name[2..]);
    assert_eq!(bucket.objects().keys().collect::<Vec<_>>(), [&key]);
}

#[tokio::test]
async fn each_refusal_is_told_in_words() {
    let (bucket, blobs) = bucket();
    let cases = [
        (Mood::Refuses, "拒绝了访问密钥"),
        (Mood::NoBucket, "没有这个存储桶"),
        (Mood::Busy(u32::MAX), "没有正常应答"),
        (Mood::BreaksOff(u32::MAX), "没有正常应答"),
    ];
    for (mood, words) in cases {
        bucket.set(mood);
        for error in [
            blobs.put(b"x".to_vec()).await.unwrap_err(),
            blobs.get(Digest::of(b"x")).await.unwrap_err(),
            blobs.list(0).await.unwrap_err(),
            blobs.probe().await.unwrap_err(),
        ] {
            assert!(matches!(error, Error::Away { .. }), "{mood:?}: {error:?}");
            let told = error.told();
            assert!(told.contains(words) && told.contains(&bucket.endpoint()), "{mood:?}: {told}");
            assert!(!format!("{error:?}").contains("test-secret"));
        }
    }
    bucket.set(Mood::Full);
    assert!(matches!(blobs.put(b"x".to_vec()).await, Err(Error::Full(_))));
    bucket.set(Mood::Serves);
    assert!(matches!(blobs.get(Digest::of(b"x")).await, Err(Error::Missing(_))));
}

#[tokio::test]
async fn a_storage_that_is_not_there_is_told_soon() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let blobs = blobs(&storage::settings(format!("http://{free}")));
    let begun = std::time::Instant::now();
    let told = blobs.put(b"x".to_vec()).await.unwrap_err().told();
    assert!(told.contains("连不上"), "{told}");
    assert!(begun.elapsed().as_secs() < 15, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_wrong_secret_is_refused_by_a_real_server() {
    let folder = tempfile::tempdir().unwrap();
    let right = storage::start(folder.path()).await;
    blobs(&right).probe().await.unwrap();
    for wrong in
        [Settings { secret: "other".into(), ..right.clone() }, Settings { key: "other".into(), ..right }]
    {
        let told = blobs(&wrong).probe().await.unwrap_err().told();
        assert!(told.contains("拒绝了访问密钥"), "{told}");
    }
}

#[tokio::test]
async fn bytes_that_another_wrote_under_our_name_are_not_believed() {
    let (bucket, blobs) = bucket();
    let digest = blobs.put(b"evidence".to_vec()).await.unwrap();
    for bytes in bucket.objects().values_mut() {
        *bytes = b"evilence".to_vec();
    }
    assert!(matches!(blobs.get(digest).await, Err(Error::Damaged(_))));
    // What is no blob is passed over.
    bucket.objects().insert("prod/00/readme".into(), b"x".to_vec());
    assert!(blobs.list(0).await.unwrap().is_empty());
}
