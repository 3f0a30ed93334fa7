//! The inspection engine: frontier, politeness, fetch, decode, run file. Clauses N2.1, N2.4.
//!
//! Owns the run file and knows no other database. It decides nothing about a site: that is for `checks`.

mod after;
pub mod archive;
pub mod baseline;
mod bits;
pub mod bounds;
pub mod clamd;
mod closing;
mod decode;
mod earlier;
mod engine;
mod evidence;
mod fetch;
mod finish;
mod folder;
mod frontier;
mod glance;
pub mod guard;
mod headers;
mod host;
mod keeper;
pub mod machine;
mod message;
pub mod plan;
mod probe;
mod progress;
mod random;
mod read;
mod rendering;
mod retry;
mod robots;
pub mod run_file;
mod sheets;
mod signs;
mod tls;
mod trip;
mod visit;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use after::PICTURED;
pub use baseline::{Baseline, NoBaseline};
pub use clamd::Clamd;
pub use earlier::Earlier;
pub use engine::{Ended, Engine, InspectError, Numbers};
pub use glance::{For, Glance, Glancer};
pub use host::{Budget, Gate, Gates, Turn};
pub use plan::{Manners, Outgoing, Plan, Render, Scope, SiteEntry};
pub use probe::{Probe, Prober};
pub use progress::Progress;
pub use tls::TlsSetUp;
pub use visit::beijing_today;

/// A lock whose holders never leave a half-made value behind; a panic elsewhere does not spread through it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
