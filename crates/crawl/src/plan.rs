//! What a run is asked to do: the site, its scope, its limits and manners. Clauses N2.1, N2.4.
//!
//! A plan is plain data, checked before it gets here; it reads no file and no environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use checks::Known;
use checks::address::without_root_dot;
use regex::RegexSet;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::baseline::Baseline;
use crate::clamd::Clamd;
use crate::earlier::Earlier;
use crate::guard::{Zone, zone_of_host};

/// The site as the registry knows it; kept in the run file and shown in the report.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SiteEntry {
    pub name: String,
    pub unit: String,
    pub level: String,
    pub region: String,
    pub kind: String,
    pub url: String,
    pub site_id_code: String,
}

/// Which addresses belong to the site and are read.
#[derive(Clone, Debug)]
pub struct Scope {
    /// `host` or `host:port`, lower case. The host that the start address redirects to is added.
    pub hosts: Vec<String>,
    /// Hosts below the listed ones belong to the site too.
    pub sub_domains: bool,
    /// Only pages whose path starts with this are read; others of the site are checked, not read.
    pub path: Option<String>,
    /// When not empty, only pages whose address matches one are read; others are checked, not read.
    pub include: RegexSet,
    /// Addresses that match one are not asked for.
    pub exclude: RegexSet,
}

/// What to do with links that leave the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outgoing {
    /// Check them; but a run that starts on loopback or in an office network lists those of the open internet.
    Auto,
    Check,
    List,
}

/// Which pages are rendered by the machine's Chromium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Render {
    /// Those that are empty without script.
    Auto,
    Always,
    /// None, and no pictures.
    Never,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub site: SiteEntry,
    pub start: Url,
    pub scope: Scope,
    /// Links followed from the start address; beyond it addresses are checked, not read.
    pub depth: Option<u32>,
    /// Pages read; beyond it addresses are checked, not read.
    pub pages: Option<u64>,
    /// Addresses that are asked for beside the start address, as if the plan had linked to them.
    pub beside: Vec<String>,
    /// Ends the run early, with a valid partial report.
    pub time_limit: Option<Duration>,
    /// Spacing of the tries that confirm a fault.
    pub confirm_after: Vec<Duration>,
    pub obey_robots: bool,
    pub outgoing: Outgoing,
    /// The day on which the site is judged, in its own time zone.
    pub today: Option<jiff::civil::Date>,
    /// Whether to ask beyond what pages link to: exposed files, the search box, the addresses of forms.
    pub probes: bool,
    /// Pages that are asked for as a browser, as a search engine, and coming from one; 0: none.
    pub cloak_pages: usize,
    pub render: Render,
    /// Pages rendered; beyond it they are read as they came.
    pub render_pages: u32,
    /// Files of the site that are fetched and read; 0: none.
    pub attachments: usize,
    /// The virus scanner that bodies are shown to.
    pub clamd: Option<Arc<Clamd>>,
    /// An earlier run of the site to compare with.
    pub baseline: Option<Arc<Baseline>>,
    /// An earlier run of the site whose word on unchanged pages is taken over.
    pub earlier: Option<Arc<Earlier>>,
    /// The lists that the user supplies.
    pub known: Arc<Known>,
}

impl Plan {
    /// What one page, looked at by itself, may have drawn of it.
    pub fn of_page(start: Url, scope: Scope) -> Plan {
        Plan {
            site: SiteEntry::default(),
            start,
            scope,
            depth: Some(0),
            pages: Some(1),
            beside: Vec::new(),
            time_limit: None,
            confirm_after: Vec::new(),
            obey_robots: false,
            outgoing: Outgoing::Auto,
            today: None,
            probes: false,
            cloak_pages: 0,
            render: Render::Always,
            render_pages: 1,
            attachments: 0,
            clamd: None,
            baseline: None,
            earlier: None,
            known: Arc::default(),
        }
    }

    /// The parameters of the run for whoever reads its results, named like the options. Secrets are left out: of
    /// headers and cookies only the names are told, of a proxy only where it is.
    pub fn told(&self, manners: &Manners) -> serde_json::Value {
        let names =
            |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        serde_json::json!({
            "url": self.start.as_str(),
            "scope": {
                "hosts": self.scope.hosts, "sub_domains": self.scope.sub_domains, "path": self.scope.path,
                "include": self.scope.include.patterns(), "exclude": self.scope.exclude.patterns(),
            },
            "depth": self.depth,
            "pages": self.pages,
            "beside": self.beside,
            "time_limit_seconds": self.time_limit.map(|limit| limit.as_secs_f64()),
            "confirm_after_ms": self.confirm_after.iter().map(Duration::as_millis).collect::<Vec<_>>(),
            "obey_robots": self.obey_robots,
            "outgoing": self.outgoing,
            "probes": self.probes,
            "cloak_pages": self.cloak_pages,
            "baseline": self.baseline.as_ref().map(|b| b.day.to_string()),
            "render": self.render,
            "render_pages": self.render_pages,
            "clamd": self.clamd.is_some(),
            "attachments": self.attachments,
            "rate": manners.rate,
            "host_concurrency": manners.host_concurrency,
            "concurrency": manners.concurrency,
            "timeout_seconds": manners.timeout.as_secs_f64(),
            "user_agent": manners.user_agent,
            "headers": names(&manners.headers),
            "cookies": names(&manners.cookies),
            "proxy": manners.proxy.as_ref().and_then(|p| Some(format!("{}:{}", p.host_str()?, p.port_or_known_default()?))),
            "own_ca": manners.ca_pem.is_some(),
        })
    }
}

