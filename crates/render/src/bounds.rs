//! The bounds that keep a page from holding, filling or wearing out the browser. Clauses N2.1, N2.5.
//!
//! Every limit of the crate has its name and reason here.

use std::time::Duration;

/// Pages of a renderer's life, where the caller names no other number.
pub const PAGES: u32 = 1_000;
/// Time for a page. A script-written list needs one or two round trips after its scripts; S15 gives a visit 15 s.
pub const TIME_A_PAGE: Duration = Duration::from_secs(20);
/// Requests of a page. The heaviest portal home page seen asks for about 200.
pub const REQUESTS_A_PAGE: u32 = 300;
/// Bytes answered to one page, and of the document it becomes; as large as the largest body the crawl reads.
pub const BYTES_A_PAGE: usize = 16 << 20;
/// Version that brought the headless mode which is the real browser.
pub const OLDEST_VERSION: u32 = 112;
/// Time for Chromium to start and say its version, on a slow disk that reads it for the first time.
pub const START: Duration = Duration::from_secs(60);
/// Time for one question about a page that has come to rest.
pub const CALL: Duration = Duration::from_secs(5);
/// A page is at rest when it has loaded and asked for nothing during this time.
pub const QUIET: Duration = Duration::from_millis(500);
/// A page that keeps asking after it has loaded is taken as it is after this time.
pub const SETTLE: Duration = Duration::from_secs(4);
/// Starts after the first; a browser that fails this often in one run will fail again.
pub const RESTARTS: u32 = 5;
/// One message of the browser. The longest is a picture or a document; both are cut before they are sent.
pub const MESSAGE: usize = 96 << 20;
/// Events that wait while an answer is awaited; more is a flood, and the page is given up.
pub const EVENTS: usize = 20_000;
/// Height of a picture in CSS pixels; what lies deeper is not evidence for the head of a report.
pub const PICTURE_HEIGHT: u32 = 2_400;
/// Quality of the JPEG: text stays sharp, and a tall page weighs a few hundred kilobytes.
pub const PICTURE_QUALITY: u32 = 80;
/// Bytes of a picture; a larger one is noise.
pub const PICTURE_BYTES: usize = 6 << 20;
/// Complaints kept of one page.
pub const ERRORS: usize = 20;
/// Characters kept of one complaint.
pub const ERROR_TEXT: usize = 300;
/// Navigations that a page may make by itself, its own reload included.
pub const NAVIGATIONS: u32 = 3;
/// Memory of a page's scripts in MiB; beyond it the page crashes, and nothing else.
pub const SCRIPT_MEMORY: u32 = 512;
/// Longest request header that is put to the caller.
pub const HEADER: usize = 4 << 10;
/// Tries to remove a profile folder that dying processes still write into.
pub const REMOVALS: u32 = 5;
/// What is read of the browser's own words when it does not start.
pub const SAID: usize = 64 << 10;
