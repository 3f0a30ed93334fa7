//! Charset fault (页面编码错误): the declared character encoding is missing, late, unknown or untrue. Clause N2.1.
//!
//! Judges what `charset` decided; one finding per page names everything that is wrong with it.

use base::{Clause, Level};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::charset::{Charset, CharsetSource};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "charset-fault",
    name: "页面编码错误",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "编码没有声明、声明过晚或与实际不符时，部分浏览器、读屏软件和搜索引擎会显示乱码。",
    fix: "在页面 <head> 的最前面写 <meta charset=\"utf-8\">（或实际使用的编码），使文件的实际编码、页面声明和服务器响应头三者一致；已出现乱码的，从原稿重新发布。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    let faults = faults(&page.charset, page.source);
    if faults.is_empty() {
        return;
    }
    let finding = out.add(&RULE, faults.join("；"));
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
}

fn faults(charset: &Charset, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let used = charset.encoding.name();
    let header = charset.header_label.as_deref();
    let meta = charset.meta_label.as_deref();
    for (label, place) in [(header, "响应头"), (meta, "页面")] {
        if let Some(label) = label
            && Encoding::for_label(label.as_bytes()).is_none()
        {
            faults.push(format!("{place}声明的编码“{label}”不存在"));
        }
    }
    match charset.source {
        CharsetSource::Overruled => {
            // The header is obeyed where it names an encoding; an unknown label was told above.
            let header = header.filter(|label| Encoding::for_label(label.as_bytes()).is_some());
            let place = if header.is_some() { "响应头" } else { "页面" };
            let declared = header.or(meta).unwrap_or_default();
            faults.push(format!("{place}声明的编码是“{declared}”，实际内容是 {used}"));
        }
        CharsetSource::LateMeta => {
            faults.push(format!(
                "编码声明“{}”写在前 1024 字节之后，浏览器可能不采用",
                meta.unwrap_or_default()
            ));
        }
        // ASCII reads the same in every charset that pages use.
        CharsetSource::Detected if header.is_none() && meta.is_none() && !source.is_ascii() => {
            faults.push(format!("没有声明编码，按内容判断为 {used}"));
        }
        _ => {}
    }
    if let (Some(header), Some(meta)) = (header, meta)
        && let (Some(one), Some(other)) = (known(header), known(meta))
        && one != other
    {
        faults.push(format!("响应头声明“{header}”，页面声明“{meta}”，两者不一致"));
    } else if let Some(label) = meta
        // HTML Standard, prescan: a meta element that could be read at all cannot stand in UTF-16.
        && Encoding::for_label(label.as_bytes()).is_some_and(|e| (e == UTF_16LE || e == UTF_16BE) && e != charset.encoding)
        && charset.source != CharsetSource::Overruled
    {
        faults.push(format!("页面声明“{label}”，而内容并不是 UTF-16"));
    }
    if charset.replacements > 0 {
        faults.push(format!("有 {} 处字节不能按 {used} 解读，显示为乱码", charset.replacements));
    }
    faults
}

/// The encoding behind a label, as far as visitors see a difference: GB 18030 holds all of GBK, and a UTF-16
/// label in a meta element is read as UTF-8 (HTML Standard).
fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).map(|e| {
        if e == GBK {
            GB18030
        } else if e == UTF_16LE || e == UTF_16BE {
            UTF_8
        } else {
            e
        }
    })
}
