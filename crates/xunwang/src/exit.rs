//! How a command ends, as the number a script sees. Serves N2.1, N2.4.
//!
//! The numbers are part of the interface and never change their meaning.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing at or above the level of `--fail-on` was found.
    Clean,
    /// Done, with findings at or above that level.
    Findings,
    /// Wrong usage: nothing was asked of any site.
    WrongUsage,
    /// Could not inspect: no site was reached, or the results cannot be written.
    Failed,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::WrongUsage => 2,
            Exit::Failed => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
