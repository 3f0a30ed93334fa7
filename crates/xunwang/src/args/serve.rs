//! The commands of the running system: `serve`, `audit`. Serves N4.7.
//!
//! Settings come from the command line, then the environment, then the configuration file. Names and reading only.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};

use super::oidc::OidcOptions;
use super::{Command, objects, oidc, sub};
use crate::usage::{Origin, WrongUsage, nearest};

/// Where the system keeps its things and how it is reached.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// A PostgreSQL address; without one SQLite in the data folder.
    pub database: Option<String>,
    pub https: bool,
    pub second_factor: bool,
    /// Requests a second to one host; `None` lifts the limit.
    pub rate: Option<f64>,
    pub json_log: bool,
    /// Whether an empty system is filled with the rehearsal's province, whose sites are served beside the console.
    pub seed: bool,
    /// What a reader of `/metrics` must show; without it only this machine may read.
    pub metrics_token: Option<String>,
    /// The console's address as browsers know it.
    pub public: Option<String>,
    /// The organisation's identity provider.
    pub oidc: Option<OidcOptions>,
    /// The virus scanner for pages and for what citizens attach.
    pub clamd: Option<String>,
    /// Fonts for official documents, beside the system's.
    pub fonts: Option<PathBuf>,
    /// Where blobs are kept; without it in the data folder.
    pub objects: Option<::objects::Settings>,
}

pub(super) struct Known {
    pub(super) name: &'static str,
    value: &'static str,
    default: &'static str,
    help: &'static str,
}

const fn known(name: &'static str, value: &'static str, default: &'static str, help: &'static str) -> Known {
    Known { name, value, default, help }
}

/// Every setting of the running system.
pub(super) const KNOWN: [Known; 27] = [
    known("data", "文件夹", "xunwang-data", "数据目录：数据库、证据、巡检结果，默认 xunwang-data"),
    known("listen", "地址:端口", "127.0.0.1:8068", "监听地址，默认 127.0.0.1:8068；端口 0 为任选"),
    known(
        "database",
        "地址",
        "",
        "PostgreSQL 地址，如 postgres://xunwang@127.0.0.1/xunwang；不写用数据目录里的 SQLite",
    ),
    known("https", "true|false", "false", "外面有 HTTPS 代理时写 true，登录凭据只经 HTTPS 发送"),
    known(
        "second-factor",
        "required|optional",
        "required",
        "管理员和监管员是否必须绑定手机动态码，默认 required",
    ),
    known(
        "rate",
        "次数",
        "5",
        "每台主机每秒最多请求几次，各种检查合计，默认 5；0 为不限（仅用于自己的服务器）",
    ),
    known("log", "text|json", "text", "日志格式，默认 text"),
    known(
        "seed",
        "true|false",
        "false",
        "空的数据目录里写入虚构的示例省，并在本机提供它的 40 个网站，供试用和培训；只写 --seed 即可",
    ),
    known(
        "metrics-token",
        "令牌",
        "",
        "从别的机器读取 /metrics 时出示的令牌，至少 16 个字符；不写只能在本机读取",
    ),
    known(
        "public-address",
        "网址",
        "",
        "浏览器里看到的系统网址，如 https://xunwang.example；用统一身份认证时必填，告警里的链接也用它",
    ),
    known(
        "clamd",
        "地址",
        "",
        "用本单位的 clamd 扫描巡检的页面、附件和网民上传的附件，如 127.0.0.1:3310；默认不扫描",
    ),
    known("fonts", "文件夹", "", "排公文用的字体（仿宋、小标宋等）所在的文件夹；不写用系统里的中文字体"),
    known("oidc-issuer", "网址", "", "统一身份认证（OpenID Connect）的地址；不写只用密码登录"),
    known("oidc-client", "名称", "", "本系统在统一身份认证登记的 client_id"),
    known(
        "oidc-secret-file",
        "文件",
        "",
        "client_secret 所在的文件；不写用环境变量 XUNWANG_OIDC_SECRET 或配置文件里的 oidc-secret",
    ),
    known("oidc-label", "文字", ledger::identity::oidc::settings::LABEL, "登录页按钮上的字"),
    known(
        "oidc-match",
        "preferred_username|email",
        "preferred_username",
        "首次登录时凭什么认出人员：登录名或邮箱，默认 preferred_username",
    ),
    known(
        "oidc-scopes",
        "名称",
        ledger::identity::oidc::settings::SCOPES,
        "请求的范围，默认 openid profile email",
    ),
    known(
        "oidc-second-factor",
        "checked|trusted",
        "checked",
        "统一身份认证登录是否免本系统的动态码：checked 只在它表明用了两种因素时免，trusted 一律免；默认 checked",
    ),
    known(oidc::SECRET, "", "", "统一身份认证的密钥（client_secret）"),
    known(
        "objects-endpoint",
        "网址",
        "",
        "证据、截图和上传的文件存放在 S3 兼容的对象存储里，如 https://s3.example:9000；不写放在数据目录里",
    ),
    known("objects-bucket", "名称", "", "对象存储的存储桶"),
    known("objects-region", "区域", "us-east-1", "对象存储的区域，默认 us-east-1"),
    known(
        "objects-path-style",
        "true|false",
        "true",
        "存储桶写在路径里（true，默认）还是写在主机名前面（false）",
    ),
    known("objects-prefix", "前缀", "", "每个对象名前面加的路径，如 xunwang/prod"),
    known("objects-key", "编号", "", "对象存储访问密钥的编号（Access Key）"),
    known(objects::SECRET, "", "", "对象存储的访问密钥（Secret Key）"),
];
/// The settings that are no options: every user of the machine can read a command line.
const SECRETS: [&str; 2] = [objects::SECRET, oidc::SECRET];
/// Of hexadecimal digits: 64 bits, which nobody guesses over a network.
const SHORTEST_TOKEN: usize = 16;
pub(super) const OPTIONS: &str = "选项";

