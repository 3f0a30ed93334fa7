//! Standard output and standard error, either of which may be closed early (`xunwang page FILE | head`). Serves N2.1.
//!
//! Results go to files; what is said here may be lost without harm.

use std::io::Write as _;

/// Says a line on standard output. Nobody listening any more is no error.
pub fn say(line: &str) {
    writeln!(std::io::stdout().lock(), "{line}").ok();
}

/// Says a line on standard error: what went wrong, or how a run goes on.
pub fn tell(line: &str) {
    writeln!(std::io::stderr().lock(), "{line}").ok();
}
