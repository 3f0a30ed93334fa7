//! Numbers of sites put together by the units below one. Clauses N2.7, N5.1; pure.

use std::collections::BTreeMap;

/// What counts of one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    pub sites: i64,
    pub inspected: i64,
    pub veto: i64,
    pub fault: i64,
    pub warning: i64,
    pub notice: i64,
    pub unjudged: i64,
    pub stale_columns: i64,
}

impl Numbers {
    fn add(&mut self, other: &Numbers) {
        self.sites += other.sites;
        self.inspected += other.inspected;
        self.veto += other.veto;
        self.fault += other.fault;
        self.warning += other.warning;
        self.notice += other.notice;
        self.unjudged += other.unjudged;
        self.stale_columns += other.stale_columns;
    }

    /// Grave faults a site, in hundredths: what units of different size are compared by.
    pub fn grave_a_site(&self) -> i64 {
        if self.sites == 0 { 0 } else { (self.veto + self.fault) * 100 / self.sites }
    }
}

/// The sum over all.
pub fn sum<'a>(all: impl IntoIterator<Item = &'a Numbers>) -> Numbers {
    let mut out = Numbers::default();
    all.into_iter().for_each(|one| out.add(one));
    out
}

/// Numbers by path put together under the paths of units: each falls to the one whose path it begins with; what belongs
/// to none of them (a unit's own sites above) is left out.
pub fn by_unit<'a>(units: &[&'a str], sites: &[(&str, Numbers)]) -> BTreeMap<&'a str, Numbers> {
    let mut out: BTreeMap<&'a str, Numbers> = units.iter().map(|path| (*path, Numbers::default())).collect();
    for (path, numbers) in sites {
        if let Some(unit) = units.iter().find(|unit| path.starts_with(**unit))
            && let Some(all) = out.get_mut(unit)
        {
            all.add(numbers);
        }
    }
    out
}

/// How bad a unit's state looks at a glance, for its tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// No site, or none was inspected yet.
    Unknown,
    Good,
    Faults,
    Vetoes,
}

/// The shade of a unit.
pub fn shade(numbers: &Numbers) -> Shade {
    match numbers {
        Numbers { inspected: 0, veto: 0, fault: 0, .. } => Shade::Unknown,
        Numbers { veto: 1.., .. } => Shade::Vetoes,
        Numbers { fault: 1.., .. } => Shade::Faults,
        _ => Shade::Good,
    }
}

/// Where the fourteen cities and the prefecture of Hunan lie on a grid, north-west to south-east, by the first four
/// digits of their division (GB/T 2260); column and row from 1.
const HUNAN: [(&str, u8, u8); 14] = [
    ("4308", 1, 1),
    ("4307", 2, 1),
    ("4306", 4, 1),
    ("4331", 1, 2),
    ("4309", 3, 2),
    ("4301", 4, 2),
    ("4312", 1, 3),
    ("4313", 2, 3),
    ("4303", 3, 3),
    ("4302", 4, 3),
    ("4305", 2, 4),
    ("4304", 3, 4),
    ("4311", 2, 5),
    ("4310", 3, 5),
];

/// The place of each unit on the tile map, by its division: as they lie in the province where all are known, otherwise
/// row by row.
pub fn places(divisions: &[&str]) -> Vec<(u8, u8)> {
    let known = |division: &&str| HUNAN.iter().find(|(code, ..)| division.starts_with(code));
    let all: Option<Vec<(u8, u8)>> =
        divisions.iter().map(|division| known(division).map(|(_, column, row)| (*column, *row))).collect();
    let distinct = |places: &Vec<(u8, u8)>| {
        let set: std::collections::BTreeSet<_> = places.iter().collect();
        set.len() == places.len()
    };
    const WIDTH: usize = 4;
    all.filter(distinct).unwrap_or_else(|| {
        let small = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
        (0..divisions.len()).map(|at| (small(at % WIDTH + 1), small(at / WIDTH + 1))).collect()
    })
}

/// A unit's name as a tile has room for: a government without "人民政府", a department without its place.
pub fn short(name: &str) -> String {
    const ROOM: usize = 6;
    let government = "人民政府";
    let bare = match name.strip_suffix(government) {
        Some(place) if !place.is_empty() => place,
        _ => {
            let after = name.char_indices().take(6).find(|(_, c)| "省市县区州".contains(*c));
            let rest = after.map_or(name, |(at, c)| &name[at + c.len_utf8()..]);
            let rest = rest.strip_prefix(government).unwrap_or(rest);
            if rest.is_empty() { name } else { rest }
        }
    };
    bare.chars().take(ROOM).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_keep_what_tells_units_apart() {
        for (name, want) in [
            ("北山市人民政府", "北山市"),
            ("青湖省人民政府办公厅", "办公厅"),
            ("青湖省生态环境厅", "生态环境厅"),
            ("北山市住房和城乡建设局", "住房和城乡建"),
            ("监管中心（请改名）", "监管中心（请"),
            ("人民政府", "人民政府"),
            ("青湖省", "青湖省"),
        ] {
            assert_eq!(short(name), want);
        }
    }

    #[test]
    fn sites_fall_to_the_unit_above_them_and_to_no_neighbour() {
        let one = |veto| Numbers { sites: 1, veto, ..Numbers::default() };
        let sites = [("/1/2/", one(1)), ("/1/2/9/", one(2)), ("/1/20/", one(4)), ("/1/", one(8))];
        let sums = by_unit(&["/1/2/", "/1/20/"], &sites);
        assert_eq!((sums["/1/2/"].veto, sums["/1/2/"].sites, sums["/1/20/"].veto), (3, 2, 4));
        assert_eq!(sum(sites.iter().map(|(_, n)| n)).veto, 15);
    }

    #[test]
    fn shades_go_from_unknown_to_vetoes() {
        let check = |inspected, veto, fault, want| {
            assert_eq!(shade(&Numbers { sites: 3, inspected, veto, fault, ..Numbers::default() }), want);
        };
        check(0, 0, 0, Shade::Unknown);
        check(1, 0, 0, Shade::Good);
        check(1, 0, 1, Shade::Faults);
        check(1, 1, 1, Shade::Vetoes);
    }

    #[test]
    fn hunan_lies_as_it_does_and_others_row_by_row() {
        let all: Vec<String> = HUNAN.iter().map(|(code, ..)| format!("{code}00")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let places = places(&all);
        assert_eq!(places.iter().collect::<std::collections::BTreeSet<_>>().len(), 14);
        assert_eq!(super::places(&["990100", "990200", "990300", "990400", "990500"])[4], (1, 2));
        assert_eq!(super::places(&["430100", "430100"]), [(1, 1), (2, 1)]);
    }
}
