//! The charset label of a `Content-Type` header (MIME Sniffing Standard, parsing a MIME type). Clause N2.1.
//!
//! Reads the label only; whether anybody knows it is not decided here.

/// The value of the first `charset` parameter, quotes removed; `text/html; utf-8` has none.
pub(super) fn charset_label(content_type: &str) -> Option<String> {
    let mut rest = content_type.split_once(';')?.1;
    loop {
        let (name, after) = match rest.find(['=', ';']) {
            None => return None,
            Some(i) if rest.as_bytes()[i] == b';' => {
                rest = &rest[i + 1..];
                continue;
            }
            Some(i) => (rest[..i].trim(), rest[i + 1..].trim_start()),
        };
        // Servers also write single quotes, which Chromium drops like double ones.
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(q) => {
                let inner = &after[1..];
                let end = inner.find(q).unwrap_or(inner.len());
                let tail = &inner[end..];
                (&inner[..end], tail.find(';').map(|i| &tail[i + 1..]))
            }
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim_end(), after.get(end + 1..))
            }
        };
        if name.eq_ignore_ascii_case("charset") {
            let value = value.trim();
            return (!value.is_empty()).then(|| value.to_owned());
        }
        rest = next?;
    }
}

#[cfg(test)]
mod tests {
    use super::charset_label;

    fn check(header: &str, label: &str) {
        assert_eq!(charset_label(header).as_deref().unwrap_or("-"), label, "{header}");
    }

    #[test]
    fn label_is_read_whatever_its_dress() {
        check("text/html", "-");
        check("text/html; utf-8", "-");
        check("text/html;charset=GBK", "GBK");
        check("text/html; Charset=GB2312 ", "GB2312");
        check("text/html; CHARSET=\"gbk\"; x=y", "gbk");
        check("text/html; charset='gbk'", "gbk");
        check("text/html; q=\"a;charset=big5\"; charset=gbk", "gbk");
        check("text/html; utf-8; charset = utf-8", "utf-8");
        check("text/html; charset=gbk; charset=utf-8", "gbk");
        check("text/html; charset=", "-");
        check("text/html; charset=\"", "-");
        check(";", "-");
    }
}
