//! Shapes of trees, texts of blocks, places in the source. Clauses N2.1, N2.5.
//!
//! Each table names markup and the outline that a browser would make of it. Never compares whole dumps of real pages.

use proptest::prelude::*;

use super::*;

/// The tree as `name(children)`, texts in quotes.
fn outline(source: &str) -> String {
    let tree = Tree::parse(source);
    fn show(tree: &Tree<'_>, id: NodeId, out: &mut String) {
        for child in tree.children(id) {
            match tree.kind(child) {
                Kind::Element => {
                    out.push_str(&tree.name(child).to_ascii_lowercase());
                    if tree.first_child(child).is_some() {
                        out.push('(');
                        show(tree, child, out);
                        out.push(')');
                    }
                }
                Kind::Text(_) => {
                    let text = tree.own_text(child);
                    if text.trim().is_empty() {
                        continue;
                    }
                    out.push_str(&format!("'{}'", text.trim()));
                }
                Kind::Raw => out.push_str("raw"),
                Kind::Comment => out.push('!'),
                Kind::Root => {}
            }
            out.push(' ');
        }
        if out.ends_with(' ') {
            out.pop();
        }
    }
    let mut out = String::new();
    show(&tree, tree.root(), &mut out);
    out
}

#[test]
fn trees_are_those_of_browsers() {
    for (source, expected) in [
        ("<p>一<p>二", "p('一') p('二')"),
        ("<ul><li>一<li>二<ul><li>三</ul></ul>", "ul(li('一') li('二' ul(li('三'))))"),
        ("<table><tr><td>一<td>二<tr><td>三</table>", "table(tr(td('一') td('二')) tr(td('三')))"),
        ("<table><tr><td><table><tr><td>内</table>后</table>", "table(tr(td(table(tr(td('内'))) '后')))"),
        ("<p>一<div>二</div>三", "p('一') div('二') '三'"),
        ("<div><span>一</div>二", "div(span('一')) '二'"),
        ("<font><div>一</font>二</div>三", "font(div('一')) div('二') '三'"),
        ("<a href=x>一<a href=y>二</a>", "a('一') a('二')"),
        ("<img><br>一<input>", "img br '一' input"),
        ("<script>if(a<b)</script>一", "script(raw) '一'"),
        ("<title>一&lt;二</title><p>三", "title('一<二') p('三')"),
        ("<head><meta><title>题</title><body>文", "head(meta title('题')) body('文')"),
        ("<head><title>题</title><div>文", "head(title('题')) div('文')"),
        ("<!-- 一 --><b>二</b>", "! b('二')"),
        ("<dl><dt>一<dd>二<dt>三</dl>", "dl(dt('一') dd('二') dt('三'))"),
        ("<select><option>一<option>二</select>", "select(option('一') option('二'))"),
        ("<svg><path d=''/><a>一</a></svg>二", "svg(path a('一')) '二'"),
        ("</div>一</p>", "'一'"),
        ("<div><table><tr><td></div>一</table>二</div>三", "div(table(tr(td('一'))) '二') '三'"),
        ("<h1>一</h2>二", "h1('一') '二'"),
    ] {
        assert_eq!(outline(source), expected, "{source}");
    }
}

#[test]
fn attributes_are_found_by_name_and_decoded() {
    let tree = Tree::parse("<a HREF='x?a=1&amp;b' Class='Red big' href=second>一</a>");
    let a = tree.first("a").unwrap();
    assert_eq!(tree.attr(a, "href").unwrap(), "x?a=1&b");
    assert!(tree.has_class(a, "red") && !tree.has_class(a, "re"));
    assert_eq!(tree.attr(a, "title"), None);
}

#[test]
fn texts_have_a_line_for_each_block() {
    let source = "<div>一 <b>二</b>\n三<p>四<br>五</p>六<script>no</script><span>七</span></div>八";
    let tree = Tree::parse(source);
    assert_eq!(tree.text(tree.root(), 100), "一 二 三\n四\n五\n六七\n八");
    assert_eq!(tree.text(tree.root(), 3), "一 二");
    let passages: Vec<_> = tree.read_passages().into_iter().map(|p| p.text).collect();
    assert_eq!(passages, ["一 二 三", "四", "五", "六七", "八"]);
}

#[test]
fn every_byte_of_a_passage_leads_back_to_the_source() {
    let source = "<p>国&nbsp;务&#38498;  办&amp;公<b>厅</b></p>";
    let tree = Tree::parse(source);
    let passages = tree.read_passages();
    let passage = &passages[0];
    assert_eq!(passage.text, "国 务院 办&公厅");
    for (part, place) in
        [("国", "国"), ("务", "务"), ("院", "&#38498"), ("办", "办"), ("公", "公"), ("厅", "厅")]
    {
        let at = passage.source_byte(passage.text.find(part).unwrap());
        assert!(source[at..].starts_with(place), "{part} leads to {}", &source[at..]);
    }
    let at = passage.position(&tree, passage.text.find('厅').unwrap());
    assert_eq!((at.line, at.column), (1, source[..source.find('厅').unwrap()].chars().count() as u32 + 1));
}

#[test]
fn positions_can_be_asked_in_any_order() {
    let source = "一<b>二\n三</b>四<i>五";
    let tree = Tree::parse(source);
    let of = |part: &str| {
        let at = tree.position_of(source.find(part).unwrap());
        (at.line, at.column)
    };
    assert_eq!([of("五"), of("二"), of("四"), of("一"), of("三")], [(2, 10), (1, 5), (2, 6), (1, 1), (2, 1)]);
}

#[test]
fn deep_and_endless_nests_stay_bounded() {
    for piece in ["<div>", "<b><p>", "<table><tr><td>", "<a>", "<font><div>", "<b><div></b>", "<ul><li>"] {
        let source = piece.repeat(30_000);
        let tree = Tree::parse(&source);
        assert!(tree.len() <= MAX_NODES);
        let deepest = tree.descendants(tree.root()).last().map_or(0, |id| tree.ancestors(id).count());
        assert!(deepest <= MAX_DEPTH + 1, "{piece}: {deepest}");
        tree.read_passages();
        tree.text(tree.root(), 1_000);
    }
}

proptest! {
    #[test]
    fn any_source_makes_a_tree(source in "(<[/!]?[a-z]{1,8}( [a-z]{1,5}='[a-z<]{0,4}')?>|[&#a-z0-9;一二 <>]{0,6}){0,40}") {
        let tree = Tree::parse(&source);
        for id in tree.descendants(tree.root()) {
            prop_assert!(tree.span(id).end <= source.len());
            prop_assert!(source.get(tree.text_span(id)).is_some());
        }
        for passage in tree.read_passages() {
            for (byte, _) in passage.text.char_indices() {
                prop_assert!(source.is_char_boundary(passage.source_byte(byte)));
            }
        }
    }
}
