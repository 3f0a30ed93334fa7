//! Pages that a script writes: rendered and pictured with the Chromium of this machine. Clauses N2.1, N2.5, N5.3.
//!
//! Chromium itself never reaches the network: every request of a page is put to the caller, who answers or refuses
//! it. Nothing is downloaded, sent, opened or remembered from one page to the next. It judges nothing.

mod bounds;
mod browser;
mod find;
mod folder;
mod page;
mod renderer;
mod requests;
mod switches;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

pub use find::{PACKAGE, find};
pub use page::Rendered;
pub use renderer::{Failed, Renderer};
pub use requests::{Answer, Kind, Request};

/// The size of the window that a page is laid out for, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    pub width: u32,
    pub height: u32,
}

impl Viewport {
    /// The usual screen of an office.
    pub const DESK: Viewport = Viewport { width: 1366, height: 900 };
    /// The usual telephone.
    pub const PHONE: Viewport = Viewport { width: 390, height: 844 };
}

/// How a renderer works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program; `None` looks for it where programs stand.
    pub chromium: Option<PathBuf>,
    /// Pages of this renderer's life; those beyond are refused.
    pub most_pages: u32,
    /// From the first request of a page to its picture.
    pub most_time_a_page: Duration,
    /// Requests of a page that are put to the caller; those beyond are refused.
    pub most_requests_a_page: u32,
    /// Bytes answered to one page, and bytes of the document it has become.
    pub most_bytes: usize,
    pub viewport: Viewport,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            chromium: None,
            most_pages: bounds::PAGES,
            most_time_a_page: bounds::TIME_A_PAGE,
            most_requests_a_page: bounds::REQUESTS_A_PAGE,
            most_bytes: bounds::BYTES_A_PAGE,
            viewport: Viewport::DESK,
        }
    }
}

/// A page to be rendered.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its address, `http` or `https`, without fragment.
    pub url: String,
    /// The document as the site answered it; the site is not asked for it again.
    pub first: Answer,
    /// Whether a picture is wanted.
    pub picture: bool,
}

/// Why there is no Chromium to work with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBrowser {
    #[error("本机没有 Chromium（在 Debian、Ubuntu 上安装软件包 {PACKAGE} 即可）")]
    NotInstalled,
    #[error("指定的 Chromium {} 不存在", .0.display())]
    NotThere(PathBuf),
    #[error("本机的 Chromium 版本太旧（{0}，至少要 {oldest}）", oldest = bounds::OLDEST_VERSION)]
    TooOld(String),
    #[error("本机的 Chromium 启动不了：{0}")]
    DoesNotStart(String),
    #[error("Chromium 反复崩溃（{0} 次），不再使用")]
    KeepsCrashing(u32),
}
