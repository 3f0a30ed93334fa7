//! The list of all rules, and the one place from which each kind is run. Clauses N2.1–N2.6.
//!
//! Adding a rule is one file, one line here and one fixture folder. Nothing here judges.

use std::fmt::Write as _;

use url::Url;

use crate::page::Page;
use crate::probe::Probed;
use crate::rule::{DocumentText, Facts, Findings, Linked, Look, Rule, SiteFacts};
use crate::rules::*;

/// Every rule, grouped by what an office deals with together.
pub static RULES: &[&Rule] = &[
    &unreachable_page::RULE,
    &dead_link::RULE,
    &dead_resource::RULE,
    &dead_fragment::RULE,
    &script_fragment::RULE,
    &redirect_loop::RULE,
    &soft_404::RULE,
    &malformed_address::RULE,
    &outgoing_link::RULE,
    &mixed_content::RULE,
    &tls_fault::RULE,
    &charset_fault::RULE,
    &slow_page::RULE,
    &oversize_answer::RULE,
    &too_many_links::RULE,
    &crawler_trap::RULE,
    &blocked_target::RULE,
    &transient_fault::RULE,
    &hidden_link::RULE,
    &stuffed_title::RULE,
    &inserted_script::RULE,
    &foreign_redirect::RULE,
    &defaced_page::RULE,
    &cloaked_page::RULE,
    &changed_page::RULE,
    &wrong_target::RULE,
    &drifted_target::RULE,
    &closed_domain_link::RULE,
    &unapproved_link::RULE,
    &advertisement::RULE,
    &advertising_text::RULE,
    &joint_building::RULE,
    &second_portal::RULE,
    &second_name::RULE,
    &commercial_hosting::RULE,
    &missing_guide_element::RULE,
    &late_reply::RULE,
    &search_fault::RULE,
    &form_fault::RULE,
    &exposed_file::RULE,
    &personal_data::RULE,
    &secrecy_mark::RULE,
    &attachment_fault::RULE,
    &malicious_script::RULE,
    &malware::RULE,
    &missing_security_header::RULE,
    &expiring_certificate::RULE,
    &stale_home::RULE,
    &stale_column::RULE,
    &empty_column::RULE,
    &undated_list::RULE,
    &future_date::RULE,
    &back_dated_article::RULE,
    &missing_date::RULE,
    &missing_source::RULE,
    &missing_label::RULE,
    &wrong_label::RULE,
    &wrong_site_code::RULE,
    &missing_footer_element::RULE,
    &irregular_domain::RULE,
    &wrong_fixed_phrase::RULE,
    &wrong_place_name::RULE,
    &wrong_leader::RULE,
    &common_typo::RULE,
    &spelling_hint::RULE,
];

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.id == id)
}

/// The ids of all rules, in order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.id)
}

/// Runs every rule that looks at a page.
pub fn page_rules(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    for rule in RULES {
        if let Look::Page(look) | Look::PageAndDocument(look, _) = rule.look {
            look(page, facts, out);
        }
    }
}

/// Runs every rule that looks at a published file.
pub fn document_rules(document: &DocumentText<'_>, facts: &Facts<'_>, out: &mut Findings) {
    for rule in RULES {
        if let Look::Document(look) | Look::PageAndDocument(_, look) = rule.look {
            look(document, facts, out);
        }
    }
}

/// Runs the rule on scripts on one that was answered at an address of its own.
pub fn script_file_rules(url: &Url, text: &str, out: &mut Findings) {
    malicious_script::judge_file(url, text, out);
}

/// Runs the rule for which a page has to be judged again when its style sheets are at hand (`conceal::wanted`,
/// `Page::with_sheets`); what it says takes the place of what it said before. Gives the rule's id.
pub fn sheet_rules(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) -> &'static str {
    if let Look::Page(look) = hidden_link::RULE.look {
        look(page, facts, out);
    }
    hidden_link::RULE.id
}

/// Runs every rule that looks at a link and the answer of its target.
pub fn link_rules(linked: &Linked<'_>, facts: &Facts<'_>, out: &mut Findings) {
    for rule in RULES {
        if let Look::Link(look) = rule.look {
            look(linked, facts, out);
        }
    }
}

/// Runs every rule that looks at what was asked beyond the links of pages.
pub fn probe_rules(probed: &Probed<'_, '_>, facts: &Facts<'_>, out: &mut Findings) {
    for rule in RULES {
        if let Look::Probe(look) = rule.look {
            look(probed, facts, out);
        }
    }
}

/// Runs every rule that looks at a site when its run has ended.
pub fn site_rules(facts: &SiteFacts<'_>, out: &mut Findings) {
    for rule in RULES {
        if let Look::Site(look) = rule.look {
            look(facts, out);
        }
    }
}

/// The rules as a document for people, `docs/rules.md`.
pub fn rules_markdown() -> String {
    let mut text = String::from(
        "# 检查规则\n\n本文由规则登记表生成（`UPDATE=1 dev/test` 重写），请勿手工修改。级别为通常级别，个别情形另有说明。\n\n\
         | 规则 | 名称 | 条款 | 级别 | 对象 | 发布前检查 |\n|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let look = rule.look.label();
        let gates = if rule.gates_drafts { "是" } else { "否" };
        writeln!(
            text,
            "| [{id}](#{id}) | {} | {} {} | {} | {look} | {gates} |",
            rule.name,
            rule.clause,
            rule.clause.orders(),
            rule.level.label(),
            id = rule.id,
        )
        .expect("writing to a String cannot fail");
    }
    for rule in RULES {
        write!(
            text,
            "\n## {}\n\n**{}**\n\n- 为何：{}\n- 怎么办：{}\n",
            rule.id,
            rule.name,
            shown(rule.why),
            shown(rule.fix)
        )
        .expect("writing to a String cannot fail");
    }
    text
}

/// Text in which markup is to be read, not obeyed.
fn shown(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
