//! The commands about law and rules: `score`, `packs`, `rules`. Serves N2.7.
//!
//! Names and help only, and the reading of what was given; the commands themselves stand in `commands`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};

use super::{Command, sub, text};
use crate::options::judging::Judging;
use crate::options::{read, table};
use crate::usage::{Origin, WrongUsage};

/// `xunwang score`: a run that is there, and the law to hold it against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreOptions {
    /// Folder of a run, or of several.
    pub run: PathBuf,
    pub judging: Judging,
}

const OPTIONS: &str = "选项";
const JSON_HELP: &str = "以 JSON 输出，供程序读取";

pub(super) fn commands() -> [Clap; 3] {
    let score = sub("score", "按规则包给做过的巡检评分，不再访问网站")
        .override_usage("xunwang score [选项] 结果文件夹")
        .arg(
            Arg::new("run")
                .value_name("结果文件夹")
                .required(true)
                .help_heading("对象")
                .help("巡检时 --out 的文件夹；几个网站一起巡检的，每个网站都评"),
        )
        .args([setting("pack").action(ArgAction::Append), setting("as-of")])
        .arg(setting("no-services").action(ArgAction::SetTrue).num_args(0))
        .after_help("退出码：0 没有网站已能判不合格；1 有；2 用法有误；3 结果读不出或写不进");
    let packs =
        sub("packs", "列出规则包：文号、施行期、指标数").override_usage("xunwang packs [--json]").arg(json());
    let rules = sub("rules", "列出检查规则；rules show 规则 说明一条，以及哪些指标用到它")
        .override_usage("xunwang rules [--json]\n      xunwang rules show [--json] 规则")
        .arg(
            Arg::new("words")
                .value_name("show 规则")
                .num_args(0..=2)
                .help_heading("对象")
                .help("要说明的规则，如 show dead-link；不写就全部列出"),
        )
        .arg(json());
    [score, packs, rules]
}

/// An option with the same name and meaning as the setting of `inspect`.
fn setting(name: &'static str) -> Arg {
    let arg = Arg::new(name).long(name).help_heading(OPTIONS);
    match table::setting(name) {
        Some(setting) => arg.value_name(setting.value).help(setting.help),
        None => arg,
    }
}

fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help_heading(OPTIONS).help(JSON_HELP)
}

/// The command that was given, if it is one of these.
pub(super) fn read(name: &str, given: &ArgMatches) -> Option<Result<Command, WrongUsage>> {
    match name {
        "score" => Some(score(given).map(Command::Score)),
        "packs" => Some(Ok(Command::Packs { json: given.get_flag("json") })),
        "rules" => Some(rules(given)),
        _ => None,
    }
}

fn rules(given: &ArgMatches) -> Result<Command, WrongUsage> {
    let json = given.get_flag("json");
    let words: Vec<&str> =
        given.get_many::<String>("words").into_iter().flatten().map(String::as_str).collect();
    match words[..] {
        [] => Ok(Command::Rules { json }),
        ["show"] => Err(WrongUsage::CommandLine("缺少：规则的名字，如 xunwang rules show dead-link".into())),
        [id] | ["show", id] => Ok(Command::Rule { id: id.to_owned(), json }),
        [first, ..] => Err(WrongUsage::CommandLine(format!(
            "多余的参数“{first}”。说明一条规则：xunwang rules show 规则"
        ))),
    }
}

fn score(given: &ArgMatches) -> Result<ScoreOptions, WrongUsage> {
    let as_of = match given.get_one::<String>("as-of") {
        None => None,
        Some(day) => Some(read::day(day).map_err(|why| WrongUsage::Value {
            option: "as-of",
            origin: Origin::CommandLine,
            value: day.clone(),
            why,
        })?),
    };
    Ok(ScoreOptions {
        run: PathBuf::from(text(given, "run")),
        judging: Judging {
            packs: given.get_many::<String>("pack").into_iter().flatten().cloned().collect(),
            as_of,
            no_services: given.get_flag("no-services"),
        },
    })
}
