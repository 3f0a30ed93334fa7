//! Scripts and what they do. Clause N2.5.
//!
//! Hosts are invented.

use super::*;
use proptest::prelude::*;

fn written(script: &str) -> Vec<(String, bool)> {
    read(script).written.into_iter().map(|w| (w.markup, w.decoded)).collect()
}

#[track_caller]
fn check(script: &str, markup: &str, decoded: bool) {
    assert_eq!(written(script), [(markup.to_owned(), decoded)], "{script}");
}

#[test]
fn markup_is_put_together() {
    check("document.write('<a>'+'b'+\"</a>\");", "<a>b</a>", false);
    check("var a='<i>';document.writeln(a+'x')", "<i>x", false);
    check("document.write(\"\\u771f\\u4eba\")", "真人", false);
    check("document.write(`<b>x</b>`)", "<b>x</b>", false);
    check("e.innerHTML += '<a>' + name + '</a>'", "<a></a>", false);
    check("$('#x').append('<p>')", "<p>", false);
    check("x.insertAdjacentHTML('beforeend', '<p>')", "<p>", false);
    assert_eq!(written("// document.write('<a>')\nvar s = 'document.write(1)'"), []);
}

#[test]
fn decoders_are_undone() {
    check("document.write(unescape('%3Ca href=x%3E'))", "<a href=x>", false);
    check("document.write(unescape('%3C%73%63%72%69%70%74%3E'))", "<script>", true);
    check("document.write(String.fromCharCode(60,98,0x3e))", "<b>", true);
    check("document.write(window.atob('PGI+'))", "<b>", true);
    check("document.write('\\x68\\x74\\x74\\x70')", "http", true);
    check("document.write('>b<'.split('').reverse().join(''))", "<b>", true);
    check("document.write(['<','b','>'].join(''))", "<b>", false);
    check("eval(unescape('%64%6f%63%75%6d%65%6e%74.write(\"<b>\")'))", "<b>", true);
}

#[test]
fn packed_words_are_put_back() {
    let packed = |code: &str, words: &str| {
        format!(
            "eval(function(p,a,c,k,e,d){{e=function(c){{return c}};while(c--){{if(k[c]){{p=p.replace(new \
             RegExp('\\\\b'+e(c)+'\\\\b','g'),k[c])}}}}return p}}('{code}',10,3,'{words}'.split('|'),0,{{}}))"
        )
    };
    check(&packed("0.1(\"<b>\")", "document|write"), "<b>", true);
    let acts = read(&packed("2.1=\"0://a.example/\"", "http|location|window"));
    assert_eq!((&*acts.moves[0].raw, acts.moves[0].decoded), ("http://a.example/", true));
    assert_eq!(read(&packed("0 1=2", "var|a|b")).moves, []);
    let acts = read("document.title='青禾'+'县'; if(document.title=='x'){}");
    assert_eq!(acts.titles.iter().map(|t| &*t.raw).collect::<Vec<_>>(), ["青禾县"]);
}

#[test]
fn loads_and_moves() {
    let acts = read("var s=document.createElement('script');s.src=atob('aHR0cDovL2EuZXhhbXBsZS8=')+'j.js';");
    assert_eq!((&*acts.loads[0].raw, acts.loads[0].decoded), ("http://a.example/j.js", true));
    let acts = read("if(/baidu/.test(document.referrer)){location.href='http://a.example/'}");
    assert_eq!((acts.moves.len(), acts.asks_referrer.len()), (1, 1));
    assert_eq!(read("window.location.replace('http://a.example/')").moves.len(), 1);
    assert_eq!(read("var u='http://a.example/';top.location=u").moves.len(), 1);
    assert!(read("if(location.href=='http://a.example/'){}").moves.is_empty());
    assert!(read("map.location='http://a.example/'").moves.is_empty());
}

#[test]
fn hiding() {
    let hides =
        |script: &str| read(script).hides.into_iter().map(|h| h.selector).collect::<Vec<_>>().join(" ");
    assert_eq!(hides("document.getElementById('z').style.display='none'"), "#z");
    assert_eq!(hides("var o=document.getElementById('z');o.style.visibility = 'hidden'"), "#z");
    assert_eq!(hides("$('#z').hide();jQuery('.y').css('display','none')"), "#z .y");
    assert_eq!(hides("document.getElementsByClassName('y')[0].style.display='none'"), ".y");
    assert_eq!(hides("document.getElementById('z').style.left='-9999px'"), "#z");
    assert_eq!(hides("$('#z').show();o.style.display='block'"), "");
}

proptest! {
    #[test]
    fn any_script_is_read(parts in proptest::collection::vec(prop_oneof![
        Just("document.write("), Just("'<a>'"), Just("+"), Just("atob("), Just(")"), Just("unescape("), Just("'%u4e2d%3'"),
        Just("("), Just("["), Just("]"), Just(".split('')"), Just(".reverse()"), Just(".join('')"), Just("location="),
        Just("x="), Just("eval("), Just("String.fromCharCode("), Just("65,"), Just(".style.display='none'"), Just("中"),
        Just("$('#a')"), Just(".hide()"), Just("{"), Just("}"), Just(";"),
    ], 0..80)) {
        read(&parts.concat());
    }
}
