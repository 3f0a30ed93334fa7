//! `xunwang page`: what the engine reads in one page, as JSON, to diagnose a site. Clause N2.1.
//!
//! Reads files only; an address is inspected with `xunwang inspect --depth 0`.

use checks::{Page, address, charset};
use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use crate::exit::Exit;
use crate::output::{say, tell};

/// Prints charset, title, headings, article, list, meta elements and links of a saved page.
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
    let today = Some(crawl::beijing_today());
    let metas: Vec<_> =
        page.metas().iter().map(|m| serde_json::json!({"name": m.name, "content": m.content})).collect();
    let told = serde_json::json!({
        "charset": decoded.charset.encoding.name(), "title": page.title, "headings": page.headings(),
        "article": article(&page, today), "list": list(&page, today), "metas": metas, "links": links,
    });
    say(&format!("{told:#}"));
    Exit::Clean
}

/// Items of a list that are printed.
const SHOWN_ITEMS: usize = 20;

fn article(page: &Page<'_>, today: Option<Date>) -> Value {
    let article = page.article(today);
    let dated = article.date.as_ref();
    let time = dated.and_then(|d| d.time).map(|t| t.strftime("%H:%M").to_string());
    let files: Vec<_> = article
        .attachments
        .iter()
        .map(|a| serde_json::json!({"url": a.url, "name": a.name, "type": a.claim.code()}))
        .collect();
    serde_json::json!({
        "is_article": article.is_article, "title": article.title,
        "date": dated.map(|d| d.date.to_string()), "time": time, "date_from": dated.map(|d| d.how.code()),
        "source": article.source, "author": article.author,
        "body": article.body_text(page), "attachments": files,
    })
}

/// The page's main list: its size, its newest date, its first items.
fn list(page: &Page<'_>, today: Option<Date>) -> Value {
    let Some(list) = page.listing(today).main() else { return Value::Null };
    let items: Vec<_> = list
        .items
        .iter()
        .take(SHOWN_ITEMS)
        .map(|i| serde_json::json!({"title": i.title, "url": i.url, "date": i.date.map(|d| d.to_string())}))
        .collect();
    serde_json::json!({
        "items": list.items.len(), "dated": list.dated, "newest": list.newest.map(|d| d.to_string()),
        "first_items": items,
    })
}
