//! Whether a target is still what was approved, by its title and its owner. Clauses N2.4, N5.6.
//!
//! Asked by the rule when a run meets the link, and by the ledger of links when it looks at a target by itself. Titles that say
//! nothing (首页, 登录) prove nothing.

use super::target::TargetLook;

/// Share of a name's pairs of characters that a target has to show somewhere.
const SHOWN: f64 = 0.34;
/// Letters that a title has to have to say anything.
const LETTERS: usize = 4;
/// Letters of a title or a unit that are told.
const TOLD: usize = 40;

/// What is other than it was approved, in words; `None` where nothing shows that.
pub fn drifted(name: &str, unit: &str, seen: &TargetLook) -> Option<String> {
    let title = telling(&seen.title);
    if title.chars().count() < LETTERS || !seen.spam.is_empty() || seen.unused.is_some() {
        return None;
    }
    let now = format!("{title}{}", telling(&seen.unit));
    let wanted = [telling(name), telling(unit)];
    let wanted: Vec<&String> = wanted.iter().filter(|w| w.chars().count() >= 2).collect();
    if wanted.is_empty() || wanted.iter().any(|w| shown(w, &now) >= SHOWN || w.contains(&title)) {
        return None;
    }
    let approved: Vec<&str> = [name, unit].into_iter().filter(|text| !text.is_empty()).collect();
    let unit = if seen.unit.is_empty() {
        String::new()
    } else {
        format!("，主办单位“{}”", told(&seen.unit))
    };
    Some(format!("审批的是“{}”，现在的标题是“{}”{unit}", approved.join("，"), told(&seen.title)))
}

fn told(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A name without what every name has.
fn telling(text: &str) -> String {
    const COMMON: [&str; 10] =
        ["门户网站", "官方网站", "政府网站", "欢迎您", "欢迎光临", "首页", "主页", "网站", "官网", "登录"];
    let mut text: String =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    for word in COMMON {
        text = text.replace(word, "");
    }
    text
}

/// The share of a text's pairs of neighbours that another text has too.
fn shown(wanted: &str, text: &str) -> f64 {
    let chars: Vec<char> = wanted.chars().collect();
    let pairs = chars.windows(2).map(|p| p.iter().collect::<String>());
    let (mut all, mut found) = (0, 0);
    for pair in pairs {
        all += 1;
        found += usize::from(text.contains(&pair));
    }
    if all == 0 { 0.0 } else { f64::from(found as u32) / f64::from(all) }
}
