//! `xunwang inspect`: from checked options to finished reports and an exit code. Clauses N2.1, N2.4.
//!
//! Connects the engine with the report; judges nothing.

pub(super) mod plan;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Level;
use checks::Known;
use crawl::run_file::RunReader;
use crawl::{Ended, Engine, Progress};
use report::{Outcome, SiteRun};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::score::Law;
use crate::exit::Exit;
use crate::options::InspectOptions;
use crate::output::{say, tell};
use crate::progress;
use crate::sample::Sample;
use crate::sites::{self, SiteEntry};
use plan::{baseline_of, check_baseline, formats, manners, plan};

/// Sites inspected at the same time; each has a run file and its writer.
const SITES_AT_ONCE: usize = 32;
/// The bundled site, wherever there is room for it.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Inspects and writes the reports.
pub async fn run(options: InspectOptions) -> Exit {
    match inspect(options).await {
        Ok(exit) => exit,
        Err((exit, message)) => {
            tell(&message);
            exit
        }
    }
}

async fn inspect(options: InspectOptions) -> Result<Exit, (Exit, String)> {
    let mut entries: Vec<SiteEntry> = options.urls.iter().cloned().map(SiteEntry::of_url).collect();
    if let Some(path) = &options.sites {
        let list = sites::read(path).map_err(|fault| (Exit::WrongUsage, fault.to_string()))?;
        for note in &list.notes {
            tell(note);
        }
        entries.extend(list.entries);
    }
    let mut known = options.lists.read().map_err(|fault| (Exit::WrongUsage, fault.to_string()))?;
    known.no_hints = options.no_hints;
    let known = Arc::new(known);
    let law = Arc::new(Law::named(&options.judging).map_err(|wrong| (Exit::WrongUsage, wrong.to_string()))?);
    check_baseline(&options, entries.len())?;
    let mut seen = BTreeSet::new();
    entries.retain(|entry| {
        let first = seen.insert(entry.url.clone());
        if !first {
            tell(&format!("{} 给了不止一次，只巡检一次", entry.url));
        }
        first
    });
    let mut sample = None;
    if options.sample {
        let site = Sample::start(ANY_PORT)
            .await
            .map_err(|fault| (Exit::Failed, format!("示例网站无法启动：{}", base::trouble::why(&fault))))?;
        let mut entry = SiteEntry::of_url(site.url());
        "示例县人民政府".clone_into(&mut entry.name);
        entries.push(entry);
        sample = Some(site);
    }
    let writable = std::fs::create_dir_all(&options.out)
        .and_then(|()| std::fs::write(options.out.join(".writable"), b""))
        .and_then(|()| std::fs::remove_file(options.out.join(".writable")));
    writable.map_err(|why| {
        let out = options.out.display();
        (
            Exit::Failed,
            format!(
                "结果文件夹 {out} 不能写入：{}。请换一个 --out 文件夹，或检查权限和磁盘空间",
                base::trouble::why(&why)
            ),
        )
    })?;
    if let Some(path) = &options.broken_to {
        std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(|why| {
            let why = base::trouble::why(&why);
            (
                Exit::WrongUsage,
                format!("失效地址清单 {} 写不进去：{why}。请换一个 --broken-to", path.display()),
            )
        })?;
    }
    let engine = Arc::new(Engine::new(manners(&options)?).map_err(|why| unusable(&options, &why))?);
    let progress = Arc::new(Progress::default());
    let (stopper, stop) = watch::channel(false);
    let watcher = tokio::spawn(async move {
        while asked_to_stop().await.is_ok() {
            if *stopper.borrow() {
                // Asked twice: the user does not want to wait for answers under way.
                std::process::exit(i32::from(Exit::Failed.code()));
            }
            tell("\n正在停下并写出已完成部分的报告；再按一次 Ctrl-C 立即退出，之后可用 --resume 接着做");
            stopper.send_replace(true);
        }
    });
    let view =
        (!options.quiet).then(|| progress::watch(Arc::clone(&engine), Arc::clone(&progress), entries.len()));
    let options = Arc::new(options);
    let runs = all(&engine, &options, &known, &law, entries, &progress, &stop).await;
    if let Some(view) = view {
        view.abort();
    }
    watcher.abort();
    drop(sample);
    conclude(&options, runs)
}

/// Waits for Ctrl-C, or for what the system sends when it shuts down or a terminal is closed.
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

/// A site that was inspected, or could not be.
struct Done {
    run: SiteRun,
    folder: PathBuf,
    /// What its score sheets amount to, for the screen.
    scores: Vec<String>,
}

