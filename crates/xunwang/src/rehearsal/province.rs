//! The fictional province of the rehearsal: its units, a site for each, the people. Clauses N1.1, N4.1; pure.
//!
//! No such province, city or person exists; divisions that begin with 4399 are given to no place.

use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;

/// How many sites the province has: one for each unit.
pub const SITES: usize = 40;
/// What all its codes begin with.
const DIVISION: &str = "439900";
const DEPARTMENTS_OF_PROVINCE: [&str; 8] = [
    "人民政府办公厅",
    "教育厅",
    "生态环境厅",
    "交通运输厅",
    "卫生健康委员会",
    "文化和旅游厅",
    "农业农村厅",
    "统计局",
];
const DEPARTMENTS_OF_CITY: [&str; 4] =
    ["教育局", "住房和城乡建设局", "人力资源和社会保障局", "市场监督管理局"];
/// A county: name, division, its one department.
type County = (&'static str, &'static str, &'static str);
/// Cities with their divisions and counties.
const CITIES: [(&str, &str, &[County]); 3] = [
    (
        "北山市",
        "439910",
        &[("石桥区", "439911", "教育局"), ("青禾县", "439912", "农业农村局"), ("云溪县", "439913", "林业局")],
    ),
    (
        "南水市",
        "439920",
        &[("竹园区", "439921", "民政局"), ("临江县", "439922", "水利局"), ("柳河县", "439923", "教育局")],
    ),
    ("东川市", "439930", &[("白塔县", "439931", "文化和旅游局"), ("松林县", "439932", "林业局")]),
];

/// A unit and the site that it sponsors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub name: String,
    pub level: UnitLevel,
    pub division: &'static str,
    /// Its upper unit, by place in the list; that of the province is its own.
    pub above: usize,
    /// What is wrong with its site.
    pub troubles: &'static [Trouble],
    pub conduct: Conduct,
}

/// How a site's server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    Steady,
    /// Takes four seconds for each page.
    Slow,
    /// Fails for some minutes of each half hour.
    Faltering,
    /// Nobody listens.
    Down,
}

/// A fault that a site has on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    DeadLink,
    DeadPicture,
    SoftNotFound,
    StaleColumn,
    EmptyColumn,
    Typo,
    HiddenLink,
    PersonalData,
    NoLabels,
    BareFoot,
    FutureDate,
    GuideGaps,
}

impl Trouble {
    /// The rule that finds it.
    pub fn rule(self) -> &'static str {
        match self {
            Trouble::DeadLink => "dead-link",
            Trouble::DeadPicture => "dead-resource",
            Trouble::SoftNotFound => "soft-404",
            Trouble::StaleColumn => "stale-column",
            Trouble::EmptyColumn => "empty-column",
            Trouble::Typo => "common-typo",
            Trouble::HiddenLink => "hidden-link",
            Trouble::PersonalData => "personal-data",
            Trouble::NoLabels => "missing-label",
            Trouble::BareFoot => "missing-footer-element",
            Trouble::FutureDate => "future-date",
            Trouble::GuideGaps => "missing-guide-element",
        }
    }
}

/// The sites that are not as they should be, by their unit's name.
fn state(name: &str) -> (&'static [Trouble], Conduct) {
    use Trouble::*;
    match name {
        "青禾县人民政府" => (
            &[DeadLink, DeadPicture, StaleColumn, EmptyColumn, Typo, PersonalData, GuideGaps],
            Conduct::Steady,
        ),
        "云溪县人民政府" => (&[HiddenLink, DeadLink], Conduct::Steady),
        "竹园区人民政府" => (&[NoLabels, BareFoot], Conduct::Steady),
        "临江县人民政府" => (&[SoftNotFound, DeadLink], Conduct::Faltering),
        "柳河县人民政府" => (&[Typo], Conduct::Slow),
        "白塔县人民政府" => (&[StaleColumn, FutureDate], Conduct::Steady),
        "东川市人民政府" => (&[DeadPicture], Conduct::Steady),
        "松林县林业局" => (&[], Conduct::Down),
        "北山市教育局" => (&[EmptyColumn], Conduct::Steady),
        "北山市市场监督管理局" => (&[Typo, DeadLink], Conduct::Steady),
        "南水市住房和城乡建设局" => (&[], Conduct::Faltering),
        "青湖省统计局" => (&[DeadLink], Conduct::Steady),
        "云溪县林业局" => (&[StaleColumn, BareFoot], Conduct::Steady),
        _ => (&[], Conduct::Steady),
    }
}

