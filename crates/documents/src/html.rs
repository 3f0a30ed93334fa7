//! Pages that were saved or answered under the name of a document. Clause N2.3.
//!
//! A rough reading: tags fall away, rows and paragraphs become lines. Pages of the site are read elsewhere.

use crate::plain::decoded;
use crate::text::Text;

/// Words that an answer made of an error or a login page shows, in the title or the first lines.
const ERRORS: [&str; 22] = [
    "404",
    "not found",
    "403",
    "forbidden",
    "500",
    "502",
    "503",
    "error",
    "错误",
    "出错",
    "异常",
    "不存在",
    "找不到",
    "无法访问",
    "无权",
    "没有权限",
    "登录",
    "login",
    "已删除",
    "过期",
    "拒绝访问",
    "维护",
];
/// Bytes of text that an error page may have; a real table saved as a page has more.
const SHORT: usize = 1_500;

/// Whether a page tells of an error or asks to log in, rather than holding a document.
pub fn is_error_page(bytes: &[u8]) -> bool {
    let source = decoded(bytes);
    let lines = lines(&source);
    let all: String = lines.join(" ").to_lowercase();
    // Without text a page is no document either: it is moved on by script.
    all.is_empty() || all.len() <= SHORT && ERRORS.iter().any(|word| all.contains(word))
}

pub fn read(bytes: &[u8], text: &mut Text) {
    let table = text.new_table();
    for (i, line) in lines(&decoded(bytes)).iter().enumerate() {
        let table = line.contains('\t').then_some(table);
        text.add(&format!("第 {} 行", i + 1), line, table);
    }
}

/// The readable lines of a page.
fn lines(source: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut line = String::new();
    let mut rest = source;
    while let Some(open) = rest.find('<') {
        push(&mut line, &rest[..open]);
        rest = &rest[open..];
        // `<!--` ends with its own sign, and so does what is no text.
        let close = if rest.starts_with("<!--") { "-->" } else { ">" };
        let Some(end) = rest.find(close) else { break };
        let name: String = rest[1..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect::<String>()
            .to_lowercase();
        rest = &rest[end + close.len()..];
        match &*name {
            "script" | "style" => {
                let Some(end) = memchr::memmem::find(rest.as_bytes(), format!("</{name}").as_bytes()) else {
                    break;
                };
                rest = &rest[end..];
            }
            "/td" | "/th" => line.push('\t'),
            "br" | "br/" | "/p" | "/tr" | "/div" | "/li" | "/title" | "/h1" | "/h2" | "/h3" | "p" | "tr"
            | "div" => {
                if !line.trim().is_empty() {
                    out.push(line.trim_matches([' ', '\t', '\n', '\r']).to_owned());
                }
                line.clear();
            }
            _ => {}
        }
    }
    push(&mut line, rest.split('<').next().unwrap_or(""));
    if !line.trim().is_empty() {
        out.push(line.trim().to_owned());
    }
    out
}

fn push(line: &mut String, text: &str) {
    let plain = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    line.extend(plain.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
}
