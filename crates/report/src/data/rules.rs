//! Findings by rule, for the chart: one row a rule however many levels it speaks at, gravest first. Clause N2.1.
//!
//! Counts places; how they are put together into faults is `kinds`' business.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use base::Level;
use checks::registry;
use serde::Serialize;

/// Rows of the chart that are seen at once; the rest lies folded below them.
pub const MOST_BARS: usize = 12;

/// What one rule found.
#[derive(Serialize)]
pub struct RuleCount {
    pub rule: String,
    pub name: &'static str,
    /// The gravest of its levels.
    pub level: &'static str,
    pub places: u64,
    /// Its bar, gravest level first.
    pub parts: Vec<Part>,
}

/// A level's share of a bar, in hundredths of the longest bar.
#[derive(Serialize)]
pub struct Part {
    pub level: &'static str,
    pub level_name: &'static str,
    pub places: u64,
    pub from: u64,
    pub width: u64,
}

/// The rules by their gravest level, then by how much they found.
pub fn rules(places: &BTreeMap<(Reverse<Level>, String), u64>) -> Vec<RuleCount> {
    let mut by_rule: BTreeMap<&str, Vec<(Level, u64)>> = BTreeMap::new();
    for ((level, rule), count) in places {
        by_rule.entry(rule).or_default().push((level.0, *count));
    }
    let sum = |levels: &[(Level, u64)]| levels.iter().map(|(_, count)| count).sum::<u64>();
    let most = by_rule.values().map(|levels| sum(levels)).max().unwrap_or(0).max(1);
    let mut rules: Vec<(Level, RuleCount)> = by_rule
        .into_iter()
        .filter_map(|(rule, levels)| {
            let (gravest, _) = *levels.first()?;
            let count = RuleCount {
                rule: rule.to_owned(),
                name: registry::rule(rule).map_or("其他", |r| r.name),
                level: gravest.code(),
                places: sum(&levels),
                parts: parts(&levels, most),
            };
            Some((gravest, count))
        })
        .collect();
    rules.sort_by_key(|(level, count)| (Reverse(*level), Reverse(count.places)));
    rules.into_iter().map(|(_, count)| count).collect()
}

fn parts(levels: &[(Level, u64)], most: u64) -> Vec<Part> {
    let mut before = 0;
    levels
        .iter()
        .map(|(level, places)| {
            let from = before * 100 / most;
            before += places;
            Part {
                level: level.code(),
                level_name: level.label(),
                places: *places,
                from,
                width: (before * 100).div_ceil(most) - from,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_several_levels_is_one_row_with_a_bar_of_several_parts() {
        let counts = [
            (Level::Fault, "dead-link", 30),
            (Level::Warning, "hidden-link", 8),
            (Level::Veto, "hidden-link", 2),
            (Level::Fault, "dead-resource", 40),
        ];
        let places = counts.map(|(level, rule, count)| ((Reverse(level), rule.to_owned()), count));
        let rules = rules(&BTreeMap::from(places));
        let told: Vec<(&str, &str, u64)> =
            rules.iter().map(|r| (r.rule.as_str(), r.level, r.places)).collect();
        assert_eq!(
            told,
            [("hidden-link", "veto", 10), ("dead-resource", "fault", 40), ("dead-link", "fault", 30)]
        );
        let bar: Vec<(&str, u64, u64)> = rules[0].parts.iter().map(|p| (p.level, p.from, p.width)).collect();
        assert_eq!(bar, [("veto", 0, 5), ("warning", 5, 20)]);
        assert_eq!((rules[1].parts[0].from, rules[1].parts[0].width), (0, 100));
    }
}