/// All units, each after the one above it.
pub fn units() -> Vec<Unit> {
    let mut units = Vec::with_capacity(SITES);
    let mut add = |name: String, level, division, above| {
        let (troubles, conduct) = state(&name);
        units.push(Unit { name, level, division, above, troubles, conduct });
        units.len() - 1
    };
    let province = add("青湖省人民政府".to_owned(), UnitLevel::Province, DIVISION, 0);
    for department in DEPARTMENTS_OF_PROVINCE {
        add(format!("青湖省{department}"), UnitLevel::Department, DIVISION, province);
    }
    for (city, division, counties) in CITIES {
        let at = add(format!("{city}人民政府"), UnitLevel::City, division, province);
        for department in DEPARTMENTS_OF_CITY {
            add(format!("{city}{department}"), UnitLevel::Department, division, at);
        }
        for (county, division, department) in counties {
            let county_at = add(format!("{county}人民政府"), UnitLevel::County, division, at);
            add(format!("{county}{department}"), UnitLevel::Department, division, county_at);
        }
    }
    units
}

/// A person of the rehearsal beside the three administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub login: &'static str,
    pub name: &'static str,
    pub role: Role,
    /// The name of his unit.
    pub unit: &'static str,
}

/// Who works there: each role of the trade for the whole province, and two who see a part of it.
pub const PEOPLE: [Person; 7] = [
    Person { login: "jianguan", name: "周监管", role: Role::Supervisor, unit: "青湖省人民政府" },
    Person { login: "xunjian", name: "吴巡检", role: Role::Inspector, unit: "青湖省人民政府" },
    Person { login: "duwang", name: "郑读网", role: Role::DutyReader, unit: "青湖省人民政府" },
    Person { login: "lingdao", name: "王领导", role: Role::Leader, unit: "青湖省人民政府" },
    Person {
        login: "wangguan", name: "冯网管", role: Role::SiteOperator, unit: "青湖省人民政府办公厅"
    },
    Person { login: "beishan", name: "陈北山", role: Role::Supervisor, unit: "北山市人民政府" },
    Person { login: "qinghe", name: "褚青禾", role: Role::SiteOperator, unit: "青禾县人民政府" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_province_is_as_large_as_it_says_and_whole() {
        let units = units();
        assert_eq!(units.len(), SITES);
        let mut names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), SITES);
        for (at, unit) in units.iter().enumerate() {
            assert!(unit.above < at || at == 0, "{unit:?}");
            let above = &units[unit.above];
            let covered = above.division.trim_end_matches('0');
            assert!(unit.division.starts_with(covered), "{unit:?}");
        }
        for person in PEOPLE {
            assert!(names.contains(&person.unit), "{person:?}");
        }
        for role in Role::TRADE {
            assert!(PEOPLE.iter().any(|person| person.role == role), "{role:?}");
        }
    }

    #[test]
    fn every_trouble_and_conduct_is_somewhere() {
        let units = units();
        use Trouble::*;
        for trouble in [
            DeadLink,
            DeadPicture,
            SoftNotFound,
            StaleColumn,
            EmptyColumn,
            Typo,
            HiddenLink,
            PersonalData,
            NoLabels,
            BareFoot,
            FutureDate,
            GuideGaps,
        ] {
            assert!(units.iter().any(|unit| unit.troubles.contains(&trouble)), "{trouble:?}");
        }
        for conduct in [Conduct::Steady, Conduct::Slow, Conduct::Faltering, Conduct::Down] {
            assert!(units.iter().any(|unit| unit.conduct == conduct), "{conduct:?}");
        }
    }
}
