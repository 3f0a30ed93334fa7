//! Tells a page that is empty until a script has filled it from one that is merely short. Clause N2.1.
//!
//! Only says that the markup holds no page yet; what the script would make of it is not known here.

use super::{LinkKind, Page};
use crate::tree::{Kind, NodeId, Tree};

/// Characters of text that make a page: a notice or a table of contents has more, a frame for a script less.
const MOST_TEXT: usize = 200;
/// Links that make a page.
const MOST_LINKS: usize = 8;
/// What a page may say and still be empty without any other sign: “加载中，请稍候”.
const WAITING_TEXT: usize = 40;
/// Where the usual builders of script-made pages put what they make.
const ROOTS: [&str; 9] =
    ["app", "root", "__next", "__nuxt", "q-app", "react-root", "vue-app", "app-root", "main-app"];
/// What is not read by visitors.
const UNSEEN: [&str; 6] = ["head", "title", "noscript", "template", "textarea", "option"];
/// Depth to which a text is asked what it lies in.
const MOST_ABOVE: usize = 64;

/// Whether the page shows hardly anything without its scripts. Pages that only lead elsewhere do not count.
pub fn needs_script(page: &Page<'_>) -> bool {
    if !page.has_script {
        return false;
    }
    let count = |wanted: &[LinkKind]| page.links.iter().filter(|l| wanted.contains(&l.kind)).count();
    let links = count(&[LinkKind::Anchor, LinkKind::Area, LinkKind::List]);
    if links > MOST_LINKS || count(&[LinkKind::Refresh]) > 0 {
        return false;
    }
    let tree = page.tree();
    let seen = seen_text(tree);
    if seen.length >= MOST_TEXT {
        return false;
    }
    let leads_elsewhere = count(&[LinkKind::Script, LinkKind::Frame]) > 0;
    if has_root(tree) || says_so(tree) && !leads_elsewhere || seen.placeholder {
        return true;
    }
    let parts = count(&[LinkKind::Image, LinkKind::Media, LinkKind::Object]);
    let waits = seen.length < WAITING_TEXT && links <= 1 && parts == 0 && !leads_elsewhere;
    waits && count(&[LinkKind::ScriptFile]) > 0
}

struct SeenText {
    /// Characters without blanks, counted up to `MOST_TEXT`.
    length: usize,
    /// A template's `{{ … }}` stands where text should.
    placeholder: bool,
}

fn seen_text(tree: &Tree<'_>) -> SeenText {
    let mut seen = SeenText { length: 0, placeholder: false };
    for id in tree.descendants(tree.root()).filter(|id| matches!(tree.kind(*id), Kind::Text(_))) {
        let text = tree.own_text(id);
        if text.trim().is_empty() || lies_unseen(tree, id) {
            continue;
        }
        seen.length += text.chars().filter(|c| !c.is_whitespace()).take(MOST_TEXT).count();
        seen.placeholder |= text.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"));
        if seen.length >= MOST_TEXT {
            break;
        }
    }
    seen
}

fn lies_unseen(tree: &Tree<'_>, id: NodeId) -> bool {
    tree.ancestors(id).take(MOST_ABOVE).any(|above| tree.is_any(above, &UNSEEN))
}

/// The place where a script builds the page.
fn has_root(tree: &Tree<'_>) -> bool {
    tree.descendants(tree.root()).any(|id| {
        tree.is(id, "app-root")
            || tree.is_any(id, &["div", "main", "section"])
                && tree.attr(id, "id").is_some_and(|name| ROOTS.contains(&&*name))
    })
}

/// Whether the page tells visitors without scripts that there is nothing for them.
fn says_so(tree: &Tree<'_>) -> bool {
    tree.elements(tree.root(), "noscript").any(|notice| {
        let below = tree.descendants(notice).filter(|id| matches!(tree.kind(*id), Kind::Text(_) | Kind::Raw));
        let text: String = below.take(MOST_ABOVE).map(|id| tree.own_text(id).to_ascii_lowercase()).collect();
        text.contains("javascript") || text.contains("脚本")
    })
}

#[cfg(test)]
mod tests {
    use crate::charset::decode;
    use crate::page::{Page, needs_script};

    fn check(source: &str, expected: bool) {
        let decoded = decode(source.as_bytes(), Some("text/html; charset=utf-8"));
        let page = Page::parse("http://qinghe.example/".parse().unwrap(), &decoded.text, decoded.charset);
        assert_eq!(needs_script(&page), expected, "{source}");
    }

    #[test]
    fn frames_for_a_script_need_it() {
        check("<title>青禾县</title><div id=app></div><script src=/js/app.js></script>", true);
        check("<div id='root'><p>加载中…</p></div><script>start()</script>", true);
        check("<app-root></app-root><script src=main.js type=module></script>", true);
        check(
            "<noscript>请启用 JavaScript 后浏览</noscript><div class=x></div><script src=a.js></script>",
            true,
        );
        check("<noscript>本页需要浏览器支持脚本</noscript><script>boot()</script>", true);
        check(
            "<h1>{{ site.name }}</h1><li v-for=\"a in list\">{{a.title}}</li><script src=v.js></script>",
            true,
        );
        check("<title>正在加载，请稍候，马上就好</title><body><script src=/all.js></script>", true);
    }

    #[test]
    fn pages_that_say_something_or_lead_elsewhere_do_not() {
        let long = "青禾县人民政府办公室关于开展安全生产检查的通知。".repeat(10);
        check(&format!("<div id=app><p>{long}</p></div><script src=/app.js></script>"), false);
        let links: String = (0..9).map(|n| format!("<a href=/{n}/>栏目</a>")).collect();
        check(&format!("<div id=app>{links}</div><script src=/app.js></script>"), false);
        check("<div id=app></div>", false);
        check("<p>公告</p>", false);
        check(
            "<meta http-equiv=refresh content='0;url=/zh/'><div id=app></div><script src=a.js></script>",
            false,
        );
        check("<script>location.href='/index/'</script>", false);
        check("<script src=t.js></script><script>location.href='/index/'</script>", false);
        check("<noscript>请启用 JavaScript</noscript><script>location.href='/index/'</script>", false);
        check("<frameset><frame src=top.html></frameset><script src=a.js></script>", false);
        check("<a href=/index/><img src=splash.jpg></a><script src=stat.js></script>", false);
        check(
            "<p>该信息不存在或者已经被删除，请返回首页。本站由青禾县人民政府办公室主办，县政务服务中心承办</p><script src=stat.js></script>",
            false,
        );
        check("", false);
    }

    #[test]
    fn a_deep_or_endless_page_takes_no_longer() {
        check(&format!("{}<script src=a.js></script>", "<div><p> ".repeat(50_000)), true);
        check(&format!("<script src=a.js></script>{}", "<noscript>x".repeat(50_000)), true);
    }
}
