//! A throw-away PostgreSQL server on loopback, from the machine's own package. Tests only; serves the proof of N4.7.
//!
//! One server for a test process; each test makes its own database in it. It lives in a temporary folder, listens on
//! a port the kernel gave, and ends with the process that started it, however that ends.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Watches its own input: when the test process is gone, the pipe closes, and the server and its folder go too.
const WATCH: &str = r#"
folder=$1; bin=$2; port=$3
"$bin/postgres" -D "$folder/data" -p "$port" -k "$folder" -c listen_addresses=127.0.0.1 -c fsync=off \
  -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server"; wait "$server"; rm -rf "$folder"
"#;

/// The address of a server's maintenance database, `postgres://…/postgres`; `None`, said aloud, where the machine has
/// no PostgreSQL. `XUNWANG_NO_POSTGRES` in the environment leaves it out.
pub fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    SERVER.get_or_init(start).as_deref()
}

/// The address of a database of that name on the same server.
pub fn database(server: &str, name: &str) -> String {
    let (before, _) = server.rsplit_once('/').expect("an address of ours has a path");
    format!("{before}/{name}")
}

#[expect(clippy::zombie_processes, reason = "the server ends after this process, not before it")]
fn start() -> Option<String> {
    let Some(bin) = programs().filter(|_| std::env::var_os("XUNWANG_NO_POSTGRES").is_none()) else {
        // In CI the package is installed, so a missing one is a fault of the script.
        assert!(std::env::var_os("CI").is_none(), "CI has a PostgreSQL");
        eprintln!("skipped: no PostgreSQL on this machine");
        return None;
    };
    let name = format!("xunwang-postgres-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let as_root = run("id", &["-u"]).trim() == "0";
    if as_root {
        // The server refuses to run as root: it gets the package's own user and a folder of its own.
        run("chown", &["postgres", text(&folder)]);
    }
    let data = folder.join("data");
    let auth = ["-U", "xunwang", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    let mut initdb = as_user(as_root, &bin.join("initdb"));
    let made = initdb.args(auth).arg("-D").arg(&data).output().expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let mut watch = as_user(as_root, Path::new("sh"))
        .args(["-c", WATCH, "sh", text(&folder), text(&bin), &port.to_string()])
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell runs");
    // The pipe's end stays open as long as this process lives.
    std::mem::forget(watch.stdin.take());
    wait_until_ready(&bin, port, &folder);
    Some(format!("postgres://xunwang@127.0.0.1:{port}/postgres"))
}

/// Asks until the server answers; each question waits for its answer, so nothing is slept away.
fn wait_until_ready(bin: &Path, port: u16, folder: &Path) {
    const QUESTIONS: usize = 2_000;
    for _ in 0..QUESTIONS {
        let port = port.to_string();
        let asked = Command::new(bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port, "-t", "1"])
            .status();
        if asked.is_ok_and(|status| status.success()) {
            return;
        }
        std::io::stderr().flush().ok();
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL did not start:\n{log}");
}

fn as_user(as_root: bool, program: &Path) -> Command {
    if !as_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

/// The folder of the newest server programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop()
}

fn run(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output().expect("a program of every machine");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of ours is text")
}

/// A server of its own that can be stopped and started again, for tests of what happens meanwhile. Ends when dropped.
pub struct Switched {
    folder: PathBuf,
    bin: PathBuf,
    port: u16,
    as_root: bool,
}

impl Switched {
    /// A running server; `None` where the machine has no PostgreSQL.
    pub fn new() -> Option<Switched> {
        // The same conditions, said in the same words, as for the shared server.
        server()?;
        let bin = programs()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).ok()?.port();
        let folder = std::env::temp_dir().join(format!("xunwang-switched-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let as_root = run("id", &["-u"]).trim() == "0";
        if as_root {
            run("chown", &["postgres", text(&folder)]);
        }
        let switched = Switched { folder, bin, port, as_root };
        let data = switched.folder.join("data");
        let mut initdb = as_user(as_root, &switched.bin.join("initdb"));
        let auth = ["-U", "xunwang", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        let made = initdb.args(auth).arg("-D").arg(data).output().expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        switched.start();
        Some(switched)
    }

    /// The address of its maintenance database.
    pub fn address(&self) -> String {
        format!("postgres://xunwang@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it and waits until it answers.
    pub fn start(&self) {
        let options = format!("-p {} -k {} -c listen_addresses=127.0.0.1", self.port, text(&self.folder));
        let log = self.folder.join("log");
        self.control(&["-w", "-o", &options, "-l", text(&log), "start"]);
    }

    /// Stops it at once, as a power cut does, and waits until it is gone.
    pub fn stop(&self) {
        self.control(&["-w", "-m", "immediate", "stop"]);
    }

    fn control(&self, arguments: &[&str]) {
        let mut control = as_user(self.as_root, &self.bin.join("pg_ctl"));
        control.arg("-D").arg(self.folder.join("data")).args(arguments);
        // The server keeps what it is given open, so its output goes nowhere that somebody waits for.
        let done = control.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(done.is_ok_and(|status| status.success()), "pg_ctl {arguments:?}");
    }
}

impl Drop for Switched {
    fn drop(&mut self) {
        let mut control = as_user(self.as_root, &self.bin.join("pg_ctl"));
        control.arg("-D").arg(self.folder.join("data")).args(["-w", "-m", "immediate", "stop"]);
        control.stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
