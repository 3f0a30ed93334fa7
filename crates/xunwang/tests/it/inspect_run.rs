//! Runs the real program on sites of the test kit and reads what it leaves behind. Serves N2.1, N2.4.
//!
//! The fast options take the place of a real clock: nothing here waits but for the program itself.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use testkit::compare::Found;

/// A run that takes longer than this is stuck.
const STUCK: Duration = Duration::from_secs(120);

/// An inspection to be run: the program with options that lose no time.
pub struct Inspect {
    arguments: Vec<String>,
    pub out: PathBuf,
    /// Shared by a run and its resumption; removed when the last holder is gone.
    folder: std::rc::Rc<Folder>,
}

/// A folder of its own for each test.
pub struct Folder(pub PathBuf);

/// What a run left behind.
pub struct Run {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    pub out: PathBuf,
    pub took: Duration,
    /// Largest resident memory that was seen.
    pub peak_kib: u64,
    _folder: std::rc::Rc<Folder>,
}

/// A run under way.
pub struct Running {
    child: Child,
    began: Instant,
    out: PathBuf,
    folder: std::rc::Rc<Folder>,
}

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("it-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover folder under the build directory harms nobody.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

impl Inspect {
    /// Inspects `url` as fast as it goes, outgoing links included.
    pub fn of(url: &str) -> Inspect {
        Inspect::plain(&[url]).with(&["--rate", "0", "--concurrency", "32", "--outgoing", "check"])
    }

    /// `inspect` with these arguments, an output folder and short confirmation, and nothing else.
    pub fn plain(arguments: &[&str]) -> Inspect {
        let folder = Folder::new();
        let out = folder.0.join("report");
        let path = out.to_str().unwrap().to_owned();
        let first = ["inspect", "--out", &path, "--confirm-after", "30ms,60ms", "--render", "never"];
        let arguments = first.iter().chain(arguments).map(|a| (*a).to_owned()).collect();
        Inspect { arguments, out, folder: std::rc::Rc::new(folder) }
    }

    /// Adds options; one that the harness has set already gets the new value.
    pub fn with(mut self, options: &[&str]) -> Inspect {
        let mut options = options.iter().map(|o| (*o).to_owned());
        while let Some(option) = options.next() {
            let set = ["--rate", "--concurrency", "--outgoing", "--confirm-after", "--out", "--render"];
            let before = self.arguments.iter().position(|a| *a == option);
            match before.filter(|_| set.contains(&option.as_str())) {
                Some(at) => self.arguments[at + 1] = options.next().unwrap(),
                None => self.arguments.push(option),
            }
        }
        self
    }

    /// The same inspection, going on where the last one ended.
    pub fn resume(&self) -> Inspect {
        let mut arguments = self.arguments.clone();
        arguments.push("--resume".to_owned());
        Inspect { arguments, out: self.out.clone(), folder: self.folder.clone() }
    }

    /// The folder that holds the output folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    pub fn run(&self) -> Run {
        self.start().finish()
    }

    pub fn start(&self) -> Running {
        let child = program()
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running { child, began: Instant::now(), out: self.out.clone(), folder: self.folder.clone() }
    }
}

impl Running {
    pub fn kill(mut self) -> Run {
        self.child.kill().unwrap();
        self.finish()
    }

    /// What Ctrl-C sends.
    pub fn interrupt(self) -> Run {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.finish()
    }

    /// Waits for the end, watching memory.
    pub fn finish(mut self) -> Run {
        let status_file = format!("/proc/{}/status", self.child.id());
        let (sender, ended) = std::sync::mpsc::channel::<()>();
        let watcher = std::thread::spawn(move || {
            let mut peak = 0;
            while ended.recv_timeout(Duration::from_millis(20))
                == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                peak = peak.max(peak_kib(&status_file).unwrap_or(0));
            }
            peak
        });
        let id = self.child.id();
        let (guard, done) = std::sync::mpsc::channel::<()>();
        let alarm = std::thread::spawn(move || {
            if done.recv_timeout(STUCK) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                Command::new("kill").args(["-KILL", &id.to_string()]).status().ok();
            }
        });
        let began = self.began;
        let output = wait(&mut self.child);
        let took = began.elapsed();
        drop((sender, guard));
        let peak_kib = watcher.join().unwrap();
        alarm.join().unwrap();
        assert!(took < STUCK, "the program did not end");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program speaks UTF-8");
        Run {
            status: output.status,
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            out: self.out,
            took,
            peak_kib,
            _folder: self.folder,
        }
    }
}

impl Run {
    /// The exit code; panics with what the program said if a signal ended it.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("ended by a signal: {}", self.said()))
    }

    /// Everything the program said, for the message of a failed test.
    pub fn said(&self) -> String {
        format!("{:?}\n{}\n{}", self.status, self.stdout, self.stderr)
    }

    /// Fails unless the run ended by itself with this code and without a panic.
    pub fn ended_with(self, code: i32) -> Run {
        assert_eq!(self.code(), code, "{}", self.said());
        assert!(!self.said().contains("panicked"), "{}", self.said());
        self
    }

    pub fn findings(&self) -> Vec<Value> {
        read_lines(&self.out.join("findings.ndjson"))
    }

    /// Findings of one rule.
    pub fn of_rule(&self, rule: &str) -> Vec<Value> {
        self.findings().into_iter().filter(|f| f["rule"] == rule).collect()
    }

    /// Findings as the written list speaks of them. The kit's servers send no header that protects visitors; what is
    /// said of that is tested where they do.
    pub fn found(&self) -> Vec<Found> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.findings()
            .iter()
            .filter(|f| f["rule"] != "missing-security-header")
            .map(|f| Found {
                rule: text(&f["rule"]),
                page: text(&f["page"]),
                target: text(&f["target"]),
                verdict: text(&f["verdict"]),
            })
            .collect()
    }

    /// Rules that spoke, with the target, sorted: `dead-link http://…`.
    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<String> = self.found().iter().map(|f| format!("{} {}", f.rule, f.target)).collect();
        told.sort();
        told.dedup();
        told
    }

    pub fn run_json(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.out.join("run.json")).unwrap()).unwrap()
    }

    /// The run's own database, read-only.
    pub fn db(&self) -> Connection {
        Connection::open_with_flags(self.out.join("run.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// Verdict and reach of an address; `None` if the run never heard of it or never asked.
    pub fn answer(&self, url: &str) -> Option<(String, String)> {
        let sql =
            "select r.verdict, r.reach from address a join answer r on r.address_id = a.id where a.url = ?1";
        self.db().query_row(sql, [url], |row| Ok((row.get(0)?, row.get(1)?))).ok()
    }
}

/// The program under test, deaf to the settings of whoever runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xunwang"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().to_ascii_uppercase().ends_with("_PROXY")
            || name.to_string_lossy().starts_with("XUNWANG_")
        {
            command.env_remove(&name);
        }
    }
    command
}

pub fn read_lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

/// Reads both pipes to their ends and reaps the child.
fn wait(child: &mut Child) -> Output {
    use std::io::Read;
    let mut errors = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        errors.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let mut stdout = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
    let stderr = reader.join().unwrap();
    let status = child.wait().unwrap();
    Output { status, stdout, stderr }
}

fn peak_kib(status_file: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status_file).ok()?;
    text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}
