//! `xunwang serve`: the console and its worker until Ctrl-C or a stop signal; `xunwang audit verify`. Serves N4.7.
//!
//! Starts with nothing but a folder it may write. A first start prints the administrators' passwords once.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ledger::cx::Settings;
use ledger::identity::commands::start;
use ledger::identity::store;
use platform::audit::{self, Verified};
use platform::clock::SystemClock;
use platform::db::Place;
use platform::{Db, Digest, Error};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use super::inspect::plan::of_server;
use crate::args::ServeOptions;
use crate::console::{self, Console};
use crate::exit::Exit;
use crate::output::{say, tell};
use crate::rehearsal::{self, Group};

/// Serves until stopped.
pub async fn run(options: ServeOptions) -> Exit {
    log(options.json_log);
    // The group is served as long as this lives.
    let (mut console, _group) = match open(&options).await {
        Ok(opened) => opened,
        Err(words) => {
            tell(&words);
            return Exit::Failed;
        }
    };
    console.reader.token = options.metrics_token.as_deref().map(|token| Digest::of(token.as_bytes()));
    let listener = match tokio::net::TcpListener::bind(options.listen).await {
        Ok(listener) => listener,
        Err(fault) => {
            tell(&format!(
                "无法在 {} 监听：{}。请换一个端口，或停掉占用它的程序",
                options.listen,
                base::trouble::why(&fault)
            ));
            return Exit::Failed;
        }
    };
    let address = listener.local_addr().unwrap_or(options.listen);
    say(&format!("巡网已启动：http://{address}/（按 Ctrl-C 停止）"));
    if !address.ip().is_loopback() && !options.https {
        tell(
            "提醒：监听的不是本机地址，又没有 HTTPS，登录密码会在网络上明文传送。请放在 HTTPS 代理后面，并加 --https true",
        );
    }
    let console = Arc::new(console);
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(console.runner.clone().work(stopped.clone()));
    let background = console.background(&stopped);
    tokio::spawn(tidy(console.clone(), stopped.clone()));
    tokio::spawn(async move {
        stop_signal().await;
        // Nobody left to tell means that everything has ended already.
        stop.send(true).ok();
    });
    let service = console.router().into_make_service_with_connect_info::<SocketAddr>();
    let mut until = stopped;
    let served = axum::serve(listener, service).with_graceful_shutdown(async move {
        until.wait_for(|stop| *stop).await.ok();
    });
    let served = served.await;
    let worked = worker.await;
    background.join_all().await;
    let closed = console.cx.db.clone().close().await;
    match (served, worked, closed) {
        (Ok(()), Ok(()), Ok(())) => Exit::Clean,
        (served, worked, closed) => {
            tracing::error!("stopped uncleanly: {served:?} {worked:?} {closed:?}");
            Exit::Failed
        }
    }
}

/// Tidies at the start and then each hour. A failure is told and tried again an hour later.
async fn tidy(console: Arc<Console>, mut stop: watch::Receiver<bool>) {
    const HOUR: Duration = Duration::from_secs(3_600);
    let mut hours = tokio::time::interval(HOUR);
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = hours.tick() => {}
        }
        if let Err(error) = console.tidy().await {
            tracing::warn!("tidying failed: {error}");
        }
    }
}

async fn open(options: &ServeOptions) -> Result<(Console, Option<Group>), String> {
    let folder = |fault: std::io::Error| {
        format!(
            "数据目录 {} 不能用：{}。请换一个可写的目录（--data）",
            options.data.display(),
            base::trouble::why(&fault)
        )
    };
    std::fs::create_dir_all(&options.data).map_err(folder)?;
    let place = Place::of(options.database.as_deref(), &options.data)?;
    let settings = Settings {
        https: options.https,
        second_factor: options.second_factor,
        public: options.public.clone(),
        fonts: options.fonts.clone(),
        oidc: options.oidc.as_ref().map(|oidc| oidc.provider()).transpose()?,
    };
    let blobs = console::blobs(&options.data, options.objects.as_ref())
        .map_err(|error| format!("文件库打不开：{error}"))?;
    let scanner = options.clamd.as_deref().and_then(crawl::Clamd::at).map(Arc::new);
    let ways = supervision::Ways { clamd: scanner, ..of_server(options.rate).into() };
    let clock = Arc::new(SystemClock);
    let console = Console::with_blobs(&options.data, &place, blobs, settings, clock, ways).await;
    let console = console.map_err(|error| cannot_open(&place, &error))?;
    let group = if options.seed { rehearse(&console, options).await? } else { None };
    let logins = start::first_start(&console.cx.db, console.cx.now()).await;
    let logins = logins.map_err(|error| cannot_open(&place, &error))?;
    if !logins.is_empty() {
        say("首次启动，已建立三个管理员。密码只显示这一次，首次登录时必须修改：");
        for login in logins {
            say(&format!("  {}　登录名 {}　密码 {}", login.name, login.login, login.password));
        }
    }
    Ok((console, group))
}

