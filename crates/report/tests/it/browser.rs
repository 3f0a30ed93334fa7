//! `index.html` opened from disk in a real browser: no script error, filter, order and search work. Serves N5.3.
//!
//! The browser asks no network. Without Chromium these tests say that they were skipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::world::{Folder, HOME, Report, World, dead, full};

/// A browser that takes longer than this is stuck.
const STUCK: Duration = Duration::from_secs(120);

/// The page after its script has run.
struct Dom {
    html: String,
}

impl Dom {
    /// Targets of the faults that are not filtered away, as they stand.
    fn targets(&self) -> Vec<String> {
        let list = between(&self.html, "<div id=\"faults\">", "<div class=\"box\" id=\"none\"");
        list.split("<section ")
            .skip(1)
            .filter(|section| !tag(section).contains("hidden"))
            .flat_map(|section| section.split("<tr class=\"fault\"").skip(1))
            .filter(|row| !tag(row).contains("hidden"))
            .map(|row| between(row, "<bdi>", "</bdi>").to_owned())
            .collect()
    }

    fn shown(&self) -> &str {
        let status = between(&self.html, "id=\"shown\"", "</span>");
        &status[status.find('>').unwrap() + 1..]
    }

    /// Whether the element of that id is hidden.
    fn hides(&self, id: &str) -> bool {
        let at = self.html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
        let start = self.html[..at].rfind('<').unwrap();
        tag(&self.html[start..]).contains("hidden")
    }
}

fn tag(text: &str) -> &str {
    &text[..text.find('>').unwrap()]
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    &text[start..start + text[start..].find(to).unwrap_or_else(|| panic!("no {to}"))]
}

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

/// Opens a report from disk with a state in its address; `None` where there is no browser.
fn open(report: &Report, state: &str) -> Option<Dom> {
    open_file(&report.path("index.html"), state)
}

fn open_file(file: &Path, state: &str) -> Option<Dom> {
    let Some(program) = browser() else {
        eprintln!("skipped: no Chromium (Debian package chromium)");
        return None;
    };
    let profile = Folder::new();
    let mut child = Command::new(program)
        // Some distributions' sandboxes do not start for root or in containers; the page under test is our own.
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.0.display()))
        .arg(format!("file://{}{state}", file.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    for (name, mut pipe) in [("out", Box::new(out) as Box<dyn std::io::Read + Send>), ("err", Box::new(err))]
    {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut text = Vec::new();
            pipe.read_to_end(&mut text).ok();
            sender.send((name, String::from_utf8_lossy(&text).into_owned())).ok();
        });
    }
    let (mut html, mut log) = (String::new(), String::new());
    for _ in 0..2 {
        match receiver.recv_timeout(STUCK) {
            Ok(("out", text)) => html = text,
            Ok((_, text)) => log = text,
            Err(_) => {
                child.kill().ok();
                panic!("the browser did not end");
            }
        }
    }
    child.wait().unwrap();
    let complaint = log.lines().find(|line| line.contains("CONSOLE"));
    assert_eq!(complaint, None, "the page complained");
    assert!(html.contains("data-ready=\"yes\""), "the script did not run to its end: {log}");
    assert!(!html.contains("data-error"), "script error");
    Some(Dom { html })
}

const GONE: &str = "http://qinghe.example/gone.html";
const SHEET: &str = "http://qinghe.example/files/yusuan.xls";
const OLD: &str = "http://qinghe.example/old/";
const TALK: &str = "http://qinghe.example/hdjl/index.html";

#[test]
fn the_whole_list_is_shown_at_first() {
    let Some(dom) = open(&full().report(), "") else { return };
    assert_eq!(dom.targets(), [GONE, SHEET, OLD, TALK]);
    assert_eq!(dom.shown(), "列出 4 个");
    assert!(!dom.hides("tools") && dom.hides("none") && dom.hides("clear"));
    assert!(dom.html.contains("aria-sort=\"descending\""));
}

#[test]
fn a_state_in_the_address_filters_and_sorts() {
    let report = full().report();
    let Some(dom) = open(&report, "#level=warning") else { return };
    assert_eq!(dom.targets(), [TALK]);
    assert_eq!(dom.shown(), "显示 1 个，全部 4 个");
    let dom = open(&report, "#rule=dead-link&sort=address").unwrap();
    assert_eq!(dom.targets(), [SHEET, GONE]);
    assert!(dom.html.contains("aria-sort=\"ascending\"") && !dom.hides("clear"));
    let dom = open(&report, "#q=%E5%85%AC%E5%91%8A").unwrap();
    assert_eq!(dom.targets(), [GONE], "公告 is the link's text");
}

