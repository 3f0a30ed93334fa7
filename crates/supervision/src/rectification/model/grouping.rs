//! Which findings go together in one ticket, and how long there is to mend them. Clause N5.3; pure.

use std::collections::BTreeMap;

use base::Level;
use ledger::SiteId;

use crate::ids::FindingId;

/// What makes one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The same fault on the same site.
    Rule,
    /// Everything on the same site.
    Site,
}

impl By {
    /// The one of a word of the form; without one by rule.
    pub fn of(word: &str) -> By {
        if word == "site" { By::Site } else { By::Rule }
    }

    /// The word in the form.
    pub fn word(self) -> &'static str {
        match self {
            By::Rule => "rule",
            By::Site => "site",
        }
    }
}

/// Findings of one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub site: SiteId,
    /// The rules that found them, in order, each once.
    pub rules: Vec<String>,
    pub level: Level,
    pub findings: Vec<FindingId>,
}

/// Puts findings together, in the order of their sites.
pub fn grouped(findings: &[(FindingId, SiteId, String, Level)], by: By) -> Vec<Group> {
    let mut groups: BTreeMap<(SiteId, &str), Group> = BTreeMap::new();
    for (id, site, rule, level) in findings {
        let key = match by {
            By::Rule => (*site, rule.as_str()),
            By::Site => (*site, ""),
        };
        let new = || Group { site: *site, rules: Vec::new(), level: *level, findings: Vec::new() };
        let group = groups.entry(key).or_insert_with(new);
        group.level = group.level.max(*level);
        group.findings.push(*id);
        if !group.rules.contains(rule) {
            group.rules.push(rule.clone());
            group.rules.sort();
        }
    }
    groups.into_values().collect()
}

/// Working days to mend a fault of a level. The notice says "until it is mended" (N5.3) and names no number; these are
/// ours, and whoever issues a ticket writes others.
pub fn limit_of(level: Level) -> u32 {
    match level {
        Level::Veto => 1,
        Level::Fault => 3,
        Level::Warning => 5,
        Level::Notice => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_one_fault_or_of_one_site_go_together() {
        let found = |id, site, rule: &str, level| (FindingId(id), SiteId(site), rule.to_owned(), level);
        let findings = [
            found(1, 7, "dead-link", Level::Fault),
            found(2, 7, "hidden-link", Level::Veto),
            found(3, 7, "dead-link", Level::Warning),
            found(4, 5, "dead-link", Level::Notice),
        ];
        let told = |by| -> Vec<(i64, usize, Level, usize)> {
            let groups = grouped(&findings, by).into_iter();
            groups.map(|group| (group.site.0, group.findings.len(), group.level, group.rules.len())).collect()
        };
        let by_rule = [(5, 1, Level::Notice, 1), (7, 2, Level::Fault, 1), (7, 1, Level::Veto, 1)];
        assert_eq!(told(By::Rule), by_rule);
        assert_eq!(told(By::Site), [(5, 1, Level::Notice, 1), (7, 3, Level::Veto, 2)]);
    }
}
