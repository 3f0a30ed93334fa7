//! The probes of `--probes`: exposed files, the search box, the addresses of forms. Clauses N2.3, N2.5.
//!
//! Each is a GET without anything filled in, but for a title the site itself has published, typed into its search.

use checks::probe::{EXPOSED, MAX_BODY, Probed, Purpose, is_safe, search_box};
use checks::registry;
use checks::rule::Findings;
use url::Url;

use super::{After, Afterwards, Questions, answered, with_page};
use crate::fetch::Fetched;
use crate::wire::Want;

impl After<'_> {
    pub(super) async fn probes(&self, questions: &Questions, found: &mut Afterwards) {
        let Some(home) = &questions.home else { return };
        self.exposed(home, found).await;
        self.search(home, questions, found).await;
        self.forms(questions, found).await;
    }

    /// Files that must not be reachable, at the root of the start host.
    async fn exposed(&self, home: &Url, found: &mut Afterwards) {
        for file in EXPOSED {
            let Ok(url) = home.join(file.path) else { continue };
            let Some(fetched) = self.get(&url, Want::Head).await else { continue };
            // A redirect leads to something else, which is judged where it stands.
            if fetched.chain.is_empty() {
                self.judge(Purpose::Exposed(file), &url, &fetched, found);
            }
        }
    }

    async fn search(&self, home: &Url, questions: &Questions, found: &mut Afterwards) {
        let Some(known) = &questions.known else {
            found.unchecked.push("没有找到标题合适的文章，站内搜索没有试".into());
            return;
        };
        let Some(page) = self.get(home, Want::Readable).await else { return };
        let asked = with_page(&page, |page| {
            let page = page?;
            let there = search_box(page)?;
            Some((there.ask(&known.title, page.charset.encoding), there.at))
        });
        let Some((url, at)) = asked else {
            found.unchecked.push("首页上没有能直接提交的搜索框（或者由脚本提交），站内搜索没有试".into());
            return;
        };
        let Some(fetched) = self.get(&url, Want::Readable).await else { return };
        let purpose = Purpose::Search { page: home.as_str(), at, term: &known.title, wanted: &known.url };
        self.judge(purpose, &url, &fetched, found);
    }

    async fn forms(&self, questions: &Questions, found: &mut Afterwards) {
        for form in &questions.forms {
            if !is_safe(&form.action) || !self.visitor.scope.owns(&form.action) {
                continue;
            }
            let Some(fetched) = self.get(&form.action, Want::Head).await else { continue };
            let purpose = Purpose::Form { page: &form.page, at: form.at, post: form.post };
            self.judge(purpose, &form.action, &fetched, found);
        }
    }

    fn judge(&self, purpose: Purpose<'_>, url: &Url, fetched: &Fetched, found: &mut Afterwards) {
        let answer = answered(fetched);
        let mut findings = Findings::default();
        with_page(fetched, |page| {
            let body = &fetched.body[..fetched.body.len().min(MAX_BODY)];
            let probed = Probed { purpose, url: url.as_str(), answer: &answer, body, page };
            registry::probe_rules(&probed, &self.facts(Some(&answer)), &mut findings);
        });
        found.keep(findings, url, fetched);
    }
}
