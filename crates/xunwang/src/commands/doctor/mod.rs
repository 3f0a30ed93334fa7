//! `xunwang doctor`: what is missing or wrong on this machine, and what to do about each. Serves N4.7.
//!
//! Looks and tells; it repairs nothing and asks no website. Of the identity provider it reads the public description.

mod kept;
mod machine;
mod provider;

use platform::db::Place;
use serde::Serialize;

use crate::args::DoctorOptions;
use crate::exit::Exit;
use crate::output::say;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Good,
    /// Works, but something useful is missing or comes to an end.
    Hint,
    /// Does not work.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// A word for programs.
    pub id: &'static str,
    pub name: &'static str,
    pub state: State,
    /// What was found.
    pub told: String,
    /// What to do; empty where nothing is to be done.
    pub advice: String,
}

impl Check {
    fn new(id: &'static str, name: &'static str, state: State, told: String, advice: &str) -> Check {
        Check { id, name, state, told, advice: advice.to_owned() }
    }

    fn good(id: &'static str, name: &'static str, told: impl Into<String>) -> Check {
        Check::new(id, name, State::Good, told.into(), "")
    }

    fn hint(id: &'static str, name: &'static str, told: impl Into<String>, advice: &str) -> Check {
        Check::new(id, name, State::Hint, told.into(), advice)
    }

    fn wrong(id: &'static str, name: &'static str, told: impl Into<String>, advice: &str) -> Check {
        Check::new(id, name, State::Wrong, told.into(), advice)
    }
}

#[derive(Serialize)]
struct Told<'a> {
    ok: bool,
    checks: &'a [Check],
}

/// Looks at everything and tells it.
pub async fn run(options: DoctorOptions) -> Exit {
    let checks = checks(&options).await;
    let ok = checks.iter().all(|check| check.state != State::Wrong);
    if options.json {
        // Plain values always become JSON.
        say(&serde_json::to_string_pretty(&Told { ok, checks: &checks }).unwrap_or_default());
    } else {
        checks.iter().for_each(|check| say(&line(check)));
        let number = |state| checks.iter().filter(|check| check.state == state).count();
        say(&format!(
            "共 {} 项：{} 项有问题，{} 项提示",
            checks.len(),
            number(State::Wrong),
            number(State::Hint)
        ));
    }
    if ok { Exit::Clean } else { Exit::Findings }
}

fn line(check: &Check) -> String {
    let mark = match check.state {
        State::Good => "正常",
        State::Hint => "提示",
        State::Wrong => "问题",
    };
    let advice = match check.advice.as_str() {
        "" => String::new(),
        advice => format!("\n      → {advice}"),
    };
    format!("[{mark}] {}：{}{advice}", check.name, check.told)
}

async fn checks(options: &DoctorOptions) -> Vec<Check> {
    let system = &options.system;
    let mut checks = vec![kept::folder(&system.data), kept::room(&system.data)];
    match Place::of(system.database.as_deref(), &system.data) {
        Ok(place) => checks.extend(kept::database(&system.data, &place, system.objects.as_ref()).await),
        Err(words) => checks.push(Check::wrong("database", "数据库", words, "请改正 --database")),
    }
    checks.extend([
        machine::port(system.listen).await,
        machine::chromium(),
        machine::fonts(),
        machine::certificates(),
        machine::scanner().await,
        machine::clock(),
    ]);
    if system.database.is_some() {
        checks.push(machine::postgres_tools());
    }
    if let Some(oidc) = &system.oidc {
        checks.push(provider::check(oidc).await);
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_and_what_to_do() {
        assert_eq!(line(&Check::good("a", "甲", "好")), "[正常] 甲：好");
        assert_eq!(line(&Check::wrong("a", "甲", "坏", "修")), "[问题] 甲：坏\n      → 修");
    }
}
