//! Fragments that lead nowhere, and those that only seem to. Tests only (N2.4).
//!
//! HTML Standard, "find a potential indicated element": as it stands, then percent-decoded; `top` in any case.

use super::Coding;
use super::plan::Plan;
use super::row::Case;
use super::row::rule::FRAGMENT;

pub fn plant(plan: &mut Plan) {
    plan.plant(DEAD);
    plan.plant(FOUND);
}

const DEAD: &[Case] = &[
    Case::dead("fragment", FRAGMENT, r##"<a href="/good/f.html#nope-{n}">节</a>"##, "/good/f.html#nope-{n}"),
    Case::dead("fragment-self", FRAGMENT, r##"<a href="#none-{n}">节</a>"##, "{page}#none-{n}"),
    Case::dead(
        "fragment-chinese",
        FRAGMENT,
        r##"<a href="/good/f.html#缺{n}">节</a>"##,
        "/good/f.html#%E7%BC%BA{n}",
    ),
    Case::dead(
        "fragment-case",
        FRAGMENT,
        r##"<p id="Sec{n}">节</p><a href="#sec{n}">节</a>"##,
        "{page}#sec{n}",
    ),
    // A name counts on an a element only.
    Case::dead(
        "fragment-name",
        FRAGMENT,
        r##"<p name="old{n}">节</p><a href="#old{n}">节</a>"##,
        "{page}#old{n}",
    ),
];

const FOUND: &[Case] = &[
    Case::ok("fragment-id", r##"<a href="/good/f.html#sec1">节{n}</a>"##, "/good/f.html#sec1"),
    Case::ok("fragment-a-name", r##"<a href="/good/f.html#oldname">节{n}</a>"##, "/good/f.html#oldname"),
    Case::ok(
        "fragment-raw",
        r##"<a href="/good/f.html#附件">附件{n}</a>"##,
        "/good/f.html#%E9%99%84%E4%BB%B6",
    ),
    Case::ok(
        "fragment-encoded",
        r##"<a href="/good/f.html#%E9%99%84%E4%BB%B6">附件{n}</a>"##,
        "/good/f.html#%E9%99%84%E4%BB%B6",
    ),
    Case::ok(
        "fragment-from-gbk",
        r##"<a href="/good/f.html#附件">附件{n}</a>"##,
        "/good/f.html#%E9%99%84%E4%BB%B6",
    )
    .coded(Coding::Gbk),
    Case::ok(
        "fragment-top",
        r##"<a href="#top">顶部</a><a href="#TOP">顶部</a><a href="#">空</a>"##,
        "{page}#top",
    ),
    Case::ok("fragment-text", r##"<a href="/good/f.html#:~:text=公开">摘录{n}</a>"##, "/good/f.html"),
    Case::ok("fragment-own", r##"<h2 id="x{n}">节</h2><a href="#x{n}">节</a>"##, "{page}#x{n}"),
];
