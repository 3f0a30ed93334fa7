//! Tables of documents and the charset that a browser would read them in, and what holds for any bytes. Clause N2.1.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;

use super::{CharsetSource, decode};

const TEXT: &str = "青禾市人民政府网站关于印发政务公开工作要点的通知";

/// `head` is what the page says of itself, `body` its text, `wire` the charset it is sent in.
fn page(head: &str, body: &str, wire: &'static Encoding) -> Vec<u8> {
    let html = format!("<html><head>{head}</head><body>{body}</body></html>");
    let mut bytes = wire.encode(&html).0.into_owned();
    if wire == UTF_16LE {
        bytes = html.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    bytes
}

fn check(bytes: &[u8], header: &str, expect: &str) {
    let got = decode(bytes, (!header.is_empty()).then_some(header));
    let shown =
        format!("{} {:?} {}", got.charset.encoding.name(), got.charset.source, got.charset.replacements);
    assert_eq!(shown, expect, "{}", got.text);
}

fn meta(label: &str) -> String {
    format!("<meta http-equiv=\"Content-Type\" content=\"text/html; charset={label}\">")
}

#[test]
fn declarations_are_obeyed_in_order() {
    let gbk = page(&meta("utf-8"), TEXT, GBK);
    check(&gbk, "text/html;charset=GBK", "GBK Header 0");
    check(&page(&meta("gb2312"), TEXT, GBK), "text/html", "GBK Meta 0");
    check(&page("<meta charset=big5>", "臺北市政府全球資訊網最新消息", BIG5), "", "Big5 Meta 0");
    let marked = ["\u{FEFF}".as_bytes(), &page(&meta("gbk"), TEXT, UTF_8)].concat();
    check(&marked, "text/html; charset=gbk", "UTF-8 Bom 0");
    assert!(decode(&marked, None).text.starts_with("<html>"));
}

#[test]
fn unknown_labels_count_as_none() {
    let utf8 = page("", TEXT, UTF_8);
    for header in ["text/html; charset=none", "text/html; charset=ISO-88509-1", "text/html; utf-8"] {
        check(&utf8, header, "UTF-8 Detected 0");
    }
    let decoded = decode(&utf8, Some("text/html; charset=none")).charset;
    assert_eq!(decoded.header_label.as_deref(), Some("none"));
    check(&page(&meta("hz-gb-2312"), "plain", UTF_8), "", "UTF-8 Detected 0");
}

#[test]
fn meta_of_utf16_means_utf8() {
    check(&page(&meta("utf-16"), TEXT, UTF_8), "", "UTF-8 Meta 0");
    check(&page(&meta("unicode"), TEXT, UTF_8), "", "UTF-8 Meta 0");
    check(&page("<meta charset=x-user-defined>", "plain", UTF_8), "", "windows-1252 Meta 0");
}

#[test]
fn late_meta_is_found_unless_it_is_no_element() {
    let style = format!("<style>{}</style>", ".a{color:red}".repeat(200));
    check(&page(&format!("{style}{}", meta("gbk")), TEXT, GBK), "", "GBK LateMeta 0");
    check(&page(&format!("{style}<META CHARSET=utf-8>"), TEXT, UTF_8), "", "UTF-8 LateMeta 0");
    let hidden = format!("{style}<!-- {m} --><script>'{m}'</script><title>{m}</title>", m = meta("big5"));
    check(&page(&hidden, TEXT, UTF_8), "", "UTF-8 Detected 0");
    let far = format!("{}{}", " ".repeat(70_000), meta("big5"));
    check(&page(&far, TEXT, UTF_8), "", "UTF-8 Detected 0");
}

#[test]
fn rare_characters_of_gb18030_survive_a_gb2312_label() {
    let names = "李喆王堃陈镕周㛃吴𠮷國務院";
    let decoded = page("", names, GB18030);
    let got = decode(&decoded, Some("text/html; charset=GB2312"));
    assert!(got.text.contains(names));
    assert_eq!(got.charset.encoding, GBK);
}

#[test]
fn one_stray_byte_changes_nothing() {
    for (wire, label, expect) in [(GBK, "gbk", "GBK Meta"), (UTF_8, "utf-8", "UTF-8 Meta")] {
        let mut bytes = page(&meta(label), &TEXT.repeat(30), wire);
        let at = bytes.len() - 14;
        bytes.insert(at, 0xFF);
        check(&bytes, "", &format!("{expect} 1"));
    }
    let mut bytes = page("", &TEXT.repeat(30), GBK);
    bytes.insert(26, 0x80);
    assert_eq!(decode(&bytes, None).charset.encoding, GBK);
    let ascii = b"<html><p>about \xA9 us</p></html>";
    check(ascii, "text/html; charset=utf-8", "UTF-8 Header 1");
    // The byte before a tag must not swallow it.
    let got = decode(b"<p>\xB0</p>", Some("text/html; charset=gbk"));
    assert_eq!(got.text, "<p>\u{FFFD}</p>");
}

#[test]
fn lies_are_seen_through() {
    check(&page(&meta("gb2312"), TEXT, UTF_8), "", "UTF-8 Overruled 0");
    check(&page("", TEXT, UTF_8), "text/html; charset=ISO-8859-1", "UTF-8 Overruled 0");
    check(&page("", TEXT, UTF_8), "text/html; charset=big5", "UTF-8 Overruled 0");
    check(&page(&meta("utf-8"), TEXT, GBK), "", "GBK Overruled 0");
    check(&page("<title>首页</title>", "", GBK), "text/html; charset=utf-8", "GBK Overruled 0");
    check(&page("", TEXT, GBK), "text/html; charset=ISO-8859-1", "GBK Overruled 0");
    check(&page("", TEXT, UTF_16LE), "text/html; charset=utf-8", "UTF-16LE Overruled 0");
    check(&page("", TEXT, UTF_8), "text/html; charset=utf-16", "UTF-8 Overruled 0");
    // One character, and GBK cannot read it.
    check(&page("", "<b>新</b>", UTF_8), "text/html; charset=gbk", "UTF-8 Overruled 0");
}

#[test]
fn honest_declarations_stand() {
    // Valid UTF-8 by chance: D5 A2, C2 BC, C4 A3.
    check(&page(&meta("gbk"), "这录模", GBK), "", "GBK Meta 0");
    check(&page(&meta("gbk"), "录", GBK), "", "GBK Meta 0");
    check(
        b"<p>caf\xE9 d\xE9j\xE0 vu \xE0 No\xEBl, \xE9t\xE9, \xE2ge, \xEAtre</p>",
        "text/html; charset=iso-8859-1",
        "windows-1252 Header 0",
    );
    check(&page("", "plain", UTF_8), "text/html; charset=gbk", "GBK Header 0");
    // A template in UTF-8 around something in GBK.
    let mixed = [TEXT.repeat(3).as_bytes(), &GBK.encode("天气预报").0].concat();
    let got = decode(&mixed, Some("text/html; charset=utf-8"));
    assert_eq!((got.charset.encoding, got.charset.source), (UTF_8, CharsetSource::Header));
    assert!(got.charset.replacements > 0);
    // A replacement character that the author wrote is not a fault of the bytes.
    check("<p>\u{FFFD}新</p>".as_bytes(), "text/html; charset=utf-8", "UTF-8 Header 0");
}

#[test]
fn undeclared_pages_are_told_from_their_bytes() {
    check(&page("", TEXT, UTF_8), "", "UTF-8 Detected 0");
    check(&page("", TEXT, GBK), "", "GBK Detected 0");
    check(&page("<title>首页</title>", "", GBK), "", "GBK Detected 0");
    let taipei = "臺北市政府全球資訊網最新消息：本府各機關與學校的服務時間，請依公告之事項辦理。";
    check(&page("", &taipei.repeat(3), BIG5), "", "Big5 Detected 0");
    check(&page("", TEXT, UTF_16LE), "", "UTF-16LE Detected 0");
    check(&page("", "\u{A9} 2015", UTF_8), "", "UTF-8 Detected 0");
    check(b"plain", "", "UTF-8 Detected 0");
    check(b"", "", "UTF-8 Detected 0");
    check("<?xml version='1.0' encoding='gbk'?><a/>".as_bytes(), "application/xml", "GBK Meta 0");
    // A body cut in the middle of a character.
    let mut cut = page("", &TEXT.repeat(9), UTF_8);
    cut.truncate(cut.windows(3).rposition(|w| w[0] >= 0xE4).unwrap() + 2);
    check(&cut, "", "UTF-8 Detected 1");
    check(&cut, "text/html; charset=gbk", "UTF-8 Overruled 1");
}

#[test]
fn valid_utf8_is_not_copied() {
    let bytes = page(&meta("utf-8"), TEXT, UTF_8);
    assert!(matches!(decode(&bytes, None).text, std::borrow::Cow::Borrowed(_)));
    let ascii = page(&meta("gbk"), "plain", UTF_8);
    assert!(matches!(decode(&ascii, None).text, std::borrow::Cow::Borrowed(_)));
    assert_eq!(decode(&ascii, None).charset.encoding, GBK);
    assert_eq!(decode(b"\xE9", Some("text/html; charset=latin1")).charset.encoding, WINDOWS_1252);
}

proptest! {
    #[test]
    fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..3000), header in proptest::option::of(".*")) {
        decode(&bytes, header.as_deref());
    }

    #[test]
    fn any_markup_decodes(parts in proptest::collection::vec(prop_oneof![
        Just("<meta "), Just("charset="), Just("<!--"), Just("-->"), Just("<script>"), Just("</script"),
        Just("'"), Just("\""), Just("gbk"), Just(">"), Just("="), Just("content='text/html; charset"), Just("汉"),
    ], 0..60)) {
        let text = parts.concat();
        let got = decode(text.as_bytes(), None);
        prop_assert!(got.charset.replacements == 0 || got.charset.encoding != UTF_8);
    }

    #[test]
    fn chinese_text_comes_back(text in "[一-龥]{4,200}") {
        for (wire, label) in [(UTF_8, "utf-8"), (GBK, "gbk"), (GB18030, "gb18030")] {
            let bytes = page(&meta(label), &text, wire);
            prop_assert!(decode(&bytes, None).text.contains(&text), "{}", label);
        }
    }
}
