//! What a plan inspects and how far: which sites, which limits, which rules are left out. Clause N2.1; pure.

use platform::Digest;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Which sites a plan takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// All open sites of a unit and those below it.
    #[sea_orm(string_value = "all")]
    All,
    /// Some of them, drawn anew each time.
    #[sea_orm(string_value = "sample")]
    Sample,
    /// One site.
    #[sea_orm(string_value = "one")]
    One,
}

impl Choice {
    /// All of them in the order of the form.
    pub const ALL: [Choice; 3] = [Choice::All, Choice::Sample, Choice::One];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Choice::All => "all",
            Choice::Sample => "sample",
            Choice::One => "one",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Choice::All => "单位及下级的全部网站",
            Choice::Sample => "随机抽查若干个",
            Choice::One => "一个网站",
        }
    }

    /// The one of a word.
    pub fn of(word: &str) -> Option<Choice> {
        Choice::ALL.into_iter().find(|choice| choice.word() == word)
    }
}

/// How far a run goes. Kept with the run, so that a plan changed later changes no run that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// Links followed from the home page; `None`: all.
    pub depth: Option<u32>,
    /// Pages read; `None`: all.
    pub pages: Option<u64>,
    /// Whether exposed files, the search box and forms are asked for.
    pub probes: bool,
    /// Attachments read.
    pub attachments: u32,
    /// Whether pages that have not changed since the run before are judged again as well.
    pub anew: bool,
    /// Rules whose findings are not wanted.
    pub without: Vec<String>,
    /// Addresses that are looked at with the home page and nothing beyond them: a recheck of what was found there.
    pub only: Vec<String>,
}

impl Reach {
    /// What a person gets who starts an inspection without choosing.
    pub fn usual() -> Reach {
        Reach { attachments: USUAL_ATTACHMENTS, ..Reach::default() }
    }

    /// Some addresses, everything there judged anew.
    pub fn only(addresses: Vec<String>) -> Reach {
        Reach { anew: true, depth: Some(0), only: addresses, ..Reach::usual() }
    }

    /// Whether it looks at all that can be reached.
    pub fn is_whole(&self) -> bool {
        self.depth.is_none() && self.pages.is_none() && self.only.is_empty()
    }
}

/// Attachments read in a run when nobody chooses.
const USUAL_ATTACHMENTS: u32 = 200;

/// Draws `number` sites of those there are, other ones each time: the order is that of digests of the id with the
/// occasion's word, so that the draw can be repeated and proven (`occasion`: plan and day).
pub fn draw(mut sites: Vec<i64>, number: usize, occasion: &str) -> Vec<i64> {
    sites.sort_by_cached_key(|id| Digest::of(format!("{occasion} {id}").as_bytes()).to_string());
    sites.truncate(number);
    sites
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_can_be_repeated_and_differs_by_occasion() {
        let sites: Vec<i64> = (1..=40).collect();
        let one = draw(sites.clone(), 5, "3 2026-11-25");
        assert_eq!(one, draw(sites.iter().rev().copied().collect(), 5, "3 2026-11-25"));
        assert_ne!(one, draw(sites.clone(), 5, "3 2026-11-26"));
        assert_eq!(draw(sites, 99, "x").len(), 40);
    }

    #[test]
    fn a_month_of_draws_reaches_most_sites() {
        let mut met = std::collections::BTreeSet::new();
        for day in 1..=30 {
            met.extend(draw((1..=40).collect(), 5, &format!("3 2026-11-{day:02}")));
        }
        assert!(met.len() > 36, "{}", met.len());
    }
}
