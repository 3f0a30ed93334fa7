//! Pictures of the home page and of pages with faults that have to be seen to be believed. Clauses N2.5, N4.2, N5.3.
//!
//! The page is asked for once more, for a picture shows what stands there now. Few pictures; each page once.

use http::StatusCode;
use render::Failed;
use url::Url;

use super::{After, Afterwards, Questions};
use crate::bounds;
use crate::plan::Render;
use crate::wire::Want;

/// Rules whose findings are shown with a picture of their page: tampering and advertising.
pub const PICTURED: [&str; 8] = [
    "hidden-link",
    "defaced-page",
    "stuffed-title",
    "inserted-script",
    "foreign-redirect",
    "cloaked-page",
    "advertisement",
    "advertising-text",
];

/// A picture that was taken.
pub struct Picture {
    pub url: String,
    /// `home` or `finding`.
    pub kind: &'static str,
    pub jpeg: Vec<u8>,
}

impl After<'_> {
    pub(super) async fn pictures(&self, questions: &Questions, found: &mut Afterwards) {
        if self.visitor.plan.render == Render::Never {
            return;
        }
        let late = found.findings.iter().filter(|(finding, _)| PICTURED.contains(&finding.rule));
        let late: Vec<String> = late.filter_map(|(finding, _)| finding.page.clone()).collect();
        let home = questions.home.iter().map(|url| (url.to_string(), "home"));
        let faulty = questions.pictured.iter().chain(&late).map(|url| (url.clone(), "finding"));
        let mut failed = 0_u32;
        for (url, kind) in home.chain(faulty) {
            if found.pictures.len() > bounds::MAX_PICTURES || !self.goes_on() {
                break;
            }
            let many_leak = questions.leaking.len() >= bounds::LEAKING_PAGES as usize;
            if many_leak || questions.leaking.contains(&url) || found.pictures.iter().any(|p| p.url == url) {
                continue;
            }
            let taken = tokio::select! {
                taken = self.picture(&url) => taken,
                () = self.over() => break,
            };
            match taken {
                Ok(Some(jpeg)) => found.pictures.push(Picture { url, kind, jpeg }),
                Ok(None) => {}
                Err(Failed::NoBrowser(why)) => {
                    found.unchecked.push(format!("{why}，首页和有篡改、广告问题的页面没有截图"));
                    return;
                }
                Err(_) => failed += 1,
            }
        }
        if failed > 0 {
            found.unchecked.push(format!("{failed} 个页面没有截成图"));
        }
    }

    async fn picture(&self, url: &str) -> Result<Option<Vec<u8>>, Failed> {
        let Ok(url) = Url::parse(url) else { return Ok(None) };
        let Some(fetched) = self.get(&url, Want::Readable).await else { return Ok(None) };
        let there = fetched.status == Some(StatusCode::OK.as_u16());
        let is_page = fetched.mime().is_none_or(|mime| mime.contains("html"));
        // Where the answer is from another site now, the picture would be of that site.
        if !there || !is_page || !self.visitor.scope.owns(&fetched.url) {
            return Ok(None);
        }
        self.visitor.rendering.picture(&fetched).await.map(Some)
    }
}
