//! The rules against their fixture folders, and what builders' scripts list against theirs. Clauses N2.1–N2.6.
//!
//! Nothing is fetched: pages and answers come from `fixtures/`. `UPDATE=1` rewrites what is expected.

mod builders;
mod case;
mod docs;
mod documents;
mod expect;
mod links;
mod packs;
mod probes;
mod rules;
mod sidecar;
mod sites;
mod supplied;
mod whole;
