//! Which addresses are pages of one list: `index_1.html`, `?page=2`, `list_3.shtml`. Clause N2.1.
//!
//! By form only. An article whose name ends in a number is told apart by the number's size and the name before it.

use url::Url;

/// Names in a query that count pages.
const KEYS: [&str; 14] = [
    "page",
    "pageno",
    "pagenum",
    "pagenumber",
    "pageindex",
    "p",
    "pn",
    "curpage",
    "currentpage",
    "cpage",
    "pageid",
    "currpage",
    "start",
    "offset",
];
/// Figures of a page's number; articles have longer ones.
const MAX_FIGURES: usize = 4;

/// The address of the list that a page belongs to: its first page, whatever that is called.
pub fn series_of(url: &str) -> String {
    read(url).map_or_else(|| url.to_owned(), |(series, _)| series)
}

/// The page's number in its list; 0 for the first.
pub fn page_of(url: &str) -> u32 {
    read(url).map_or(0, |(_, page)| page)
}

fn read(url: &str) -> Option<(String, u32)> {
    let mut parsed = Url::parse(url).ok()?;
    parsed.set_fragment(None);
    let mut page = 0;
    let mut kept = Vec::new();
    for (key, value) in parsed.query_pairs() {
        match value.parse::<u32>() {
            Ok(number) if KEYS.contains(&&*key.to_ascii_lowercase()) && value.len() <= MAX_FIGURES + 2 => {
                page = page.max(number);
            }
            _ => kept.push((key.into_owned(), value.into_owned())),
        }
    }
    if parsed.query().is_some() {
        if kept.is_empty() {
            parsed.set_query(None);
        } else {
            parsed.query_pairs_mut().clear().extend_pairs(kept);
        }
    }
    let path = parsed.path().to_owned();
    let (folder, last) = path.rsplit_once('/')?;
    let (stem, ending) = last.split_once('.').unwrap_or((last, ""));
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let figures = &stem[bare.len()..];
    let joined = bare.ends_with(['_', '-']);
    let name = bare.trim_end_matches(['_', '-']);
    let counts = |name: &str| {
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-'));
        ["index", "list", "default", "node", "col", "channel", "more", "zfxxgkMultiList"]
            .iter()
            .any(|w| letters.eq_ignore_ascii_case(w))
    };
    let numbered = !figures.is_empty() && figures.len() <= MAX_FIGURES && joined && counts(name);
    let stem = if numbered {
        page = page.max(figures.parse().unwrap_or(0));
        name
    } else {
        stem
    };
    // The first page goes by the folder or by its file.
    let series = match stem.to_ascii_lowercase().as_str() {
        "" | "index" | "default" => format!("{folder}/"),
        _ if ending.is_empty() => format!("{folder}/{stem}"),
        _ => format!("{folder}/{stem}.{ending}"),
    };
    parsed.set_path(&series);
    Some((parsed.to_string(), page))
}
