//! One file per rule; `target.rs` decides once what is wrong at a link's end. Clauses N2.1, N2.4, N2.5.
//!
//! A rule is listed in `registry.rs` and has a folder under `fixtures/rules/`. No rule fetches or scores.

pub(crate) mod attachment_fault;
pub(crate) mod blocked_target;
pub(crate) mod charset_fault;
pub(crate) mod common_typo;
pub(crate) mod crawler_trap;
pub(crate) mod dead_fragment;
pub(crate) mod dead_link;
pub(crate) mod dead_resource;
pub(crate) mod expiring_certificate;
pub(crate) mod exposed_file;
pub(crate) mod form_fault;
pub(crate) mod late_reply;
pub(crate) mod malformed_address;
pub(crate) mod malicious_script;
pub(crate) mod malware;
pub(crate) mod missing_guide_element;
pub(crate) mod missing_security_header;
pub(crate) mod mixed_content;
pub(crate) mod outgoing_link;
pub(crate) mod oversize_answer;
pub(crate) mod personal_data;
pub(crate) mod redirect_loop;
pub(crate) mod script_fragment;
pub(crate) mod search_fault;
pub(crate) mod secrecy_mark;
pub(crate) mod slow_page;
pub(crate) mod soft_404;
pub(crate) mod spelling_hint;
mod target;
pub(crate) mod tls_fault;
pub(crate) mod too_many_links;
pub(crate) mod transient_fault;
pub(crate) mod unreachable_page;
mod wording;
pub(crate) mod wrong_fixed_phrase;
pub(crate) mod wrong_place_name;
