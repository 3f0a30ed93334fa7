//! Availability as a strip of cells: one an hour or a day. Clauses N2.1, N5.2; pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Counts;

/// How a span went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Up,
    /// Something opened slowly, or little of it failed.
    Slow,
    Down,
    Planned,
    /// No visit says anything.
    None,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The number of its hour or day.
    pub number: i32,
    pub counts: Counts,
    pub tone: Tone,
}

impl Tone {
    /// The word for those who do not see the colour.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Up => "正常",
            Tone::Slow => "有缓慢或零星失败",
            Tone::Down => "有故障",
            Tone::Planned => "计划维护",
            Tone::None => "没有数据",
        }
    }
}

/// The cells of the spans `from` to `to` (both included), out of the rows that are there. From 5 % failed visits on, as in
/// the weekly judgement, a span counts as down.
pub fn cells(rows: &BTreeMap<i32, Counts>, from: i32, to: i32) -> Vec<Cell> {
    let cell = |number| {
        let counts = rows.get(&number).copied().unwrap_or_default();
        Cell { number, counts, tone: tone(&counts) }
    };
    (from..=to).map(cell).collect()
}

fn tone(counts: &Counts) -> Tone {
    if counts.visits == 0 {
        return if counts.planned > 0 { Tone::Planned } else { Tone::None };
    }
    if counts.failed * 100 >= counts.visits * super::MOST_FAILED_PERCENT {
        Tone::Down
    } else if counts.failed > 0 || counts.slow > 0 {
        Tone::Slow
    } else {
        Tone::Up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_shows_the_worst_and_a_gap_stays_a_gap() {
        let of =
            |visits, failed, slow, planned| Counts { visits, failed, slow, planned, ..Counts::default() };
        let rows = BTreeMap::from([
            (1, of(12, 0, 0, 0)),
            (2, of(12, 0, 1, 0)),
            (3, of(100, 4, 0, 0)),
            (4, of(100, 5, 0, 9)),
            (5, of(0, 0, 0, 3)),
        ]);
        let tones: Vec<Tone> = cells(&rows, 0, 6).iter().map(|cell| cell.tone).collect();
        use Tone::{Down, None, Planned, Slow, Up};
        assert_eq!(tones, [None, Up, Slow, Slow, Down, Planned, None]);
    }
}
