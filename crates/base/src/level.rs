//! How grave a finding is, in the words that the census and the yearly index use. Serves N2.1–N2.7.
//!
//! Code gives a rule its usual level; a dated rule pack may raise or lower it. This file never scores.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Gravity of a finding, from a hint to a veto. The order is the order of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 提示: worth knowing, nothing to mend by itself.
    Notice,
    /// 警告: should be mended.
    Warning,
    /// 错误 (扣分项): must be mended.
    Fault,
    /// 严重 (单项否决): fails the site by itself.
    Veto,
}

impl Level {
    /// All levels, gravest first, as reports list them.
    pub const GRAVEST_FIRST: [Level; 4] = [Level::Veto, Level::Fault, Level::Warning, Level::Notice];

    /// The word used in files and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Level::Notice => "notice",
            Level::Warning => "warning",
            Level::Fault => "fault",
            Level::Veto => "veto",
        }
    }

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Level::Notice => "提示",
            Level::Warning => "警告",
            Level::Fault => "错误",
            Level::Veto => "严重",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Level, String> {
        Level::GRAVEST_FIRST
            .into_iter()
            .find(|l| l.code() == text || l.label() == text)
            .ok_or_else(|| format!("未知的级别“{text}”，可用：veto、fault、warning、notice"))
    }
}
