//! `xunwang page`: what the engine reads in one page, as JSON, to diagnose a site. Clause N2.1.
//!
//! Reads files only; an address is inspected with `xunwang inspect --depth 0`.

use checks::{Page, address, charset};
use url::Url;

use crate::exit::Exit;
use crate::output::{say, tell};

/// Prints charset, title, headings and links of a saved page.
pub fn run(target: &str) -> Exit {
    let bytes = match std::fs::read(target) {
        Ok(bytes) => bytes,
        Err(why) => {
            tell(&format!(
                "文件 {target} 读不出来：{}。网址请用 xunwang inspect --depth 0 检查",
                base::trouble::why(&why)
            ));
            return Exit::WrongUsage;
        }
    };
    let decoded = charset::decode(&bytes, None);
    let Ok(url) = Url::parse("http://page.invalid/") else { return Exit::Failed };
    let page = Page::parse(url, &decoded.text, decoded.charset.clone());
    let links: Vec<_> = page
        .links
        .iter()
        .map(|link| {
            let target = match address::resolve(&page.base, &link.raw, page.charset.encoding) {
                address::Target::Web(found) => Some(found.url.to_string()),
                _ => None,
            };
            serde_json::json!({
                "raw": link.raw, "target": target, "kind": link.kind.code(), "element": link.element,
                "line": link.at.line, "column": link.at.column, "text": page.text_of(link),
            })
        })
        .collect();
    let told = serde_json::json!({
        "charset": decoded.charset.encoding.name(), "title": page.title, "headings": page.headings(), "links": links,
    });
    say(&format!("{told:#}"));
    Exit::Clean
}
