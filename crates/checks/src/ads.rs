//! Which addresses belong to advertising networks, by filter lists in the form of EasyList. Clauses N4.2, N4.3.
//!
//! A short list of our own is built in; users may add theirs. Only parts that come from elsewhere are asked about.

use std::fmt;
use std::sync::{Arc, LazyLock};

use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions};
use adblock::request::Request;

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
    pub fn blocks(&self, address: &str, page: &str, kind: &str) -> bool {
        Request::new(address, page, kind, "GET").is_ok_and(|request| {
            let seen = self.0.check_network_request(&request);
            seen.filter.is_some() && seen.exception.is_none()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::AdFilters;

    const PAGE: &str = "http://www.example.gov.cn/";

    #[test]
    fn networks_are_told_from_services() {
        let own = AdFilters::built_in();
        for ad in [
            "https://pos.baidu.com/abc?di=1",
            "http://cpro.baidustatic.com/cpro/ui/c.js",
            "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
        ] {
            assert!(own.blocks(ad, PAGE, "script"), "{ad}");
        }
        for honest in [
            "https://hm.baidu.com/hm.js?0",
            "http://www.example.gov.cn/images/ad.jpg",
            "https://api.map.baidu.com/api?v=2.0",
            "https://dcs.conac.cn/js/a.js",
        ] {
            assert!(!own.blocks(honest, PAGE, "script"), "{honest}");
        }
    }

    #[test]
    fn lists_of_users_are_added() {
        let more =
            AdFilters::new(
                &["||ads.example^$third-party\n@@||ads.example/ok^\n! note\n/banner/*/ad_".into()],
            );
        assert!(more.blocks("http://ads.example/a.js", PAGE, "script"));
        assert!(!more.blocks("http://ads.example/ok/a.js", PAGE, "script"));
        assert!(more.blocks("http://x.example/banner/1/ad_2.gif", PAGE, "image"));
        assert!(more.blocks("https://pos.baidu.com/abc", PAGE, "script"), "our own stay in force");
    }
}
