//! Tables of tokens, and what holds for any source. Clause N2.1.

use proptest::prelude::*;

use super::{Content, Doctype, Refs, Token, Tokenizer, decode};

/// Tokens in short: `<a x=y/>`, `</a>`, `"text"`, `!comment`, `?doctype`.
fn tokens(source: &str, content: Content, end_name: &str, sections: bool) -> Vec<String> {
    let mut tokens = Tokenizer::new(source, 0);
    tokens.switch(content, end_name);
    tokens.allow_sections(sections);
    let mut found = Vec::new();
    while let Some(token) = tokens.next_token() {
        found.push(match token {
            Token::Text(span, content) => format!("{:?}", decode(&source[span], content.refs())),
            Token::Start(tag) => {
                let mut text = format!("<{}", &source[tag.name]);
                for a in tokens.attributes() {
                    text +=
                        &format!(" {}={}", &source[a.name()], decode(&source[a.value()], Refs::Attribute));
                }
                text + if tag.self_closing { "/>" } else { ">" }
            }
            Token::End(tag) => format!("</{}>", &source[tag.name]),
            Token::Comment(span) => format!("!{}", &source[span]),
            Token::Doctype(span, _) => format!("?{}", &source[span]),
        });
    }
    found
}

#[test]
fn tags_and_attributes_are_read_as_browsers_do() {
    let check =
        |source: &str, want: &[&str]| assert_eq!(tokens(source, Content::Data, "", false), want, "{source}");
    check("<a href=x>t</a>", &["<a href=x>", "\"t\"", "</a>"]);
    check("<a\n\tb = 'c d'\x0Ce=\"f\"g=h/ >", &["<a b=c d e=f g=h/>"]);
    check("<br/>", &["<br/>"]);
    check("<a/b>", &["<a b=>"]);
    check("<a =b c==d>", &["<a =b= c==d>"]);
    check("<a b=>", &["<a b=>"]);
    check("<a b='>'>", &["<a b=>>"]);
    check("<a b=x\"y'>", &["<a b=x\"y'>"]);
    check("1 < 2 <3", &["\"1 \"", "\"< 2 \"", "\"<3\""]);
    check("</>x</ a></1>", &["\"x\"", "! a", "!1"]);
    check("<a", &[]);
    check("t<a b='", &["\"t\""]);
    check("<", &["\"<\""]);
    check("</", &["\"</\""]);
}

#[test]
fn comments_end_where_the_standard_says() {
    let check =
        |source: &str, want: &[&str]| assert_eq!(tokens(source, Content::Data, "", false), want, "{source}");
    check("<!-- a -- b --->c", &["! a -- b -", "\"c\""]);
    check("<!-->a<!--->b<!---->c", &["!", "\"a\"", "!", "\"b\"", "!", "\"c\""]);
    check("<!--a--!>b", &["!a", "\"b\""]);
    check("<!--a>b-->", &["!a>b"]);
    check("<!--a--", &["!a"]);
    check("<!--a--!", &["!a"]);
    check("<?php x?>y", &["!?php x?", "\"y\""]);
    check("<!ELEMENT>", &["!ELEMENT"]);
    check("<!DocType html>", &["? html"]);
    check("<![CDATA[<a>]]>", &["![CDATA[<a", "\"]]>\""]);
}

#[test]
fn raw_text_ends_with_its_own_end_tag() {
    let check = |content: Content, name: &str, source: &str, want: &[&str]| {
        assert_eq!(tokens(source, content, name, false), want, "{source}");
    };
    check(Content::Rcdata, "title", "a<b>&amp;</TITLE >c", &["\"a<b>&\"", "</TITLE>", "\"c\""]);
    check(Content::Rcdata, "title", "</titles></title", &["\"</titles></title\""]);
    check(Content::RawText, "style", "a&amp;</style/>", &["\"a&amp;\"", "</style>"]);
    check(Content::ScriptData, "script", "<!--</script>", &["\"<!--\"", "</script>"]);
    check(Content::ScriptData, "script", "<!--<script></script>x", &["\"<!--<script></script>x\""]);
    let hidden = "<!--<script>'</script>'-->x";
    check(
        Content::ScriptData,
        "script",
        &format!("{hidden}</script>"),
        &[&format!("{hidden:?}"), "</script>"],
    );
    check(Content::ScriptData, "script", "<!--><script></script>", &["\"<!--><script>\"", "</script>"]);
    check(Content::Plaintext, "", "<a></plaintext>", &["\"<a></plaintext>\""]);
    assert_eq!(tokens("<![CDATA[<a>]]><b>", Content::Data, "", true), ["\"<a>\"", "<b>"]);
    assert_eq!(tokens("<![CDATA[<a>", Content::Data, "", true), ["\"<a>\""]);
}

