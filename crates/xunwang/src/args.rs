//! The command line: which command, with which settings, and what to answer to a wrong one. Clauses N2.1, N2.4.
//!
//! Reads arguments, environment and configuration file, and decides nothing else.

mod due;
mod judge;
mod keep;
mod objects;
mod oidc;
mod serve;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command as Clap};

use crate::options::InspectOptions;
use crate::options::layer::Layer;
use crate::options::table::{Arity, SETTINGS, Setting};
use crate::usage::{Origin, WrongUsage, nearest};

pub use due::DueOptions;
pub use judge::ScoreOptions;
pub use keep::{BackupOptions, DoctorOptions, RestoreOptions};
pub use objects::BlobsOptions;
pub use oidc::{OidcOptions, SecretPlace};
pub use serve::ServeOptions;

/// A command to be carried out.
#[derive(Debug)]
pub enum Command {
    /// Inspect sites and write a report.
    Inspect(Box<InspectOptions>),
    /// Diagnose one saved page.
    Page { target: String },
    /// Score runs that are there.
    Score(ScoreOptions),
    /// List the rule packs.
    Packs { json: bool },
    /// List the rules.
    Rules { json: bool },
    /// Explain a rule.
    Rule { id: String, json: bool },
    /// Serve the bundled sample site until stopped.
    Sample { listen: SocketAddr },
    /// Run the console until stopped.
    Serve(ServeOptions),
    /// Verify the audit log.
    AuditVerify(ServeOptions),
    /// Make a backup of a running system.
    Backup(BackupOptions),
    /// Restore a system from a backup.
    Restore(RestoreOptions),
    /// Say what is missing or wrong.
    Doctor(DoctorOptions),
    /// Copy blobs between folder and object store.
    Blobs(BlobsOptions),
    /// Say when a time limit ends.
    Due(DueOptions),
}

/// Why there is no command to carry out.
#[derive(Debug)]
pub enum Stop {
    /// Help or version was asked for: print it, exit 0.
    Shown(String),
    /// Print the message, exit 2.
    Wrong(WrongUsage),
}

/// Every command, in the order of the help.
const COMMANDS: [&str; 13] = [
    "inspect", "page", "score", "packs", "rules", "sample", "serve", "audit", "backup", "restore", "doctor",
    "blobs", "due",
];
const HELP: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}\n";
const EXIT_CODES: &str = "退出码：0 正常；1 发现 --fail-on 级别及以上的问题；2 用法有误；3 无法巡检";

/// Reads the arguments (the first is the program's name) and the environment.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    variables: impl Fn(&str) -> Option<String>,
) -> Result<Command, Stop> {
    let matches = command().try_get_matches_from(arguments).map_err(in_chinese)?;
    match matches.subcommand() {
        Some(("inspect", given)) => inspect(given, variables).map_err(Stop::Wrong),
        Some(("page", given)) => Ok(Command::Page { target: text(given, "target") }),
        Some(("sample", given)) => {
            let listen = text(given, "listen");
            let address = listen.parse().map_err(|_| {
                Stop::Wrong(WrongUsage::Value {
                    option: "listen",
                    origin: Origin::CommandLine,
                    value: listen.clone(),
                    why: "应为地址和端口，如 127.0.0.1:8000；端口 0 为任选".into(),
                })
            })?;
            Ok(Command::Sample { listen: address })
        }
        Some((name, given)) => serve::read(name, given, &variables)
            .or_else(|| keep::read(name, given, &variables))
            .or_else(|| objects::command(name, given, &variables))
            .or_else(|| judge::read(name, given))
            .or_else(|| due::read(name, given))
            .unwrap_or_else(no_command)
            .map_err(Stop::Wrong),
        None => no_command().map_err(Stop::Wrong),
    }
}

fn no_command() -> Result<Command, WrongUsage> {
    Err(WrongUsage::CommandLine(command().render_help().to_string()))
}

fn inspect(given: &ArgMatches, variables: impl Fn(&str) -> Option<String>) -> Result<Command, WrongUsage> {
    let load = |path: &Path| std::fs::read_to_string(path).map_err(|e| base::trouble::why(&e));
    let options = InspectOptions::new(Layer::from_matches(given), Layer::from_environment(variables), load)?;
    Ok(Command::Inspect(Box::new(options)))
}

fn text(given: &ArgMatches, name: &str) -> String {
    given.get_one::<String>(name).cloned().unwrap_or_default()
}

