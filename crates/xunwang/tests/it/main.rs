//! Tests of the command as a whole, and of the house rules of this repository. Serves N2.1, N2.4.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where they cannot go on, as tests do")]

mod command_line;
mod console;
mod docs_examples;
mod due;
mod house_rules;
mod inspect_attachments;
mod inspect_edges;
mod inspect_evidence;
mod inspect_faults;
mod inspect_hostile;
mod inspect_kinds;
mod inspect_lists;
mod inspect_polite;
mod inspect_probes;
mod inspect_render;
mod inspect_report;
mod inspect_resume;
mod inspect_run;
mod inspect_scanner;
mod inspect_small;
mod inspect_tampered;
mod inspect_tls;
mod inspect_usage;
mod rehearsal_sites;
mod score;
mod sites;
