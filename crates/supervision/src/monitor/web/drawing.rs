//! The response time of a day as a drawing. Clause N2.1; pure.
//!
//! Made of our own numbers and words only, so that it may stand in a page as it is.

use std::fmt::Write as _;

use crate::monitor::model::Cell;

const WIDTH: i64 = 720;
const HEIGHT: i64 = 150;
const LEFT: i64 = 56;
const BOTTOM: i64 = 24;
const TOP: i64 = 10;

/// Mean and slowest response by hour; `label` names an hour. `None` without any.
pub fn response_times(cells: &[Cell], label: impl Fn(i32) -> String) -> Option<String> {
    let top =
        cells.iter().filter(|cell| cell.counts.mean_ms().is_some()).map(|cell| cell.counts.max_ms).max()?;
    let top = round_up(top);
    let steps = (cells.len() as i64 - 1).max(1);
    let x = |at: usize| LEFT + (WIDTH - LEFT - 8) * at as i64 / steps;
    let y = |ms: i64| HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * ms / top;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" class=\"chart\" role=\"img\" aria-label=\"响应时间曲线，数值见下表\">"
    );
    let mut add = |text: std::fmt::Arguments| svg.write_fmt(text).expect("a string takes any text");
    for part in 0..=2 {
        let (ms, line) = (top * part / 2, y(top * part / 2));
        add(format_args!("<line class=\"grid\" x1=\"{LEFT}\" y1=\"{line}\" x2=\"{WIDTH}\" y2=\"{line}\"/>"));
        add(format_args!("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{ms}</text>", LEFT - 6, line + 4));
    }
    for (at, cell) in cells.iter().enumerate().filter(|(at, _)| at % 6 == 0) {
        add(format_args!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            x(at),
            HEIGHT - 6,
            label(cell.number)
        ));
    }
    for (class, of) in
        [("most", Cell::most as fn(&Cell) -> Option<i64>), ("mean", |cell: &Cell| cell.counts.mean_ms())]
    {
        for run in runs(cells, of) {
            let points: Vec<String> = run.iter().map(|(at, ms)| format!("{},{}", x(*at), y(*ms))).collect();
            if let [point] = points.as_slice() {
                let (cx, cy) = point.split_once(',').unwrap_or_default();
                add(format_args!("<circle class=\"{class}\" cx=\"{cx}\" cy=\"{cy}\" r=\"2.5\"/>"));
            } else {
                add(format_args!("<polyline class=\"{class}\" points=\"{}\"/>", points.join(" ")));
            }
        }
    }
    svg.push_str("</svg>");
    Some(svg)
}

impl Cell {
    fn most(&self) -> Option<i64> {
        self.counts.mean_ms().map(|_| self.counts.max_ms)
    }
}

/// Neighbours that have a value: a gap stays a gap.
fn runs(cells: &[Cell], of: fn(&Cell) -> Option<i64>) -> Vec<Vec<(usize, i64)>> {
    let mut runs: Vec<Vec<(usize, i64)>> = vec![Vec::new()];
    for (at, cell) in cells.iter().enumerate() {
        match (of(cell), runs.last_mut()) {
            (Some(ms), Some(run)) => run.push((at, ms)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The next of 2, 4, 10 times a power of ten, at least 20, so that the axis has round numbers.
fn round_up(ms: i64) -> i64 {
    let mut step = 10;
    loop {
        for times in [2, 4, 10] {
            if ms <= step * times {
                return step * times;
            }
        }
        step *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::model::{Counts, Tone};

    fn cell(number: i32, sum_ms: i64, max_ms: i64, visits: i64) -> Cell {
        let counts = Counts { visits, sum_ms, max_ms, ..Counts::default() };
        Cell { number, counts, tone: Tone::Up }
    }

    #[test]
    fn a_gap_stays_a_gap_and_nothing_draws_nothing() {
        let hours = [cell(0, 100, 60, 2), cell(1, 120, 90, 2), cell(2, 0, 0, 0), cell(3, 80, 80, 1)];
        let svg = response_times(&hours, |hour| format!("{hour}时")).unwrap();
        assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (2, 2));
        assert!(svg.contains(">100<") && svg.contains(">50<") && svg.contains("0时"), "{svg}");
        assert_eq!(response_times(&[cell(0, 0, 0, 0)], |_| String::new()), None);
        assert!(response_times(&[cell(0, 70, 70, 1)], |_| String::new()).is_some());
    }

    #[test]
    fn the_axis_ends_at_a_round_number() {
        let check = |ms, want| assert_eq!(round_up(ms), want, "{ms}");
        check(0, 20);
        check(21, 40);
        check(41, 100);
        check(14_999, 20_000);
        check(100_000, 100_000);
    }
}
