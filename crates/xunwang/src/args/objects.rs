//! The settings of the object store, and the command that copies blobs: `blobs copy`. Serves N4.7.
//!
//! The secret is taken from environment or file only: a command line can be read by every user of the machine. Nothing
//! is asked of a storage here.

use clap::{Arg, ArgMatches, Command as Clap};
use objects::Settings as Objects;

use super::keep::with;
use super::serve::{OPTIONS, ServeOptions, Settings};
use super::{Command, sub};
use crate::usage::{Origin, WrongUsage};

/// The one setting that is no option.
pub(super) const SECRET: &str = "objects-secret";
pub(super) const SECRET_HELP: &str =
    "对象存储的访问密钥不能写在命令行里：请用环境变量 XUNWANG_OBJECTS_SECRET，或配置文件里的 objects-secret";
/// The settings that every command on blobs takes.
pub(super) const NAMES: [&str; 6] = [
    "objects-endpoint",
    "objects-bucket",
    "objects-region",
    "objects-path-style",
    "objects-prefix",
    "objects-key",
];

/// Blobs from one place to the other.
#[derive(Clone, Debug)]
pub struct BlobsOptions {
    pub system: ServeOptions,
    /// Whether to the object store, or back to the folder.
    pub to_objects: bool,
}

/// The object store that is set, if any: all of it or nothing.
pub(super) fn read(settings: &Settings) -> Result<Option<Objects>, WrongUsage> {
    let value = |name: &str| settings.one(name).2.trim().to_owned();
    let endpoint = value("objects-endpoint");
    if endpoint.is_empty() {
        // Other settings without an address would be passed over in silence, and files would lie in the folder.
        for name in ["objects-bucket", "objects-prefix", "objects-key"] {
            let (option, origin, value) = settings.one(name);
            if !value.is_empty() {
                let why = "还缺少 objects-endpoint（对象存储的网址）".to_owned();
                return Err(WrongUsage::Value { option, origin, value, why });
            }
        }
        return Ok(None);
    }
    let objects = Objects {
        endpoint,
        bucket: value("objects-bucket"),
        region: value("objects-region"),
        path_style: settings.either("objects-path-style", "true", "false")?,
        key: value("objects-key"),
        secret: value(SECRET),
        prefix: value("objects-prefix"),
    };
    if let Err(wrong) = objects.check() {
        let (option, origin, value) = settings.one(&format!("objects-{}", wrong.field));
        // The secret itself is no part of a message.
        let value = if option == SECRET { String::new() } else { value };
        return Err(WrongUsage::Value { option, origin, value, why: wrong.why.to_owned() });
    }
    Ok(Some(objects))
}

pub(super) fn commands() -> [Clap; 1] {
    let blobs = sub("blobs", "文件库：blobs copy 把证据、截图和上传的文件在数据目录与对象存储之间复制")
        .override_usage("xunwang blobs copy --to objects|folder [选项]")
        .after_help(SECRET_HELP)
        .arg(Arg::new("verb").value_name("copy").required(true).help_heading("对象").help("copy：复制"))
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("objects|folder")
                .required(true)
                .help_heading(OPTIONS)
                .help("objects：从数据目录复制到对象存储；folder：从对象存储复制回数据目录。已有的不重复复制，原处的不删除"),
        );
    [with(blobs, &["data"])]
}

/// The command that was given, if it is this one.
pub(super) fn command(
    name: &str,
    given: &ArgMatches,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Option<Result<Command, WrongUsage>> {
    (name == "blobs").then(|| {
        let verb = super::text(given, "verb");
        if verb != "copy" {
            let told = format!("blobs 后面应是 copy，不是“{verb}”：xunwang blobs copy --to objects");
            return Err(WrongUsage::CommandLine(told));
        }
        let to_objects = match super::text(given, "to").as_str() {
            "objects" => true,
            "folder" => false,
            other => {
                let (value, why) = (other.to_owned(), "应为 objects 或 folder".to_owned());
                return Err(WrongUsage::Value { option: "to", origin: Origin::CommandLine, value, why });
            }
        };
        let system = Settings::read(given, variables)?.options()?;
        if system.objects.is_none() {
            let told = "复制要知道对象存储在哪里：请给出 --objects-endpoint、--objects-bucket、--objects-key 和环境变量 XUNWANG_OBJECTS_SECRET";
            return Err(WrongUsage::CommandLine(told.to_owned()));
        }
        Ok(Command::Blobs(BlobsOptions { system, to_objects }))
    })
}
