//! A service guide without what a citizen needs to know before setting out. Clause N2.3.
//!
//! The elements are those of the 2019 inspection index (国办秘函〔2019〕19号, 服务不实用). Judges whether they are there,
//! never whether they are right.

use base::{Clause, Level};

use crate::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "missing-guide-element",
    name: "办事指南缺少要素",
    clause: Clause::N2_3,
    level: Level::Warning,
    gates_drafts: true,
    why: "办事指南不写清条件、材料、地点、时间和电话，群众就要多跑路。",
    fix: "按事项名称、设定依据、申请条件、办理材料、办理地点、办理时间、联系电话、办理流程逐项补齐。",
    look: Look::Page(look),
};

/// Kinds of elements and the words that guides use for them, the index's own first.
const ELEMENTS: [(&str, &[&str]); 8] = [
    ("事项名称", &["事项名称", "项目名称", "服务名称", "办理事项", "审批事项名称"]),
    ("设定依据", &["设定依据", "法律依据", "办理依据", "政策依据", "实施依据", "审批依据", "法定依据"]),
    ("申请条件", &["申请条件", "受理条件", "办理条件", "申报条件", "审批条件", "办事条件", "申请对象"]),
    (
        "办理材料",
        &["办理材料", "申请材料", "申报材料", "所需材料", "提交材料", "申请资料", "材料清单", "办事材料"],
    ),
    (
        "办理地点",
        &["办理地点", "受理地点", "办公地点", "办公地址", "窗口地址", "受理地址", "办理地址", "办理窗口"],
    ),
    ("办理时间", &["办理时间", "受理时间", "办公时间", "工作时间", "接待时间"]),
    ("联系电话", &["联系电话", "咨询电话", "咨询方式", "联系方式", "办理电话", "服务电话", "咨询途径"]),
    (
        "办理流程",
        &["办理流程", "办理程序", "审批程序", "审批流程", "办事流程", "办事程序", "申请流程", "流程图"],
    ),
];

/// Elements by which a page shows that it is a guide, whatever it is called; an article seldom has two.
const SHOWS_ITSELF: usize = 4;
/// Elements that a page called a guide has at least; one with fewer is a list of guides.
const CALLED_ONE: usize = 2;
/// From this many missing kinds on the index counts a guide as failed.
const FAILED: usize = 4;
/// Passages of a page that are looked at.
const MAX_PASSAGES: usize = 5_000;

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    // Cheaper than any other question, and most pages fail it.
    let holds = |word: &&str| page.source.contains(*word);
    if !page.is_chinese() || !ELEMENTS.iter().skip(1).any(|(_, words)| words.iter().any(holds)) {
        return;
    }
    let mut present = [false; ELEMENTS.len()];
    for passage in page.passages().iter().take(MAX_PASSAGES) {
        let label = label_of(&passage.text);
        for (at, (_, words)) in ELEMENTS.iter().enumerate() {
            present[at] |= words.iter().any(|word| names(label, word));
        }
    }
    let labelled = present.iter().filter(|p| **p).count();
    let called = is_called_guide(page);
    if labelled < if called { CALLED_ONE } else { SHOWS_ITSELF } {
        return;
    }
    // A guide whose title is its matter's name need not repeat it.
    present[0] |= called || page.headings().iter().any(|h| h.chars().count() > 4);
    let missing: Vec<&str> =
        ELEMENTS.iter().zip(present).filter(|(_, there)| !there).map(|((name, _), _)| *name).collect();
    if missing.is_empty() {
        return;
    }
    let finding = out.add(&RULE, format!("办事指南缺 {} 类要素：{}", missing.len(), missing.join("、")));
    finding.page = Some(page.url.to_string());
    finding.target = Some(page.url.to_string());
    if missing.len() >= FAILED {
        finding.level = Level::Fault;
    }
}

fn is_called_guide(page: &Page<'_>) -> bool {
    const NAMES: [&str; 3] = ["办事指南", "服务指南", "办理指南"];
    let says = |text: &str| NAMES.iter().any(|n| text.contains(n));
    says(&page.title) || page.headings().iter().any(|h| says(h))
}

/// The start of a passage behind its numbering: `（三）`, `3.`, `【`, `★`.
fn label_of(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| {
        c.is_whitespace()
            || c.is_ascii_digit()
            || "一二三四五六七八九十、．.（）()【[●★■◆·*①②③④⑤⑥⑦⑧⑨⑩".contains(c)
    });
    &rest[..rest.floor_char_boundary(60)]
}

/// Whether a label is that word, with a sign or nothing behind it.
fn names(label: &str, word: &str) -> bool {
    let Some(rest) = label.strip_prefix(word) else { return false };
    match rest.chars().next() {
        None => true,
        Some(c) => c.is_whitespace() || "：:】]）)（(及与和、".contains(c),
    }
}
