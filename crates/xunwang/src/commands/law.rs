//! `xunwang packs` and `xunwang rules`: what the program holds a site against, listed and explained. Serves N2.7.
//!
//! Shows the registry and the packs as they are; judges nothing.

use std::fmt::Write as _;

use base::Clause;
use checks::pack::{Indicator, Pack, Verification, built_in};
use checks::{Rule, registry};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::{say, tell};
use crate::usage::{WrongUsage, nearest};

/// Lists the packs, with their dates and the state of their numbers.
pub fn packs(as_json: bool) -> Exit {
    let packs = built_in();
    if as_json {
        let list: Vec<Value> = packs.iter().map(|pack| json!(pack)).collect();
        say(&format!("{:#}", Value::from(list)));
        return Exit::Clean;
    }
    let mut text = String::new();
    for pack in &packs {
        let states = Verification::ALL.map(|state| {
            let count = pack.indicators.iter().filter(|i| i.proof() == state).count();
            format!("{} {count}", state.label())
        });
        let scored = if pack.scoring.is_some() { "计分" } else { "不计分" };
        write(&mut text, format_args!("{}  {}（{}）\n", pack.id, pack.name, pack.document));
        let dates = if pack.dates.counts() { "" } else { "（待核实）" };
        // `2020-01-01 起施行`, but `2011-09-26 至 2018-12-31 施行`.
        let gap = if pack.effective_to.is_some() { " " } else { "" };
        write(
            &mut text,
            format_args!(
                "  {}{gap}施行{dates}，{}，{scored}；{} 个指标：{}\n",
                pack.period(),
                pack.jurisdiction,
                pack.indicators.len(),
                states.join("，")
            ),
        );
    }
    text.push_str(
        "评分：xunwang score 结果文件夹 --pack jc19；自己的规则包写成 .toml 文件，用 --pack 文件名",
    );
    say(&text);
    Exit::Clean
}

/// Lists the rules.
pub fn rules(as_json: bool) -> Exit {
    if as_json {
        let list: Vec<Value> = registry::RULES.iter().map(|rule| told(rule, &[])).collect();
        say(&format!("{:#}", Value::from(list)));
        return Exit::Clean;
    }
    let mut text = String::new();
    for rule in registry::RULES {
        write(
            &mut text,
            format_args!(
                "{}  {}（{}，{}，看{}）\n  怎么办：{}\n",
                rule.id,
                rule.name,
                rule.level.label(),
                rule.clause,
                rule.look.label(),
                rule.fix
            ),
        );
    }
    write(&mut text, format_args!("共 {} 条；说明一条：xunwang rules show 规则", registry::RULES.len()));
    say(&text);
    Exit::Clean
}

/// Explains one rule.
pub fn rule(id: &str, as_json: bool) -> Exit {
    let Some(rule) = registry::rule(id) else {
        let wrong = WrongUsage::UnknownRule { id: id.to_owned(), nearest: nearest(id, registry::ids()) };
        tell(&wrong.to_string());
        return Exit::WrongUsage;
    };
    let packs = built_in();
    let uses: Vec<(&Pack, &Indicator)> = packs
        .iter()
        .flat_map(|pack| pack.indicators.iter().map(move |i| (pack, i)))
        .filter(|(_, i)| i.rules.iter().any(|r| r == id))
        .collect();
    say(&if as_json { format!("{:#}", told(rule, &uses)) } else { explained(rule, &uses) });
    Exit::Clean
}

fn explained(rule: &Rule, uses: &[(&Pack, &Indicator)]) -> String {
    let gates = if rule.gates_drafts { "发布前也查" } else { "发布前不查" };
    let mut text = format!(
        "{}  {}\n  级别：{}（规则包可以另定）\n  条款：{}\n  对象：{}，{gates}\n  为何：{}\n  怎么办：{}\n",
        rule.id,
        rule.name,
        rule.level.label(),
        clause(rule.clause),
        rule.look.label(),
        rule.why,
        rule.fix
    );
    text.push_str(if uses.is_empty() {
        "  指标：自带的规则包没有用到它"
    } else {
        "  用到它的指标："
    });
    for (pack, i) in uses {
        let threshold = if i.threshold.is_empty() { String::new() } else { format!("：{}", i.threshold) };
        write(
            &mut text,
            format_args!(
                "\n    {} {}（{}，{}，数字{}）{threshold}",
                i.id,
                i.name,
                pack.document,
                i.level.label(),
                i.proof().label()
            ),
        );
    }
    text
}

fn clause(clause: Clause) -> String {
    format!("{clause} {}", clause.orders())
}

fn told(rule: &Rule, uses: &[(&Pack, &Indicator)]) -> Value {
    let uses: Vec<Value> =
        uses.iter().map(|(pack, i)| json!({"pack": pack.id, "indicator": i.id, "name": i.name})).collect();
    json!({
        "id": rule.id, "name": rule.name, "clause": rule.clause.id(), "orders": rule.clause.orders(),
        "level": rule.level.code(), "looks_at": rule.look.label(), "gates_drafts": rule.gates_drafts,
        "why": rule.why, "fix": rule.fix, "indicators": uses,
    })
}

fn write(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("writing to a String cannot fail");
}
