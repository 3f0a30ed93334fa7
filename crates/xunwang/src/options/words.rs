//! The values of settings that are words or lists: one of a few, a pattern, a proxy, formats. Serves N2.1, N2.4.
//!
//! Numbers, times and headers are read in `read`. Each refusal says what can be written instead.

use std::path::PathBuf;
use std::time::Duration;

use base::Level;
use regex::{Regex, RegexBuilder};
use url::Url;

use super::{Formats, Outgoing, Render, Scope, read};

/// More confirming retries than this only delay the report.
const MAX_CONFIRMATIONS: usize = 5;
/// Bytes that a compiled pattern may take, so that a pattern cannot use up the memory.
const MAX_PATTERN: usize = 4 << 20;

pub fn pack_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        Err("不能为空，可用的见 xunwang packs".into())
    } else {
        Ok(name.to_owned())
    }
}

pub fn file(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("路径为空".into()) } else { Ok(PathBuf::from(text)) }
}

pub fn scope(text: &str) -> Result<Scope, String> {
    match text {
        "host" => Ok(Scope::Host),
        "sub-domains" => Ok(Scope::SubDomains),
        "path" => Ok(Scope::Path),
        _ => Err("可用：host（同一主机）、sub-domains（含下级域名）、path（只限首页所在目录）".into()),
    }
}

pub fn outgoing(text: &str) -> Result<Outgoing, String> {
    match text {
        "auto" => Ok(Outgoing::Auto),
        "check" => Ok(Outgoing::Check),
        "list" => Ok(Outgoing::List),
        _ => Err("可用：auto、check（检查）、list（只登记）".into()),
    }
}

pub fn render(text: &str) -> Result<Render, String> {
    match text {
        "auto" => Ok(Render::Auto),
        "always" => Ok(Render::Always),
        "never" => Ok(Render::Never),
        _ => Err("可用：auto（没有脚本就是空白的页面）、always（全部页面）、never（不渲染）".into()),
    }
}

pub fn clamd(text: &str) -> Result<String, String> {
    match crawl::Clamd::at(text.trim()) {
        Some(_) => Ok(text.trim().to_owned()),
        None => {
            Err("应为 主机:端口（如 127.0.0.1:3310），或者套接字文件的绝对路径（如 /run/clamav/clamd.ctl）"
                .into())
        }
    }
}

pub fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(MAX_PATTERN).build().map_err(|fault| match fault {
        regex::Error::CompiledTooBig(_) => "正则表达式过大".to_owned(),
        other => {
            let text = other.to_string();
            format!(
                "不是正确的正则表达式（{}）",
                text.lines().last().unwrap_or("").trim_start_matches("error: ").trim()
            )
        }
    })
}

pub fn at_least_a_second(text: &str) -> Result<Duration, String> {
    let time = read::duration(text)?;
    if time < Duration::from_secs(1) { Err("至少 1 秒".into()) } else { Ok(time) }
}

pub fn waits(text: &str) -> Result<Vec<Duration>, String> {
    if text.trim() == "none" {
        return Ok(Vec::new());
    }
    let waits = text.split([',', '\u{ff0c}', '、']).map(read::duration).collect::<Result<Vec<_>, _>>()?;
    if waits.len() > MAX_CONFIRMATIONS {
        return Err(format!("最多 {MAX_CONFIRMATIONS} 次重试"));
    }
    Ok(waits)
}

pub fn user_agent(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("不能为空，也不能含换行等控制字符".into());
    }
    Ok(text.to_owned())
}

pub fn proxy(text: &str) -> Result<Url, String> {
    const WHY: &str = "应为 HTTP 代理的网址，如 http://127.0.0.1:3128";
    let written = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(written.trim()).map_err(|_| WHY.to_owned())?;
    match url.scheme() == "http" && url.host_str().is_some_and(|h| !h.is_empty()) {
        true => Ok(url),
        false => Err(WHY.into()),
    }
}

pub fn formats(text: &str) -> Result<Formats, String> {
    let mut formats = Formats { html: false, xlsx: false, ndjson: false };
    for name in text.split([',', '\u{ff0c}', '、']).map(str::trim).filter(|n| !n.is_empty()) {
        match name.to_ascii_lowercase().as_str() {
            "html" => formats.html = true,
            "xlsx" => formats.xlsx = true,
            "ndjson" => formats.ndjson = true,
            _ => return Err(format!("没有“{name}”这种格式，可用：html、xlsx、ndjson，以逗号分隔")),
        }
    }
    match formats {
        Formats { html: false, xlsx: false, ndjson: false } => Err("至少写一种：html、xlsx、ndjson".into()),
        some => Ok(some),
    }
}

pub fn fail_on(text: &str) -> Result<Option<Level>, String> {
    match text {
        "never" | "从不" => Ok(None),
        level => level.parse().map(Some).map_err(|_| {
            "可用：notice（提示）、warning（警告）、fault（错误）、veto（严重）、never（从不）".into()
        }),
    }
}
