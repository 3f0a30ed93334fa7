//! The commands that keep the running system: `backup`, `restore`, `doctor`. Serves N4.7.
//!
//! Names and reading only; data folder and database are the settings of `serve`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};

use super::serve::{KNOWN, OPTIONS, ServeOptions, Settings, config, option};
use super::{Command, objects, sub};
use crate::usage::{Origin, WrongUsage};

/// What is backed up, and where to.
#[derive(Clone, Debug)]
pub struct BackupOptions {
    pub system: ServeOptions,
    pub out: PathBuf,
}

/// What is restored, and where.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    pub system: ServeOptions,
    pub file: PathBuf,
    pub overwrite: bool,
}

/// What is looked at, and how it is told.
#[derive(Clone, Debug)]
pub struct DoctorOptions {
    pub system: ServeOptions,
    pub json: bool,
}

/// The settings that a doctor looks at.
const DOCTORS: [&str; 10] = [
    "data",
    "database",
    "listen",
    "public-address",
    "oidc-issuer",
    "oidc-client",
    "oidc-secret-file",
    "oidc-match",
    "oidc-scopes",
    "oidc-second-factor",
];

/// With the settings of these names, and those of the object store.
pub(super) fn with(command: Clap, names: &[&str]) -> Clap {
    let names = [names, &objects::NAMES].concat();
    let known = KNOWN.iter().filter(|known| names.contains(&known.name));
    known.fold(command, |command, known| command.arg(option(known))).arg(config())
}

pub(super) fn commands() -> [Clap; 3] {
    let backup = sub("backup", "备份监管系统到一个文件，不必停机")
        .override_usage("xunwang backup --data 文件夹 --out 文件")
        .arg(
            Arg::new("out")
                .long("out")
                .value_name("文件")
                .required(true)
                .help_heading(OPTIONS)
                .help("备份文件，如 xunwang-20261125.zip；已有的文件不覆盖"),
        );
    let restore = sub("restore", "从备份文件恢复监管系统")
        .override_usage("xunwang restore 文件 --data 文件夹")
        .arg(Arg::new("file").value_name("文件").required(true).help_heading("对象").help("备份文件"))
        .arg(
            Arg::new("overwrite")
                .long("overwrite")
                .action(ArgAction::SetTrue)
                .help_heading(OPTIONS)
                .help("目标不是空的也恢复：原数据目录改名保留，PostgreSQL 中的数据被替换"),
        );
    let doctor = sub("doctor", "体检：缺什么、哪里不对、怎么办")
        .override_usage("xunwang doctor --data 文件夹")
        .after_help("退出码：0 没有问题（可以有提示）；1 有问题；2 用法有误")
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("text|json")
                .default_value("text")
                .hide_default_value(true)
                .help_heading(OPTIONS)
                .help("输出格式，默认 text"),
        );
    [with(backup, &["data", "database"]), with(restore, &["data", "database"]), with(doctor, &DOCTORS)]
}

/// The command that was given, if it is one of these.
pub(super) fn read(
    name: &str,
    given: &ArgMatches,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Option<Result<Command, WrongUsage>> {
    let system = || Settings::read(given, variables).and_then(|settings| settings.options());
    let path = |name: &str| PathBuf::from(super::text(given, name));
    match name {
        "backup" => Some(system().map(|system| Command::Backup(BackupOptions { system, out: path("out") }))),
        "restore" => Some(system().map(|system| {
            let overwrite = given.get_flag("overwrite");
            Command::Restore(RestoreOptions { system, file: path("file"), overwrite })
        })),
        "doctor" => Some(system().and_then(|system| {
            let json = match super::text(given, "format").as_str() {
                "text" => false,
                "json" => true,
                other => {
                    let (value, why) = (other.to_owned(), "应为 text 或 json".to_owned());
                    return Err(WrongUsage::Value {
                        option: "format",
                        origin: Origin::CommandLine,
                        value,
                        why,
                    });
                }
            };
            Ok(Command::Doctor(DoctorOptions { system, json }))
        })),
        _ => None,
    }
}
