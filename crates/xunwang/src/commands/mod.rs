//! The commands. Serves N2.1, N2.4.
//!
//! Each file connects what other crates do; nothing is judged here.

pub mod backup;
pub mod blobs;
pub mod doctor;
pub mod due;
pub mod inspect;
pub mod law;
pub mod page;
pub mod sample;
pub mod score;
pub mod serve;
