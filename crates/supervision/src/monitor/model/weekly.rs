//! The official judgement of a week. Clauses N2.1, N5.2; pure.
//!
//! Source: the scoring tables of 国办发〔2015〕15号 (站点无法访问) and 国办秘函〔2019〕19号 (the same indicator): for one week the
//! home page is visited at intervals, at least 20 times a day; a visit that has not opened after 15 s (15 included) counts
//! as failed; when the failed ones make up 5 % of all (5 included), the site fails by this one indicator (单项否决).

use serde::Serialize;

use super::Counts;

/// Days that are judged together.
pub const DAYS: usize = 7;
/// Fewest visits of each day.
pub const VISITS_A_DAY: i64 = 20;
/// From this share on, in percent, the site fails.
pub const MOST_FAILED_PERCENT: i64 = 5;

/// What a week comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    Passed,
    /// 单项否决: the site counts as unreachable.
    Vetoed,
    /// Some day has fewer visits than the notice wants: nothing is said.
    TooFew,
}

/// Judges seven days by their counts. Planned downtime and visits that say nothing of the site are in neither number.
pub fn judge(days: &[Counts; DAYS]) -> Judgement {
    if days.iter().any(|day| day.visits < VISITS_A_DAY) {
        return Judgement::TooFew;
    }
    let visits: i64 = days.iter().map(|day| day.visits).sum();
    let failed: i64 = days.iter().map(|day| day.failed).sum();
    if failed * 100 >= visits * MOST_FAILED_PERCENT { Judgement::Vetoed } else { Judgement::Passed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(days: [(i64, i64); DAYS], want: Judgement) {
        let counts = days.map(|(visits, failed)| Counts { visits, failed, ..Counts::default() });
        assert_eq!(judge(&counts), want, "{days:?}");
    }

    #[test]
    fn the_borders_are_those_of_the_notice() {
        check([(20, 1); 7], Judgement::Vetoed);
        check([(20, 0); 7], Judgement::Passed);
        let mut days = [(20, 1); 7];
        days[3] = (20, 0);
        check(days, Judgement::Passed);
        days[3] = (20, 2);
        check(days, Judgement::Vetoed);
        days[3] = (19, 19);
        check(days, Judgement::TooFew);
        // 288 visits a day: 2,016 a week, 100.8 of them are the border.
        let mut days = [(288, 0); 7];
        days[0].1 = 100;
        check(days, Judgement::Passed);
        days[0].1 = 101;
        check(days, Judgement::Vetoed);
        check([(0, 0); 7], Judgement::TooFew);
    }
}
