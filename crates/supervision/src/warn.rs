//! What is worth an alert beside what the monitor tells: veto findings of a run, parked jobs. Clauses N2.1, N5.3.
//!
//! Decides what is said and under which key; who is told, and when, is `alert`'s.

use base::Level;
use ledger::identity::store as people;
use ledger::registry::entity::site;
use ledger::{Cx, Scope};
use platform::clock::Instant;
use platform::jobs::{self, State};
use platform::{Error, Tx};
use sea_orm::DbErr;

use crate::alert::commands::{Raise, clear, is_open, raise};
use crate::alert::model::Kind;
use crate::ids::RunId;
use crate::inspection::store::{findings, standing};

/// A run has ended by itself: new veto findings are told once a run, and the alert ends when none is left.
pub async fn run_ended(tx: &Tx, site: &site::Model, run: RunId, now: Instant) -> Result<(), DbErr> {
    let key = format!("veto-{}", site.id);
    let came = findings::vetoes_of_run(&**tx, site.id, run).await?;
    if came > 0 {
        let what = Raise {
            kind: Kind::Finding,
            site: Some(site.id),
            unit_path: site.unit_path.clone(),
            level: Level::Veto,
            title: format!("“{}”新发现 {came} 条严重问题", site.name),
            words: "巡检发现可能导致单项否决的问题，请尽快核实。".to_owned(),
            link: format!("/findings?site={}&level=veto", site.id),
            key,
        };
        return raise(tx, &what, now).await.map(|_| ());
    }
    let left = standing::of_site(&**tx, site).await?.map_or(0, |numbers| numbers.veto);
    if left == 0 {
        clear(tx, &key, now).await?;
    }
    Ok(())
}

/// Jobs that were given up; called each hour. What is told already is not told again.
pub async fn hourly(cx: &Cx) -> Result<(), Error> {
    let now = cx.now();
    let counts = jobs::counts(cx.db.read()).await?;
    let parked = counts.iter().filter(|count| count.state == State::Parked);
    let number: i64 = parked.map(|count| count.number).sum();
    let tx = cx.write().await?;
    let key = "parked-jobs";
    let open = is_open(&tx, key).await?;
    if number == 0 && open {
        clear(&tx, key, now).await?;
    } else if number > 0 && !open {
        // It concerns everybody: the highest unit's alert.
        let units = people::units(&*tx, &Scope::of(vec!["/".to_owned()])).await?;
        let top = units.iter().map(|unit| unit.path.as_str()).min_by_key(|path| path.len()).unwrap_or("/");
        let what = Raise {
            kind: Kind::Job,
            site: None,
            unit_path: top.to_owned(),
            level: Level::Fault,
            title: format!("{number} 个后台任务多次失败后被搁置"),
            words: "请系统管理员在“任务”里查看原因，排除后重新执行。".to_owned(),
            key: key.to_owned(),
            link: "/jobs?state=parked".to_owned(),
        };
        raise(&tx, &what, now).await?;
    }
    Ok(tx.commit().await?)
}
