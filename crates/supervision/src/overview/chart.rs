//! The trend as a drawing: stacked areas of findings by level over days. Clause N2.7.
//!
//! Made of numbers only, so that it may stand in a page as it is. Its numbers stand beside it as a table.

use std::fmt::Write as _;

use crate::inspection::store::standing::Day;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 180.0;
/// Room for the numbers of the axis.
const LEFT: f64 = 48.0;
const BOTTOM: f64 = 24.0;
const TOP: f64 = 8.0;

/// The levels' colours, as the badges have them.
const COLOURS: [&str; 3] = ["#8a5a00", "#c2410c", "#a61e1e"];

/// Draws vetoes, faults and warnings of days, oldest first. Nothing for fewer than two days.
pub fn trend(days: &[Day]) -> String {
    if days.len() < 2 {
        return String::new();
    }
    let stacked: Vec<[i64; 3]> =
        days.iter().map(|day| [day.veto + day.fault + day.warning, day.veto + day.fault, day.veto]).collect();
    let most = nice(stacked.iter().map(|day| day[0]).max().unwrap_or(0));
    let x = |at: usize| LEFT + (WIDTH - LEFT - 8.0) * at as f64 / (days.len() - 1) as f64;
    let y = |value: i64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value as f64 / most as f64);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" class=\"chart\" aria-hidden=\"true\">");
    let mut add = |text: std::fmt::Arguments<'_>| svg.write_fmt(text).expect("a string takes any text");
    for part in 0..=2 {
        let value = most * part / 2;
        let at = y(value);
        add(format_args!(
            "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\" class=\"grid\"/>"
        ));
        add(format_args!(
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            LEFT - 6.0,
            at + 4.0
        ));
    }
    for (level, colour) in COLOURS.iter().enumerate() {
        let mut points = String::new();
        for (at, day) in stacked.iter().enumerate() {
            write!(points, "{:.1},{:.1} ", x(at), y(day[level])).expect("a string takes any text");
        }
        let base = y(0);
        add(format_args!(
            "<polygon points=\"{points}{:.1},{base:.1} {LEFT:.1},{base:.1}\" fill=\"{colour}\"/>",
            x(days.len() - 1)
        ));
    }
    for at in [0, days.len() / 2, days.len() - 1] {
        let day = days[at].day.get(5..).filter(|day| day.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
        let anchor = if at == 0 {
            "start"
        } else if at + 1 == days.len() {
            "end"
        } else {
            "middle"
        };
        let label = day.unwrap_or_default();
        add(format_args!(
            "<text x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"{anchor}\">{label}</text>",
            x(at),
            HEIGHT - 6.0
        ));
    }
    svg.push_str("</svg>");
    svg
}

/// The next number of the form 1, 2 or 5 times a power of ten, even, at least 2.
fn nice(most: i64) -> i64 {
    let mut power = 1;
    loop {
        for step in [2, 4, 10] {
            if step * power >= most {
                return step * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_number_that_reads_well() {
        for (most, want) in [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (999, 1_000), (1_001, 2_000)] {
            assert_eq!(nice(most), want);
        }
    }

    #[test]
    fn one_day_is_no_trend_and_a_hostile_day_is_not_drawn() {
        let day = |day: &str| Day { day: day.into(), veto: 1, fault: 2, warning: 3, notice: 4 };
        assert_eq!(trend(&[day("2026-11-25")]), "");
        let drawn = trend(&[day("2026-11-24"), day("2026-<script>")]);
        assert!(drawn.contains("11-24") && !drawn.contains("script"));
    }
}
