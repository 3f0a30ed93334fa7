//! The administrative divisions (行政区划) of the country by code, down to the county level. Serves N2.1, N2.2, N4.1.
//!
//! Names and codes are those of GB/T 2260 as the National Bureau of Statistics publishes them (`data/divisions.txt`,
//! with the development zones that the Bureau counts separately). Divisions that were dissolved are not in it: a code
//! that is missing here may still stand at the start of an old identity number.

use std::sync::LazyLock;

/// One line a division: six digits, a blank, the name; sorted by code.
static TABLE: &str = include_str!("../data/divisions.txt");

static DIVISIONS: LazyLock<Vec<Division>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(code, name)| Division { code, name }).collect()
});

/// A division, from province to county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// Six digits, with zeros for the levels below its own.
    pub code: &'static str,
    /// Its own name without the names above it, for example `岳麓区`. Some codes only group others and have names
    /// such as `市辖区`.
    pub name: &'static str,
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    Province,
    City,
    County,
}

impl Division {
    pub fn tier(&self) -> Tier {
        match self.code.as_bytes() {
            [_, _, b'0', b'0', b'0', b'0'] => Tier::Province,
            [_, _, _, _, b'0', b'0'] => Tier::City,
            _ => Tier::County,
        }
    }

    /// Whether the code only groups counties and its name names no place (`市辖区`, `省直辖县级行政区划`).
    pub fn only_groups(&self) -> bool {
        self.tier() == Tier::City && (matches!(self.name, "市辖区" | "县") || self.name.contains("直辖县级"))
    }

    /// Whether the Bureau counts a development zone here that is no administrative division (`430371`).
    pub fn is_zone(&self) -> bool {
        self.tier() == Tier::County && matches!(self.code.as_bytes().get(4), Some(b'7'))
    }

    /// The division above; `None` for a province. A county without a city stands below its grouping code.
    pub fn above(&self) -> Option<Division> {
        match self.tier() {
            Tier::Province => None,
            Tier::City => division(self.code.get(..2)?),
            Tier::County => division(self.code.get(..4)?).or_else(|| division(self.code.get(..2)?)),
        }
    }
}

/// Every division, sorted by code.
pub fn all() -> &'static [Division] {
    &DIVISIONS
}

/// The division with that code, written with two, four or six digits (`43`, `4301`, `430100`).
pub fn division(code: &str) -> Option<Division> {
    if !matches!(code.len(), 2 | 4 | 6) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let full = format!("{code:0<6}");
    let at = DIVISIONS.binary_search_by(|d| d.code.cmp(&full)).ok()?;
    DIVISIONS.get(at).copied()
}

/// The name of the division with that code, without the names above it.
pub fn name_of(code: &str) -> Option<&'static str> {
    division(code).map(|d| d.name)
}

/// Whether a division has that code today.
pub fn is_code(code: &str) -> bool {
    division(code).is_some()
}

/// The name with all names above it, for example `湖南省长沙市岳麓区`; grouping codes are left out.
pub fn full_name_of(code: &str) -> Option<String> {
    let own = division(code)?;
    let mut names = Vec::new();
    let mut at = Some(own);
    while let Some(division) = at {
        if !division.only_groups() {
            names.push(division.name);
        }
        at = division.above();
    }
    names.reverse();
    Some(names.concat())
}

#[cfg(test)]
mod tests {
    use super::{Tier, all, division, full_name_of, is_code, name_of};

    #[test]
    fn codes_are_found_in_each_of_their_lengths() {
        for (code, name) in [
            ("43", Some("湖南省")),
            ("4301", Some("长沙市")),
            ("430104", Some("岳麓区")),
            ("430100", Some("长沙市")),
            ("820000", Some("澳门特别行政区")),
            ("441900", Some("东莞市")),
            ("430199", None),
            ("990101", None),
            ("", None),
            ("4", None),
            ("43010", None),
            ("４３", None),
            ("湖南", None),
            ("4301040", None),
        ] {
            assert_eq!(name_of(code), name, "{code}");
            assert_eq!(is_code(code), name.is_some(), "{code}");
        }
    }

    #[test]
    fn a_full_name_leaves_out_codes_that_only_group() {
        for (code, name) in [
            ("430104", "湖南省长沙市岳麓区"),
            ("110101", "北京市东城区"),
            ("429004", "湖北省仙桃市"),
            ("431322", "湖南省娄底市新化县"),
            ("11", "北京市"),
        ] {
            assert_eq!(full_name_of(code).as_deref(), Some(name));
        }
    }

    #[test]
    fn the_table_is_sorted_complete_and_every_division_has_one_above() {
        assert_eq!(all().len(), 3351);
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        let provinces = all().iter().filter(|d| d.tier() == Tier::Province).count();
        assert_eq!(provinces, 34);
        for d in all() {
            assert!(d.code.len() == 6 && !d.name.is_empty(), "{d:?}");
            assert!(d.tier() == Tier::Province || d.above().is_some(), "{d:?}");
        }
        assert!(division("430371").is_some_and(|d| d.is_zone()));
        assert!(division("430304").is_some_and(|d| !d.is_zone()));
    }
}
