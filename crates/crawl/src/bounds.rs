//! The bounds that keep a hostile server from holding, filling or leading away the engine. Clauses N2.1, N2.5.
//!
//! Every limit has one name here and a reason; nothing else in the crate invents one.

use std::time::Duration;

/// Largest body read, before and after decompression. The largest government page seen is a 6 MB list page.
pub const MAX_BODY: usize = 16 << 20;
/// A body above this size needs one of `LARGE_BODIES` permits, so that memory stays bounded whatever comes.
pub const SMALL_BODY: usize = 1 << 20;
/// Bodies above `SMALL_BODY` read at the same time.
pub const LARGE_BODIES: usize = 4;
/// Most of a body that is neither page, style sheet nor feed and is read only to keep the connection usable.
pub const DRAIN_BODY: usize = 64 << 10;
/// Response header lines; hyper answers more with a parse error.
pub const MAX_HEADERS: usize = 256;
/// Read buffer of a connection, thereby the largest response head.
pub const MAX_HEAD_BYTES: usize = 256 << 10;
/// Redirects followed, as in Chromium.
pub const MAX_HOPS: usize = 20;
/// Second looks of a run; behind each there may be pages that break off in their turn.
pub const SECOND_LOOKS: u8 = 3;
/// Addresses remembered for a second look at the end of a run, because their host broke off in the middle of it.
pub const MAX_SECOND_LOOKS: usize = 200_000;
/// When an address is looked at again that may be read if one under way turns out to be no page.
pub const PAGE_PLACE: Duration = Duration::from_millis(200);
/// How long requests under way may go on when the run is stopped.
pub const GRACE: Duration = Duration::from_secs(5);
/// Connecting, one address of a name.
pub const CONNECT: Duration = Duration::from_secs(10);
/// Asking the resolver.
pub const RESOLVE: Duration = Duration::from_secs(10);
/// A body may take this many times the time an answer's head may take.
pub const BODY_TIMES: u32 = 3;
/// `Retry-After` beyond this is not waited for.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);
/// Tries of an address that asks for patience (429, 503 with `Retry-After`).
pub const PATIENT_TRIES: u8 = 3;
/// `Crawl-delay` beyond this is taken as this.
pub const MAX_CRAWL_DELAY: Duration = Duration::from_secs(10);
/// robots.txt beyond this is cut (RFC 9309 §2.5 asks for at least 500 KiB).
pub const MAX_ROBOTS: usize = 512 << 10;
/// Idle connections kept a host.
pub const MAX_IDLE: usize = 64;
/// A host that refused this many addresses for good and answered none is down: the rest is not asked again and again.
pub const HOST_DOWN_AFTER: u32 = 3;
/// Sitemaps read a site, index files included.
pub const MAX_SITEMAPS: u32 = 1_000;
/// Links taken from one page; a page with more is reported (`too-many-links`) and cut.
pub const MAX_LINKS: usize = checks::page::MAX_LINKS;
/// Leases held in memory; what is found beyond that waits in the run file.
pub const QUEUE_WINDOW: usize = 20_000;
/// When the queue in memory falls below this, it is filled from the run file.
pub const QUEUE_LOW: usize = 5_000;
/// Outcomes waiting for the keeper; a slow disk stops parsing, which stops fetching.
pub const KEEPER_QUEUE: usize = 128;
/// Rows in a transaction of the run file.
pub const ROWS_A_COMMIT: u32 = 20_000;
/// Longest time rows wait for their commit: what a `kill -9` may lose.
pub const COMMIT_AFTER: Duration = Duration::from_millis(500);
/// Bodies in evidence are cut here: long enough for all but a few pages, so that a fault can be shown in its page.
pub const MAX_EVIDENCE_BODY: usize = 512 << 10;
/// Evidence records a run.
pub const MAX_EVIDENCE: u32 = 20_000;
/// Page snapshots a rule and run; the findings beyond point to none.
pub const MAX_SNAPSHOTS_A_RULE: u32 = 100;
/// Distinct fragments remembered to avoid writing one twice; beyond it duplicates cost disk, not memory.
pub const FRAGMENT_MEMORY: usize = 1_000_000;
/// Missing fragments of one script-made shape that are told as one finding.
pub const SCRIPT_FRAGMENTS: u64 = 20;
/// Bodies parsed longer than this leave the asynchronous threads free meanwhile.
pub const LONG_PARSE: usize = 512 << 10;
/// Cookies kept along one chain of redirects.
pub const MAX_COOKIES: usize = 32;
/// Visitors of one run; more only wait for the same hosts.
pub const MOST_VISITORS: usize = 1_024;
/// Most fragments a site may miss for each of them to be told; far beyond what anybody mends one by one.
pub const MAX_MISSING_FRAGMENTS: usize = 500_000;
/// Traps told of one site; beyond this number they are all alike to a reader.
pub const MAX_TRAPS: usize = 1_000;
/// A page with more markup than this is no error page: its text is held against none.
pub const SOFT_SOURCE: usize = 24 << 10;
/// Characters of visible text that fingerprints and wording are made of; no error page says more.
pub const SOFT_TEXT: usize = 20_000;
/// Pages of lists that are looked at when columns are judged; a province's portal has some thousand.
pub const COLUMN_PAGES: u32 = 20_000;
/// What is read of a page of somebody else; title, head and the owner's line at the foot of all but the largest.
pub const LOOK_BODY: usize = 256 << 10;
/// Pages nearest to the home page whose look is kept, for a later run to be compared with.
pub const LOOKS_KEPT: u64 = 500;
/// How deep those lie at most.
pub const LOOKS_DEPTH: u32 = 1;
/// Pages looked at for a change, and articles for a date before they were there.
pub const MAX_COMPARED: usize = 5_000;
/// Titles looked at for one that the site's search has to find.
pub const TITLES_TRIED: u32 = 400;
/// Addresses of forms asked of one site; a site's forms share a handful.
pub const FORMS_ASKED: u32 = 50;
/// Lists of files told of one site; one shows that the server lists.
pub const LISTINGS_TOLD: u32 = 50;
/// A proxy's answer to `CONNECT`; it holds a status and a few headers.
pub const MAX_TUNNEL_HEAD: usize = 16 << 10;
/// What of a body is looked at for a firewall's challenge, and a page with status 200 above it is none: challenges fit in.
pub const CHALLENGE_BODY: usize = 16 << 10;
/// Sentences about what a run did not look at; each names a kind of thing, and there are few kinds.
pub const MAX_UNCHECKED: usize = 100;
/// Time for a rendered page; at the usual rate of five requests a second it asks for ninety things meanwhile.
pub const RENDER_TIME: Duration = Duration::from_secs(20);
/// Scripts, styles and pictures of rendered pages kept for the next page; bundles of a script-made site weigh 2–5 MB.
pub const SHELF_BYTES: usize = 32 << 20;
/// What an entry of the shelf weighs beside its body.
pub const SHELF_ENTRY: usize = 1 << 10;
/// Header fields of a rendered page's request that are passed on.
pub const SAID_HEADERS: usize = 16;
/// Pictures of pages with faults, beside the home page: evidence to look at, not an album.
pub const MAX_PICTURES: usize = 10;
/// The rendered document in evidence is cut here; the markup of a script-made page is longer than its answer.
pub const MAX_CONVERSION: usize = 256 << 10;
/// Pages with leaks that are remembered, so that no picture copies them; a site with more shows none of its pages.
pub const LEAKING_PAGES: u32 = 10_000;
/// Script files of a site that are read; one with more makes them up for every page.
pub const SCRIPTS_READ: u64 = 2_000;
/// Style sheets of a site that are held to judge pages by; one design has some dozen.
pub const SHEETS_HELD: usize = 64;
/// Time that a visit of a home page may take, without what it waits for its turns. At 15 s it counts as failed (S15); the
/// rest lets an answer that comes soon after be told from none.
pub const VISIT_LIMIT: Duration = Duration::from_secs(20);
/// How long a visit waits for its turn at a host: longer than any `Retry-After` that is heeded, and shorter than the
/// shortest interval between two visits.
pub const VISIT_PATIENCE: Duration = Duration::from_secs(50);
/// How long a page's judgement holds while the page does not change; then all is judged anew, so that a server that
/// wrongly says “not modified” hides nothing for longer than a week.
pub const JUDGED_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// Pages of an earlier run whose judgement is remembered; some 50 bytes each.
pub const MAX_READINGS: u32 = 1_000_000;
/// Longest `ETag` or `Last-Modified` kept.
pub const MAX_VALIDATOR: usize = 200;
