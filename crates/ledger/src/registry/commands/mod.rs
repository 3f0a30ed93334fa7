//! What can be done with the register: adding and changing a site, importing a file. Clauses N1.1, N4.1.
//!
//! The rules of the register are asked in one place, `check`, whatever way an entry comes in.

pub mod change;
pub mod import;

use platform::web::Faults;

use super::entity::site;
use super::model::{Kind, SiteFacts, State, code_fits_division};
use crate::identity::entity::{UnitLevel, unit};

/// What the register holds beside an entry, as far as its rules need it.
pub struct Beside<'a> {
    /// The sponsoring unit.
    pub unit: &'a unit::Model,
    /// Other sites with the same home page or code.
    pub same: &'a [site::Model],
    /// Other open portals of the same unit.
    pub portals: &'a [site::Model],
}

/// The rules that one entry obeys among the others.
pub fn check(facts: &SiteFacts, beside: &Beside, faults: &mut Faults) {
    if let Some(other) = beside.same.iter().find(|other| other.home == facts.home) {
        faults.field("home", format!("这个首页网址已登记为“{}”。", other.name));
    }
    if let Some(other) = beside.same.iter().find(|other| !facts.code.is_empty() && other.code == facts.code) {
        faults.field("code", format!("这个标识码已用于“{}”。", other.name));
    }
    if !facts.code.is_empty() && !code_fits_division(&facts.code, &beside.unit.division) {
        let words = format!("标识码前 6 位与主办单位的区划代码 {} 不符。", beside.unit.division);
        faults.field("code", words);
    }
    if facts.kind == Kind::Portal {
        if beside.unit.level == UnitLevel::Department {
            faults.field("kind", "门户网站的主办单位应是一级政府；部门的网站是子站（N4.1）。");
        }
        if let Some(other) = beside.portals.iter().find(|other| other.state != State::Closed) {
            faults.field(
                "kind",
                format!("“{}”已有门户网站“{}”，一个政府只能有一个（N4.1）。", beside.unit.name, other.name),
            );
        }
    }
}
