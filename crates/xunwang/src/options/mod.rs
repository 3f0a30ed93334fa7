//! What an inspection is told to do, read from command line, environment and configuration file. Clauses N2.1, N2.4.
//!
//! Everything here is checked before the first request. Nothing here asks the network or writes a file.

pub mod judging;
pub mod layer;
pub mod read;
pub mod table;
pub(crate) mod words;

use std::path::{Path, PathBuf};
use std::time::Duration;

use base::Level;
use regex::Regex;
use url::Url;

use crate::address::start_address;
use crate::supplied::Lists;
use crate::usage::WrongUsage;
use judging::Judging;
use layer::{Given, Layer};
use words::{
    at_least_a_second, clamd, fail_on, file, formats, outgoing, pack_name, pattern, proxy, render, scope,
    user_agent, waits,
};

/// S15 counts a visit as failed at 15 s; we wait longer so that the slow answer itself is recorded.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_RATE: f64 = 5.0;
pub(crate) const DEFAULT_HOST_CONCURRENCY: usize = 4;
/// Rendering a page takes seconds and its site dozens of requests: enough to see what a site's scripts make.
const DEFAULT_RENDER_PAGES: u32 = 50;
const DEFAULT_ATTACHMENTS: usize = 200;
pub(crate) const DEFAULT_CONCURRENCY: usize = 64;
/// More sockets than this only exhaust the machine.
const MAX_CONCURRENCY: u64 = 1_024;
const DEFAULT_CONFIRM_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Which addresses count as the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scope {
    /// The host of the start address.
    #[default]
    Host,
    /// That host and all below it.
    SubDomains,
    /// Only what lies in the folder of the start address.
    Path,
}

/// What is done about links that leave the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Outgoing {
    /// Check, but from a site on loopback or a private network only list what leads to the open internet.
    #[default]
    Auto,
    Check,
    List,
}

/// Which pages are rendered with a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Render {
    /// Those that are empty without script.
    #[default]
    Auto,
    Always,
    Never,
}

/// Which reports are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    pub html: bool,
    pub xlsx: bool,
    pub ndjson: bool,
}

/// A checked set of settings for one inspection.
#[derive(Clone, Debug)]
pub struct InspectOptions {
    /// Start addresses from the command line or the configuration file.
    pub urls: Vec<Url>,
    /// List of sites, to be read with `sites::read`.
    pub sites: Option<PathBuf>,
    /// Serve the bundled sample site and inspect it.
    pub sample: bool,
    pub scope: Scope,
    /// Pages to read: all, if empty.
    pub include: Vec<Regex>,
    /// Addresses neither to read nor to check.
    pub exclude: Vec<Regex>,
    /// Links followed from the start; `None`: no limit.
    pub depth: Option<u32>,
    /// Pages a site; `None`: no limit.
    pub pages: Option<u64>,
    pub outgoing: Outgoing,
    /// Ask beyond what pages link to.
    pub probes: bool,
    /// Pages asked for as several visitors.
    pub cloak_pages: usize,
    /// Folder of an earlier run to compare with.
    pub baseline: Option<PathBuf>,
    pub render: Render,
    /// Pages rendered a site.
    pub render_pages: u32,
    /// The Chromium that renders; `None`: found by itself.
    pub chromium: Option<PathBuf>,
    /// Where the virus scanner listens.
    pub clamd: Option<String>,
    /// Attachments fetched and read.
    pub attachments: usize,
    /// Requests per second and host; `None`: no limit.
    pub rate: Option<f64>,
    pub host_concurrency: usize,
    pub concurrency: usize,
    pub time_limit: Option<Duration>,
    pub timeout: Duration,
    /// Waits before each confirming retry; empty: none.
    pub confirm_after: Vec<Duration>,
    pub ignore_robots: bool,
    /// `None`: the engine's own.
    pub user_agent: Option<String>,
    /// Extra headers for inspected hosts: names and values are fit for HTTP.
    pub headers: Vec<(String, String)>,
    pub cookies: Vec<(String, String)>,
    pub proxy: Option<Url>,
    pub ca_file: Option<PathBuf>,
    pub out: PathBuf,
    pub formats: Formats,
    /// Level from which the exit code is 1; `None`: never.
    pub fail_on: Option<Level>,
    pub broken_to: Option<PathBuf>,
    /// Lists that pages and links are held against.
    pub lists: Lists,
    /// Leave out the hints at slips of spelling.
    pub no_hints: bool,
    /// By which packs the run is scored at its end; none named: it is not scored.
    pub judging: Judging,
    pub resume: bool,
    pub quiet: bool,
}

impl InspectOptions {
    /// Reads the settings; the first layer that gives one wins. `load` reads the file of `--config`.
    pub fn new(
        command_line: Layer,
        environment: Layer,
        load: impl Fn(&Path) -> Result<String, String>,
    ) -> Result<InspectOptions, WrongUsage> {
        let mut layers = Layers(vec![command_line, environment]);
        if let Some(path) = layers.path("config")? {
            let text = load(&path).map_err(|why| WrongUsage::ConfigUnreadable { path: path.clone(), why })?;
            layers.0.push(Layer::from_toml(&path, &text)?);
        }
        layers.options()
    }
}

struct Layers(Vec<Layer>);

