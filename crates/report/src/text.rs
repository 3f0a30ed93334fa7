//! Text out of websites made harmless for reports: control characters, lengths, times. Clause N5.3.
//!
//! Changes how a text looks, never what it says.

/// Without characters that XML 1.0 does not allow, cut at `most` characters.
pub fn clean(text: &str, most: usize) -> String {
    let allowed = |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}');
    let mut out: String = text.chars().filter(allowed).take(most).collect();
    if text.chars().filter(allowed).nth(most).is_some() {
        out.push('…');
    }
    out
}

/// Milliseconds since 1970 as Beijing time, `2026-03-01 09:05`.
pub fn beijing(millis: i64) -> String {
    civil(millis).map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

/// RFC 3339 with the offset of Beijing.
pub fn rfc3339(millis: i64) -> Option<String> {
    Some(civil(millis)?.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string())
}

fn civil(millis: i64) -> Option<jiff::civil::DateTime> {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    Some(zone.to_datetime(jiff::Timestamp::from_millisecond(millis).ok()?))
}

/// Whether an address may become a link in a report.
pub fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_go_and_length_is_told() {
        assert_eq!(clean("附\u{c}\u{1f}件\u{8}", 9), "附件");
        assert_eq!(clean("一二三", 2), "一二…");
    }

    #[test]
    fn times_are_beijings() {
        assert_eq!(beijing(0), "1970-01-01 08:00");
        assert_eq!(rfc3339(0).as_deref(), Some("1970-01-01T08:00:00+08:00"));
    }
}
