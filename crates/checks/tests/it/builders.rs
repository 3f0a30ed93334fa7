//! Lists that site builders' scripts make: what is found in a page of each, and nothing in its look-alike. Clause N2.1.
//!
//! A `.expect` lists the script-made addresses with their texts; for a decoy it is empty and left out.

use std::fmt::Write as _;
use std::fs;

use checks::LinkKind;
use checks::address::{self, Target};

use crate::case::{Case, fixtures};
use crate::expect;

/// Each has a page `<builder>*.html` and a `decoy-<builder>*.html`.
const BUILDERS: [&str; 4] = ["trs", "hanweb", "webber", "siteserver"];

#[test]
fn script_made_lists_are_found_and_look_alikes_are_not() {
    let mut names = Vec::new();
    for file in fs::read_dir(fixtures().join("builders")).expect("the folder of builders") {
        let path = file.expect("a file of the folder").path();
        if path.extension().is_some_and(|e| e == "html" || e == "xml") {
            names.push(path.with_extension(""));
        }
    }
    names.sort();
    let mut faults = Vec::new();
    for builder in BUILDERS {
        for start in [builder.to_owned(), format!("decoy-{builder}")] {
            let has = |p: &std::path::PathBuf| {
                p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&start))
            };
            if !names.iter().any(has) {
                faults.push(format!("no page {start}*.html"));
            }
        }
    }
    for path in names {
        let case = Case::read(path);
        let text = listed(&case);
        let expected = case.path.with_extension("expect");
        if !case.name().starts_with("decoy-") {
            faults.extend(text.is_empty().then(|| format!("{}: nothing found", case.name())));
            faults.extend(expect::compare(&expected, &text).err());
        } else if !text.is_empty() {
            faults.push(format!("{}: made up\n{text}", case.name()));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Addresses that only a script makes, one a line: kind, place, address, text.
fn listed(case: &Case) -> String {
    case.with_page(|page, _| {
        let mut text = String::new();
        for link in page.links.iter().filter(|l| matches!(l.kind, LinkKind::List | LinkKind::Script)) {
            let target = match address::resolve(&page.base, &link.raw, page.charset.encoding) {
                Target::Web(target) => target.url.to_string(),
                // `<option value="">`: leads nowhere and is asked for nowhere.
                Target::Empty => continue,
                other => format!("{} {other:?}", link.raw),
            };
            let (kind, at) = (link.kind.code(), link.at);
            writeln!(text, "{kind} {}:{} {target} “{}”", at.line, at.column, page.text_of(link))
                .expect("writing to a String cannot fail");
        }
        text
    })
}
