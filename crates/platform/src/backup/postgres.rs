//! PostgreSQL's own tools for its own dump: `pg_dump` and `pg_restore`. Clause N4.7.
//!
//! The password never stands on a command line, where every user of the machine could read it.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use url::Url;

use super::Trouble;

/// Most characters of what a tool said that a message repeats.
const LONGEST: usize = 600;

/// Writes a dump of the database into `file`: one snapshot, consistent whoever writes meanwhile.
pub(super) fn dump(url: &str, file: &Path) -> Result<(), Trouble> {
    let mut command = command("pg_dump", url);
    // The archive compresses.
    command.args(["--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--file"]).arg(file);
    run("pg_dump", command)
}

/// Brings a dump into the database, wholly or not at all.
pub(super) fn load(url: &str, file: &Path, replace: bool) -> Result<(), Trouble> {
    let mut command = command("pg_restore", url);
    command.args(["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]);
    if replace {
        command.args(["--clean", "--if-exists"]);
    }
    command.arg(file);
    run("pg_restore", command)
}

fn command(program: &str, url: &str) -> Command {
    let (address, password) = apart(url);
    let mut command = Command::new(program);
    command.args(["--no-password", "--dbname", &address]).env("PGCONNECT_TIMEOUT", "10");
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

fn run(program: &'static str, mut command: Command) -> Result<(), Trouble> {
    let Output { status, stderr, .. } = match command.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Trouble::NoTool(program)),
        Err(error) => return Err(Trouble::Tool { program, said: base::trouble::why(&error) }),
        Ok(output) => output,
    };
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&stderr);
    Err(Trouble::Tool { program, said: said.trim().chars().take(LONGEST).collect() })
}

/// An address without its password, and the password.
fn apart(address: &str) -> (String, Option<String>) {
    let Ok(mut url) = Url::parse(address) else { return (address.to_owned(), None) };
    let password = url.password().map(plain);
    match url.set_password(None) {
        Ok(()) => (url.into(), password),
        Err(()) => (address.to_owned(), None),
    }
}

/// Undoes percent-encoding.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let digits = others.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => (bytes.push(byte), rest = &others[2..]).1,
            None => (bytes.push(*first), rest = others).1,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_taken_out_of_the_address() {
        let check = |address: &str, want: (&str, Option<&str>)| {
            let (bare, password) = apart(address);
            assert_eq!((bare.as_str(), password.as_deref()), want);
        };
        check("postgres://xw:a%40b%25@127.0.0.1/x", ("postgres://xw@127.0.0.1/x", Some("a@b%")));
        check("postgres://xw@127.0.0.1:5433/x", ("postgres://xw@127.0.0.1:5433/x", None));
        assert_eq!(plain("100%"), "100%");
    }

    #[test]
    fn a_tool_that_is_missing_or_fails_is_told() {
        assert!(matches!(run("pg_none", Command::new("pg_none")), Err(Trouble::NoTool("pg_none"))));
        let mut fails = Command::new("sh");
        fails.args(["-c", "echo no such database >&2; exit 1"]);
        assert!(matches!(run("sh", fails), Err(Trouble::Tool { said, .. }) if said == "no such database"));
    }
}
