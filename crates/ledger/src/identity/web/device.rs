//! A browser's own line about itself in words that people know their device by. Clause N4.7; pure.
//!
//! A line is what anybody may send: it names a device on a screen and decides nothing.

/// Browsers by what their lines hold. Order matters: most lines also claim to be the browsers before them.
const BROWSERS: [(&str, &str); 8] = [
    ("MicroMessenger/", "微信"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("MSIE ", "IE"),
];
/// Systems likewise.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("OpenHarmony", "鸿蒙"),
    ("Linux", "Linux"),
];

/// Browser with its main version, and system: `Chrome 120，Windows`; what is no known browser's line is shown as it is.
pub(super) fn name(line: &str) -> String {
    let Some((browser, rest)) =
        BROWSERS.iter().find_map(|(sign, name)| Some((name, line.split_once(sign)?.1)))
    else {
        return if line.is_empty() { "未知".to_owned() } else { line.to_owned() };
    };
    let version: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let system = SYSTEMS.iter().find(|(sign, _)| line.contains(sign));
    let system = system.map(|(_, name)| format!("，{name}")).unwrap_or_default();
    format!("{browser} {version}{system}")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn devices_have_names() {
        for (line, want) in [
            ("", "未知"),
            ("curl/8.5", "curl/8.5"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
                "Chrome 120，Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/121.0.1",
                "Edge 121，Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                "Safari 17，iPhone",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox 120，Linux"),
        ] {
            assert_eq!(name(line), want);
        }
    }
}
