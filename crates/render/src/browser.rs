//! One running Chromium: started in a sandbox, spoken to over pipes, killed with all its processes. Clause N2.5.
//!
//! Never runs as root where it can help it: a browser without sandbox that a page breaks out of would own the machine.

use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::time::timeout;

use crate::folder::Folder;
use crate::switches::switches;
use crate::wire::Wire;
use crate::{NoBrowser, Viewport, bounds};

/// Puts the pipes where Chromium expects them, which a program without unsafe code can leave to the shell.
const PIPES: &str = r#"exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null"#;
/// The user that owns nothing, on systems whose list of users does not name one.
const NOBODY: (u32, u32) = (65_534, 65_534);
/// What of the environment the browser is told.
const KEPT: [&str; 3] = ["PATH", "TZ", "FONTCONFIG_PATH"];
const SAID: &str = "said.log";

/// A browser; dropped, it is gone with its children and its folder.
pub struct Browser {
    pub wire: Wire,
    /// How it calls itself, without the word that tells it is not looked at.
    pub user_agent: String,
    /// Whether Chromium keeps its pages in a sandbox.
    pub sandboxed: bool,
    child: Killed,
    // Behind the child, so that it is removed when nobody writes into it any more.
    _home: Folder,
}

impl Browser {
    /// Starts `program` with its sandbox, and without only where the machine has none to offer.
    pub async fn start(program: &Path, window: Viewport) -> Result<Browser, NoBrowser> {
        match Browser::try_start(program, window, true).await {
            Err(NoBrowser::DoesNotStart(_)) => Browser::try_start(program, window, false).await,
            done => done,
        }
    }

    async fn try_start(program: &Path, window: Viewport, sandbox: bool) -> Result<Browser, NoBrowser> {
        let failed = |why: &std::io::Error| NoBrowser::DoesNotStart(base::trouble::why(why));
        let user = rustix::process::geteuid().is_root().then(nobody);
        let home = Folder::new(user).map_err(|why| failed(&why))?;
        let said = std::fs::File::create(home.path().join(SAID)).map_err(|why| failed(&why))?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", PIPES, "sh"]).arg(program).args(switches(home.path(), window));
        if !sandbox {
            command.arg("--no-sandbox");
        }
        command.current_dir(home.path()).env_clear().env("HOME", home.path()).env("LANG", "C.UTF-8");
        command.env("XDG_CONFIG_HOME", home.path()).env("XDG_CACHE_HOME", home.path());
        command.env("TMPDIR", home.path());
        command.envs(KEPT.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(said).process_group(0);
        if let Some((user, group)) = user {
            command.uid(user).gid(group);
        }
        let mut child = Killed(command.spawn().map_err(|why| failed(&why))?);
        let pipes = (child.0.stdin.take(), child.0.stdout.take());
        let (Some(commands), Some(messages)) = pipes else {
            return Err(NoBrowser::DoesNotStart("没有管道".into()));
        };
        let commands = Sender::from_owned_fd(OwnedFd::from(commands)).map_err(|why| failed(&why))?;
        let messages = Receiver::from_owned_fd(OwnedFd::from(messages)).map_err(|why| failed(&why))?;
        let mut wire = Wire::new(commands, messages);
        let Ok(Ok(about)) = timeout(bounds::START, first_words(&mut wire)).await else {
            drop(child);
            return Err(NoBrowser::DoesNotStart(last_words(home.path())));
        };
        let product = about["product"].as_str().unwrap_or_default().to_owned();
        let version = product.split('/').nth(1).and_then(|v| v.split('.').next()?.parse::<u32>().ok());
        if version.is_none_or(|version| version < bounds::OLDEST_VERSION) {
            return Err(NoBrowser::TooOld(product));
        }
        let user_agent = about["userAgent"].as_str().unwrap_or_default().replace("HeadlessChrome", "Chrome");
        Ok(Browser { wire, user_agent, sandboxed: sandbox, child, _home: home })
    }

    /// Number of the browser's process.
    pub fn process(&self) -> u32 {
        self.child.0.id()
    }
}

/// Asks for the version, and takes every request of every page, frame and worker under control.
async fn first_words(wire: &mut Wire) -> Result<serde_json::Value, crate::wire::Fault> {
    // The time for a call is short; a browser that starts may take longer.
    let about = loop {
        match wire.call(None, "Browser.getVersion", json!({})).await {
            Err(crate::wire::Fault::Silent) => {}
            answered => break answered?,
        }
    };
    wire.call(None, "Fetch.enable", json!({"patterns": [{"urlPattern": "*"}]})).await?;
    Ok(about)
}

/// What the browser complained of last, without its time and place.
fn last_words(home: &Path) -> String {
    let said = std::fs::read(home.join(SAID)).unwrap_or_default();
    let said = String::from_utf8_lossy(&said[said.len().saturating_sub(bounds::SAID)..]).into_owned();
    let mut lines = said.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let grave = lines.clone().find(|line| line.contains("ERROR") || line.contains("FATAL"));
    let line = grave.or(lines.next()).unwrap_or("没有说明原因");
    line.chars().take(bounds::ERROR_TEXT).collect()
}

/// User and group of the user who owns nothing.
fn nobody() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let line = users.lines().find_map(|line| line.strip_prefix("nobody:"));
    let ids = line.and_then(|line| {
        let mut fields = line.split(':').skip(1);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    ids.filter(|(user, _)| *user != 0).unwrap_or(NOBODY)
}

/// A process that is killed with its group and reaped when it is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let group = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // Fails where all of them are gone, which is what is wanted.
            kill_process_group(group, Signal::KILL).ok();
        }
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
