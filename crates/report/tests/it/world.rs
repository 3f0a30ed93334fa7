//! A run file made by hand, with a report written from it. Serves N2.1, N2.4, N5.3.
//!
//! Rows go through the engine's own writer; answers, which only visits make, are put into the same tables.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use base::{Clause, Evidence, Finding, Hop, Level, Position, Reach, Verdict};
use crawl::run_file::RunReader;
use crawl::run_file::write::{LinkRow, RunWriter, Stored};
use report::{Formats, Outcome};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

pub const ALL: Formats = Formats { html: true, xlsx: true, ndjson: true };
pub const HOME: &str = "http://qinghe.example/";
/// 2026-03-01 09:05 in Beijing.
pub const STARTED: i64 = 1_772_327_100_000;

/// A folder of its own for each test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover folder under the build directory harms nobody.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A run under construction.
pub struct World {
    folder: Folder,
    writer: RunWriter,
    answers: Vec<Answer>,
    next: u32,
    state: &'static str,
}

struct Answer {
    id: u32,
    verdict: Verdict,
    reach: Reach,
    title: Option<String>,
    took_ms: u32,
    page: bool,
}

/// A run whose reports are written.
pub struct Report {
    pub folder: Folder,
    pub outcome: Outcome,
}

impl World {
    pub fn new() -> World {
        World::named("清河县人民政府")
    }

    pub fn named(name: &str) -> World {
        let folder = Folder::new();
        let mut writer = RunWriter::open(&folder.0.join("run.db")).unwrap();
        let site = json!({"name": name, "unit": "清河县政府办公室", "level": "县级", "region": "清河县",
            "kind": "portal", "url": HOME, "site_id_code": "4300000001"});
        let plan = json!({"start": HOME, "depth": null, "pages": null, "rate": 5.0, "robots": "obey"});
        for (key, value) in [
            ("site", site.to_string()),
            ("plan", plan.to_string()),
            ("started_at", STARTED.to_string()),
            ("ended_at", (STARTED + 61_000).to_string()),
            ("numbers", json!({"requests": 9, "seconds": 61.0}).to_string()),
        ] {
            writer.set_meta(key, &value).unwrap();
        }
        World { folder, writer, answers: vec![], next: 1, state: "finished" }
    }

    pub fn state(mut self, state: &'static str) -> World {
        self.state = state;
        self
    }

    pub fn meta(mut self, key: &str, value: &str) -> World {
        self.writer.set_meta(key, value).unwrap();
        self
    }

    /// What was not looked at.
    pub fn unchecked(mut self, text: &str) -> World {
        self.writer.unchecked(text).unwrap();
        self
    }

    /// A picture of the page with that number.
    pub fn picture(mut self, page: u32, kind: &str, jpeg: &[u8]) -> World {
        std::fs::create_dir_all(self.folder.0.join("screenshots")).unwrap();
        let name = format!("screenshots/{page}.jpg");
        std::fs::write(self.folder.0.join(&name), jpeg).unwrap();
        self.writer.screenshot(page, &name, kind).unwrap();
        self
    }

    /// A page that was read.
    pub fn page(mut self, url: &str, title: &str) -> World {
        let took_ms = 40 * self.next;
        self.address(url, true, Verdict::Ok, Reach::Ok, Some(title.to_owned()), took_ms);
        self
    }

    /// An address that was asked for and is no page, or was not asked for at all.
    pub fn target(mut self, url: &str, inside: bool, verdict: Verdict, reach: Reach) -> World {
        self.address(url, inside, verdict, reach, None, 30);
        self
    }

    fn address(
        &mut self,
        url: &str,
        inside: bool,
        verdict: Verdict,
        reach: Reach,
        title: Option<String>,
        took_ms: u32,
    ) {
        let id = self.next;
        self.next += 1;
        let found_on = (id > 1).then_some(1);
        let stored = Stored { id, url: url.into(), inside, depth: u32::from(id > 1), kind: "anchor".into() };
        self.writer.address(&stored, found_on).unwrap();
        if id > 1 {
            let link = LinkRow {
                target: id,
                fragment: None,
                kind: "anchor",
                element: "a[href]",
                line: id,
                column: 7,
                text: "链接",
            };
            self.writer.links(1, &[link]).unwrap();
        }
        self.answers.push(Answer { id, verdict, reach, page: title.is_some(), title, took_ms });
    }

    pub fn finding(mut self, finding: &Finding, pages_total: u64) -> World {
        self.writer.finding(finding, pages_total).unwrap();
        self
    }

