//! Scripts that mean harm: miners, skimmers, droppers, loaders that hide what they load. Clause N2.5.
//!
//! A script is judged by what it does, not by being packed: packers, statistics and mail addresses written in codes are
//! left alone. Runs nothing; decodes literals only, each once.

mod decode;

use base::Level;

use decode::hidden_literals;

/// What a script does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malice {
    pub level: Level,
    /// In Chinese, for people.
    pub what: &'static str,
    /// What gave it away, as found or decoded, cut.
    pub sign: String,
    /// Byte of the script where it was seen.
    pub at: usize,
}

/// Bytes of one script that are looked at; libraries in one file have some million.
const LONGEST: usize = 4 << 20;
/// Characters of a sign that are shown.
const SIGN: usize = 80;

/// Names that only miners in pages bear: their objects, and the hosts they were served from.
const MINERS: &[&str] = &[
    "coinhive.anonymous(",
    "coinhive.user(",
    "coinhive.min.js",
    "coin-hive.com",
    "authedmine.com",
    "authedmine.min.js",
    "cryptoloot.anonymous(",
    "crypto-loot.com",
    "cryptaloot.pro",
    "client.anonymous(",
    "coinimp.com",
    "jsecoin.com",
    "minero.cc",
    "webminepool.com",
    "deepminer.anonymous(",
    "deepminer.init(",
    "monerominer.rocks",
    "coinblind.com",
    "stratum+tcp://",
    "webmr.js",
    "cryptonight.wasm",
];

/// What the script does that harms visitors; empty for nearly all. Takes time linear in the script.
pub fn script(text: &str) -> Vec<Malice> {
    let text = &text[..text.floor_char_boundary(LONGEST.min(text.len()))];
    // Same length, so that places stay right.
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    for name in MINERS {
        if let Some(at) = find(&lower, name) {
            // `client.anonymous(` is a common name for what other libraries do as well.
            if *name != "client.anonymous(" || lower.contains("throttle") && lower.contains("wasm") {
                out.push(found(Level::Fault, "占用访问者电脑挖矿的脚本", text, at));
                break;
            }
        }
    }
    out.extend(dropper(text, &lower));
    out.extend(sprayer(text, &lower));
    out.extend(skimmer(text, &lower));
    for literal in hidden_literals(text) {
        let plain = literal.text.to_ascii_lowercase();
        let what = match () {
            () if has_all(&plain, &["<iframe", "src"]) => "把外部框架写成密文再写入页面",
            () if has_all(&plain, &["<script", "src"]) && plain.contains("//") => {
                "把外部脚本写成密文再写入页面"
            }
            () if has_all(&plain, &["createelement", "script"]) && plain.contains("//") => {
                "用密文加载外部脚本"
            }
            () if plain.contains("location") && plain.contains("http") => "用密文跳转到外部网站",
            () if plain.contains("eval(") && plain.contains("unescape(") => "层层加密的脚本",
            () => continue,
        };
        let sign = literal.text.chars().take(SIGN).collect();
        out.push(Malice { level: Level::Fault, what, sign, at: literal.at });
        break;
    }
    out
}

/// Writes a program to the visitor's disk: the infection of pages that spreads with infected editors' machines.
fn dropper(text: &str, lower: &str) -> Option<Malice> {
    let at = find(lower, "4d5a90")?;
    let writes =
        ["filesystemobject", "adodb.stream", "wscript.shell"].iter().any(|word| lower.contains(word));
    writes.then(|| found(Level::Veto, "向访问者电脑写入程序的脚本（网页病毒）", text, at)).or_else(|| {
        let all = ["adodb.stream", "xmlhttp", "savetofile"];
        has_all(lower, &all).then(|| found(Level::Veto, "向访问者电脑下载程序的脚本", text, at))
    })
}

/// Fills memory with a slide of no-operations, as attacks on browsers do.
fn sprayer(text: &str, lower: &str) -> Option<Malice> {
    let at = ["%u9090%u9090", "%u0c0c%u0c0c", "\\u9090\\u9090", "\\u0c0c\\u0c0c"]
        .iter()
        .find_map(|s| find(lower, s))?;
    Some(found(Level::Veto, "攻击浏览器漏洞的脚本", text, at))
}

/// Reads the number of a card and sends it off to another host.
fn skimmer(text: &str, lower: &str) -> Option<Malice> {
    let field = ["cardnumber", "card_number", "cc_number", "cc-number", "ccnum"]
        .iter()
        .find_map(|w| find(lower, w))?;
    let check = ["cvv", "cvc", "cc_cid"].iter().any(|word| lower.contains(word));
    let coded = ["btoa(", "json.stringify(", "encodeuricomponent("].iter().any(|word| lower.contains(word));
    let sent = [
        "new image(",
        "sendbeacon(",
        ".open('post'",
        ".open(\"post\"",
        "fetch('http",
        "fetch(\"http",
        "fetch('//",
        "fetch(\"//",
    ];
    let listens = ["addeventlistener(", "onsubmit", "setinterval("].iter().any(|word| lower.contains(word));
    let all =
        check && coded && listens && sent.iter().any(|word| lower.contains(word)) && lower.contains("//");
    all.then(|| found(Level::Warning, "读取银行卡信息并外传的脚本", text, field))
}

fn has_all(text: &str, words: &[&str]) -> bool {
    words.iter().all(|word| text.contains(word))
}

fn find(text: &str, word: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), word.as_bytes())
}

fn found(level: Level, what: &'static str, text: &str, at: usize) -> Malice {
    let sign = text.get(at..).unwrap_or("").chars().take(SIGN).collect();
    Malice { level, what, sign, at }
}

#[cfg(test)]
mod tests;