/// Runs every site, several at a time, in the order of the list.
async fn all(
    engine: &Arc<Engine>,
    options: &Arc<InspectOptions>,
    known: &Arc<Known>,
    law: &Arc<Law>,
    entries: Vec<SiteEntry>,
    progress: &Arc<Progress>,
    stop: &watch::Receiver<bool>,
) -> Vec<Done> {
    let several = entries.len() > 1;
    let places = Arc::new(Semaphore::new(SITES_AT_ONCE));
    let mut tasks = JoinSet::new();
    for (number, entry) in entries.into_iter().enumerate() {
        let (engine, options, progress) = (Arc::clone(engine), Arc::clone(options), Arc::clone(progress));
        let (places, stop, known) = (Arc::clone(&places), stop.clone(), Arc::clone(known));
        let law = Arc::clone(law);
        tasks.spawn(async move {
            let place = places.acquire().await;
            let name = folder_name(number, &entry);
            let folder = if several { options.out.join(&name) } else { options.out.clone() };
            let mut plan = plan(&options, &known, &entry);
            plan.baseline = baseline_of(&options, &name);
            let site = plan.site.clone();
            let result = engine.inspect(plan, &folder, options.resume, progress, stop).await;
            drop(place);
            let mut scores = Vec::new();
            let result = match result {
                Ok(_) => {
                    let (folder, formats) = (folder.clone(), formats(&options));
                    let written = tokio::task::spawn_blocking(move || {
                        let (sheets, words) = law.judge(&folder);
                        (report::write_scored_run(&folder, formats, &sheets), words)
                    });
                    match written.await.map(|(written, words)| {
                        scores = words;
                        written
                    }) {
                        Ok(Ok(outcome)) => Ok(outcome),
                        Ok(Err(fault)) => Err(fault.to_string()),
                        Err(fault) => Err(format!("内部错误：{fault}")),
                    }
                }
                Err(fault) => Err(fault.to_string()),
            };
            (number, Done { run: SiteRun { folder: name, site, result }, folder, scores })
        });
    }
    let mut runs: Vec<(usize, Done)> = Vec::new();
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(run) => runs.push(run),
            Err(fault) => tell(&format!("内部错误：{fault}")),
        }
    }
    runs.sort_by_key(|(number, ..)| *number);
    runs.into_iter().map(|(_, done)| done).collect()
}

fn conclude(options: &InspectOptions, done: Vec<Done>) -> Result<Exit, (Exit, String)> {
    if let Some(path) = &options.broken_to {
        write_broken(path, done.iter().map(|site| site.folder.as_path())).map_err(|why| {
            (Exit::Failed, format!("失效地址清单 {} 写不进去：{}", path.display(), base::trouble::why(&why)))
        })?;
    }
    let several = done.len() > 1;
    let (runs, scores): (Vec<SiteRun>, Vec<Vec<String>>) =
        done.into_iter().map(|site| (site.run, site.scores)).unzip();
    if several {
        report::write_summary(&options.out, &runs, formats(options))
            .map_err(|fault| (Exit::Failed, fault.to_string()))?;
    }
    let mut exit = Exit::Clean;
    for (run, scores) in runs.iter().zip(&scores) {
        let one = match &run.result {
            Err(message) => {
                tell(&format!("{}：{message}", run.site.url));
                Exit::Failed
            }
            Ok(outcome) => {
                say(&sentence(run, outcome));
                scores.iter().for_each(|words| say(words));
                exit_of(options.fail_on, outcome)
            }
        };
        exit = worse(exit, one);
    }
    let first = shown_first(options);
    // Where nothing could be written, the faults above say why.
    if first.exists() {
        say(&format!("报告：{}", first.display()));
    }
    Ok(exit)
}

/// What a reader opens first: the report page, or the folder where no page was asked for.
fn shown_first(options: &InspectOptions) -> PathBuf {
    if options.formats.html { options.out.join("index.html") } else { options.out.clone() }
}

fn sentence(run: &SiteRun, outcome: &Outcome) -> String {
    if let Some(why) = &outcome.why {
        return format!("{}：无法检查。{why}", run.site.url);
    }
    let state = match outcome.ended {
        Ended::Finished => "检查完毕",
        Ended::Interrupted => "检查未完（可用 --resume 接着做）",
        Ended::Unreachable => "首页打不开，无法检查",
    };
    let counts: Vec<String> = Level::GRAVEST_FIRST
        .iter()
        .map(|level| format!("{} {}", level.label(), outcome.count(*level)))
        .collect();
    format!("{}：{state}，{} 个页面，{}", run.site.url, outcome.pages, counts.join("，"))
}

fn exit_of(fail_on: Option<Level>, outcome: &Outcome) -> Exit {
    if outcome.ended == Ended::Unreachable {
        return Exit::Failed;
    }
    let found =
        fail_on.is_some_and(|from| Level::GRAVEST_FIRST.iter().any(|l| *l >= from && outcome.count(*l) > 0));
    if found { Exit::Findings } else { Exit::Clean }
}

/// Could not inspect outweighs findings, findings outweigh clean.
fn worse(a: Exit, b: Exit) -> Exit {
    if a.code() >= b.code() { a } else { b }
}

/// One broken address a line, as the link was written and resolved.
fn write_broken<'f>(path: &Path, folders: impl Iterator<Item = &'f Path>) -> std::io::Result<()> {
    let mut broken = BTreeSet::new();
    for folder in folders {
        let Ok(run) = RunReader::open(&folder.join("run.db")) else { continue };
        // A malformed address may hold anything; a line is a line.
        run.each_broken(|address| {
            broken.insert(address.replace(char::is_control, " "));
        })
        .map_err(std::io::Error::other)?;
    }
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for address in broken {
        writeln!(file, "{address}")?;
    }
    file.flush()
}

/// Why secure connections cannot be made: a wrong file is wrong usage, a machine without roots is not.
fn unusable(options: &InspectOptions, why: &crawl::TlsSetUp) -> (Exit, String) {
    match &options.ca_file {
        Some(path) => (Exit::WrongUsage, format!("{}：{why}", path.display())),
        None => (Exit::Failed, why.to_string()),
    }
}

/// `001-www.example.gov.cn`: stable, sorted as the list, safe as a file name.
fn folder_name(number: usize, entry: &SiteEntry) -> String {
    let host = entry.url.host_str().unwrap_or("site");
    let safe: String = host
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' })
        .collect();
    format!("{:03}-{safe}", number + 1)
}
