//! Blobs in a folder and in an object store: one suite for both, then what only a network can do. Serves all clauses.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where they cannot go on, as tests do")]

mod away;
mod storage;
mod suite;
