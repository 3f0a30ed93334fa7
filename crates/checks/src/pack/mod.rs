//! Rule packs (规则包): what the law of a day and a place says of what was measured. Clauses N2.1–N2.8, ADR 0003.
//!
//! Code measures, packs judge: a pack is a text file with dates and sources, a score sheet is computed from it and
//! from facts alone. An unverified number never scores, and nothing unmeasured is taken for clean.

mod fields;
mod look;
mod measured;
mod model;
mod points;
mod read;
mod score;
mod sheet;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use measured::{Column, Measured};
pub use model::{
    Check, ColumnState, Dimension, Given, Indicator, Look, Pack, Period, Reduced, Scoring, Subject, Unit,
    Verification, Weight, Worth,
};
pub use points::Points;
pub use read::{PackFault, read};
pub use score::score;
pub use sheet::{Judged, Row, RuleSeen, Sheet, State, Tally};

/// The packs that come with the program, oldest first: name and text.
pub const BUILT_IN: [(&str, &str); 3] = [
    ("hn68", include_str!("../../packs/hn68.toml")),
    ("pc15", include_str!("../../packs/pc15.toml")),
    ("jc19", include_str!("../../packs/jc19.toml")),
];

/// The packs that come with the program. A test holds that none of them has a fault.
pub fn built_in() -> Vec<Pack> {
    BUILT_IN.iter().filter_map(|(_, text)| read(text).ok()).collect()
}

/// Why a pack does not judge that day, and which one does: law is chosen by date, not by taste.
pub fn out_of_period(pack: &Pack, day: Date, known: &[Pack]) -> Option<String> {
    if pack.in_force(day) {
        return None;
    }
    let why = if day < pack.effective_from { "还没有施行" } else { "已经不再施行" };
    let others: Vec<String> =
        known.iter().filter(|p| p.in_force(day)).map(|p| format!("{}（{}）", p.id, p.document)).collect();
    let instead = match others.is_empty() {
        true => "那天没有施行的规则包".to_owned(),
        false => format!("那天施行的是 {}", others.join("、")),
    };
    Some(format!(
        "规则包 {}（{}）的施行期是 {}，{day} 那天{why}；{instead}。要按 {} 评，请给它施行期内的日期，如 --as-of {}",
        pack.id,
        pack.document,
        pack.period(),
        pack.id,
        if day < pack.effective_from { pack.effective_from } else { pack.effective_to.unwrap_or(day) },
    ))
}
