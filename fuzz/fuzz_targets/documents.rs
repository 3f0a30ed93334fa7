//! A published file of whatever bytes there are, under every name that its content may claim. Clauses N2.2, N2.5.
//!
//! The first byte chooses the name, so that files of any kind meet readers of any kind.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 16] = [
    "a.pdf", "a.doc", "a.docx", "a.xls", "a.xlsx", "a.et", "a.ppt", "a.odt", "a.ods", "a.ofd", "a.rtf",
    "a.csv", "a.txt", "a.zip", "a.html", "a",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let document = documents::read(Some(NAMES[usize::from(*first) % NAMES.len()]), body);
    document.faults.iter().for_each(|fault| drop(fault.cause()));
});
