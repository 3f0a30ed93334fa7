//! The renderer of a process: one Chromium, one page at a time, started again when it breaks. Clauses N2.1, N2.5.
//!
//! Gives up after a few restarts and says why; it never keeps a caller waiting for a browser that does not come.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::sync::Mutex;

use crate::browser::Browser;
use crate::page::{self, Rendered};
use crate::requests::{Answer, Request};
use crate::wire::Fault;
use crate::{Job, NoBrowser, Options, bounds, find};

/// Why a page was not rendered. The next one may well be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    #[error("{0}")]
    NoBrowser(#[from] NoBrowser),
    #[error("渲染的页面已到上限（{0} 个）")]
    Enough(u32),
    #[error("渲染中 Chromium 崩溃")]
    Crashed,
    #[error("Chromium 不再应答")]
    Stuck,
    #[error("页面渲染失败：{0}")]
    Page(String),
}

/// A browser and what it may still do.
pub struct Renderer {
    program: PathBuf,
    options: Options,
    browser: Mutex<State>,
    pages: AtomicU32,
    sandboxed: AtomicBool,
    process: AtomicU32,
}

struct State {
    browser: Option<Browser>,
    restarts: u32,
    /// Why there will be no browser any more.
    given_up: Option<NoBrowser>,
}

impl Renderer {
    /// Finds and starts Chromium.
    pub async fn start(options: Options) -> Result<Renderer, NoBrowser> {
        let program = find(options.chromium.as_deref())?;
        let browser = Browser::start(&program, options.viewport).await?;
        Ok(Renderer {
            program,
            options,
            sandboxed: AtomicBool::new(browser.sandboxed),
            process: AtomicU32::new(browser.process()),
            browser: Mutex::new(State { browser: Some(browser), restarts: 0, given_up: None }),
            pages: AtomicU32::new(0),
        })
    }

    /// Whether Chromium keeps pages in a sandbox on this machine.
    pub fn sandboxed(&self) -> bool {
        self.sandboxed.load(Ordering::Relaxed)
    }

    /// Number of the Chromium process started last.
    pub fn process(&self) -> u32 {
        self.process.load(Ordering::Relaxed)
    }

    /// Renders a page, when those before it are done. `fetch` answers what it asks for; `None` refuses.
    pub async fn render<F, A>(&self, job: &Job, fetch: F) -> Result<Rendered, Failed>
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Option<Answer>> + Send + 'static,
    {
        let most = self.options.most_pages;
        let room = |pages: u32| (pages < most).then(|| pages + 1);
        if self.pages.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
            return Err(Failed::Enough(most));
        }
        let mut state = self.browser.lock().await;
        // Taken out while it works: a page that is given up half-way takes its browser with it.
        let mut browser = self.ready(&mut state).await?;
        match page::render(&mut browser, &self.options, job, Arc::new(fetch)).await {
            Ok(rendered) => {
                state.browser = Some(browser);
                Ok(rendered)
            }
            // The page may have left anything behind; a new browser costs a second.
            Err(fault) => {
                drop(browser);
                Err(match fault {
                    Fault::Gone => Failed::Crashed,
                    Fault::Silent => Failed::Stuck,
                    Fault::Flood => Failed::Page("页面的动作太多".into()),
                    Fault::Refused(why) => Failed::Page(why),
                })
            }
        }
    }

    async fn ready(&self, state: &mut State) -> Result<Browser, NoBrowser> {
        if let Some(browser) = state.browser.take() {
            return Ok(browser);
        }
        if let Some(why) = &state.given_up {
            return Err(why.clone());
        }
        if state.restarts >= bounds::RESTARTS {
            return Err(state.given_up.insert(NoBrowser::KeepsCrashing(state.restarts)).clone());
        }
        state.restarts += 1;
        match Browser::start(&self.program, self.options.viewport).await {
            Ok(browser) => {
                self.sandboxed.store(browser.sandboxed, Ordering::Relaxed);
                self.process.store(browser.process(), Ordering::Relaxed);
                Ok(browser)
            }
            Err(why) => Err(state.given_up.insert(why).clone()),
        }
    }
}
