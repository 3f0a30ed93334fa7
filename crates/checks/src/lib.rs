//! The parsed page, and the rules: pure functions from a page, an answer or a site to findings. Clauses N2.1–N2.6.
//!
//! The same rules inspect live pages and gate drafts, so nothing here fetches, reads a clock or opens a file.

pub mod acts;
pub mod address;
pub mod ads;
pub mod approvals;
pub mod article;
pub mod certificate;
pub mod charset;
pub mod column;
pub mod conceal;
pub mod css;
pub mod dates;
pub mod divisions;
pub mod feed;
pub mod firewall;
pub mod han;
pub mod headers;
pub mod hosts;
pub mod html;
pub mod identity;
pub mod known;
pub mod labels;
pub mod leaks;
pub mod listing;
pub mod look;
pub mod malice;
pub mod malware;
pub mod pack;
pub mod page;
pub mod probe;
pub mod registry;
pub mod roster;
pub mod rule;
mod rules;
pub mod script_links;
pub mod soft;
pub mod spam;
pub mod spelling;
pub mod srcset;
pub mod trap;
pub mod tree;
pub mod words;

pub use known::Known;
pub use page::{Link, LinkKind, Page};
pub use rule::{Facts, Findings, Look, Rule};
pub use rules::slow_page::ADVISED_MS;
pub use tree::{Passage, Tree};
