//! Firewalls and script challenges that answer in a site's place (加速乐、瑞数 and their like). Clause N2.1.
//!
//! Such an answer says nothing about the page: it is *blocked*, never dead. An ordinary page that sets a
//! cookie, an application's empty shell and a plain 403 are none. Only the first 16 KiB are looked at.

mod words;

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use encoding_rs::GB18030;

use words::{CHECKING, MARKS, PROTECTION, STOPPED, WAIT};

/// Bytes of the body that are looked at; challenges and refusals fit in well.
const LOOKED_AT: usize = 16 * 1024;
/// A page that shows more characters than this has content, whatever its scripts do.
const FEW: usize = 40;
/// A waiting page ("正在进行安全检查") or a refusal shows no more characters than this.
const NOTICE: usize = 800;
const WAITING: usize = 200;

/// Whether an answer is a firewall's refusal or a script challenge instead of the page.
///
/// `headers` are names and values as received; `body_start` is the decompressed body, at least its first
/// 16 KiB where it is longer.
pub fn challenge(status: u16, headers: &[(&str, &str)], body_start: &[u8]) -> bool {
    if header(headers, "cf-mitigated").any(|v| v.eq_ignore_ascii_case("challenge")) {
        return true;
    }
    // Nothing is refused with these: the site itself says moved, gone or not there.
    if matches!(status, 100..=199 | 300..=399 | 404 | 410) {
        return false;
    }
    let whole = body_start.len() < LOOKED_AT;
    let start = &body_start[..body_start.len().min(LOOKED_AT)];
    if (200..=299).contains(&status) && status != 202 {
        // A challenge is small; only what sets a cookie by script or checks the visitor needs a closer look.
        return whole && is_challenge_page(&lower(start));
    }
    let html = lower(start);
    match status {
        // Used by 加速乐 alone, but for Cloudflare, which says with it that the site is down.
        521 if !header(headers, "server").any(|v| v.eq_ignore_ascii_case("cloudflare")) => has_script(&html),
        // No condition was sent, so none can have failed (RFC 9110 §13.1), and 202 carries no page: a script
        // without content is 瑞数's.
        412 | 202 if has_script(&html) && shows_little(&html) => true,
        _ => has_dynamic_script(&html) || is_challenge_page(&html) || is_refusal(headers, &html),
    }
}

fn header<'a>(headers: &'a [(&str, &str)], name: &'a str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| *v)
}

/// The text in lower case; what is not UTF-8 is read as GB 18030, which refusals of old servers are in.
fn lower(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // A character cut at the bound is no reason to doubt the rest.
        Err(e) if e.error_len().is_none() => String::from_utf8_lossy(&bytes[..e.valid_up_to()]),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0,
    };
    text.to_ascii_lowercase()
}

fn has_script(html: &str) -> bool {
    html.contains("<script")
}

/// 瑞数: a page without content whose script finds its data in a meta element under a name made up each time.
fn has_dynamic_script(html: &str) -> bool {
    has_script(html) && (is_dynamic(html) || html.contains("<meta id=")) && shows_little(html)
}

fn is_dynamic(html: &str) -> bool {
    any(html, &DYNAMIC)
}

const DYNAMIC: [&str; 4] = ["$_ts", "window[\"$_", "r=\"m\"", "r='m'"];
const COOKIE: [&str; 3] = ["document.cookie", "['cookie']", "[\"cookie\"]"];

/// Everything of which a challenge page has something, in one search: ordinary pages need no closer look.
static SUSPECT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = COOKIE.iter().chain(&MARKS).chain(&DYNAMIC).chain(&CHECKING);
    AhoCorasick::new(marks).ok()
});

fn shows_little(html: &str) -> bool {
    shown(html).chars().take(FEW + 1).count() <= FEW
}

fn is_refusal(headers: &[(&str, &str)], html: &str) -> bool {
    let text = shown(html);
    if text.chars().take(NOTICE + 1).count() > NOTICE {
        return false;
    }
    let server = header(headers, "server").chain(header(headers, "x-powered-by"));
    let by_name = server.map(str::to_ascii_lowercase).any(|v| v.contains("waf") || v.contains("safedog"));
    let stopped = any(&text, &STOPPED);
    by_name || any(html, &MARKS) || (stopped && any(&text, &PROTECTION))
}