#[test]
fn a_filter_that_nothing_fits_says_so() {
    let Some(dom) = open(&full().report(), "#q=nothing-like-this&level=fault") else { return };
    assert!(dom.targets().is_empty());
    assert!(!dom.hides("none") && !dom.hides("clear"));
    assert_eq!(dom.shown(), "显示 0 个，全部 4 个");
}

#[test]
fn clicks_and_typing_work() {
    let report = full().report();
    let html = report.html();
    let nonce = between(&html, "<script nonce=\"", "\"");
    // A hand at the page: sorts twice by address, searches, notes what is left, clears.
    let hand = format!(
        "<script nonce=\"{nonce}\">
           var head = document.querySelector('.kind th[data-sort=address] button');
           head.click(); head.click();
           document.documentElement.dataset.sorted = location.hash;
           var word = document.getElementById('word');
           word.value = 'YUSUAN';
           word.dispatchEvent(new Event('input'));
           document.documentElement.dataset.searched = document.getElementById('shown').textContent;
           document.getElementById('clear').click();
           document.documentElement.dataset.cleared = document.getElementById('shown').textContent;
         </script></body>"
    );
    let file = report.path("handled.html");
    std::fs::write(&file, html.replace("</body>", &hand)).unwrap();
    let Some(dom) = open_file(&file, "") else { return };
    assert!(dom.html.contains("data-sorted=\"#sort=address-down\""));
    assert!(dom.html.contains("data-searched=\"显示 1 个，全部 4 个\""));
    assert!(dom.html.contains("data-cleared=\"列出 4 个\""));
    assert_eq!(dom.targets(), [GONE, SHEET, OLD, TALK], "the order outlives the filter");
}

#[test]
fn a_number_of_the_chart_leads_to_its_rows_even_when_they_are_folded() {
    let blocked = base::Finding {
        rule: "blocked-target",
        level: base::Level::Notice,
        ..dead(HOME, "http://qinghe.example/bsfw/", "办事")
    };
    let report = World::new().page(HOME, "首页").finding(&blocked, 1).report();
    let Some(dom) = open(&report, "#notice-blocked-target") else { return };
    assert!(dom.html.contains("<details id=\"notices\" open=\"\">"));
}

#[test]
fn nothing_that_a_website_wrote_is_run() {
    let run = "document.documentElement.dataset.taken='yes'";
    let odd = format!(
        "</script><script>{run}</script><img src=x onerror=\"{run}\">\u{202e}\u{0}'\"><svg onload={run}>"
    );
    let finding = dead(&format!("{HOME}?{odd}"), &format!("javascript:{run}"), &odd);
    let report = World::named(&odd).page(&format!("{HOME}{odd}/"), &odd).finding(&finding, 1).report();
    let Some(dom) = open(&report, "#q=svg") else { return };
    assert!(!tag(between(&dom.html, "<html", "<head")).contains("taken"));
    assert_eq!(dom.targets().len(), 1);
}

#[test]
fn nothing_is_wider_than_a_phone() {
    let long = format!("http://qinghe.example/{}?{}", "a".repeat(900), "=".repeat(900));
    let word = "n".repeat(400);
    let mut finding = dead(&long, &long, &word);
    (finding.cause, finding.fix) = (word.clone(), long.clone());
    let report = World::named(&word).page(&long, &word).finding(&finding, 1_000_000).report();
    // A window cannot be made as narrow as a phone; a frame can.
    let page = report.html().replace('&', "&amp;").replace('"', "&quot;");
    let frame = format!(
        "<iframe style=\"width:390px;height:800px;border:0\" srcdoc=\"{page}\"></iframe>
         <script>onload = function () {{
           var inner = document.querySelector('iframe').contentDocument;
           inner.querySelectorAll('details').forEach(function (d) {{ d.open = true; }});
           var root = document.documentElement.dataset;
           root.wide = inner.documentElement.scrollWidth;
           root.ready = inner.documentElement.dataset.ready;
         }};</script>"
    );
    let file = report.path("phone.html");
    std::fs::write(&file, frame).unwrap();
    let Some(dom) = open_file(&file, "") else { return };
    let wide: u32 = between(&dom.html, "data-wide=\"", "\"").parse().unwrap();
    assert!(wide <= 390, "{wide}");
}

#[test]
fn a_big_report_is_ready_like_a_small_one() {
    let mut world = World::new().page(HOME, "首页");
    for n in 0..1_000 {
        world = world.finding(&dead(&format!("{HOME}{n}"), &format!("{HOME}gone/{n}"), "公告"), 1);
    }
    let Some(dom) = open(&world.report(), "#sort=address&q=gone%2F99") else { return };
    assert!(dom.targets().iter().all(|t| t.contains("gone/99")));
}
