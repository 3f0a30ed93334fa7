//! What a run shows while it works: one line in place on a terminal, a line every few seconds elsewhere. Clause N2.7.
//!
//! Reads counters only and stops nothing.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use base::Level;
use crawl::{Engine, Progress};
use tokio::task::JoinHandle;

/// How often the line on a terminal is drawn anew.
const LIVE: Duration = Duration::from_millis(500);
/// How often a line is written where nobody watches.
const LOG: Duration = Duration::from_secs(5);

/// A moment of a run.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub sites: usize,
    pub pages: u64,
    pub waiting: u64,
    pub requests_a_second: f64,
    pub findings: [u64; 4],
    pub slowest: Option<(String, u32)>,
    pub left: Option<Duration>,
}

/// Shows progress until aborted.
pub fn watch(engine: Arc<Engine>, progress: Arc<Progress>, sites: usize) -> JoinHandle<()> {
    tokio::spawn(async move {
        let live = std::io::stderr().is_terminal();
        let mut tick = tokio::time::interval(if live { LIVE } else { LOG });
        tick.tick().await;
        let (mut before, mut at) = (0, Instant::now());
        loop {
            tick.tick().await;
            let requests = engine.requests();
            let rate = (requests - before) as f64 / at.elapsed().as_secs_f64().max(0.001);
            (before, at) = (requests, Instant::now());
            let line = line(&snapshot(&engine, &progress, sites, rate));
            if live {
                eprint!("\r\x1b[2K{line}");
                // A terminal that is gone shows nothing; the run goes on.
                std::io::stderr().flush().ok();
            } else {
                eprintln!("{line}");
            }
        }
    })
}

/// Leaves the live line behind.
pub fn end_line() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

fn snapshot(engine: &Engine, progress: &Progress, sites: usize, rate: f64) -> Snapshot {
    let answered = progress.answered.load(Ordering::Relaxed);
    let waiting = progress.addresses.load(Ordering::Relaxed).saturating_sub(answered);
    Snapshot {
        sites,
        pages: progress.pages.load(Ordering::Relaxed),
        waiting,
        requests_a_second: rate,
        findings: Level::GRAVEST_FIRST.map(|level| progress.findings(level)),
        slowest: engine.slowest_host(),
        left: (rate >= 0.1).then(|| Duration::from_secs_f64(waiting as f64 / rate)),
    }
}

/// The line for a moment.
pub fn line(now: &Snapshot) -> String {
    let mut line = String::new();
    if now.sites > 1 {
        line.push_str(&format!("{} 个网站 · ", now.sites));
    }
    line.push_str(&format!(
        "已读 {} 页 · 待查 {} · {:.0} 次/秒",
        now.pages, now.waiting, now.requests_a_second
    ));
    let labels = Level::GRAVEST_FIRST.map(Level::label);
    for (label, count) in labels.iter().zip(now.findings).filter(|(_, count)| *count > 0) {
        line.push_str(&format!(" · {label} {count}"));
    }
    if let Some((host, ms)) = &now.slowest {
        line.push_str(&format!(" · 最慢 {host} {ms} 毫秒"));
    }
    if let Some(left) = now.left.filter(|_| now.waiting > 0) {
        line.push_str(&format!(" · 约剩 {}", span(left)));
    }
    line
}

fn span(time: Duration) -> String {
    match time.as_secs() {
        s @ 0..60 => format!("{s} 秒"),
        s @ 60..3600 => format!("{} 分钟", s / 60),
        s => format!("{} 小时", s / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_what_is_done_and_what_remains() {
        let now = Snapshot {
            sites: 1,
            pages: 12,
            waiting: 90,
            requests_a_second: 30.0,
            findings: [0, 2, 0, 1],
            slowest: Some(("qh.example".into(), 80)),
            left: Some(Duration::from_secs(3)),
        };
        assert_eq!(
            line(&now),
            "已读 12 页 · 待查 90 · 30 次/秒 · 错误 2 · 提示 1 · 最慢 qh.example 80 毫秒 · 约剩 3 秒"
        );
    }
}
