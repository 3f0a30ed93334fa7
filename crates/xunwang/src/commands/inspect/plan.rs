//! From checked options to what the engine is told: plan, manners, the run to compare with. Clauses N2.1, N2.4.
//!
//! Reads the files that the options name; asks no site.

use std::sync::Arc;

use checks::Known;
use crawl::{Baseline, Manners, Plan};
use regex::RegexSet;
use report::Formats;

use crate::exit::Exit;
use crate::options::{
    DEFAULT_CONCURRENCY, DEFAULT_HOST_CONCURRENCY, DEFAULT_TIMEOUT, InspectOptions, Outgoing, Render, Scope,
};
use crate::output::tell;
use crate::sites::SiteEntry;

/// Default name under which requests are made; the address tells a site's owner what it is.
const USER_AGENT: &str =
    concat!("Mozilla/5.0 (compatible; Xunwang/", env!("CARGO_PKG_VERSION"), "; website inspection)");

pub(super) fn plan(options: &InspectOptions, known: &Arc<Known>, entry: &SiteEntry) -> Plan {
    let start = entry.url.clone();
    let set = |patterns: &[regex::Regex]| {
        RegexSet::new(patterns.iter().map(regex::Regex::as_str)).unwrap_or_else(|_| RegexSet::empty())
    };
    let folder = |path: &str| path[..path.rfind('/').map_or(0, |at| at + 1)].to_owned();
    Plan {
        site: crawl::SiteEntry {
            name: entry.name.clone(),
            unit: entry.unit.clone(),
            level: entry.level.clone(),
            region: entry.region.clone(),
            kind: entry.kind.clone(),
            url: start.to_string(),
            site_id_code: entry.site_id_code.clone(),
        },
        scope: crawl::Scope {
            hosts: crawl::Scope::name_of(&start).into_iter().collect(),
            sub_domains: options.scope == Scope::SubDomains,
            path: (options.scope == Scope::Path).then(|| folder(start.path())),
            include: set(&options.include),
            exclude: set(&options.exclude),
        },
        start,
        beside: Vec::new(),
        depth: options.depth,
        pages: options.pages,
        time_limit: options.time_limit,
        confirm_after: options.confirm_after.clone(),
        obey_robots: !options.ignore_robots,
        outgoing: match options.outgoing {
            Outgoing::Auto => crawl::Outgoing::Auto,
            Outgoing::Check => crawl::Outgoing::Check,
            Outgoing::List => crawl::Outgoing::List,
        },
        render: match options.render {
            Render::Auto => crawl::Render::Auto,
            Render::Always => crawl::Render::Always,
            Render::Never => crawl::Render::Never,
        },
        render_pages: options.render_pages,
        today: Some(crawl::beijing_today()),
        probes: options.probes,
        cloak_pages: options.cloak_pages,
        baseline: None,
        earlier: None,
        attachments: options.attachments,
        clamd: options.clamd.as_deref().and_then(crawl::Clamd::at).map(Arc::new),
        known: Arc::clone(known),
    }
}

/// Whether the earlier run that was named is there; of several sites some may be new.
pub(super) fn check_baseline(options: &InspectOptions, sites: usize) -> Result<(), (Exit, String)> {
    let wrong = |why: String| Err((Exit::WrongUsage, why));
    match &options.baseline {
        Some(folder) if !folder.is_dir() => {
            wrong(format!("--baseline {} 不是一个目录，应是以前一次巡检的结果目录", folder.display()))
        }
        Some(folder) if sites == 1 && !options.sample => {
            Baseline::read(folder).map_or_else(|why| wrong(format!("--baseline：{why}")), |_| Ok(()))
        }
        _ => Ok(()),
    }
}

/// The earlier run of a site: the folder itself, or the site's own below it. What cannot be read is told, and the run
/// goes on without it.
pub(super) fn baseline_of(options: &InspectOptions, name: &str) -> Option<Arc<Baseline>> {
    let folder = options.baseline.as_ref()?;
    let own = folder.join(name);
    let there = if own.join("run.db").is_file() { &own } else { folder };
    match Baseline::read(there) {
        Ok(baseline) => Some(Arc::new(baseline)),
        Err(why) => {
            tell(&format!("没有与以前的结果比较：{why}"));
            None
        }
    }
}

pub(super) fn manners(options: &InspectOptions) -> Result<Manners, (Exit, String)> {
    let ca_pem = match &options.ca_file {
        None => None,
        Some(path) => Some(std::fs::read(path).map_err(|why| {
            (Exit::WrongUsage, format!("证书文件 {} 读不出来：{}", path.display(), base::trouble::why(&why)))
        })?),
    };
    Ok(Manners {
        rate: options.rate,
        host_concurrency: options.host_concurrency,
        concurrency: options.concurrency,
        timeout: options.timeout,
        user_agent: options.user_agent.clone().unwrap_or_else(|| USER_AGENT.to_owned()),
        headers: options.headers.clone(),
        cookies: options.cookies.clone(),
        proxy: options.proxy.clone(),
        ca_pem,
        chromium: options.chromium.clone(),
    })
}

/// How a server asks websites: as a command does when nobody chooses, but for the rate.
pub(in crate::commands) fn of_server(rate: Option<f64>) -> Manners {
    Manners {
        rate,
        host_concurrency: DEFAULT_HOST_CONCURRENCY,
        concurrency: DEFAULT_CONCURRENCY,
        timeout: DEFAULT_TIMEOUT,
        user_agent: USER_AGENT.to_owned(),
        headers: Vec::new(),
        cookies: Vec::new(),
        proxy: None,
        ca_pem: None,
        chromium: None,
    }
}

pub(super) fn formats(options: &InspectOptions) -> Formats {
    Formats { html: options.formats.html, xlsx: options.formats.xlsx, ndjson: options.formats.ndjson }
}
