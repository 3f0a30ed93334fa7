//! From any bytes to findings without a panic, and without losing what is ASCII. Clause N2.1.

use checks::address::{self, Target};
use checks::rule::{Facts, Findings};
use checks::{Page, charset, registry};
use proptest::prelude::*;
use url::Url;

use crate::sidecar::Sidecar;

/// Bytes as servers send them: markup, Chinese in several charsets, and noise.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let markup = prop::sample::select(vec![
        "<meta charset=",
        "<meta charset=gbk>",
        "<meta charset=big5>",
        "<base href=//b.gov.cn:8>",
        "<a href=",
        "<a href=\"http://",
        "<img src='http:",
        "<script src=//",
        "<iframe src=http://[",
        "<style>url(",
        "&#x",
        "\">",
        "：//",
        "公告",
        "\n",
    ]);
    let piece = prop_oneof![
        markup.prop_map(|m| m.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
        Just(b"\xB9\xAB\xB8\xE6".to_vec()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// What markup is made of; no multi-byte charset that pages use has it inside a character.
fn marks(text: &str) -> String {
    text.chars().filter(|c| "<>&\"'=/ #?!".contains(*c)).collect()
}

/// Addresses out of what makes them hard, in any order.
fn addresses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "http:",
            "https:",
            "HTTP:",
            "ftp:",
            "//",
            "/",
            "\\",
            "..",
            ".",
            "?",
            "#",
            "&",
            "=",
            "%",
            "%2e",
            "%E5",
            "@",
            ":",
            "80",
            "8080",
            "www.example.gov.cn",
            "例子.测试",
            "[::1]",
            ";jsessionid=0A1B",
            "PHPSESSID=1",
            "sid=2",
            " ",
            "\t",
            "\u{3000}",
            "公告",
            "index.html",
            "a",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_resolved_address_leads_to_itself_from_anywhere(raw in addresses()) {
        let pages = ["http://www.example.gov.cn/zwgk/index.html?a=1#x", "https://b.example.gov.cn:8443/"];
        let [here, there] = pages.map(|p| Url::parse(p).expect("a literal address"));
        for encoding in [encoding_rs::UTF_8, encoding_rs::GBK, encoding_rs::BIG5] {
            if let Target::Web(first) = address::resolve(&here, &raw, encoding) {
                prop_assert_eq!(first.url.fragment(), None);
                let again = address::resolve(&there, first.url.as_str(), encoding);
                let Target::Web(again) = again else { panic!("{raw:?}: {again:?}") };
                prop_assert_eq!(again.url, first.url);
            }
        }
    }

    #[test]
    fn any_answer_is_read_and_judged(bytes in answers(), header in proptest::option::of("text/html; charset=[a-z0-9-]{0,9}")) {
        let sidecar = Sidecar::default();
        let decoded = charset::decode(&bytes, header.as_deref());
        let url = Url::parse("https://www.example.gov.cn/a/b.html?c#d").expect("a literal address");
        let page = Page::parse(url, &decoded.text, decoded.charset);
        let answer = sidecar.own_answer(bytes.len());
        let mut found = Findings::default();
        registry::page_rules(&page, &Facts { site: &sidecar.site(), answer: Some(&answer), today: Some(sidecar.today()), known: &sidecar.known() }, &mut found);
        for finding in found.list {
            prop_assert!(finding.page.is_some() && !finding.cause.is_empty());
        }
    }

    #[test]
    fn plain_ascii_comes_through_whatever_is_declared(text in "[ -~\\n]{0,400}", label in "(gbk|gb2312|big5|utf-8|utf-16|latin1|shift_jis|hz-gb-2312)") {
        let header = format!("text/html; charset={label}");
        prop_assert_eq!(&*charset::decode(text.as_bytes(), Some(&header)).text, &*text);
        prop_assert_eq!(&*charset::decode(text.as_bytes(), None).text, &*text);
    }

    #[test]
    fn markup_is_never_swallowed(bytes in proptest::collection::vec(1u8.., 0..600), label in "(gbk|gb18030|big5|utf-8|latin1|euc-kr|shift_jis)") {
        prop_assume!(encoding_rs::Encoding::for_bom(&bytes).is_none());
        let header = format!("text/html; charset={label}");
        let decoded = charset::decode(&bytes, Some(&header));
        let ascii: String = bytes.iter().filter(|b| b.is_ascii()).map(|b| char::from(*b)).collect();
        prop_assert_eq!(marks(&decoded.text), marks(&ascii), "{}", decoded.charset.encoding.name());
    }
}