/// A page that sets a cookie by script and asks for itself again, or makes the visitor wait while it checks.
fn is_challenge_page(html: &str) -> bool {
    if SUSPECT.as_ref().is_some_and(|marks| !marks.is_match(html)) || !has_script(html) {
        return false;
    }
    let cookie = any(html, &COOKIE);
    let marked = any(html, &MARKS) || is_dynamic(html);
    if shows_little(html) && (marked || (cookie && asks_for_itself(html))) {
        return true;
    }
    let text = shown(html);
    text.chars().take(WAITING + 1).count() <= WAITING
        && any(&text, &CHECKING)
        && any(&text, &WAIT)
        && has_few_links(html)
        // A login form asks for a check of its own.
        && !html.contains("password")
}

/// Whether a script loads the same address once more; a page that sends the visitor elsewhere does not count.
fn asks_for_itself(html: &str) -> bool {
    const AGAIN: [&str; 9] = [
        "location.reload",
        "location.pathname",
        "location.href=location",
        "location=location",
        "location.replace(location",
        "location.replace(window.location",
        "location.replace(document.location",
        "location.href=window.location",
        "location.href=document.location",
    ];
    let tight: String = html.chars().filter(|c| !c.is_whitespace()).collect();
    any(&tight, &AGAIN)
}

/// A real page about security checks leads somewhere.
fn has_few_links(html: &str) -> bool {
    html.matches("<a ").take(4).count() < 4
}

fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.contains(w))
}

/// What a visitor without scripts would read, blanks removed: markup, scripts and styles left out.
fn shown(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        push_shown(&mut text, &rest[..open]);
        rest = &rest[open..];
        let end = ["script", "style", "noscript"]
            .iter()
            .find(|tag| rest[1..].starts_with(**tag))
            .map(|tag| rest[1..].find(&format!("</{tag}")).map_or(rest.len(), |i| i + 1));
        rest = if rest.starts_with("<!--") {
            rest.find("-->").map_or("", |i| &rest[i + 3..])
        } else {
            let rest = end.map_or(rest, |i| &rest[i..]);
            rest.find('>').map_or("", |i| &rest[i + 1..])
        };
    }
    push_shown(&mut text, rest);
    text
}

