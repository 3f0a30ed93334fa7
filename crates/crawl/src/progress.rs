//! Numbers that grow while a run goes on, for whoever watches it. Clause N2.7.
//!
//! Only counts; nothing is decided by them.

use std::sync::atomic::{AtomicU64, Ordering};

use base::{Level, Verdict};

use crate::message::Answer;

/// Counters of one run, or of several together.
#[derive(Debug, Default)]
pub struct Progress {
    pub pages: AtomicU64,
    pub addresses: AtomicU64,
    pub answered: AtomicU64,
    pub bytes: AtomicU64,
    pub outgoing: AtomicU64,
    /// Addresses that are dead or wrong.
    pub broken: AtomicU64,
    findings: [AtomicU64; 4],
}

impl Progress {
    pub(crate) fn answered(&self, answer: &Answer) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(answer.bytes, Ordering::Relaxed);
        let broken = matches!(answer.verdict, Verdict::Dead | Verdict::Wrong);
        self.broken.fetch_add(u64::from(broken), Ordering::Relaxed);
        if answer.page {
            self.pages.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn recalled(&self, page: bool) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.addresses.fetch_add(1, Ordering::Relaxed);
        self.pages.fetch_add(u64::from(page), Ordering::Relaxed);
    }

    pub(crate) fn discovered(&self, inside: bool) {
        self.addresses.fetch_add(1, Ordering::Relaxed);
        self.outgoing.fetch_add(u64::from(!inside), Ordering::Relaxed);
    }

    pub(crate) fn found(&self, level: Level, count: u64) {
        self.findings[level as usize].fetch_add(count, Ordering::Relaxed);
    }

    /// Findings so far of a level. Links are judged when the run ends, so these grow in the end.
    pub fn findings(&self, level: Level) -> u64 {
        self.findings[level as usize].load(Ordering::Relaxed)
    }
}
