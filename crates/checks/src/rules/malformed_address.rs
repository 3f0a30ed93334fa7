//! Malformed address (地址书写错误): a link that no browser can follow, because of how it is written. Clause N2.4.
//!
//! Told by `address::resolve` without asking anybody. What merely looks odd but leads somewhere is no fault.

use base::{Clause, Level, Verdict};

use crate::address::{self, Malformed, Target};
use crate::page::{Link, Page};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "malformed-address",
    name: "地址书写错误",
    clause: Clause::N2_4,
    level: Level::Fault,
    gates_drafts: true,
    why: "网址写法不对，任何浏览器都打不开；指向编辑人员本机文件的，还会暴露内部文件路径。",
    fix: "按正确写法改正：以 http:// 或 https:// 开头，冒号、斜杠、句点用半角，中间没有空格；从文档粘贴的图片和附件，要先上传再引用。改好后重新检查一次。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    for link in &page.links {
        if is_plainly_written(&link.raw) {
            continue;
        }
        if let Target::Malformed(why) = address::resolve(&page.base, &link.raw, page.charset.encoding) {
            report(page, link, why, out);
        }
    }
}

fn report(page: &Page<'_>, link: &Link<'_>, why: Malformed, out: &mut Findings) {
    let raw: String = link.raw.trim().chars().take(MOST_SHOWN).collect();
    let finding = out.add(&RULE, format!("{}的地址写成“{raw}”：{}", link.kind.label(), why.label()));
    finding.page = Some(page.url.to_string());
    finding.target = Some(raw);
    finding.element = Some(link.element.to_owned());
    finding.text = Some(page.text_of(link)).filter(|text| !text.is_empty());
    finding.at = Some(link.at);
    finding.verdict = Some(Verdict::Dead);
}

/// Characters of a faulty address that a report shows.
const MOST_SHOWN: usize = 300;

/// Whether nothing can be wrong with the address, so that it need not be resolved a second time: paths,
/// and `http` addresses whose host is made of letters, digits, dots and hyphens. Nearly every link is one.
fn is_plainly_written(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    match bytes {
        [] | [b'.' | b'?' | b'#', ..] => true,
        [b'/', second, ..] => !matches!(second, b'/' | b'\\' | ..=b' '),
        [b'/'] => true,
        [b'h' | b'H', ..] => {
            let rest = raw.strip_prefix("http://").or_else(|| raw.strip_prefix("https://"));
            rest.map_or_else(|| !bytes[1..].contains(&b':') && !starts_like_http(raw), is_plain_host)
        }
        [first, ..] => {
            let segment = raw.split(['/', '?', '#']).next().unwrap_or_default();
            *first > b' ' && !segment.contains([':', '：', '\\'])
        }
    }
}

fn starts_like_http(raw: &str) -> bool {
    raw.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("http"))
}

/// Whether the host in front is an ordinary name without a port. Numbers and `http` go to the resolver.
fn is_plain_host(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && host.contains('.')
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && !host.starts_with("http")
        && !host.contains("xn--")
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;
    use url::Url;

    use super::*;

    #[test]
    fn what_is_plainly_written_is_never_malformed() {
        let base = Url::parse("http://www.qh.example/a/b.html").expect("a literal address");
        let parts = [
            "",
            "/",
            "//",
            "\\",
            ".",
            "..",
            ":",
            "：",
            "#",
            "?",
            " ",
            "\t",
            "http",
            "https",
            "http://",
            "HTTP:",
            "h",
            "file:",
            "C:",
            "www.qh.example",
            "1.2.3.4.5",
            "a b",
            "xn--",
            "[",
            "%",
            "公告",
            "0x",
            "8o80",
            "@",
            "\u{3000}",
            "-",
            "|",
        ];
        let mut plain = 0;
        for a in parts {
            for b in parts {
                for c in parts {
                    let raw = format!("{a}{b}{c}");
                    if is_plainly_written(&raw) {
                        plain += 1;
                        let target = address::resolve(&base, &raw, UTF_8);
                        assert!(!matches!(target, Target::Malformed(_)), "{raw:?} {target:?}");
                    }
                }
            }
        }
        assert!(plain > 5_000, "the short cut takes hardly anything: {plain}");
        for usual in
            ["http://www.qh.example/a.html", "https://qh.example?x=1:2", "list.html", "art/1.html", "h1.html"]
        {
            assert!(is_plainly_written(usual), "{usual}");
        }
    }
}
