//! What every place for blobs must do, asked of a folder and of an object store. Serves all clauses.

use std::path::{Path, PathBuf};

use platform::Digest;
use platform::blobs::{self, Blobs, Copied, Error, LONGEST};

use super::storage;

/// A place, and the folder in which it keeps a file for each blob.
struct Place {
    blobs: Blobs,
    kept: PathBuf,
}

impl Place {
    fn file(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.kept.join(&name[..2]).join(&name[2..])
    }
}

async fn places(folder: &Path) -> [Place; 2] {
    let kept = folder.join("blobs");
    let here = Place { blobs: Blobs::folder(&kept).unwrap(), kept };
    let settings = storage::start(&folder.join("s3")).await;
    let kept = folder.join("s3").join(storage::BUCKET).join("prod");
    [here, Place { blobs: Blobs::of(objects::open(&settings).unwrap()), kept }]
}

fn part(digest: Digest) -> u8 {
    u8::from_str_radix(&digest.to_string()[..2], 16).unwrap()
}

#[tokio::test]
async fn equal_files_are_one_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    for Place { blobs, .. } in &places(folder.path()).await {
        let bytes = "证据".as_bytes().to_vec();
        let one = blobs.put(bytes.clone()).await.unwrap();
        assert_eq!(one, Digest::of(&bytes));
        assert_eq!(blobs.put(bytes.clone()).await.unwrap(), one);
        assert_eq!(blobs.get(one).await.unwrap(), bytes);
        let none = blobs.put(Vec::new()).await.unwrap();
        assert_eq!(blobs.get(none).await.unwrap(), b"");
        let listed = blobs.list(part(one)).await.unwrap();
        assert_eq!(listed.into_iter().collect::<Vec<_>>(), [(one, bytes.len() as u64)]);
        assert!(blobs.list(part(one) ^ 1).await.unwrap().is_empty());
        blobs.probe().await.unwrap();
        let all = async || {
            let mut all = 0;
            for part in 0..=u8::MAX {
                all += blobs.list(part).await.unwrap().len();
            }
            all
        };
        assert_eq!(all().await, 2, "a probe leaves nothing behind");
    }
}

#[tokio::test]
async fn long_blobs_go_in_parts_and_too_long_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for Place { blobs, .. } in &places(folder.path()).await {
        // Over two borders of parts, and no multiple of them.
        let long: Vec<u8> = (0..(17 << 20) + 5u32).map(|n| (n >> 3) as u8).collect();
        let digest = blobs.put(long.clone()).await.unwrap();
        assert!(blobs.get(digest).await.unwrap() == long);
        let too_long = blobs.put(vec![0; LONGEST + 1]).await;
        assert!(matches!(too_long, Err(Error::TooLong(n)) if n == LONGEST + 1));
    }
}

#[tokio::test]
async fn a_damaged_or_missing_blob_is_told_and_mended_by_putting_it_again() {
    let folder = tempfile::tempdir().unwrap();
    for place in &places(folder.path()).await {
        let blobs = &place.blobs;
        let one = blobs.put(b"whole".to_vec()).await.unwrap();
        std::fs::write(place.file(one), b"who").unwrap();
        assert!(matches!(blobs.get(one).await, Err(Error::Damaged(d)) if d == one));
        blobs.put(b"whole".to_vec()).await.unwrap();
        assert_eq!(blobs.get(one).await.unwrap(), b"whole");
        let other = Digest::of(b"other");
        assert!(matches!(blobs.get(other).await, Err(Error::Missing(d)) if d == other));
        std::fs::write(place.file(one), b"hole!").unwrap();
        assert!(matches!(blobs.get(one).await, Err(Error::Damaged(d)) if d == one), "of the right length");
    }
}

#[tokio::test]
async fn many_at_once_and_the_same_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for Place { blobs, .. } in &places(folder.path()).await {
        let puts = (0..60u8).map(|n| {
            let blobs = blobs.clone();
            tokio::spawn(async move { blobs.put(vec![n % 20; 1_000]).await.unwrap() })
        });
        for put in puts.collect::<Vec<_>>() {
            blobs.get(put.await.unwrap()).await.unwrap();
        }
        let mut all = 0;
        for part in 0..=u8::MAX {
            all += blobs.list(part).await.unwrap().len();
        }
        assert_eq!(all, 20);
    }
}

#[tokio::test]
async fn blobs_move_there_and_back_and_what_is_damaged_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let [here, there] = places(folder.path()).await;
    let mut digests = Vec::new();
    for n in 0..40u32 {
        digests.push(here.blobs.put(format!("文件 {n}").into_bytes()).await.unwrap());
    }
    let bad = digests[0];
    std::fs::write(here.file(bad), b"bad").unwrap();
    let first = blobs::copy(&here.blobs, &there.blobs).await.unwrap();
    assert_eq!((first.copied, first.there, first.damaged, &first.examples), (39, 0, 1, &vec![bad]));
    let again = blobs::copy(&here.blobs, &there.blobs).await.unwrap();
    assert_eq!((again.copied, again.there, again.damaged), (0, 39, 1));
    let back = Blobs::folder(&folder.path().join("back")).unwrap();
    let returned = blobs::copy(&there.blobs, &back).await.unwrap();
    assert_eq!(returned, Copied { copied: 39, bytes: first.bytes, ..Copied::default() });
    for digest in &digests[1..] {
        assert_eq!(back.get(*digest).await.unwrap(), here.blobs.get(*digest).await.unwrap());
    }
}
