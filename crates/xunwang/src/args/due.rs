//! The command `due`: when a time limit ends. Serves N2.8, N3.8.
//!
//! Names and help only, and the reading of what was given; the counting stands in `base::deadline`.

use std::path::PathBuf;

use base::deadline::{LONGEST, Pause, Span};
use base::workday::Day;
use clap::{Arg, ArgAction, ArgMatches, Command as Clap};

use super::{Command, sub, text};
use crate::usage::{Origin, WrongUsage};

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueOptions {
    pub start: Day,
    pub limit: u32,
    pub span: Span,
    pub pauses: Vec<Pause>,
    /// A calendar of one's own in place of the one that is built in.
    pub holidays: Option<PathBuf>,
}

const OPTIONS: &str = "选项";
const WRITTEN: &str = "应写成 2026-09-28 这样的日期";

pub(super) fn command() -> Clap {
    let flag =
        |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help_heading(OPTIONS).help(help);
    sub("due", "算一个期限哪一天截止：第一行是日期，下面逐日说明")
        .override_usage("xunwang due [选项] 开始日期 天数")
        .arg(
            Arg::new("start")
                .value_name("开始日期")
                .required(true)
                .help_heading("对象")
                .help("从哪一天起，如 2026-09-28；当日不计，从次日起算"),
        )
        .arg(
            Arg::new("limit")
                .value_name("天数")
                .required(true)
                .allow_negative_numbers(true)
                .help_heading("对象")
                .help("几个工作日；写了 --calendar 时为几日"),
        )
        .arg(flag("calendar", "按自然日计算，节假日也计"))
        .arg(flag("moved", "按自然日计算，最后一日是节假日的，顺延到其后第一个工作日"))
        .arg(
            Arg::new("pause")
                .long("pause")
                .value_name("起..止")
                .action(ArgAction::Append)
                .help_heading(OPTIONS)
                .help("暂停的日子，首尾都不计，如 2026-10-12..2026-10-14；可以写几次"),
        )
        .arg(
            Arg::new("holidays").long("holidays").value_name("文件").help_heading(OPTIONS).help(
                "另用一份工作日历（CSV 或 XLSX，列为 日期、类型、名称）；默认用内置的 2011 至 2026 年安排",
            ),
        )
        .after_help("退出码：0 已算出；2 用法有误；3 工作日历读不出")
}

/// The command that was given, if it is this one.
pub(super) fn read(name: &str, given: &ArgMatches) -> Option<Result<Command, WrongUsage>> {
    (name == "due").then(|| options(given).map(Command::Due))
}

fn options(given: &ArgMatches) -> Result<DueOptions, WrongUsage> {
    let wrong = |option: &'static str, value: &str, why: &str| WrongUsage::Value {
        option,
        origin: Origin::CommandLine,
        value: value.to_owned(),
        why: why.to_owned(),
    };
    let (start, limit) = (text(given, "start"), text(given, "limit"));
    let pauses: Result<Vec<Pause>, WrongUsage> = given
        .get_many::<String>("pause")
        .into_iter()
        .flatten()
        .map(|written| pause(written).map_err(|why| wrong("pause", written, why)))
        .collect();
    let longest = format!("应为 0 到 {LONGEST} 的整数");
    let in_range = limit.parse().ok().filter(|limit| *limit <= LONGEST);
    Ok(DueOptions {
        start: Day::parse(&start).ok_or_else(|| wrong("start", &start, WRITTEN))?,
        limit: in_range.ok_or_else(|| wrong("limit", &limit, &longest))?,
        span: if given.get_flag("moved") {
            Span::CalendarMoved
        } else if given.get_flag("calendar") {
            Span::Calendar
        } else {
            Span::Working
        },
        pauses: pauses?,
        holidays: given.get_one::<String>("holidays").map(PathBuf::from),
    })
}

fn pause(written: &str) -> Result<Pause, &'static str> {
    let (from, to) = written.split_once("..").ok_or("应写成 起..止，如 2026-10-12..2026-10-14")?;
    let (from, to) = (Day::parse(from).ok_or(WRITTEN)?, Day::parse(to).ok_or(WRITTEN)?);
    if to < from {
        return Err("止日在起日之前");
    }
    Ok(Pause { from, to: Some(to) })
}
