//! `xunwang due`: when a time limit ends, explained day by day. Serves N2.8, N3.8.
//!
//! The same count as the console's; reads no database and counts nothing itself.

use std::fmt::Write as _;
use std::path::Path;

use base::deadline::{Due, due};
use base::workday::{Day, WorkDays};
use ledger::calendar::{entity, model};
use platform::table;

use crate::args::DueOptions;
use crate::exit::Exit;
use crate::output::{say, tell};

/// Prints the day on the first line, and below how it was counted.
pub fn run(options: &DueOptions) -> Exit {
    let calendar = match &options.holidays {
        None => WorkDays::new(entity::arranged().into_iter().map(|entry| (entry.day, entry.kind))),
        Some(file) => match read(file) {
            Ok(calendar) => calendar,
            Err(why) => {
                tell(&format!("工作日历 {}：{why}", file.display()));
                return Exit::Failed;
            }
        },
    };
    let counted = due(options.start, options.limit, options.span, &options.pauses, &calendar);
    let Some(last) = counted.day else {
        tell("暂停的日子太长，一百年里算不到截止日。请核对 --pause。");
        return Exit::WrongUsage;
    };
    say(&format!("{last}\n{}", told(options, last, &counted).trim_end()));
    Exit::Clean
}

fn told(options: &DueOptions, last: Day, counted: &Due) -> String {
    let mut text = format!(
        "从 {}（{}）起 {} {}，{}（{}）24 时截止。当日不计，从次日起算。\n",
        options.start,
        options.start.weekday_name(),
        options.limit,
        options.span.words(),
        last,
        last.weekday_name(),
    );
    for step in &counted.steps {
        // Writing into a String cannot fail.
        let line = writeln!(text, "  {} {}  {}", step.day, step.day.weekday_name(), step.words(options.span));
        debug_assert!(line.is_ok());
    }
    if let Some(years) =
        counted.unknown.iter().map(|year| year.to_string()).reduce(|all, one| all + "、" + &one)
    {
        text.push_str(&format!(
            "注意：{years} 年的节假日安排不在这份工作日历里，只按周末计算，结果可能变动。\n"
        ));
    }
    text
}

/// A calendar as the console exports and imports it.
fn read(file: &Path) -> Result<WorkDays, String> {
    let bytes = std::fs::read(file).map_err(|fault| base::trouble::why(&fault))?;
    let tables = table::tables(&bytes, &model::known).map_err(|fault| fault.told())?;
    let mut why = "文件里没有工作表".to_owned();
    for table in &tables {
        match model::plan(table, &Default::default()) {
            Ok(outcomes) => {
                let faulty = outcomes.iter().find_map(|outcome| match outcome {
                    model::Outcome::Faulty(fault) => Some(fault.to_string()),
                    _ => None,
                });
                if let Some(fault) = faulty {
                    return Err(fault);
                }
                return Ok(WorkDays::new(outcomes.into_iter().filter_map(|outcome| match outcome {
                    model::Outcome::Add(entry) | model::Outcome::Change(entry) => {
                        Some((entry.day, entry.kind))
                    }
                    model::Outcome::Same | model::Outcome::Faulty(_) => None,
                })));
            }
            Err(words) => why = words,
        }
    }
    Err(why)
}
