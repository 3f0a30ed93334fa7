//! The same page as a browser gets it, as a search engine does, and as somebody who comes from one. Clause N2.5.
//!
//! Three GETs of a page that the crawl has read; nothing is sent but the usual header fields.

use checks::look::PageLook;
use checks::rule::ThreeFetches;
use url::Url;

use super::{After, Afterwards, Questions, with_page};
use crate::trip::Identity;
use crate::wire::Want;

const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const ENGINE: &str = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)";
const ENGINE_PAGE: &str = "https://www.baidu.com/";

const AS_BROWSER: Identity = Identity { user_agent: Some(BROWSER), referer: None };
const AS_ENGINE: Identity = Identity { user_agent: Some(ENGINE), referer: None };
const VIA_ENGINE: Identity = Identity { user_agent: Some(BROWSER), referer: Some(ENGINE_PAGE) };

impl After<'_> {
    pub(super) async fn cloak(&self, questions: &Questions, found: &mut Afterwards) {
        let mut refused = 0u64;
        for url in &questions.looked_at {
            let as_browser = self.look(url, AS_BROWSER).await;
            let as_engine = self.look(url, AS_ENGINE).await;
            let via_engine = self.look(url, VIA_ENGINE).await;
            match (as_browser, as_engine, via_engine) {
                (Some(as_browser), Some(as_engine), Some(via_engine)) => {
                    found.fetches.push(ThreeFetches {
                        page: url.to_string(),
                        as_browser,
                        as_engine,
                        via_engine,
                    });
                }
                _ => refused += 1,
            }
        }
        if refused > 0 {
            found.unchecked.push(format!(
                "{refused} 个页面没能以浏览器和搜索引擎的身份各取一次，是否只对搜索引擎显示别的内容没有核对"
            ));
        }
    }

    async fn look(&self, url: &Url, identity: Identity) -> Option<PageLook> {
        let fetched = self.get_as(identity, url, Want::Readable).await?;
        // Where redirects led is part of what a visitor gets.
        let moved = !fetched.chain.is_empty() && fetched.url.host_str() != url.host_str();
        let look = with_page(&fetched, |page| page.map(PageLook::of));
        if moved {
            return Some(PageLook { goes_to: Some(fetched.url.to_string()), ..look.unwrap_or_default() });
        }
        look
    }
}
