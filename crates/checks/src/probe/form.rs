//! Forms of a page: where they send what a visitor fills in. Clause N2.3.
//!
//! Never fills in or sends a form that could change something: see [`is_safe`].

use base::Position;
use url::{Url, form_urlencoded};

use crate::Page;
use crate::address::{self, Target};

/// Forms of one page that are listed; more are made by scripts or by whoever fills memories.
const MAX_FORMS: usize = 50;

/// A form as it stands in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormSeen {
    /// Where it leads, resolved, with its fields left empty where it asks with GET; `None` where nothing but a script sends it.
    pub action: Option<Url>,
    pub post: bool,
    /// Names of its fields, in order.
    pub fields: Vec<String>,
    pub at: Position,
}

/// The forms of a page that a browser would send somewhere.
pub fn forms(page: &Page<'_>) -> Vec<FormSeen> {
    let tree = page.tree();
    tree.elements(tree.root(), "form")
        .take(MAX_FORMS)
        .map(|form| {
            let written = tree.attr(form, "action").unwrap_or_default();
            let written = written.trim();
            let scripted = written.is_empty()
                || written.starts_with('#')
                || written.get(..11).is_some_and(|s| s.eq_ignore_ascii_case("javascript:"));
            let action = match scripted {
                true => None,
                false => match address::resolve(&page.base, written, page.charset.encoding) {
                    Target::Web(found) => Some(found.url),
                    _ => None,
                },
            };
            let post = tree.attr(form, "method").is_some_and(|m| m.trim().eq_ignore_ascii_case("post"));
            let fields: Vec<String> = tree
                .descendants(form)
                .filter(|id| tree.is_any(*id, &["input", "textarea", "select"]))
                .filter_map(|id| Some(tree.attr(id, "name")?.into_owned()))
                .collect();
            // A browser asks with every field, filled in or not; a door that is asked without may rightly refuse.
            let action = action.map(|mut url| {
                if !post && !fields.is_empty() {
                    let pairs = fields.iter().map(|name| (name, ""));
                    url.set_query(Some(
                        &form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish(),
                    ));
                }
                url
            });
            FormSeen { action, post, fields, at: tree.position(form) }
        })
        .collect()
}

/// Whether asking for the address of a form, without anything filled in, can change nothing: no word in it says that
/// it logs out, deletes, votes or pays.
pub fn is_safe(action: &Url) -> bool {
    const ACTS: [&str; 14] = [
        "logout",
        "signout",
        "delete",
        "remove",
        "del.",
        "unsubscribe",
        "vote",
        "pay",
        "approve",
        "clear",
        "reset",
        "drop",
        "update",
        "toupiao",
    ];
    let path = action.path().to_ascii_lowercase();
    let query = action.query().unwrap_or_default().to_ascii_lowercase();
    !ACTS.iter().any(|act| path.contains(act) || query.contains(act))
}
