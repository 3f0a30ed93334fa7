//! The program: reads the command line and carries the command out. Serves N2.1, N2.4.
//!
//! Nothing is decided here.

use std::process::ExitCode;

use xunwang::args::{Command, Stop, parse};
use xunwang::exit::Exit;

fn main() -> ExitCode {
    let command = match parse(std::env::args_os(), |name| std::env::var(name).ok()) {
        Ok(command) => command,
        Err(Stop::Shown(text)) => {
            print!("{text}");
            return Exit::Clean.into();
        }
        Err(Stop::Wrong(wrong)) => {
            eprintln!("{wrong}");
            return Exit::WrongUsage.into();
        }
    };
    match command {
        Command::Inspect(_) | Command::Page { .. } | Command::Sample { .. } => {
            eprintln!("这一版还没有接入巡检引擎");
            Exit::Failed.into()
        }
    }
}