/// Serves the rehearsal's sites and writes its province where nobody is yet; a system in use is left as it is.
async fn rehearse(console: &Console, options: &ServeOptions) -> Result<Option<Group>, String> {
    let people = store::number_of_people_unscoped(console.cx.db.read()).await;
    if people.map_err(|error| format!("数据库读不出来：{error}"))? > 0 && !Group::is_in(&options.data)
    {
        tell("数据目录里已有别的数据，没有写入示例省；要试用请用 --data 另指一个目录");
        return Ok(None);
    }
    let group = Group::open(&options.data, Arc::new(SystemClock)).await.map_err(|fault| {
        format!("示例网站起不来：{}。请换一个数据目录（--data），或不用 --seed", base::trouble::why(&fault))
    })?;
    let seeded = rehearsal::seed(&console.cx, &options.data, group.homes()).await;
    let seeded = seeded.map_err(|error| format!("示例数据写不进去：{error}"))?;
    let kept = options.data.join(rehearsal::LOGINS);
    match seeded {
        Some(logins) => {
            let begun = rehearsal::begin(&console.cx).await;
            begun.map_err(|error| format!("示例数据没有写全：{error}"))?;
            say("已写入虚构的青湖省：40 个单位、40 个网站。登录（全部虚构，仅供试用和培训）：");
            for login in &logins {
                say(&login.line());
            }
            say(&format!("密码也写在 {} 里", kept.display()));
        }
        None => say(&format!("示例数据已在；登录名和密码见 {}", kept.display())),
    }
    if !group.lost().is_empty() {
        tell(&format!("这些示例网站的端口被别的程序占用，暂不提供：{}", group.lost().join("、")));
    }
    Ok(Some(group))
}

fn cannot_open(place: &Place, error: &Error) -> String {
    if let Error::Other(words) = error {
        return words.clone();
    }
    let place = match place {
        Place::Sqlite(file) => format!("数据库文件 {}", file.display()),
        // The address may hold a password: only what stands behind it is shown.
        Place::Postgres(url) => format!("PostgreSQL（{}）", url.rsplit('@').next().unwrap_or_default()),
    };
    tracing::error!("cannot open the database: {error:?}");
    format!("{place}打不开。请检查路径、权限或数据库服务是否在运行；详细原因见上面的日志")
}

/// Verifies the audit log.
pub async fn audit_verify(options: ServeOptions) -> Exit {
    let place = match Place::of(options.database.as_deref(), &options.data) {
        Ok(Place::Sqlite(file)) if !file.exists() => {
            tell(&format!("没有数据库文件 {}。请用 --data 指出数据目录", file.display()));
            return Exit::WrongUsage;
        }
        Ok(place) => place,
        Err(words) => {
            tell(&words);
            return Exit::WrongUsage;
        }
    };
    let verified = async { Ok::<_, Error>(audit::verify(Db::open(&place).await?.read()).await?) }.await;
    match verified {
        Ok(Verified::Whole { chains, lines }) => {
            say(&format!("审计日志完好：{chains} 条链，{lines} 行"));
            Exit::Clean
        }
        Ok(Verified::Broken { chain, seq, wrong }) => {
            say(&format!("审计日志不完好：{chain} 链第 {seq} 行{}", wrong.words()));
            Exit::Findings
        }
        Err(error) => {
            tell(&cannot_open(&place, &error));
            Exit::Failed
        }
    }
}

fn log(json: bool) {
    let filter = EnvFilter::try_from_env("XUNWANG_LOG_FILTER")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A log that is set already (in tests) stays.
    if json {
        log.json().try_init().ok()
    } else {
        log.try_init().ok()
    };
}

/// Ctrl-C, or the stop signal of a service manager.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(fault) => {
            tracing::warn!("the stop signal is not heard: {fault}");
            tokio::signal::ctrl_c().await.ok();
        }
    }
}
