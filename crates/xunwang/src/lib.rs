//! Command line, configuration and wiring of `xunwang`, as a library so that tests can use it. Serves N2.1, N2.4.
//!
//! No rule of the trade and no SQL.

#![deny(clippy::print_stdout, clippy::print_stderr, reason = "they panic when nobody listens; see `output`")]

pub mod address;
pub mod args;
pub mod commands;
pub mod console;
pub mod exit;
pub mod options;
pub mod output;
pub mod progress;
pub mod rehearsal;
pub mod sample;
pub mod serving;
pub mod sites;
pub mod supplied;
pub mod usage;
