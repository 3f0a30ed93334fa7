//! A person judges findings: confirmed, false alarm with a reason and an end, or taken back. Clause N5.3.

use ledger::{Actor, Cx};
use platform::Tx;
use platform::clock::Instant;
use platform::web::form::required;
use platform::web::{Failure, Faults};
use sea_orm::Set;

use super::{JUDGES, note};
use crate::ids::FindingId;
use crate::inspection::entity::{finding, finding_event};
use crate::inspection::model::finding::{Decision, Event, State};
use crate::inspection::store::{findings, standing};

/// Findings judged at once; a page of a list holds no more.
pub const MOST: usize = 200;
/// How long a false alarm holds at most before the machine asks again: a page changes, and so does the law.
pub const LONGEST_EXCEPTION_DAYS: i64 = 366;

/// What a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Confirmed,
    FalseAlarm {
        reason: String,
        until: Instant,
    },
    /// The decision is taken back.
    Reopened,
}

/// A judgement as a form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct JudgeForm {
    pub verdict: String,
    pub reason: String,
    /// Days for which a false alarm holds.
    pub days: String,
}

/// Reads a judgement.
pub fn read(form: &JudgeForm, now: Instant) -> Result<Verdict, Faults> {
    let mut faults = Faults::default();
    let verdict = match form.verdict.as_str() {
        "confirmed" => Verdict::Confirmed,
        "reopened" => Verdict::Reopened,
        "false_alarm" => {
            let reason = required(&form.reason, "误报的理由", 500).unwrap_or_else(|words| {
                faults.field("reason", words);
                String::new()
            });
            let days = form.days.trim().parse().unwrap_or(0);
            if !(1..=LONGEST_EXCEPTION_DAYS).contains(&days) {
                faults.field("days", format!("有效天数应为 1 到 {LONGEST_EXCEPTION_DAYS} 的整数。"));
            }
            Verdict::FalseAlarm { reason, until: now + chrono::TimeDelta::days(days) }
        }
        _ => {
            faults.whole("请选择“确认”或“误报”。");
            Verdict::Reopened
        }
    };
    faults.none().map(|()| verdict)
}

/// Judges findings. Those that are gone, not in scope or already so judged are left alone. Returns how many changed.
pub async fn judge(cx: &Cx, actor: &Actor, ids: &[FindingId], verdict: &Verdict) -> Result<usize, Failure> {
    let scope = actor.scope(JUDGES);
    let now = cx.now();
    let tx = cx.write().await?;
    let mut touched = Vec::new();
    for id in ids.iter().take(MOST) {
        let Some(found) = findings::finding_in(&*tx, &scope, *id).await? else { continue };
        if let Some(change) = decided(&found, verdict, actor, now) {
            findings::change(&tx, change).await?;
            tell(&tx, *id, verdict, actor, now).await?;
            touched.push(found);
        }
    }
    let mut sites: Vec<_> = touched.iter().map(|found| (found.site_id, found.unit_path.clone())).collect();
    sites.sort();
    sites.dedup();
    for (site, path) in &sites {
        standing::recount(&tx, *site, path, None).await?;
    }
    if let Some(first) = touched.first() {
        let (action, words) = match verdict {
            Verdict::Confirmed => ("finding.confirmed", String::new()),
            Verdict::FalseAlarm { reason, .. } => ("finding.false_alarm", reason.clone()),
            Verdict::Reopened => ("finding.reopened", String::new()),
        };
        let detail = format!("{} 条{}{words}", touched.len(), if words.is_empty() { "" } else { "，" });
        note(&tx, actor, now, action, format!("finding/{}", first.id), &detail).await?;
    }
    tx.commit().await?;
    Ok(touched.len())
}

/// What a judgement changes; `None` where it changes nothing.
fn decided(
    found: &finding::Model,
    verdict: &Verdict,
    actor: &Actor,
    now: Instant,
) -> Option<finding::ActiveModel> {
    let (decision, state, until) = match verdict {
        Verdict::Confirmed => (Decision::Confirmed, State::Confirmed, None),
        Verdict::FalseAlarm { until, .. } => (Decision::FalseAlarm, State::FalseAlarm, Some(*until)),
        Verdict::Reopened => (Decision::None, State::New, None),
    };
    if found.state == State::Gone || (found.state == state && found.decision == decision) {
        return None;
    }
    let named = decision != Decision::None;
    Some(finding::ActiveModel {
        id: Set(found.id),
        state: Set(state),
        is_open: Set(state.counts()),
        decision: Set(decision),
        excepted_until: Set(until),
        decided_by: Set(if named { actor.name.clone() } else { String::new() }),
        decided_at: Set(named.then_some(now)),
        ..Default::default()
    })
}

async fn tell(tx: &Tx, id: FindingId, verdict: &Verdict, actor: &Actor, now: Instant) -> Result<(), Failure> {
    let (event, words) = match verdict {
        Verdict::Confirmed => (Event::Confirmed, String::new()),
        Verdict::FalseAlarm { reason, until } => {
            let day = platform::clock::beijing(*until).format("%Y-%m-%d");
            (Event::FalseAlarm, format!("{reason}（有效至 {day}）"))
        }
        Verdict::Reopened => (Event::Reopened, String::new()),
    };
    let event = finding_event::ActiveModel {
        finding_id: Set(id),
        at: Set(now),
        event: Set(event),
        who: Set(actor.name.clone()),
        run_id: Set(None),
        words: Set(words),
        ..Default::default()
    };
    findings::add_events(tx, vec![event]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_false_alarm_needs_a_reason_and_an_end() {
        let now = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let check = |verdict: &str, reason: &str, days: &str, want: Result<Verdict, &[&str]>| {
            let form = JudgeForm { verdict: verdict.into(), reason: reason.into(), days: days.into() };
            let got = read(&form, now).map_err(|faults| faults.fields.into_keys().collect::<Vec<_>>());
            assert_eq!(got, want.map_err(<[_]>::to_vec), "{form:?}");
        };
        check("confirmed", "", "", Ok(Verdict::Confirmed));
        let until = now + chrono::TimeDelta::days(30);
        check("false_alarm", " 引用 ", "30", Ok(Verdict::FalseAlarm { reason: "引用".into(), until }));
        check("false_alarm", "", "0", Err(&["days", "reason"]));
        check("false_alarm", "x", "367", Err(&["days"]));
        check("false_alarm", "x", "九", Err(&["days"]));
        check("", "", "", Err(&[]));
    }
}