pub(super) fn commands() -> [Clap; 2] {
    let serve = KNOWN.iter().filter(|known| !SECRETS.contains(&known.name)).fold(
        sub("serve", "启动监管系统：网页控制台、后台任务，直到按下 Ctrl-C")
            .override_usage("xunwang serve [选项]")
            .after_help(format!("{}\n{}", objects::SECRET_HELP, oidc::SECRET_HELP)),
        |serve, known| serve.arg(option(known)),
    );
    let audit = KNOWN.iter().filter(|known| ["data", "database"].contains(&known.name)).fold(
        sub("audit", "审计日志：audit verify 校验整条日志有没有被改动")
            .override_usage("xunwang audit verify [选项]")
            .arg(
                Arg::new("verb")
                    .value_name("verify")
                    .required(true)
                    .help_heading("对象")
                    .help("verify：校验"),
            ),
        |audit, known| audit.arg(option(known)),
    );
    [serve.arg(config()), audit.arg(config())]
}

pub(super) fn option(known: &Known) -> Arg {
    let arg = Arg::new(known.name)
        .long(known.name)
        .value_name(known.value)
        .help(known.help)
        .help_heading(OPTIONS)
        .action(ArgAction::Set);
    match known.value {
        // A switch: its name alone says yes.
        "true|false" => arg.num_args(0..=1).default_missing_value("true"),
        _ => arg,
    }
}

pub(super) fn config() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("文件")
        .help("TOML 配置文件，设置与选项同名")
        .help_heading(OPTIONS)
}

