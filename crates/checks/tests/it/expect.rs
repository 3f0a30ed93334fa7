//! Findings as lines that people review, compared with a file or, with `UPDATE=1`, written to it. Clauses N2.1–N2.6.
//!
//! Line ends apart nothing is forgiven.

use std::fs;
use std::path::Path;

use base::Finding;
use checks::Rule;

/// Whether files are to be rewritten rather than compared.
pub fn is_update() -> bool {
    std::env::var("UPDATE").is_ok_and(|v| v == "1")
}

/// One finding in one line: rule, level, place, element, target, text, cause; the advice where it is not the rule's own.
pub fn line(finding: &Finding, rule: &Rule) -> String {
    let at = finding.at.map_or("-".to_owned(), |at| format!("{}:{}", at.line, at.column));
    let target = finding.target.as_deref().unwrap_or("-");
    let mut line = format!("{} {} {at} {target}", finding.rule, finding.level);
    if let Some(element) = &finding.element {
        line.push_str(&format!(" <{element}>"));
    }
    if let Some(text) = &finding.text {
        line.push_str(&format!(" “{text}”"));
    }
    line.push_str(&format!(" | {}", finding.cause));
    if finding.fix != rule.fix {
        line.push_str(&format!(" | 办法：{}", finding.fix));
    }
    line.replace(['\n', '\r'], " ")
}

/// Compares a text with a file; says what differs.
pub fn compare(path: &Path, text: &str) -> Result<(), String> {
    let wanted = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if wanted == text {
        return Ok(());
    }
    if is_update() {
        return fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()));
    }
    let only_in = |a: &str, b: &str, sign: char| -> String {
        a.lines().filter(|l| !b.lines().any(|m| m == *l)).map(|l| format!("\n  {sign} {l}")).collect()
    };
    let (less, more) = (only_in(&wanted, text, '-'), only_in(text, &wanted, '+'));
    Err(format!("{} (UPDATE=1 rewrites it):{less}{more}", path.display()))
}
