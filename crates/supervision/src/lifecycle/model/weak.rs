//! Whether a department's site is to move into the portal as a virtual site. Clause N4.4; pure.
//!
//! Source: 湘政办函〔2011〕68号 四: "凡是无防攻击、防篡改、防病毒等安全防护措施，无专职技术保障人员和内容保障人员，无网站管理制度和
//! 运维经费的部门网站，一律以虚拟网站方式整合到各级政府门户网站".

use ledger::identity::entity::UnitLevel;
use ledger::registry::model::SiteFacts;

/// What a site lacks of what the notice wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// Each precondition: in words, and whether it holds.
    pub all: [(&'static str, bool); 4],
    /// Whether it is a department's site.
    pub is_department: bool,
}

impl Lacks {
    /// Whether it is to move: a department's site that lacks all four.
    pub fn is_to_move(&self) -> bool {
        self.is_department && self.all.iter().all(|(_, holds)| *holds)
    }
}

/// What a site lacks, by the register.
pub fn lacks(facts: &SiteFacts, level: UnitLevel) -> Lacks {
    Lacks {
        all: [
            (
                "没有安全防护措施（没有等级保护定级备案）",
                facts.protection == 0 || facts.protection_filing.is_empty(),
            ),
            ("没有专职人员", facts.staff.is_empty()),
            ("没有网站管理制度", facts.rules.is_empty()),
            ("没有运维经费", facts.funds.is_empty()),
        ],
        is_department: level == UnitLevel::Department,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_department_that_lacks_all_four_is_to_move() {
        let bare = SiteFacts::default();
        assert!(lacks(&bare, UnitLevel::Department).is_to_move());
        assert!(!lacks(&bare, UnitLevel::County).is_to_move());
        let has = |change: fn(&mut SiteFacts)| {
            let mut facts = SiteFacts::default();
            change(&mut facts);
            lacks(&facts, UnitLevel::Department)
        };
        assert!(!has(|facts| facts.staff = "乙".into()).is_to_move());
        assert!(!has(|facts| facts.rules = "网站管理办法".into()).is_to_move());
        assert!(!has(|facts| facts.funds = "12 万元".into()).is_to_move());
        assert!(has(|facts| facts.protection = 2).is_to_move(), "a level without a filing protects nothing");
        assert!(!has(|facts| (facts.protection, facts.protection_filing) = (2, "备1".into())).is_to_move());
    }
}
