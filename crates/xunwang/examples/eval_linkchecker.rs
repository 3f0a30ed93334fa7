//! Measures the program against LinkChecker's own expectations: `eval_linkchecker PROGRAM FOLDER`. Clause N2.1.
//!
//! Serves the folder on loopback, inspects every document that has a `.result` beside it, and compares link by
//! link. Nothing else is asked: of other hosts only the finding of the link can be compared, not its answer.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use rusqlite::Connection;
use testkit::{Reply, Routes, Server};
use url::Url;

/// Where the expectations say that the folder lies on the server.
const FOLDER: &str = "/tests/checker/data";
/// Documents that are read for links.
const READ: [&str; 4] = ["html", "xhtml", "xml", "css"];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), Some(folder)) = (arguments.next(), arguments.next()) else {
        return ExitCode::from(2);
    };
    match evaluate(Path::new(&program), Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{folder}: {why}");
            ExitCode::from(3)
        }
    }
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn evaluate(program: &Path, folder: &Path) -> Outcome<()> {
    let mut results: Vec<PathBuf> = std::fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    results.retain(|p| p.extension().is_some_and(|e| e == "result"));
    results.sort();
    let here = folder.to_path_buf();
    let server = Server::start(Routes::new().when(move |request, _| {
        if request.path() == "/" {
            return Some(Reply::html("<title>index</title>"));
        }
        let name = request.path().strip_prefix(FOLDER)?.strip_prefix('/')?;
        // One folder, whatever a link makes of it.
        if name.contains("..") || name.contains('%') {
            return None;
        }
        Some(Reply::of(media_type(name), std::fs::read(here.join(name)).ok()?))
    }))?;
    let (mut same, mut all, mut left_out) = (0, 0, Vec::new());
    for result in &results {
        // `X.html.file.result` holds what is expected of `X.html` read from disk.
        let name = result.file_stem().unwrap_or_default().to_string_lossy().replace(".html.file", ".html");
        if !READ.iter().any(|e| name.ends_with(&format!(".{e}"))) || !folder.join(&name).is_file() {
            left_out.push(name);
            continue;
        }
        let expected = expectations(&std::fs::read_to_string(result)?, &server);
        let told = Told::of(program, &server.url(&format!("{FOLDER}/{name}")))?;
        let wrong: Vec<String> = expected.iter().filter_map(|e| told.differs(e, &server)).collect();
        println!(
            "{}: {}/{}",
            result.file_name().unwrap_or_default().display(),
            expected.len() - wrong.len(),
            expected.len()
        );
        wrong.iter().for_each(|w| println!("  {}", w.replace(&server.origin(), "http://localhost")));
        (same, all) = (same + expected.len() - wrong.len(), all + expected.len());
    }
    left_out.dedup();
    println!("not read, or not among the data: {}", left_out.join(", "));
    println!("total: {same}/{all}");
    Ok(())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html",
        "xhtml" => "application/xhtml+xml",
        "xml" => "text/xml",
        "css" => "text/css",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    }
}

/// What LinkChecker expects of one link.
#[derive(Default)]
struct Expected {
    raw: String,
    real: String,
    valid: bool,
    /// The page is there, the place in it is not.
    place_missing: bool,
}

fn expectations(text: &str, server: &Server) -> Vec<Expected> {
    let port = server.address().port().to_string();
    let mut list: Vec<Expected> = Vec::new();
    for line in text.lines() {
        let line = line
            .replace("file://%(curdir)s", &server.origin())
            .replace("localhost:%(port)d", &format!("127.0.0.1:{port}"))
            .replace("%(datadir)s", FOLDER.trim_start_matches('/'))
            .replace("%%", "%");
        if let Some(raw) = line.strip_prefix("url ") {
            list.push(Expected { raw: raw.to_owned(), ..Expected::default() });
        }
        let Some(last) = list.last_mut() else { continue };
        if let Some(real) = line.strip_prefix("real url ") {
            real.clone_into(&mut last.real);
        }
        last.place_missing |= line.starts_with("warning Anchor");
        last.valid |= line == "valid";
    }
    list
}

/// What the program found on one document.
struct Told {
    /// Address without fragment, and verdict; none where it was only listed.
    links: Vec<(String, Option<String>)>,
    /// Target and verdict of each finding.
    findings: Vec<(String, Option<String>)>,
}

impl Told {
    fn of(program: &Path, start: &str) -> Outcome<Told> {
        let out = std::env::temp_dir().join(format!("eval-linkchecker-{}", std::process::id()));
        let status = Command::new(program)
            .args([
                "inspect",
                start,
                "--depth",
                "0",
                "--rate",
                "0",
                "--outgoing",
                "list",
                "--quiet",
                "--format",
                "ndjson",
            ])
            .args(["--confirm-after", "none", "--fail-on", "never", "--out"])
            .arg(&out)
            .env_clear()
            .stdout(std::process::Stdio::null())
            .status()?;
        if !matches!(status.code(), Some(0 | 3)) {
            return Err(format!("{} on {start}: {status}", program.display()).into());
        }
        let db = Connection::open(out.join("run.db"))?;
        let pairs = |sql: &str| -> rusqlite::Result<Vec<(String, Option<String>)>> {
            db.prepare(sql)?.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
        };
        let links =
            pairs("select a.url, r.verdict from address a left join answer r on r.address_id = a.id")?;
        let findings =
            pairs("select coalesce(target, page, ''), verdict from finding where rule <> 'outgoing-link'")?;
        std::fs::remove_dir_all(&out)?;
        Ok(Told { links, findings })
    }

    /// In words, where the program says something else; `None` where it agrees.
    fn differs(&self, expected: &Expected, server: &Server) -> Option<String> {
        let Expected { raw, real, valid, place_missing } = expected;
        let wanted = if *valid { "valid" } else { "error" };
        let parsed = Url::parse(real).ok();
        let web = parsed.filter(|u| matches!(u.scheme(), "http" | "https"));
        let Some(mut url) = web else {
            let told = self.findings.iter().any(|(target, _)| target == raw || target == real);
            // What is no web address is either told as a fault or left alone.
            return (told == *valid).then(|| {
                format!("{raw:?}: expected {wanted}, got {}", if told { "a finding" } else { "none" })
            });
        };
        let place = url.fragment().map(decoded);
        url.set_fragment(None);
        let Some((_, verdict)) = self.links.iter().find(|(address, _)| address == url.as_str()) else {
            return Some(format!("{raw:?}: expected {wanted} {url}, which was not found"));
        };
        if let Some(place) = place
            && self.is_missing(&url, &place) != *place_missing
        {
            let expected = if *place_missing { "a missing place" } else { "a place" };
            return Some(format!("{raw:?}: expected {expected}, got the opposite"));
        }
        let own = url.as_str().starts_with(&server.origin());
        let got = if verdict.as_deref() == Some("ok") { "valid" } else { "error" };
        (own && got != wanted).then(|| format!("{raw:?}: expected {wanted}, got {verdict:?}"))
    }

    fn is_missing(&self, url: &Url, place: &str) -> bool {
        self.findings.iter().any(|(target, _)| {
            target.split_once('#').is_some_and(|(page, name)| page == url.as_str() && decoded(name) == place)
        })
    }
}

/// Percent-decoded, for comparison only.
fn decoded(text: &str) -> String {
    let query: String = text.replace('+', "%2B").replace('&', "%26");
    url::form_urlencoded::parse(format!("x={query}").as_bytes()).map(|(_, v)| v.into_owned()).collect()
}
