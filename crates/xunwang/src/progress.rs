//! What a run shows while it works: two lines in place on a terminal, a line every few seconds elsewhere. Clause N2.7.
//!
//! Reads counters only and stops nothing.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use base::Level;
use crawl::{Engine, Progress};
use tokio::task::JoinHandle;

use crate::output::tell;

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
    /// Addresses that do not work; links are judged only when the run ends.
    pub broken: u64,
    pub requests_a_second: f64,
    pub findings: [u64; 4],
    pub slowest: Option<(String, u32)>,
    pub left: Option<Duration>,
}

/// Shows progress until aborted.
pub fn watch(engine: Arc<Engine>, progress: Arc<Progress>, sites: usize) -> JoinHandle<()> {
    tokio::spawn(async move {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let live = std::io::stderr().is_terminal() && !dumb;
        let mut tick = tokio::time::interval(if live { LIVE } else { LOG });
        tick.tick().await;
        let (mut before, mut at) = (0, Instant::now());
        let mut drawn = false;
        loop {
            tick.tick().await;
            let requests = engine.requests();
            let rate = (requests - before) as f64 / at.elapsed().as_secs_f64().max(0.001);
            (before, at) = (requests, Instant::now());
            let now = snapshot(&engine, &progress, sites, rate);
            if live {
                // Two lines up, then each cleared and written anew.
                let up = if drawn { "\x1b[2A" } else { "" };
                drawn = true;
                // No wrapping meanwhile: on a narrow terminal a line that became two could not be drawn anew.
                tell(&format!("{up}\r\x1b[?7l\x1b[2K{}\n\x1b[2K{}\x1b[?7h", done(&now), met(&now)));
            } else {
                tell(&line(&now));
            }
        }
    })
}

fn snapshot(engine: &Engine, progress: &Progress, sites: usize, rate: f64) -> Snapshot {
    let answered = progress.answered.load(Ordering::Relaxed);
    let waiting = progress.addresses.load(Ordering::Relaxed).saturating_sub(answered);
    Snapshot {
        sites,
        pages: progress.pages.load(Ordering::Relaxed),
        waiting,
        broken: progress.broken.load(Ordering::Relaxed),
        requests_a_second: rate,
        findings: Level::GRAVEST_FIRST.map(|level| progress.findings(level)),
        slowest: engine.slowest_host(),
        left: (rate >= 0.1).then(|| Duration::from_secs_f64(waiting as f64 / rate)),
    }
}

/// A moment in one line.
pub fn line(now: &Snapshot) -> String {
    let met = met(now);
    if met.is_empty() { done(now) } else { format!("{} · {met}", done(now)) }
}

/// What is done and what remains.
fn done(now: &Snapshot) -> String {
    let mut line = String::new();
    if now.sites > 1 {
        line.push_str(&format!("{} 个网站 · ", now.sites));
    }
    line.push_str(&format!(
        "已读 {} 页 · 待查 {} · {:.0} 次/秒",
        now.pages, now.waiting, now.requests_a_second
    ));
    if let Some(left) = now.left.filter(|_| now.waiting > 0) {
        line.push_str(&format!(" · 约剩 {}", span(left)));
    }
    line
}

/// What was met on the way. Short enough for a narrow terminal, where a line that wraps could not be drawn anew.
fn met(now: &Snapshot) -> String {
    const MOST_HOST: usize = 30;
    let mut parts = Vec::new();
    if now.broken > 0 {
        parts.push(format!("失效地址 {}", now.broken));
    }
    let labels = Level::GRAVEST_FIRST.map(Level::label);
    for (label, count) in labels.iter().zip(now.findings).filter(|(_, count)| *count > 0) {
        parts.push(format!("{label} {count}"));
    }
    if let Some((host, ms)) = &now.slowest {
        let short: String = host.chars().take(MOST_HOST).collect();
        let cut = if short.len() < host.len() { "…" } else { "" };
        parts.push(format!("最慢 {short}{cut} {ms} 毫秒"));
    }
    parts.join(" · ")
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
            broken: 4,
            requests_a_second: 30.0,
            findings: [0, 2, 0, 1],
            slowest: Some(("qh.example".into(), 80)),
            left: Some(Duration::from_secs(3)),
        };
        assert_eq!(
            line(&now),
            "已读 12 页 · 待查 90 · 30 次/秒 · 约剩 3 秒 · 失效地址 4 · 错误 2 · 提示 1 · 最慢 qh.example 80 毫秒"
        );
        assert_eq!(line(&Snapshot::default()), "已读 0 页 · 待查 0 · 0 次/秒");
    }

    #[test]
    fn a_long_host_does_not_wrap_the_line() {
        let slowest = Some(("a".repeat(200), 80));
        assert!(met(&Snapshot { slowest, ..Snapshot::default() }).chars().count() < 60);
    }
}
