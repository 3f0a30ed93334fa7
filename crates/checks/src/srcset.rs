//! Addresses in a `srcset` attribute (HTML Standard, "parse a srcset attribute"). Clause N2.4.
//!
//! Only addresses are wanted, so descriptors are skipped without being checked.

/// The candidates' addresses in order; `data:` addresses are left out.
pub fn urls(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
            let (url, behind) = rest.split_at(end);
            // An address ends at white space; only commas at its very end are not part of it, and they end the
            // candidate. Otherwise descriptors follow up to a comma outside brackets.
            let bare = url.trim_end_matches(',');
            rest = if bare.len() < url.len() { behind } else { after_descriptors(behind) };
            if !bare.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
                return Some(bare);
            }
        }
    })
}

fn after_descriptors(text: &str) -> &str {
    let mut in_brackets = false;
    for (at, c) in text.char_indices() {
        match c {
            '(' => in_brackets = true,
            ')' => in_brackets = false,
            ',' if !in_brackets => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &[&str]) {
        assert_eq!(urls(value).collect::<Vec<_>>(), expected, "{value}");
    }

    #[test]
    fn commas_inside_an_address_belong_to_it() {
        check("/w_3,h_2/a.png 320w, /w_6,h_4/a.png 640w", &["/w_3,h_2/a.png", "/w_6,h_4/a.png"]);
        check("/b-3.png 300w,/b-6.png 600w", &["/b-3.png", "/b-6.png"]);
        check("/e,1.png, /e2.png", &["/e,1.png", "/e2.png"]);
    }

    #[test]
    fn descriptors_data_and_commas_at_the_end() {
        check("/c.png 1x, /c2.png 2x,", &["/c.png", "/c2.png"]);
        check("data:image/png;base64,AA== 1x, /d.png 2x", &["/d.png"]);
        check("a.png foo(1,2) 1x, b.png", &["a.png", "b.png"]);
        check(" , ,, ", &[]);
        check("", &[]);
    }
}