fn push_shown(text: &mut String, part: &str) {
    let mut blank = false;
    for c in part.chars() {
        if c.is_whitespace() {
            blank = true;
        } else {
            // Words such as "event id" keep their one blank.
            if blank && !text.is_empty() && c.is_ascii() {
                text.push(' ');
            }
            blank = false;
            text.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: (&str, &str) = ("Content-Type", "text/html");

    #[track_caller]
    fn check(status: u16, headers: &[(&str, &str)], body: &str, expected: bool) {
        assert_eq!(challenge(status, headers, body.as_bytes()), expected, "{status} {body}");
    }

    #[test]
    fn script_challenges_are_known_by_what_they_do() {
        check(
            521,
            &[HTML, ("Set-Cookie", "__jsluid_s=4f2a; max-age=31536000; path=/; HttpOnly")],
            "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'_clearance_s=1764047000.7|-1|'+(2+[]);location.href=location.pathname+location.search</script>",
            true,
        );
        check(
            412,
            &[HTML],
            "<!DOCTYPE html><html><head><meta id=\"eR5d\" content=\"Yx8kQ2\" r=\"m\"><script r=\"m\">$_ts=window['$_ts'];</script></head><body></body></html>",
            true,
        );
        check(
            202,
            &[HTML],
            "<html><head><meta content=\"a8\"><script src=\"/c9/x.js\" r='m'></script></head><body onload=\"_q()\"></body></html>",
            true,
        );
        check(200, &[HTML], "<html><script>$_ts=window['$_ts']||{};</script><body></body></html>", true);
        check(
            400,
            &[HTML],
            "<html><head><meta id=\"v7\" content=\"zz\"><script>$_ts={}</script></head><body></body></html>",
            true,
        );
        check(
            200,
            &[HTML],
            "<html><script>var arg1='3000176000856006061501533003690027800375';var x='acw_sc__v2';</script></html>",
            true,
        );
        check(
            200,
            &[],
            "<html><body><script>document.cookie = 'ck=8' ; location.reload( true );</script></body></html>",
            true,
        );
        check(
            200,
            &[],
            "<html><script>document['cookie']='t=1';window.location = location;</script></html>",
            true,
        );
        check(
            200,
            &[HTML],
            "<html><head><title>安全检测</title></head><body><div>正在进行浏览器安全检测，请稍等…</div><script src=\"/check.js\"></script></body></html>",
            true,
        );
        check(
            403,
            &[("server", "cloudflare")],
            "<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt={}</script><body>Enable JavaScript and cookies to continue</body>",
            true,
        );
        check(503, &[("CF-Mitigated", "challenge")], "", true);
    }

    #[test]
    fn refusals_are_known_by_their_words() {
        for (status, body) in [
            (
                403,
                "<html><title>访问被拦截</title><body>您的请求疑似攻击行为，已被防护系统拦截。事件编号：7731</body></html>",
            ),
            (
                405,
                "<body>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。<img src=//errors.aliyun.com/a.png></body>",
            ),
            (418, "<h1>请求被拦截</h1><p>您的访问已触发安全策略，请求编号 a8f2</p>"),
            (403, "<title>网站防火墙</title><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"),
            (503, "<p>当前访问可能存在安全威胁，已被云防护阻断。Event ID: 55-12</p>"),
            (403, "<title>网站安全狗</title>"),
            (493, "<p>D盾_拦截提示</p>"),
            (
                406,
                "The requested URL was rejected. Please consult with your administrator. Your support ID is: 8812",
            ),
            (500, "<p>Access denied by firewall</p>"),
        ] {
            check(status, &[HTML], body, true);
        }
        check(403, &[("Server", "WAF/2.0")], "<h1>403</h1>", true);
    }

    #[test]
    fn a_refusal_in_gbk_is_read_as_well() {
        let (bytes, _, _) = encoding_rs::GBK.encode("<h1>您的访问被拦截</h1><p>网站防火墙检测到恶意请求</p>");
        assert!(challenge(403, &[HTML], &bytes));
    }

    #[test]
    fn ordinary_answers_are_left_alone() {
        let article = "<p>市应急局组织开展节前安全检查，请稍后关注结果。</p>";
        let home = format!(
            "<html><head><script>document.cookie='visited=1';function r(){{location.reload()}}</script></head><body>{}</body></html>",
            "<p>春耕备耕工作全面展开，各乡镇农技人员下田指导。</p>".repeat(3)
        );
        for (status, body) in [
            (200, home.as_str()),
            (200, "<html><script>document.cookie='lang=zh';location.href='/zh/index.html'</script></html>"),
            (200, "<html><body><div id=\"app\"></div><script src=\"/app.8f.js\"></script></body></html>"),
            (
                200,
                "<script>localStorage.theme='dark'</script><title>关于开展安全检查的通知</title><p>各单位要认真开展安全检查。</p>",
            ),
            (
                200,
                "<script src=a.js></script><title>登录</title><p>请完成安全验证，拖动滑块</p><input type=password>",
            ),
            (200, "<title>网络安全</title><p>防火墙拦截了多少攻击行为？事件编号如何查询？</p>"),
            (200, article),
            (200, ""),
            (
                403,
                "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><hr>nginx</body></html>",
            ),
            (
                404,
                "<title>404</title><p>您访问的页面不存在</p><script>document.cookie='a=1';location.reload()</script>",
            ),
            (410, "已被拦截 防火墙"),
            (500, "<h1>HTTP 500</h1><p>Internal Server Error</p><script>$('#x').show()</script>"),
            (503, "<h1>503 Service Unavailable</h1><p>系统维护中，请稍后访问。</p>"),
            (302, "<script>document.cookie='a=1';location.reload()</script>"),
        ] {
            check(status, &[HTML], body, false);
        }
        check(
            521,
            &[("Server", "cloudflare")],
            "<title>521: Web server is down</title><script>1</script>",
            false,
        );
    }

    #[test]
    fn nothing_beyond_the_bound_is_read() {
        let late = format!("{}<p>您的访问已被防火墙拦截</p>", " ".repeat(LOOKED_AT));
        check(403, &[HTML], &late, false);
        let unclosed = format!("<script>{}", "<!-- ".repeat(20_000));
        check(403, &[HTML], &unclosed, false);
    }
}
