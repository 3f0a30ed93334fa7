//! Pages that are empty without script, rendered by the machine's Chromium; pictures of pages. Clauses N2.1, N5.3.
//!
//! Decides which pages are worth it and keeps count of those that were not rendered, and why. The browser reaches
//! nothing by itself: everything a page asks for goes through [`supply`].

mod supply;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base::Reach;
use checks::rule::Answered;
use render::{Failed, Job, NoBrowser, Options, Rendered, Renderer};
use tokio::sync::OnceCell;

use crate::bounds;
use crate::fetch::{Fetched, Fetcher};
use crate::plan::{Plan, Render, Scope};
use crate::read::Reading;
use supply::{Supply, given};

/// The machine's Chromium, started when it is first wanted; one for all runs of a process.
pub struct Chromium {
    path: Option<PathBuf>,
    started: OnceCell<Result<Renderer, NoBrowser>>,
}

impl Chromium {
    pub fn new(path: Option<PathBuf>) -> Chromium {
        Chromium { path, started: OnceCell::new() }
    }

    async fn renderer(&self) -> Result<&Renderer, NoBrowser> {
        let start = || async {
            let options = Options {
                chromium: self.path.clone(),
                most_pages: u32::MAX,
                most_time_a_page: bounds::RENDER_TIME,
                ..Options::default()
            };
            Renderer::start(options).await
        };
        self.started.get_or_init(start).await.as_ref().map_err(NoBrowser::clone)
    }

    /// Why there is none, where that has shown.
    pub fn why_not(&self) -> Option<String> {
        self.started.get().and_then(|started| started.as_ref().err()).map(ToString::to_string)
    }

    /// Whether it keeps pages in a sandbox, where it runs.
    pub fn sandboxed(&self) -> Option<bool> {
        self.started.get().and_then(|started| started.as_ref().ok()).map(Renderer::sandboxed)
    }
}

/// What became of a page that needs a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Rendered, and read as rendered.
    Yes,
    /// The plan renders nothing.
    Off,
    NoBrowser,
    /// The plan's number of rendered pages was used up.
    Limit,
    Failed,
}

impl Drawn {
    /// The word in the run file.
    pub fn code(self) -> &'static str {
        match self {
            Drawn::Yes => "yes",
            Drawn::Off => "off",
            Drawn::NoBrowser => "no-browser",
            Drawn::Limit => "limit",
            Drawn::Failed => "failed",
        }
    }
}

/// The rendering of one run.
pub struct Rendering {
    pub chromium: Arc<Chromium>,
    plan: Arc<Plan>,
    supply: Arc<Supply>,
    taken: AtomicU32,
}

impl Rendering {
    pub fn new(chromium: Arc<Chromium>, plan: Arc<Plan>, scope: Scope, fetcher: Arc<Fetcher>) -> Rendering {
        let supply = Arc::new(Supply::new(Arc::clone(&plan), scope, fetcher));
        Rendering { chromium, plan, supply, taken: AtomicU32::new(0) }
    }

    /// Whether a page that was read is to be read again as a browser renders it.
    pub fn wants(&self, reading: &Reading, answered: &Answered) -> bool {
        let all = self.plan.render == Render::Always;
        reading.is_page && answered.reach == Reach::Ok && (all || reading.needs_script)
    }

    /// Renders a page. The document, where there is one.
    pub async fn render(&self, fetched: &Fetched) -> (Drawn, Option<String>) {
        if self.plan.render == Render::Never {
            return (Drawn::Off, None);
        }
        let room = |taken: u32| (taken < self.plan.render_pages).then(|| taken + 1);
        if self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
            return (Drawn::Limit, None);
        }
        match self.draw(fetched, false).await {
            Ok(rendered) if rendered.html.trim().is_empty() => (Drawn::Failed, None),
            Ok(rendered) => (Drawn::Yes, Some(rendered.html)),
            Err(Failed::NoBrowser(_)) => (Drawn::NoBrowser, None),
            Err(_) => (Drawn::Failed, None),
        }
    }

    /// A picture of a page (JPEG).
    pub async fn picture(&self, fetched: &Fetched) -> Result<Vec<u8>, Failed> {
        let rendered = self.draw(fetched, true).await?;
        rendered.picture.ok_or_else(|| Failed::Page("截图太大或没有截成".into()))
    }

    /// A page as it is drawn, with its picture (JPEG).
    pub async fn drawn(&self, fetched: &Fetched) -> Result<Rendered, Failed> {
        self.draw(fetched, true).await
    }

    async fn draw(&self, fetched: &Fetched, picture: bool) -> Result<Rendered, Failed> {
        let renderer = self.chromium.renderer().await?;
        let mut url = fetched.url.clone();
        url.set_fragment(None);
        let job = Job { url: url.into(), first: given(fetched), picture };
        let supply = Arc::clone(&self.supply);
        renderer
            .render(&job, move |request| {
                let supply = Arc::clone(&supply);
                async move { supply.answer(&request, picture).await }
            })
            .await
    }
}

/// What the report says of pages that were not rendered, by what became of them.
pub fn unchecked(drawn: &[(String, u64)], plan: &Plan, chromium: &Chromium) -> Vec<String> {
    let why = chromium.why_not().unwrap_or_else(|| "本机没有可用的 Chromium".into());
    let mut told = Vec::new();
    for (code, pages) in drawn {
        told.push(match code.as_str() {
            "off" => format!("{pages} 个由脚本生成的页面没有渲染（--render never），其中的内容没有检查"),
            "no-browser" => format!("{why}，{pages} 个由脚本生成的页面没有渲染，其中的内容没有检查"),
            "limit" => format!(
                "由脚本生成的页面最多渲染 {} 个（--render-pages），另有 {pages} 个没有渲染，其中的内容没有检查",
                plan.render_pages
            ),
            "failed" => format!("{pages} 个由脚本生成的页面渲染失败，其中的内容没有检查"),
            _ => continue,
        });
    }
    told
}
