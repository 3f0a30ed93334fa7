//! What each rule on pages costs: `rule_cost FOLDER [PAGES]`, over saved pages. Clause N2.1.
//!
//! Each page is parsed anew for every rule, so that what rules share (tree, passages, article) is charged to each of
//! them; the last line is all rules together, sharing it. Judges nothing.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use checks::known::Known;
use checks::registry::{RULES, page_rules};
use checks::rule::{Facts, Findings, Look, Site};
use checks::{Page, charset, column};
use url::Url;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: rule_cost FOLDER [PAGES]");
        return ExitCode::from(2);
    };
    let most = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(500);
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files, most);
    let bodies: Vec<Vec<u8>> = files.iter().filter_map(|f| std::fs::read(f).ok()).collect();
    let start = Url::parse("http://www.qinghe.example/").expect("a literal address");
    let site =
        Site {
            name: "青禾县".into(), start, hosts: vec!["www.qinghe.example".into()], sub_domains: false
        };
    let facts = Facts {
        site: &site,
        answer: None,
        today: jiff::civil::Date::new(2026, 6, 15).ok(),
        known: Known::NOTHING,
    };
    let measure = |work: &dyn Fn(&Page<'_>)| {
        let mut spent = Duration::ZERO;
        for body in &bodies {
            let decoded = charset::decode(body, None);
            let url = Url::parse("http://www.qinghe.example/a/b.html").expect("a literal address");
            let page = Page::parse(url, &decoded.text, decoded.charset);
            let begun = Instant::now();
            work(&page);
            spent += begun.elapsed();
        }
        spent.as_secs_f64() * 1e6 / bodies.len().max(1) as f64
    };
    let mut costs: Vec<(f64, &str)> = Vec::new();
    for rule in RULES {
        if let Look::Page(look) | Look::PageAndDocument(look, _) = rule.look {
            let cost = measure(&|page| look(page, &facts, &mut Findings::default()));
            costs.push((cost, rule.id));
        }
    }
    costs.push((
        measure(&|page| {
            black_box(page.tree());
        }),
        "(tree)",
    ));
    costs.push((
        measure(&|page| {
            black_box(page.passages());
        }),
        "(passages)",
    ));
    costs.push((
        measure(&|page| assert!(column::seen(page, &facts).is_none_or(|c| !c.url.is_empty()))),
        "(column)",
    ));
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (cost, id) in costs {
        println!("{cost:9.1} µs  {id}");
    }
    let all = measure(&|page| page_rules(page, &facts, &mut Findings::default()));
    println!("{all:9.1} µs  all rules, {} pages", bodies.len());
    ExitCode::SUCCESS
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>, most: usize) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if files.len() >= most {
            return;
        }
        if path.is_dir() {
            collect(&path, files, most);
        } else if path.extension().is_some_and(|e| e == "html") {
            files.push(path);
        }
    }
}
