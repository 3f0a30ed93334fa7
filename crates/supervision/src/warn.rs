//! What is worth an alert, said by the slices that know it: incidents, certificates, veto findings, parked jobs.
//! Clauses N2.1, N5.2, N5.3.
//!
//! Decides what is said and under which key; who is told, and when, is `alert`'s.

use std::collections::HashMap;

use base::Level;
use chrono::TimeDelta;
use ledger::identity::store as people;
use ledger::registry::entity::site;
use ledger::registry::store as sites;
use ledger::{Cx, Scope};
use platform::clock::Instant;
use platform::jobs::{self, State};
use platform::web::pages::minute;
use platform::{Error, Tx};
use sea_orm::DbErr;

use crate::alert::commands::{Raise, clear, is_open, raise};
use crate::alert::model::Kind;
use crate::ids::RunId;
use crate::inspection::store::{findings, standing};
use crate::monitor::commands::Announced;
use crate::monitor::model::cause_words;

/// How long before a certificate ends it is told: what an office needs to order and install a new one.
const CERTIFICATE_WARNING: TimeDelta = TimeDelta::days(15);

/// An incident began or ended.
pub async fn incident(tx: &Tx, told: &Announced, now: Instant) -> Result<(), Error> {
    let key = format!("incident-{}", told.site);
    if !told.opened {
        clear(tx, &key, now).await?;
        return Ok(());
    }
    let Some(site) = sites::site_unscoped(&**tx, told.site).await? else { return Ok(()) };
    let what = Raise {
        kind: Kind::Unreachable,
        level: Level::Veto,
        title: format!("“{}”打不开", site.name),
        words: format!("{} 起连续两次访问失败：{}。", minute(told.at), cause_words(&told.cause)),
        link: format!("/availability/{}", site.id),
        ..of_site(&site, key)
    };
    raise(tx, &what, now).await?;
    Ok(())
}

fn of_site(site: &site::Model, key: String) -> Raise {
    Raise {
        kind: Kind::Test,
        site: Some(site.id),
        unit_path: site.unit_path.clone(),
        level: Level::Warning,
        title: String::new(),
        words: String::new(),
        key,
        link: format!("/sites/{}", site.id),
    }
}

/// A run has ended: new veto findings are told once a run, and the alert ends when none is left.
pub async fn run_ended(tx: &Tx, site: &site::Model, run: RunId, now: Instant) -> Result<(), DbErr> {
    let key = format!("veto-{}", site.id);
    let came = findings::vetoes_of_run(&**tx, site.id, run).await?;
    if came > 0 {
        let what = Raise {
            kind: Kind::Finding,
            level: Level::Veto,
            title: format!("“{}”新发现 {came} 条严重问题", site.name),
            words: "巡检发现可能导致单项否决的问题，请尽快核实。".to_owned(),
            link: format!("/findings?site={}&level=veto", site.id),
            ..of_site(site, key)
        };
        return raise(tx, &what, now).await.map(|_| ());
    }
    let left = standing::of_site(&**tx, site).await?.map_or(0, |numbers| numbers.veto);
    if left == 0 {
        clear(tx, &key, now).await?;
    }
    Ok(())
}

/// Certificates that end soon, and jobs that were given up; called each hour. What is told already is not told again.
pub async fn hourly(cx: &Cx) -> Result<(), Error> {
    certificates(cx).await?;
    parked(cx).await
}

async fn certificates(cx: &Cx) -> Result<(), Error> {
    let now = cx.now();
    let ending = crate::monitor::store::certificates_unscoped(cx.db.read()).await?;
    for (site, ends) in ending {
        let key = format!("certificate-{}", site.id);
        let tx = cx.write().await?;
        let open = is_open(&tx, &key).await?;
        if ends - now > CERTIFICATE_WARNING {
            if open {
                clear(&tx, &key, now).await?;
            }
        } else if !open {
            let over = ends <= now;
            let what = Raise {
                kind: Kind::Certificate,
                level: if over { Level::Veto } else { Level::Fault },
                title: format!("“{}”的证书{}", site.name, if over { "已过期" } else { "即将到期" }),
                words: format!("证书有效期到 {}，请更换。", minute(ends)),
                link: format!("/availability/{}", site.id),
                ..of_site(&site, key)
            };
            raise(&tx, &what, now).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn parked(cx: &Cx) -> Result<(), Error> {
    let now = cx.now();
    let counts = jobs::counts(cx.db.read()).await?;
    let parked: HashMap<&str, i64> = counts
        .iter()
        .filter(|count| count.state == State::Parked)
        .map(|count| (count.kind.as_str(), count.number))
        .collect();
    let tx = cx.write().await?;
    let key = "parked-jobs";
    let open = is_open(&tx, key).await?;
    let number: i64 = parked.values().sum();
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