    /// Closes the run file and writes every report.
    pub fn report(mut self) -> Report {
        self.writer.set_meta("state", self.state).unwrap();
        self.writer.commit().unwrap();
        drop(self.writer);
        let db = Connection::open(self.folder.0.join("run.db")).unwrap();
        for a in self.answers {
            db.execute(
                "insert into answer (address_id, verdict, reach, status, mime, charset, title, bytes, took_ms,
                        attempts, at, page)
                 values (?1, ?2, ?3, ?4, 'text/html', 'utf-8', ?5, 2048, ?6, 1, ?7, ?8)",
                params![
                    a.id,
                    a.verdict.code(),
                    a.reach.to_string(),
                    a.page.then_some(200),
                    a.title,
                    a.took_ms,
                    STARTED,
                    a.page
                ],
            )
            .unwrap();
        }
        drop(db);
        let outcome = report::write_run(&self.folder.0, ALL).unwrap();
        Report { folder: self.folder, outcome }
    }
}

impl Report {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn html(&self) -> String {
        self.text("index.html")
    }

    pub fn lines(&self) -> Vec<Value> {
        self.text("findings.ndjson").lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    pub fn run_json(&self) -> Value {
        serde_json::from_str(&self.text("run.json")).unwrap()
    }

    pub fn run(&self) -> RunReader {
        RunReader::open(&self.path("run.db")).unwrap()
    }
}

/// A dead link on one page.
pub fn dead(page: &str, target: &str, text: &str) -> Finding {
    Finding {
        rule: "dead-link",
        level: Level::Fault,
        clause: Clause::N2_4,
        page: Some(page.into()),
        target: Some(target.into()),
        element: Some("a[href]".into()),
        text: Some(text.into()),
        quote: None,
        at: Some(Position { line: 12, column: 7 }),
        verdict: Some(Verdict::Dead),
        reach: Some(Reach::Status(404)),
        cause: "站内链接打不开：页面不存在(404)".into(),
        fix: "改为新地址，或者删除链接。".into(),
        chain: vec![],
        evidence: Some(Evidence { record: "urn:uuid:0001".into(), offset: 77 }),
    }
}

/// A finding about a page itself.
pub fn charset(page: &str) -> Finding {
    Finding {
        rule: "charset-fault",
        level: Level::Warning,
        clause: Clause::N2_1,
        page: Some(page.into()),
        target: None,
        element: None,
        text: None,
        quote: None,
        at: None,
        verdict: None,
        reach: None,
        cause: "声明的编码与实际不符".into(),
        fix: "按实际编码声明。".into(),
        chain: vec![],
        evidence: None,
    }
}

pub fn outgoing(page: &str, target: &str) -> Finding {
    Finding {
        rule: "outgoing-link",
        level: Level::Notice,
        verdict: Some(Verdict::Undecided),
        reach: Some(Reach::Withheld(base::Withheld::OutOfScope)),
        cause: "链接指向本站以外".into(),
        fix: "与链接审批台账核对。".into(),
        evidence: None,
        ..dead(page, target, "友情链接")
    }
}

/// A run with something of everything; the documents' examples run on it.
pub fn full() -> World {
    let at = |path: &str| format!("{HOME}{path}");
    let looped = Finding {
        rule: "redirect-loop",
        reach: Some(Reach::RedirectLoop),
        cause: "跳转成环".into(),
        fix: "改为一次跳转到最终地址。".into(),
        chain: vec![Hop { status: 302, to: at("old/a") }, Hop { status: 302, to: at("old/") }],
        ..dead(HOME, &at("old/"), "旧版")
    };
    World::new()
        .page(HOME, "清河县人民政府")
        .page(&at("zwgk/index.html"), "政务公开")
        .page(&at("zwgk/gongbao/1.html"), "公报")
        .page(&at("zwgk/gongbao/2.html"), "公报")
        .page(&at("hdjl/index.html"), "互动交流")
        .target(&at("gone.html"), true, Verdict::Dead, Reach::Status(404))
        .target(&at("old/"), true, Verdict::Dead, Reach::RedirectLoop)
        .target(&at("bsfw/"), true, Verdict::Blocked, Reach::Blocked(403))
        .target(
            "http://news.example/a",
            false,
            Verdict::Undecided,
            Reach::Withheld(base::Withheld::OutOfScope),
        )
        .finding(&dead(&at("zwgk/index.html"), &at("gone.html"), "公告"), 2)
        .finding(&dead(HOME, &at("gone.html"), "公告"), 2)
        .finding(&looped, 1)
        .finding(&charset(&at("hdjl/index.html")), 1)
        .finding(&outgoing(HOME, "http://news.example/a"), 3)
        .finding(&dead(HOME, &at("files/yusuan.xls"), ""), 1)
}
