//! How quickly the pages came, and which were slowest. Clause N2.1.
//!
//! Keeps one number a page and nothing else of it.

use std::cmp::Reverse;

use crawl::run_file::PageRow;
use serde::Serialize;

use super::{Link, Named};

/// Slow pages shown.
const MOST_SLOW: usize = 10;
/// The last bound is S15's: a visit that takes longer has failed.
const BANDS: [(u32, &str); 5] = [
    (200, "0.2 秒以内"),
    (1_000, "0.2–1 秒"),
    (3_000, "1–3 秒"),
    (15_000, "3–15 秒"),
    (u32::MAX, "15 秒以上"),
];

#[derive(Default)]
pub struct Times {
    took: Vec<u32>,
    slowest: Vec<(u32, String)>,
    bands: [u64; BANDS.len()],
    sum: u64,
}

#[derive(Serialize)]
pub struct SlowPage {
    pub page: Link,
    pub ms: u64,
}

impl Times {
    pub fn add(&mut self, page: PageRow) {
        self.sum += u64::from(page.took_ms);
        self.took.push(page.took_ms);
        self.bands[BANDS.iter().position(|(most, _)| page.took_ms < *most).unwrap_or(BANDS.len() - 1)] += 1;
        if self.slowest.len() < MOST_SLOW || self.slowest.last().is_some_and(|(ms, _)| *ms < page.took_ms) {
            self.slowest.push((page.took_ms, page.url));
            self.slowest.sort_by_key(|(ms, _)| Reverse(*ms));
            self.slowest.truncate(MOST_SLOW);
        }
    }

    pub fn pages(&self) -> u64 {
        self.took.len() as u64
    }

    pub fn mean(&self) -> u64 {
        self.sum.checked_div(self.pages()).unwrap_or_default()
    }

    /// The time within which 95 of 100 pages came.
    pub fn p95(&mut self) -> u32 {
        self.took.sort_unstable();
        self.took.get(self.took.len() * 95 / 100).or(self.took.last()).copied().unwrap_or_default()
    }

    pub fn bands(&self) -> Vec<Named> {
        let most = self.bands.iter().copied().max().unwrap_or(0);
        BANDS
            .iter()
            .zip(self.bands)
            .map(|((_, name), count)| Named::new((*name).to_owned(), count, most))
            .collect()
    }

    pub fn slowest(self) -> Vec<SlowPage> {
        self.slowest
            .into_iter()
            .map(|(ms, url)| SlowPage { page: Link::new(&url), ms: u64::from(ms) })
            .collect()
    }
}
