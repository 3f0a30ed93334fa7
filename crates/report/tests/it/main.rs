//! The report as its readers meet it: files written from a run file, opened with other tools. Serves N2.1, N2.4, N5.3.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where they cannot go on, as tests do")]

mod browser;
mod documents;
mod lines;
mod page;
mod score;
mod summary;
mod workbook;
mod world;