/// The whole command line; also what shell completions and the guide are made from.
pub fn command() -> Clap {
    let inspect = sub("inspect", "巡检网站：逐页读取，检查链接与页面，写出报告")
        .override_usage("xunwang inspect [选项] 网址…\n      xunwang inspect [选项] --sites 清单.xlsx")
        .after_help(EXIT_CODES)
        .args(SETTINGS.iter().map(argument));
    let page = sub("page", "诊断一个存下来的页面：字符集、标题、链接，以 JSON 输出")
        .override_usage("xunwang page 文件")
        .arg(
            Arg::new("target")
                .value_name("文件")
                .required(true)
                .help_heading("对象")
                .help("页面的网址，或本机的 HTML 文件"),
        );
    let sample = sub("sample", "在本机提供自带的示例网站，直到按下 Ctrl-C")
        .override_usage("xunwang sample [--listen 地址:端口]")
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("地址:端口")
                .default_value("127.0.0.1:0")
                .hide_default_value(true)
                .help_heading("选项")
                .help("监听地址，默认 127.0.0.1:0（端口任选）"),
        );
    base("xunwang")
        .about("巡网：政府网站巡检")
        .override_usage("xunwang 命令 [选项]")
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("显示版本")
                .help_heading("选项"),
        )
        .version(env!("CARGO_PKG_VERSION"))
        .after_help("各命令的选项：xunwang 命令 --help")
        .disable_version_flag(true)
        .subcommand_help_heading("命令")
        .subcommand_required(true)
        .arg_required_else_help(false)
        .subcommands([inspect, page])
        .subcommands(judge::commands())
        .subcommand(sample)
        .subcommands(serve::commands())
        .subcommands(keep::commands())
        .subcommands(objects::commands())
        .subcommand(due::command())
}

fn base(name: &'static str) -> Clap {
    Clap::new(name)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("显示帮助")
                .help_heading("选项"),
        )
        .help_template(HELP)
}

fn sub(name: &'static str, about: &'static str) -> Clap {
    base(name).about(about)
}

fn argument(setting: &'static Setting) -> Arg {
    let arg =
        Arg::new(setting.name).value_name(setting.value).help(setting.help).help_heading(setting.heading);
    let arg = match setting.arity {
        // A number below nothing is a value like others, refused with a reason by whoever reads it.
        Arity::One | Arity::Many => arg.action(ArgAction::Append).allow_negative_numbers(true),
        Arity::Switch => arg
            .action(ArgAction::Append)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .hide_possible_values(true),
    };
    let arg = match setting.short {
        Some(letter) => arg.short(letter),
        None => arg,
    };
    if setting.name == "url" { arg.num_args(1..) } else { arg.long(setting.name) }
}

/// What clap refused, in Chinese: what is wrong, what was likely meant, where help is.
fn in_chinese(fault: clap::Error) -> Stop {
    let part = |kind: ContextKind| match fault.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    // Clap shows arguments as `--rate <次数>`: only the name is wanted.
    let argument = part(ContextKind::InvalidArg);
    let argument = argument.split([' ', '=', '<']).next().filter(|a| !a.is_empty()).unwrap_or(&argument);
    let message = match fault.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return Stop::Shown(fault.render().to_string()),
        ErrorKind::UnknownArgument if !argument.starts_with('-') => format!("多余的参数“{argument}”"),
        ErrorKind::UnknownArgument => {
            let guess = nearest(argument, SETTINGS.iter().map(|s| s.name).filter(|n| *n != "url"));
            match guess {
                Some(name) => format!("没有选项 {argument}。是不是想用 --{name}？"),
                None => format!("没有选项 {argument}"),
            }
        }
        ErrorKind::InvalidSubcommand => {
            let written = part(ContextKind::InvalidSubcommand);
            match nearest(&written, COMMANDS.into_iter()) {
                Some(name) => format!("没有命令“{written}”。是不是想用 {name}？"),
                None => format!(
                    "没有命令“{written}”。可用：{}。巡检网站请用：xunwang inspect 网址",
                    COMMANDS.join("、")
                ),
            }
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "缺少命令。可用：inspect（巡检）、page（诊断一页）、score（评分）、packs（规则包）、rules（规则）、sample（示例网站）、serve（启动监管系统）、audit（审计日志）、backup（备份）、restore（恢复）、doctor（体检）、blobs（文件库）、due（算期限）"
                .to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("缺少：{argument}"),
        ErrorKind::InvalidValue | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues
            if part(ContextKind::InvalidValue).is_empty() =>
        {
            format!("选项 {argument} 后面缺少值")
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文字".to_owned(),
        ErrorKind::NoEquals => format!("选项 {argument} 的值要用等号写，如 {argument}=true"),
        ErrorKind::TooManyValues => {
            format!("选项 {argument} 不带值：“{}”多余", part(ContextKind::InvalidValue))
        }
        ErrorKind::ArgumentConflict => format!("选项 {argument} 重复或与别的选项冲突"),
        _ => format!("参数有误：{}", fault.render()),
    };
    Stop::Wrong(WrongUsage::CommandLine(format!("{message}\n用法请看：xunwang --help")))
}