impl Layers {
    fn options(&self) -> Result<InspectOptions, WrongUsage> {
        let rate = self.one("rate", read::rate)?.unwrap_or(Some(DEFAULT_RATE));
        let concurrency = self.count("concurrency")?.unwrap_or(DEFAULT_CONCURRENCY);
        let host_default = if rate.is_none() { concurrency } else { DEFAULT_HOST_CONCURRENCY };
        let options = InspectOptions {
            urls: self.many("url", |text| start_address(text).map_err(|why| why.to_string()))?,
            sites: self.path("sites")?,
            sample: self.switch("sample")?,
            scope: self.one("scope", scope)?.unwrap_or_default(),
            include: self.many("include", pattern)?,
            exclude: self.many("exclude", pattern)?,
            depth: self
                .one("depth", |t| read::whole(t, 0, 1_000_000))?
                .and_then(|depth| u32::try_from(depth).ok()),
            pages: self.one("pages", |t| read::whole(t, 0, u64::from(u32::MAX)))?.filter(|n| *n > 0),
            outgoing: self.one("outgoing", outgoing)?.unwrap_or_default(),
            probes: self.switch("probes")?,
            cloak_pages: self
                .one("cloak-pages", |t| read::whole(t, 0, 1_000))?
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(1),
            baseline: self.path("baseline")?,
            render: self.one("render", render)?.unwrap_or_default(),
            render_pages: self
                .one("render-pages", |t| read::whole(t, 0, u64::from(u32::MAX)))?
                .and_then(|pages| u32::try_from(pages).ok())
                .unwrap_or(DEFAULT_RENDER_PAGES),
            chromium: self.path("chromium")?,
            clamd: self.one("clamd", clamd)?,
            attachments: self
                .one("attachments", |t| read::whole(t, 0, 1_000_000))?
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(DEFAULT_ATTACHMENTS),
            rate,
            host_concurrency: self.count("host-concurrency")?.unwrap_or(host_default).min(concurrency),
            concurrency,
            time_limit: self.one("time-limit", at_least_a_second)?,
            timeout: self.one("timeout", at_least_a_second)?.unwrap_or(DEFAULT_TIMEOUT),
            confirm_after: self
                .one("confirm-after", waits)?
                .unwrap_or_else(|| DEFAULT_CONFIRM_AFTER.to_vec()),
            ignore_robots: self.switch("ignore-robots")?,
            user_agent: self.one("user-agent", user_agent)?,
            headers: self.many("header", read::header)?,
            cookies: self.many("cookie", read::cookie)?,
            proxy: self.one("proxy", proxy)?,
            ca_file: self.path("ca-file")?,
            out: self.path("out")?.unwrap_or_else(|| PathBuf::from("report")),
            formats: self.one("format", formats)?.unwrap_or(Formats { html: true, xlsx: true, ndjson: true }),
            fail_on: self.one("fail-on", fail_on)?.unwrap_or(Some(Level::Warning)),
            broken_to: self.path("broken-to")?,
            lists: Lists {
                approved_links: self.path("approved-links")?,
                closed_domains: self.path("closed-domains")?,
                roster: self.path("roster")?,
                words: self.path("words")?,
                ad_filters: self.many("ad-filters", file)?,
            },
            no_hints: self.switch("no-hints")?,
            judging: Judging {
                packs: self.many("pack", pack_name)?,
                as_of: self.one("as-of", read::day)?,
                no_services: self.switch("no-services")?,
            },
            resume: self.switch("resume")?,
            quiet: self.switch("quiet")?,
        };
        if options.urls.is_empty() && options.sites.is_none() && !options.sample {
            return Err(WrongUsage::NoSites);
        }
        if options.judging.packs.is_empty() {
            for option in ["as-of", "no-services"] {
                let switched_off = option == "no-services" && !options.judging.no_services;
                if let Some(given) = self.given(option).first().filter(|_| !switched_off) {
                    return Err(WrongUsage::WithoutPack { option, origin: given.origin.clone() });
                }
            }
        }
        Ok(options)
    }

    /// The values of the first layer that has any.
    fn given(&self, name: &str) -> &[Given] {
        self.0.iter().map(|layer| layer.get(name)).find(|values| !values.is_empty()).unwrap_or(&[])
    }

    fn many<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, WrongUsage> {
        let wrong = |given: &Given, why| WrongUsage::Value {
            option: name,
            origin: given.origin.clone(),
            value: given.value.clone(),
            why,
        };
        self.given(name).iter().map(|g| read(&g.value).map_err(|why| wrong(g, why))).collect()
    }

    fn one<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, WrongUsage> {
        if let [first, _, ..] = self.given(name) {
            let (origin, count) = (first.origin.clone(), self.given(name).len());
            return Err(WrongUsage::TooMany { option: name, origin, count });
        }
        Ok(self.many(name, read)?.pop())
    }

    fn switch(&self, name: &'static str) -> Result<bool, WrongUsage> {
        Ok(self.one(name, read::yes_or_no)?.unwrap_or(false))
    }

    fn path(&self, name: &'static str) -> Result<Option<PathBuf>, WrongUsage> {
        self.one(name, file)
    }

    fn count(&self, name: &'static str) -> Result<Option<usize>, WrongUsage> {
        let number = self.one(name, |text| read::whole(text, 1, MAX_CONCURRENCY))?;
        Ok(number.and_then(|n| usize::try_from(n).ok()))
    }
}
