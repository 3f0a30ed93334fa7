//! Official documents (公文) as PDF and DOCX, laid out as GB/T 9704-2012 has it. Clauses N2.8, N5.3.
//!
//! Text in, bytes out: opens no connection, asks no clock, and decides nothing about what a document says. A document that it
//! makes is unsigned; it says so on its first page.

mod docx;
#[cfg(feature = "pdf")]
mod fonts;
mod paper;
#[cfg(feature = "pdf")]
mod pdf;

pub use docx::docx;
pub use paper::{Block, Paper};
#[cfg(feature = "pdf")]
pub use pdf::pdf;

/// Where fonts are looked for.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// The users' own, for fonts that they have a licence for; looked at first.
    pub own: Option<std::path::PathBuf>,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// There is nothing to write Chinese with.
    #[error(
        "本机没有可以排公文的中文字体：请安装 fonts-noto-cjk（Debian、Ubuntu），或把仿宋、小标宋等字体放进 --fonts 指定的文件夹"
    )]
    NoFonts,
    /// This program was built without it.
    #[error("这个程序编译时没有带上 PDF 排版（正式版本带有）")]
    NoPdf,
    /// A fault of the template or of a library: nothing that a text can bring about.
    #[error("公文没有排成：{0}")]
    Template(String),
}

/// Makes the PDF, where it can be made.
#[cfg(not(feature = "pdf"))]
pub fn pdf(_paper: &Paper, _folders: &Folders) -> Result<Vec<u8>, NotMade> {
    Err(NotMade::NoPdf)
}
