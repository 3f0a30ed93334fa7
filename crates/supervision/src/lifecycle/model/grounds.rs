//! On what grounds a site is proposed for suspension, from its record. Clause N2.8; pure.
//!
//! The notice says "对一些问题较多、难以管好的政府网站" and names no number. The numbers here are ours; they only propose: a
//! named person decides.

use crate::monitor::model::Judgement;

/// Open faults from which "many" is said.
const MANY_FAULTS: i64 = 50;
/// Stale columns likewise.
const MANY_STALE: i64 = 5;
/// Tickets that are overdue.
const OVERDUE: i64 = 2;
/// Red cards of the last ninety days.
const RED_CARDS: i64 = 2;

/// What the record of a site holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Findings that count, by level, and stale columns.
    pub vetoes: i64,
    pub faults: i64,
    pub stale_columns: i64,
    /// The official judgement of the last week, where it could be made.
    pub week: Option<Judgement>,
    pub overdue_tickets: i64,
    pub red_cards: i64,
}

/// The grounds in words, the gravest first; empty where the record gives none.
pub fn grounds(record: &Record) -> Vec<String> {
    let mut grounds = Vec::new();
    if record.week == Some(Judgement::Vetoed) {
        grounds.push("近一周首页打不开的次数达到单项否决的标准".to_owned());
    }
    if record.vetoes > 0 {
        grounds.push(format!("有 {} 条严重问题没有整改", record.vetoes));
    }
    if record.red_cards >= RED_CARDS {
        grounds.push(format!("90 天内被亮红牌 {} 次", record.red_cards));
    }
    if record.overdue_tickets >= OVERDUE {
        grounds.push(format!("有 {} 张整改单逾期", record.overdue_tickets));
    }
    if record.faults >= MANY_FAULTS {
        grounds.push(format!("有 {} 条错误没有整改", record.faults));
    }
    if record.stale_columns >= MANY_STALE {
        grounds.push(format!("有 {} 个栏目没有按期更新", record.stale_columns));
    }
    grounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ground_has_its_border_and_a_sound_site_has_none() {
        assert_eq!(grounds(&Record::default()), Vec::<String>::new());
        let almost = Record {
            faults: MANY_FAULTS - 1,
            stale_columns: MANY_STALE - 1,
            overdue_tickets: OVERDUE - 1,
            red_cards: RED_CARDS - 1,
            week: Some(Judgement::TooFew),
            ..Record::default()
        };
        assert_eq!(grounds(&almost), Vec::<String>::new());
        let all = Record {
            vetoes: 1,
            faults: MANY_FAULTS,
            stale_columns: MANY_STALE,
            overdue_tickets: OVERDUE,
            red_cards: RED_CARDS,
            week: Some(Judgement::Vetoed),
        };
        assert_eq!(grounds(&all).len(), 6);
        assert!(grounds(&all)[0].contains("单项否决"));
    }
}
