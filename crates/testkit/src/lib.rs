//! Loopback sites whose faults are known: a byte-exact web server, a fault site with a written list, traps and
//! hostile servers. Tests only; serves the proof of N2.1 and N2.4.
//!
//! Listens on loopback only, never leaves it, and knows nothing of the engine it is used to judge.

pub mod bucket;
pub mod client;
pub mod compare;
pub mod fault_site;
pub mod hostile;
pub mod mail;
pub mod postgres;
pub mod provider;
pub mod scale;
pub mod scanner;
pub mod server;
pub mod tls;
pub mod traps;

pub use fault_site::{Coding, FaultSite};
pub use server::{Bound, Reply, Request, Routes, Server};
