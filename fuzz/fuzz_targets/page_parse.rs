//! Decodes and parses whatever bytes there are. Clause N2.1.
#![no_main]

use checks::{Page, charset::decode};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let decoded = decode(bytes, None);
    let url = Url::parse("http://www.example.gov.cn/a/index.html").expect("a valid address");
    let page = Page::parse(url, &decoded.text, decoded.charset);
    for link in &page.links {
        page.text_of(link);
    }
    page.visible_text(500);
    page.headings();
});
