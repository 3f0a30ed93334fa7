//! Signs of honest hiding: menus, tabs, share buttons, print parts, texts for screen readers. Clause N2.5.
//!
//! Names are what site builders and their authors call such parts; a name alone excuses no advertisement.

use crate::tree::{NodeId, Tree};

/// Parts of class names and ids.
const NAMES: [&str; 62] = [
    "menu",
    "nav",
    "sub",
    "drop",
    "down",
    "tab",
    "slide",
    "swiper",
    "banner",
    "carousel",
    "share",
    "bdshare",
    "jiathis",
    "addthis",
    "print",
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "skip",
    "access",
    "wza",
    "aria",
    "mobile",
    "wap",
    "phone",
    "-m-",
    "popup",
    "pop",
    "modal",
    "layer",
    "dialog",
    "mask",
    "tip",
    "qrcode",
    "qr",
    "ewm",
    "erweima",
    "code",
    "weixin",
    "wechat",
    "weibo",
    "footer",
    "foot",
    "link",
    "yqlj",
    "lianjie",
    "select",
    "option",
    "list",
    "more",
    "toggle",
    "collapse",
    "hover",
    "show",
    "content",
    "box",
    "con",
    "search",
    "login",
    "lang",
    "hide_menu",
    "lmenu",
];

/// Levels above a hidden part whose names are looked at.
const LEVELS: usize = 6;

/// Whether a hidden part looks like one that a visitor can open.
pub(super) fn is_widget(tree: &Tree<'_>, node: NodeId) -> bool {
    let around = std::iter::once(node).chain(tree.ancestors(node)).take(LEVELS);
    around.filter(|n| !tree.is_any(*n, &["body", "html"])).any(|n| {
        let named = |name: &str| {
            tree.attr(n, name).is_some_and(|v| {
                let v = v.to_ascii_lowercase();
                NAMES.iter().any(|part| v.contains(part))
            })
        };
        named("class")
            || named("id")
            || tree.is_any(n, &["nav", "select", "li", "dl", "dialog", "details", "footer", "map", "form"])
            || tree.attrs(n).any(|(name, _)| name.to_ascii_lowercase().starts_with("aria-"))
    })
}
