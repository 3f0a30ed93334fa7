//! Pages made to break parsers. Clause N2.1.
//!
//! Each is large enough that anything but linear work would not come to an end while tests run.

use encoding_rs::UTF_8;
use proptest::prelude::*;
use url::Url;

use super::{MAX_LINKS, Page};
use crate::charset::{Charset, CharsetSource};

const TIMES: usize = 200_000;

/// Parses, and asks for everything that a page can be asked for.
fn read(source: &str) -> (usize, usize) {
    let charset = Charset {
        encoding: UTF_8,
        source: CharsetSource::Bom,
        header_label: None,
        meta_label: None,
        replacements: 0,
    };
    let page = Page::parse(Url::parse("http://www.example.gov.cn/a/b.html").unwrap(), source, charset);
    let texts = page.links.iter().map(|l| page.text_of(l).len()).sum::<usize>();
    assert!(page.title.chars().count() <= 300);
    assert!(page.visible_text(10_000).chars().count() <= 10_000);
    assert!(page.headings().len() <= 101);
    assert!(page.links.len() <= MAX_LINKS);
    for link in &page.links {
        assert!(source.get(link.inner.start as usize..link.inner.end as usize).is_some());
        assert!(link.at.line >= 1 && link.at.column >= 1);
    }
    (page.links.len(), texts)
}

#[test]
fn whatever_is_repeated_comes_to_an_end() {
    let check = |piece: &str| {
        read(&piece.repeat(TIMES));
        let source = piece.repeat(TIMES / 5);
        // The same behind what changes how text is read.
        for start in
            ["<svg>", "<script>", "<title>", "<!--", "<a href='", "<datastore><![CDATA[", "<h1><a href=x>"]
        {
            read(&format!("{start}{source}"));
        }
    };
    for piece in [
        "<div>",
        "</div>",
        "<svg>",
        "<template>",
        "<a href=x>",
        "<h1>",
        "<title>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<",
        "</",
        "<!",
        "<?",
        ">",
        "&",
        "&#",
        "&am",
        "\0",
        "\r",
        " ",
        "=",
        "'",
        "\"",
        "中",
        "<p style=url(x)>",
        "<a onclick=\"location='x'\">",
        "<!--<script>",
        "<style>url(",
        "@import",
        "<select>",
    ] {
        check(piece);
    }
}

#[test]
fn links_without_number_are_cut_off() {
    let source: String = (0..TIMES).map(|i| format!("<a href={i}>")).collect();
    assert_eq!(read(&source), (MAX_LINKS, 0));
    let source: String = (0..TIMES).map(|i| format!("{i}.png 1x,")).collect();
    assert_eq!(read(&format!("<img srcset='{source}'>")), (MAX_LINKS, 0));
    let source: String = (0..TIMES).map(|i| format!("url({i})")).collect();
    assert_eq!(read(&format!("<style>{source}</style>")), (MAX_LINKS, 0));
}

#[test]
fn one_handler_with_many_links_costs_no_more_than_they_do() {
    let code: String = (0..TIMES / 10).map(|i| format!("window.open('{i}');")).collect();
    let content = "<b>".repeat(TIMES);
    let (links, texts) = read(&format!("<a onclick=\"{code}\">{content}t</a>"));
    assert!(links > 1_000 && texts == 0);
}

#[test]
fn large_attributes_are_attributes() {
    let long = "x".repeat(5 * TIMES);
    assert_eq!(read(&format!("<a href='{long}'>t</a>")), (1, 1));
    assert_eq!(read(&format!("<a {long}=1 href=x>t</a>")), (1, 1));
    assert_eq!(read(&format!("<{long} href=x>t")), (0, 0));
    assert_eq!(read(&format!("<a href=x {}>t</a>", "b ".repeat(TIMES))), (1, 1));
    assert_eq!(read(&format!("<a title='{}' href=x></a>", "&amp;".repeat(TIMES))), (1, 120));
}

#[test]
fn many_records_are_read_once() {
    let records = "<record><![CDATA[<script><datastore><![CDATA[<a href=x>]]></record>".repeat(TIMES / 10);
    assert_eq!(read(&format!("<datastore>{records}")).0, 0);
    let records: String =
        (0..TIMES / 10).map(|i| format!("<record><![CDATA[<a href={i}>t</a>]]></record>")).collect();
    assert_eq!(read(&format!("<script><datastore>{records}</script>")), (TIMES / 10, TIMES / 10));
}

/// Pages out of what the parser looks at, in any order.
fn pages() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<a href=x>",
            "</a>",
            "<a onclick=\"location='x'\">",
            "<svg>",
            "</svg>",
            "<template>",
            "</template>",
            "<title>",
            "</title>",
            "<script>",
            "</script>",
            "<style>@import 'x';",
            "</style>",
            "<h1>",
            "</h1>",
            "<div>",
            "<select onchange='location=this.value'>",
            "<option value=x>",
            "<datastore><![CDATA[",
            "]]>",
            "<nextgroup>",
            "<img alt='",
            "<base href=",
            "<meta http-equiv=refresh content='0;url=",
            "'",
            "\"",
            ">",
            " ",
            "\n",
            "\0",
            "<head>",
            "<body>",
            "<!--",
            "-->",
            "&amp;",
            "\u{3000}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..50).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_page_can_be_read(source in pages()) {
        read(&source);
    }

    #[test]
    fn what_stands_in_a_comment_changes_nothing(source in pages(), comment in "[a-z<>=' ]{0,20}") {
        let hidden = format!("<!-- {comment} -->{source}");
        // At the start of a document, after its byte order mark, only a list of records looks different.
        let start = source.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
        prop_assume!(!start.starts_with("<datastore"));
        prop_assert_eq!(read(&hidden), read(&source));
    }
}
