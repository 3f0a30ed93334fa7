//! Which addresses belong to advertising networks, by filter lists in the form of EasyList. Clauses N4.2, N4.3.
//!
//! A short list of our own is built in; users may add theirs. Only parts that come from elsewhere are asked about.

use std::fmt;
use std::sync::{Arc, LazyLock};

use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions};
use adblock::request::Request;
use url::Url;

use crate::address::registrable_domain;

/// Networks and their delivery hosts, written down from their own documentation for site owners.
const OWN: &str = include_str!("../data/ad_networks.txt");

static BUILT_IN: LazyLock<AdFilters> = LazyLock::new(|| AdFilters::new(&[]));

/// Filters ready for use.
#[derive(Clone)]
pub struct AdFilters(Arc<Engine>);

impl fmt::Debug for AdFilters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdFilters")
    }
}

impl AdFilters {
    /// The filters that come with the program.
    pub fn built_in() -> &'static AdFilters {
        &BUILT_IN
    }

    /// Our own filters and those of lists in the form of EasyList. Building takes time: do it once.
    pub fn new(lists: &[String]) -> AdFilters {
        let mut set = FilterSet::new(false);
        set.add_filter_list(OWN.to_owned(), ParseOptions::default());
        for list in lists {
            set.add_filter_list(list.clone(), ParseOptions::default());
        }
        AdFilters(Arc::new(Engine::new_with_filter_set(set)))
    }

    /// Whether a part of a page is an advertisement. `kind` is the part's kind as filter lists name it: `script`,
    /// `image`, `subdocument`, `stylesheet`, `media`, `object`, `other`.
    pub fn blocks(&self, address: &Url, page: &Url, kind: &str) -> bool {
        let (Some(host), Some(source)) = (address.host_str(), page.host_str()) else { return false };
        let same = host == source
            || registrable_domain(host).is_some_and(|d| registrable_domain(source).is_some_and(|o| o == d));
        if same {
            return false;
        }
        let request = Request::preparsed(address.as_str(), host, source, kind, true, "GET");
        let seen = self.0.check_network_request(&request);
        seen.filter.is_some() && seen.exception.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::AdFilters;
    use url::Url;

    fn blocks(filters: &AdFilters, address: &str, kind: &str) -> bool {
        let page = Url::parse("http://www.example.gov.cn/").unwrap();
        filters.blocks(&Url::parse(address).unwrap(), &page, kind)
    }

    #[test]
    fn networks_are_told_from_services() {
        let own = AdFilters::built_in();
        for ad in [
            "https://pos.baidu.com/abc?di=1",
            "http://cpro.baidustatic.com/cpro/ui/c.js",
            "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
        ] {
            assert!(blocks(own, ad, "script"), "{ad}");
        }
        for honest in [
            "https://hm.baidu.com/hm.js?0",
            "http://www.example.gov.cn/images/ad.jpg",
            "https://api.map.baidu.com/api?v=2.0",
            "https://dcs.conac.cn/js/a.js",
        ] {
            assert!(!blocks(own, honest, "script"), "{honest}");
        }
    }

    #[test]
    fn lists_of_users_are_added() {
        let more =
            AdFilters::new(
                &["||ads.example^$third-party\n@@||ads.example/ok^\n! note\n/banner/*/ad_".into()],
            );
        assert!(blocks(&more, "http://ads.example/a.js", "script"));
        assert!(!blocks(&more, "http://ads.example/ok/a.js", "script"));
        assert!(blocks(&more, "http://x.example/banner/1/ad_2.gif", "image"));
        assert!(blocks(&more, "https://pos.baidu.com/abc", "script"), "our own stay in force");
    }
}