/// The command that was given, if it is one of these.
pub(super) fn read(
    name: &str,
    given: &ArgMatches,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Option<Result<Command, WrongUsage>> {
    let settings = || Settings::read(given, variables);
    match name {
        "serve" => Some(settings().and_then(|settings| settings.options()).map(Command::Serve)),
        "audit" => Some(match given.get_one::<String>("verb").map(String::as_str) {
            Some("verify") => settings().and_then(|settings| settings.options()).map(Command::AuditVerify),
            other => Err(WrongUsage::CommandLine(format!(
                "audit 后面应是 verify，不是“{}”：xunwang audit verify",
                other.unwrap_or_default()
            ))),
        }),
        _ => None,
    }
}

/// The settings as written, each with its place.
pub(super) struct Settings(Vec<(&'static Known, Origin, String)>);

impl Settings {
    pub(super) fn read(
        given: &ArgMatches,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Settings, WrongUsage> {
        let file = match given.get_one::<String>("config") {
            Some(path) => from_file(PathBuf::from(path))?,
            None => Vec::new(),
        };
        let mut out = Vec::new();
        for known in &KNOWN {
            let variable = format!("XUNWANG_{}", known.name.replace('-', "_").to_uppercase());
            let on_line = given.try_get_one::<String>(known.name).ok().flatten();
            if let Some(value) = on_line {
                out.push((known, Origin::CommandLine, value.clone()));
            } else if let Some(value) = variables(&variable) {
                out.push((known, Origin::Environment(variable), value));
            } else if let Some((_, origin, value)) = file.iter().find(|(name, ..)| *name == known.name) {
                out.push((known, origin.clone(), value.clone()));
            }
        }
        Ok(Settings(out))
    }

    pub(super) fn one(&self, name: &str) -> (&'static str, Origin, String) {
        match self.0.iter().find(|(known, ..)| known.name == name) {
            Some((known, origin, value)) => (known.name, origin.clone(), value.clone()),
            None => {
                let known = KNOWN.iter().find(|known| known.name == name);
                known.map_or(("", Origin::CommandLine, String::new()), |known| {
                    (known.name, Origin::CommandLine, known.default.to_owned())
                })
            }
        }
    }

    pub(super) fn either(&self, name: &str, yes: &str, no: &str) -> Result<bool, WrongUsage> {
        let (option, origin, value) = self.one(name);
        if value == yes || value == no {
            return Ok(value == yes);
        }
        Err(WrongUsage::Value { option, origin, value, why: format!("应为 {yes} 或 {no}") })
    }

    fn rate(&self) -> Result<Option<f64>, WrongUsage> {
        let (option, origin, value) = self.one("rate");
        crate::options::read::rate(&value).map_err(|why| WrongUsage::Value { option, origin, value, why })
    }

    pub(super) fn options(&self) -> Result<ServeOptions, WrongUsage> {
        let (option, origin, listen) = self.one("listen");
        let address = listen.parse().map_err(|_| WrongUsage::Value {
            option,
            origin,
            value: listen,
            why: "应为地址和端口，如 127.0.0.1:8068；端口 0 为任选".into(),
        })?;
        let (option, origin, database) = self.one("database");
        let database = Some(database).filter(|database| !database.is_empty());
        if let Err(why) = platform::db::Place::of(database.as_deref(), &PathBuf::new()) {
            return Err(WrongUsage::Value { option, origin, value: database.unwrap_or_default(), why });
        }
        let (public, provider) = oidc::read(self)?;
        let (option, origin, token) = self.one("metrics-token");
        let metrics_token = Some(token.trim().to_owned()).filter(|token| !token.is_empty());
        if metrics_token.as_ref().is_some_and(|token| token.len() < SHORTEST_TOKEN) {
            // The token itself is no part of a message.
            let why = format!("至少要 {SHORTEST_TOKEN} 个字符，可用 openssl rand -hex 16 生成");
            return Err(WrongUsage::Value { option, origin, value: "……".to_owned(), why });
        }
        let (option, origin, clamd) = self.one("clamd");
        let clamd = match clamd.trim() {
            "" => None,
            address => Some(crate::options::words::clamd(address).map_err(|why| WrongUsage::Value {
                option,
                origin,
                value: clamd.clone(),
                why,
            })?),
        };
        Ok(ServeOptions {
            data: PathBuf::from(self.one("data").2),
            listen: address,
            database,
            https: self.either("https", "true", "false")?,
            second_factor: self.either("second-factor", "required", "optional")?,
            rate: self.rate()?,
            json_log: self.either("log", "json", "text")?,
            seed: self.either("seed", "true", "false")?,
            metrics_token,
            public,
            oidc: provider,
            clamd,
            fonts: Some(self.one("fonts").2).filter(|path| !path.is_empty()).map(PathBuf::from),
            objects: objects::read(self)?,
        })
    }
}

/// Name, place and value of each setting in a file.
fn from_file(path: PathBuf) -> Result<Vec<(&'static str, Origin, String)>, WrongUsage> {
    let text = std::fs::read_to_string(&path).map_err(|fault| WrongUsage::ConfigUnreadable {
        path: path.clone(),
        why: base::trouble::why(&fault),
    })?;
    let table: toml::Table = text.parse().map_err(|fault: toml::de::Error| {
        let at = fault.span().map_or(0, |span| span.start).min(text.len());
        let before = &text[..text.floor_char_boundary(at)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        WrongUsage::ConfigSyntax { path: path.clone(), line, column, why: fault.message().to_owned() }
    })?;
    let mut out = Vec::new();
    for (key, value) in table {
        let line = text.lines().position(|line| line.trim_start().starts_with(key.as_str())).unwrap_or(0) + 1;
        let Some(known) = KNOWN.iter().find(|known| known.name == key) else {
            let nearest = nearest(&key, KNOWN.iter().map(|known| known.name));
            return Err(WrongUsage::UnknownKey { path, line, key, nearest });
        };
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Boolean(yes) => yes.to_string(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Float(number) => number.to_string(),
            other => return Err(WrongUsage::ConfigType { path, line, key, found: other.type_str() }),
        };
        out.push((known.name, Origin::File(path.clone(), line), value));
    }
    Ok(out)
}
