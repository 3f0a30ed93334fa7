//! What inspections find on this machine: a browser, certificates to trust. Clauses N2.1, N2.4.
//!
//! Only looks; starts nothing and asks no website.

use std::path::PathBuf;

/// The Chromium that pages would be rendered with.
pub fn chromium() -> Option<PathBuf> {
    render::find(None).ok()
}

/// How many root certificates the system trusts.
pub fn roots() -> usize {
    rustls_native_certs::load_native_certs().certs.len()
}
