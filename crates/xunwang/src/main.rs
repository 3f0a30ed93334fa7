//! The program: reads the command line and carries the command out. Serves N2.1, N2.4.
//!
//! Nothing is decided here.

#![deny(clippy::print_stdout, clippy::print_stderr, reason = "they panic when nobody listens; see `output`")]

use std::process::ExitCode;

use xunwang::args::{Command, Stop, parse};
use xunwang::commands;
use xunwang::exit::Exit;
use xunwang::output::{say, tell};

fn main() -> ExitCode {
    let command = match parse(std::env::args_os(), |name| std::env::var(name).ok()) {
        Ok(command) => command,
        Err(Stop::Shown(text)) => {
            say(text.trim_end());
            return Exit::Clean.into();
        }
        Err(Stop::Wrong(wrong)) => {
            tell(&wrong.to_string());
            return Exit::WrongUsage.into();
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => {
            tell(&format!("无法启动：{}", base::trouble::why(&fault)));
            return Exit::Failed.into();
        }
    };
    let exit = runtime.block_on(async {
        match command {
            Command::Sample { listen } => commands::sample::run(listen).await,
            Command::Inspect(options) => commands::inspect::run(*options).await,
            Command::Score(options) => commands::score::run(&options),
            Command::Packs { json } => commands::law::packs(json),
            Command::Rules { json } => commands::law::rules(json),
            Command::Rule { id, json } => commands::law::rule(&id, json),
            Command::Serve(options) => commands::serve::run(options).await,
            Command::AuditVerify(options) => commands::serve::audit_verify(options).await,
            Command::Backup(options) => commands::backup::make(options).await,
            Command::Restore(options) => commands::backup::restore(options).await,
            Command::Blobs(options) => commands::blobs::copy(options).await,
            Command::Doctor(options) => commands::doctor::run(options).await,
            Command::Due(options) => commands::due::run(&options),
            Command::Page { target } => commands::page::run(&target),
        }
    });
    exit.into()
}
