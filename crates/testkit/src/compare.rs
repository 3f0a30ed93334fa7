//! What an inspection found, held against the written list: what is missing, what is too much. Tests only (N2.4).
//!
//! Addresses are compared as addresses: percent-encoding of what may stand plain makes no difference.

use std::collections::BTreeSet;
use std::fmt;

use crate::fault_site::{Expect, Row};

/// What one finding says, as far as the list speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub rule: String,
    pub page: String,
    pub target: String,
    /// Word of the verdict; empty where the rule gives none.
    pub verdict: String,
}

/// Where list and findings differ; prints as one line a difference.
#[derive(Debug, Default)]
pub struct Differences {
    /// Expected and not found.
    pub missing: Vec<String>,
    /// Found and not expected.
    pub extra: Vec<String>,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} missing, {} too much", self.missing.len(), self.extra.len())?;
        for line in &self.missing {
            writeln!(f, "  missing   {line}")?;
        }
        for line in &self.extra {
            writeln!(f, "  too much  {line}")?;
        }
        Ok(())
    }
}

/// Compares findings with the list, both ways.
pub fn compare(rows: &[Row], findings: &[Found]) -> Differences {
    let wanted: BTreeSet<(Found, &str)> =
        rows.iter().filter_map(|row| Some((expected(row)?, row.kind))).collect();
    let found: BTreeSet<Found> = findings.iter().map(plain).collect();
    let mut differences = Differences::default();
    for (want, kind) in &wanted {
        if !found.contains(want) {
            differences.missing.push(format!("{kind}: {}", line(want)));
        }
    }
    let wanted: BTreeSet<&Found> = wanted.iter().map(|(want, _)| want).collect();
    for extra in found.iter().filter(|f| !wanted.contains(f)) {
        let kind = rows.iter().find(|r| same_address(&r.page, &extra.page)).map_or("", |r| r.kind);
        differences.extra.push(format!("{kind}: {}", line(extra)));
    }
    differences
}

/// Whether two addresses are the same but for percent-encoding.
pub fn same_address(one: &str, other: &str) -> bool {
    plain_address(one) == plain_address(other)
}

fn expected(row: &Row) -> Option<Found> {
    let verdict = match row.expect {
        // The place is missing, not the page: the rule speaks, the page's verdict stays.
        Expect::Fault(_) if row.rule == Some(crate::fault_site::rule::FRAGMENT) => String::new(),
        Expect::Fault(verdict) => verdict.code().to_string(),
        _ => String::new(),
    };
    let rule = row.rule?.to_string();
    Some(plain(&Found { rule, page: row.page.clone(), target: row.target.clone(), verdict }))
}

/// Addresses in one spelling, and no verdict where the list gives none.
fn plain(found: &Found) -> Found {
    use crate::fault_site::rule::{CHARSET, FRAGMENT, OUTGOING};
    let silent = [CHARSET, FRAGMENT, OUTGOING].contains(&found.rule.as_str());
    Found {
        rule: found.rule.clone(),
        page: plain_address(&found.page),
        target: plain_address(&found.target),
        verdict: if silent { String::new() } else { found.verdict.clone() },
    }
}

/// The address with percent-encoded octets decoded where they are UTF-8; others are left.
fn plain_address(address: &str) -> String {
    let bytes = address.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let octet = (bytes[at] == b'%')
            .then(|| address.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        out.push(octet.unwrap_or(bytes[at]));
        at += if octet.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| address.to_ascii_uppercase())
}

fn line(found: &Found) -> String {
    format!("{} {} on {} -> {}", found.rule, found.verdict, found.page, found.target)
}

#[cfg(test)]
mod tests {
    use base::Verdict;

    use super::*;
    use crate::fault_site::rule;

    fn row(expect: Expect, rule: Option<&'static str>, target: &str) -> Row {
        Row { kind: "a", expect, page: "http://q/1".into(), target: target.into(), rule }
    }

    fn found(rule: &str, target: &str, verdict: &str) -> Found {
        let page = "http://q/1".to_string();
        Found { rule: rule.into(), page, target: target.into(), verdict: verdict.into() }
    }

    #[test]
    fn nothing_missing_and_nothing_too_much_is_no_difference() {
        let rows = [
            row(Expect::Fault(Verdict::Dead), Some(rule::LINK), "http://q/%E5%85%AC"),
            row(Expect::Fault(Verdict::Dead), Some(rule::FRAGMENT), "http://q/#%E7%BC%BA"),
            row(Expect::Ok, None, "http://q/fine"),
        ];
        let all = [found(rule::LINK, "http://q/公", "dead"), found(rule::FRAGMENT, "http://q/#缺", "ok")];
        assert!(compare(&rows, &all).is_empty());
    }

    #[test]
    fn every_kind_of_difference_is_seen() {
        let rows = [
            row(Expect::Fault(Verdict::Dead), Some(rule::LINK), "http://q/a"),
            row(Expect::Ok, None, "http://q/fine"),
        ];
        let cases = [
            (vec![], 1, 0),
            (vec![found(rule::LINK, "http://q/a", "blocked")], 1, 1),
            (vec![found(rule::RESOURCE, "http://q/a", "dead")], 1, 1),
            (vec![found(rule::LINK, "http://q/a", "dead"), found(rule::LINK, "http://q/fine", "dead")], 0, 1),
        ];
        for (findings, missing, extra) in cases {
            let differences = compare(&rows, &findings);
            assert_eq!(
                (differences.missing.len(), differences.extra.len()),
                (missing, extra),
                "{differences}"
            );
        }
    }

    #[test]
    fn octets_that_are_no_utf8_are_compared_as_they_stand() {
        assert!(same_address("http://q/?k=%d6%D0", "http://q/?k=%D6%d0"));
        assert!(!same_address("http://q/?k=%D6%D0", "http://q/?k=%D6%D1"));
    }
}