#[test]
fn references_are_decoded_where_they_mean_something() {
    let check = |refs: Refs, raw: &str, want: &str| assert_eq!(decode(raw, refs), want, "{raw} as {refs:?}");
    check(Refs::Text, "&lt;&amp;&AMP&nbsp;&hellip;&#20013;&#x4E2D;", "<&&\u{A0}…中中");
    check(Refs::Text, "&notit;&notin;&unknown;&;&", "¬it;∉&unknown;&;&");
    check(Refs::Attribute, "a?b&copy=1&copyx&copy;&copy", "a?b&copy=1&copyx©©");
    check(Refs::Text, "&copyx", "©x");
    check(Refs::Text, "&#128;&#0;&#xD800;&#x110000;&#99999999999;&#;&#x;&#65x", "€���\u{FFFD}&#;&#x;Ax");
    check(Refs::Text, "a\r\nb\rc\0", "a\nb\nc\0");
    check(Refs::Rcdata, "&lt;\0", "<\u{FFFD}");
    check(Refs::Raw, "&lt;\0\r", "&lt;\u{FFFD}\n");
    check(Refs::Cdata, "&lt;\0", "&lt;\0");
    for entity in &entities::ENTITIES {
        check(Refs::Text, entity.entity, entity.characters);
        check(Refs::Attribute, entity.entity, entity.characters);
    }
}

#[test]
fn doctypes_are_taken_apart() {
    let check = |content: &str,
                 open: bool,
                 name: Option<&str>,
                 public: Option<&str>,
                 system: Option<&str>,
                 quirks: bool| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let want =
            Doctype { name: own(name), public: own(public), system: own(system), force_quirks: quirks };
        assert_eq!(Doctype::read(content, open), want, "{content}");
    };
    check(" HTML", false, Some("html"), None, None, false);
    check("", false, None, None, None, true);
    check(" html", true, Some("html"), None, None, true);
    check(" html PUBLIC \"p\" 's'", false, Some("html"), Some("p"), Some("s"), false);
    check(" html PUBLIC 'p'", false, Some("html"), Some("p"), None, false);
    check(" html SYSTEM", false, Some("html"), None, None, true);
    check(" html system 's'x", true, Some("html"), None, Some("s"), false);
    check(" html nonsense", false, Some("html"), None, None, true);
}

/// Sources out of the pieces that the states of the tokenizer look at.
fn sources() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<",
            ">",
            "/",
            "!",
            "-",
            "--",
            "=",
            "\"",
            "'",
            " ",
            "\n",
            "\r",
            "\0",
            "&",
            ";",
            "#",
            "&amp",
            "a",
            "href",
            "script",
            "style",
            "title",
            "svg",
            "template",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<a href=",
            "</script>",
            "中",
            "😀",
            "url(",
            "<datastore>",
            "onclick=",
            "location.href='x'",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn tokens_lie_in_order_within_the_source(source in sources(), sections: bool) {
        let contents = [
            Content::Data, Content::Rcdata, Content::RawText, Content::ScriptData, Content::CdataSection,
            Content::Plaintext,
        ];
        for content in contents {
            let mut tokens = Tokenizer::new(&source, 0);
            tokens.switch(content, "script");
            tokens.allow_sections(sections);
            let mut end = 0;
            while let Some(token) = tokens.next_token() {
                let span = match &token {
                    Token::Text(span, _) | Token::Comment(span) | Token::Doctype(span, _) => span.clone(),
                    Token::Start(tag) | Token::End(tag) => tag.span.clone(),
                };
                prop_assert!(span.start >= end && span.end >= span.start, "{:?} after {}", token, end);
                prop_assert!(source.get(span.clone()).is_some());
                if let Token::Text(_, content) = token {
                    prop_assert!(!span.is_empty() || content == Content::CdataSection);
                }
                let inside = tokens.attributes().iter().all(|a| {
                    source.get(a.name()).is_some_and(|n| !n.is_empty()) && source.get(a.value()).is_some()
                });
                prop_assert!(inside);
                end = span.end;
                prop_assert!(tokens.at() >= end);
            }
            prop_assert_eq!(tokens.at(), source.len());
        }
    }

    #[test]
    fn text_without_markup_is_one_token(text in "[^<\\x00\\r&]{1,40}") {
        prop_assert_eq!(tokens(&text, Content::Data, "", false), [format!("{text:?}")]);
        prop_assert_eq!(decode(&text, Refs::Text), text.as_str());
    }

    #[test]
    fn decoding_never_grows_text_beyond_bounds(text in sources()) {
        for refs in [Refs::Text, Refs::Rcdata, Refs::Attribute, Refs::Raw, Refs::Cdata] {
            prop_assert!(decode(&text, refs).len() <= 3 * text.len());
        }
    }

    #[test]
    fn every_scalar_survives_a_numeric_reference(c: char) {
        let raw = format!("&#x{:X};", u32::from(c));
        if c != '\0' && !('\u{80}'..='\u{9F}').contains(&c) {
            prop_assert_eq!(decode(&raw, Refs::Text), c.to_string());
        }
    }
}
