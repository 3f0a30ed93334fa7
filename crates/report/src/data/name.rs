//! What the inspected site is called in headings: the list's name, the site's own, at least its host. Clause N2.1.
//!
//! The site's own name is what its home page said when it was read; nothing is read anew.

use checks::column::ColumnSeen;
use crawl::SiteEntry;
use crawl::run_file::RunReader;
use serde::Serialize;

use crate::text::{clean, readable};

const MOST_NAME: usize = 200;
const MOST_HOST: usize = 80;

/// Name and host of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SiteName {
    /// Its name; its host where nobody names it.
    pub name: String,
    /// Its host, where the name is another.
    pub host: Option<String>,
}

impl SiteName {
    /// The name of the run's site; `columns` are the run's, among which the home page is.
    pub fn of(site: &SiteEntry, columns: &[ColumnSeen]) -> SiteName {
        let host = readable(host_of(&site.url), MOST_HOST);
        let bare = host.rsplit_once(':').map_or(&*host, |(bare, _)| bare);
        // Who gives an address only has its host for a name, which names nobody.
        let names = |name: &&str| !name.is_empty() && *name != host && *name != bare;
        let own = || columns.iter().find(|c| c.is_home).map(|c| c.name.trim());
        match Some(site.name.trim()).filter(names).or_else(|| own().filter(names)) {
            None => SiteName { name: host, host: None },
            Some(name) => {
                SiteName { name: clean(name, MOST_NAME), host: Some(host).filter(|h| !h.is_empty()) }
            }
        }
    }

    /// The same out of a run file.
    pub fn read(run: &RunReader, site: &SiteEntry) -> rusqlite::Result<SiteName> {
        Ok(SiteName::of(site, &run.columns(crawl::bounds::COLUMN_PAGES)?))
    }

    /// In one line, for a window's title.
    pub fn in_full(&self) -> String {
        match &self.host {
            Some(host) => format!("{}（{host}）", self.name),
            None => self.name.clone(),
        }
    }
}

/// Host and port of an address.
pub fn host_of(url: &str) -> &str {
    url.split("://").nth(1).unwrap_or(url).split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use checks::column::ColumnKind;

    use super::*;

    fn named(listed: &str, own: &str) -> String {
        let url = "http://www.qinghe.example:8080/";
        let site = SiteEntry { name: listed.into(), url: url.into(), ..SiteEntry::default() };
        let home = ColumnSeen {
            url: url.into(),
            name: own.into(),
            kind: ColumnKind::Home,
            is_home: true,
            first_level: None,
            items: 0,
            dated: 0,
            newest: None,
            empty: false,
            suspects: vec![],
        };
        SiteName::of(&site, &[home]).in_full()
    }

    #[test]
    fn a_site_has_the_name_of_the_list_else_its_own_else_its_host() {
        let host = "www.qinghe.example:8080";
        assert_eq!(named("青禾县", "青禾县人民政府"), format!("青禾县（{host}）"));
        assert_eq!(named(" ", "青禾县人民政府"), format!("青禾县人民政府（{host}）"));
        assert_eq!(named("www.qinghe.example", "青禾县人民政府"), format!("青禾县人民政府（{host}）"));
        assert_eq!(named("", host), host);
        assert_eq!(named("www.qinghe.example", "www.qinghe.example"), host);
        assert_eq!(named("", ""), host);
    }
}
