//! What a site calls itself on its home page: its label, the office at its foot, else the page's title. Clause N2.1.
//!
//! For headings only; nothing is judged by it. A page that says nothing of itself has no name.

use crate::labels::Labels;
use crate::page::Page;

/// Letters of a name; longer texts are slogans.
const MOST: usize = 40;
/// Passages at the end of the page that are its foot.
const FOOT: usize = 60;
/// What stands before the office that runs the site.
const SPONSOR: [&str; 3] = ["主办单位", "主办", "版权所有"];
/// Parts of a title that name no site.
const GENERAL: [&str; 9] =
    ["首页", "网站首页", "主页", "欢迎光临", "欢迎您", "欢迎访问", "index", "home", "无标题文档"];

/// The name of the site whose home page this is.
pub fn own_name(page: &Page<'_>) -> Option<String> {
    let labels = Labels::read(page);
    let label = labels.first("SiteName").filter(|l| l.is_sane()).and_then(|l| fit(&l.content));
    label.or_else(|| sponsor(page)).or_else(|| of_title(&page.title))
}

fn sponsor(page: &Page<'_>) -> Option<String> {
    let foot = || page.passages().iter().rev().take(FOOT);
    SPONSOR.iter().find_map(|word| foot().find_map(|passage| behind(&passage.text, word)))
}

/// `主办单位：青禾县人民政府办公室　承办：…` gives the office.
fn behind(text: &str, word: &str) -> Option<String> {
    let rest = &text[text.find(word)? + word.len()..];
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "：:©".contains(c));
    let end = rest.find(|c: char| c.is_whitespace() || "|，,；;。、（(©".contains(c)).unwrap_or(rest.len());
    // Without an office behind it the word is a heading or part of a sentence.
    let office = |name: &String| {
        ["政府", "局", "委", "办", "室", "厅", "院", "处", "中心", "部", "会"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    fit(&rest[..end]).filter(office)
}

fn of_title(title: &str) -> Option<String> {
    let parts = title.split(['-', '_', '|', '—', '–', '－', '·']).map(str::trim);
    let named = parts.filter(|p| !GENERAL.iter().any(|g| p.eq_ignore_ascii_case(g)));
    named.max_by_key(|p| p.chars().count()).and_then(fit)
}

/// A text on one line that is short enough to be a name.
fn fit(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = text.chars().count();
    ((2..=MOST).contains(&letters) && text.chars().any(char::is_alphabetic)).then_some(text)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::own_name;
    use crate::page::Page;

    fn named(head: &str, body: &str) -> Option<String> {
        let source = format!("<html><head>{head}</head><body>{body}</body></html>");
        let charset = crate::charset::decode(source.as_bytes(), Some("text/html; charset=utf-8")).charset;
        own_name(&Page::parse(Url::parse("http://www.example.gov.cn/").unwrap(), &source, charset))
    }

    #[test]
    fn the_label_comes_before_the_foot_and_the_foot_before_the_title() {
        let label = "<meta name=\"SiteName\" content=\"青禾县人民政府\">";
        let foot = "<p>正文</p><div>主办单位：青禾县人民政府办公室　承办：青禾县数据局</div>";
        let title = "<title>首页 - 青禾县政府门户网站</title>";
        let name = |head: &str, body: &str| named(head, body).unwrap();
        assert_eq!(name(&format!("{label}{title}"), foot), "青禾县人民政府");
        assert_eq!(name(title, foot), "青禾县人民政府办公室");
        assert_eq!(name(title, "<p>正文</p>"), "青禾县政府门户网站");
    }

    #[test]
    fn what_names_nobody_is_no_name() {
        assert_eq!(named("<meta name=\"SiteName\" content=\"null\"><title>首页</title>", ""), None);
        let sentence = "<p>本次活动由县文联主办，欢迎参加</p>";
        assert_eq!(named("<title>青禾文艺</title>", sentence).as_deref(), Some("青禾文艺"));
        assert_eq!(named("", &format!("<p>主办：{}</p>", "很长的话".repeat(20))), None);
    }
}