/// Manners and means, shared by all runs of a process.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Requests a second to one host; `None` lifts the limit.
    pub rate: Option<f64>,
    pub host_concurrency: usize,
    pub concurrency: usize,
    /// Time for an answer's head.
    pub timeout: Duration,
    pub user_agent: String,
    /// Sent to the site's own hosts only.
    pub headers: Vec<(String, String)>,
    /// `name=value`, sent to the site's own hosts only.
    pub cookies: Vec<(String, String)>,
    pub proxy: Option<Url>,
    /// Certificates (PEM) trusted beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// The Chromium that renders; `None`: the one that stands where programs do.
    pub chromium: Option<PathBuf>,
}

impl Manners {
    /// The proxy that a host is asked through. This machine's own addresses are asked directly, as browsers do:
    /// what a proxy calls `localhost` is another machine.
    pub fn proxy_for(&self, host: &str) -> Option<&Url> {
        self.proxy.as_ref().filter(|_| zone_of_host(host) != Some(Zone::Loopback))
    }
}

impl Scope {
    /// Everything on these hosts.
    pub fn of_hosts(hosts: Vec<String>) -> Scope {
        let (include, exclude) = (RegexSet::empty(), RegexSet::empty());
        Scope { hosts, sub_domains: false, path: None, include, exclude }
    }

    /// Whether an address lies on the site.
    pub fn owns(&self, url: &Url) -> bool {
        checks::address::lies_on(url, &self.hosts, self.sub_domains)
    }

    /// Whether the patterns allow asking for an address at all.
    pub fn asks(&self, url: &str) -> bool {
        !self.exclude.is_match(url)
    }

    /// Whether a page of the site is to be read for its links.
    pub fn reads(&self, url: &Url) -> bool {
        self.path.as_ref().is_none_or(|path| url.path().starts_with(path.as_str()))
            && (self.include.is_empty() || self.include.is_match(url.as_str()))
    }

    /// `host` or `host:port` of an address, as kept in `hosts`.
    pub fn name_of(url: &Url) -> Option<String> {
        let host = without_root_dot(url.host_str()?);
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_a_plan_holds_no_secret() {
        let secret = |name: &str| (name.to_owned(), "s3cret".to_owned());
        let manners = Manners {
            rate: Some(5.0),
            host_concurrency: 2,
            concurrency: 8,
            timeout: Duration::from_secs(9),
            user_agent: "Xunwang".into(),
            headers: vec![secret("X-Token")],
            cookies: vec![secret("sid")],
            proxy: "http://clerk:s3cret@127.0.0.1:3128".parse().ok(),
            ca_pem: None,
            chromium: None,
        };
        let plan = Plan {
            site: SiteEntry::default(),
            start: "http://qinghe.example/".parse().unwrap(),
            scope: scope("qinghe.example", false),
            depth: Some(2),
            pages: None,
            beside: Vec::new(),
            time_limit: None,
            confirm_after: vec![],
            obey_robots: true,
            outgoing: Outgoing::Auto,
            today: None,
            probes: false,
            baseline: None,
            earlier: None,
            cloak_pages: 0,
            render: Render::Never,
            render_pages: 0,
            clamd: None,
            attachments: 0,
            known: Arc::default(),
        };
        let told = plan.told(&manners);
        assert!(!told.to_string().contains("s3cret"), "{told}");
        assert_eq!(
            (&told["proxy"], &told["headers"][0], &told["depth"]),
            (&"127.0.0.1:3128".into(), &"X-Token".into(), &2.into())
        );
    }

    fn scope(host: &str, sub_domains: bool) -> Scope {
        let none = RegexSet::empty();
        Scope { hosts: vec![host.into()], sub_domains, path: None, include: none.clone(), exclude: none }
    }

    #[test]
    fn a_host_owns_its_pages_and_no_look_alike() {
        let own = |scope: &Scope, url: &str| scope.owns(&url.parse().unwrap());
        let plain = scope("qinghe.example", false);
        assert!(own(&plain, "https://qinghe.example/a"));
        assert!(!own(&plain, "https://www.qinghe.example/a"));
        assert!(own(&plain, "http://qinghe.example./a"));
        assert!(!own(&plain, "http://qinghe.example../a"));
        assert!(!own(&plain, "https://qinghe.example:8443/a"));
        let wide = scope("qinghe.example", true);
        assert!(own(&wide, "http://edu.qinghe.example/"));
        assert!(!own(&wide, "http://notqinghe.example/"));
    }
}
