//! The search box of a page: where a visitor's words go, and which words to try. Clause N2.3.
//!
//! Only boxes that ask with GET are used: a search must change nothing. Boxes that only a script sends are not told.

use base::Position;
use url::{Url, form_urlencoded};

use crate::Page;
use crate::address::{self, Target};
use crate::tree::{NodeId, Tree};

/// A search box that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchBox {
    /// Where it leads, without what is searched for.
    pub action: Url,
    /// Name of the field for the words.
    pub field: String,
    /// Hidden and preset fields that go with it.
    pub others: Vec<(String, String)>,
    pub at: Position,
}

impl SearchBox {
    /// The address that a browser asks for when somebody searches for `term`; the page's encoding decides how words
    /// are written (HTML Standard, "form submission").
    pub fn ask(&self, term: &str, encoding: &'static encoding_rs::Encoding) -> Url {
        let mut url = self.action.clone();
        let write = |text: &str| -> String {
            form_urlencoded::byte_serialize(&encoding.output_encoding().encode(text).0).collect()
        };
        let first = (self.field.as_str(), term);
        let others = self.others.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<String> = std::iter::once(first)
            .chain(others)
            .map(|(name, value)| format!("{}={}", write(name), write(value)))
            .collect();
        url.set_query(Some(&pairs.join("&")));
        url.set_fragment(None);
        url
    }
}

/// Words that fields, forms and buttons of a search bear.
const SIGNS: [&str; 9] =
    ["search", "keyword", "searchword", "query", "sousuo", "jiansuo", "搜索", "检索", "查询"];
/// Short names of fields that mean a search by themselves.
const NAMES: [&str; 6] = ["q", "wd", "kw", "key", "keywords", "qt"];

/// The first search box of a page that asks with GET.
pub fn search_box(page: &Page<'_>) -> Option<SearchBox> {
    let tree = page.tree();
    tree.elements(tree.root(), "form").find_map(|form| {
        if tree.attr(form, "method").is_some_and(|m| m.trim().eq_ignore_ascii_case("post")) {
            return None;
        }
        let action = tree.attr(form, "action")?;
        let Target::Web(action) = address::resolve(&page.base, &action, page.charset.encoding) else {
            return None;
        };
        let field = words_field(tree, form)?;
        let others = tree
            .elements(form, "input")
            .filter(|id| *id != field)
            .filter_map(|id| {
                let kind = tree.attr(id, "type").unwrap_or_default().to_ascii_lowercase();
                let checked = matches!(&*kind, "radio" | "checkbox") && tree.attr(id, "checked").is_some();
                let counts = kind == "hidden" || checked;
                counts.then_some(())?;
                let name = tree.attr(id, "name").filter(|n| !n.is_empty())?.into_owned();
                Some((name, tree.attr(id, "value").unwrap_or_default().into_owned()))
            })
            .collect();
        let field = tree.attr(field, "name")?.into_owned();
        Some(SearchBox { action: action.url, field, others, at: tree.position(form) })
    })
}

/// The only field for words of a form, where something says that it is for searching.
fn words_field(tree: &Tree<'_>, form: NodeId) -> Option<NodeId> {
    let is_text = |id: &NodeId| {
        let kind = tree.attr(*id, "type").unwrap_or_default().to_ascii_lowercase();
        matches!(&*kind, "" | "text" | "search") && tree.attr(*id, "name").is_some_and(|n| !n.is_empty())
    };
    let mut texts = tree.elements(form, "input").filter(is_text);
    let field = texts.next()?;
    // More fields for words, or one for a password: something to register, to log in or to apply with.
    if texts.next().is_some() || tree.elements(form, "textarea").next().is_some() {
        return None;
    }
    let secret = |id: NodeId| tree.attr(id, "type").is_some_and(|t| t.eq_ignore_ascii_case("password"));
    if tree.elements(form, "input").any(secret) {
        return None;
    }
    let says = |text: &str| {
        let lower = text.to_ascii_lowercase();
        SIGNS.iter().any(|sign| lower.contains(sign))
    };
    let attr = |id: NodeId, name: &str| tree.attr(id, name).unwrap_or_default();
    let name = attr(field, "name").to_ascii_lowercase();
    let told = NAMES.contains(&&*name)
        || ["name", "id", "class", "placeholder", "title", "value"].iter().any(|a| says(&attr(field, a)))
        || ["action", "id", "class", "name", "role"].iter().any(|a| says(&attr(form, a)))
        || says(&tree.text(form, 60));
    told.then_some(field)
}

/// The part of a page's title that a search has to find: long enough to be one page's, without the site's name.
/// `None` where the title tells the page from no other.
pub fn known_title(title: &str) -> Option<&str> {
    const SHORTEST: usize = 8;
    const LONGEST: usize = 40;
    let part = title.split(['_', '|', '-', '－', '—', '–']).map(str::trim).next()?;
    let length = part.chars().count();
    let is_sentence = part.chars().filter(|c| c.is_alphanumeric()).count() == length;
    ((SHORTEST..=LONGEST).contains(&length) && is_sentence).then_some(part)
}
