//! Making and changing plans. Clause N2.1.

use checks::registry;
use ledger::identity::store as people;
use ledger::registry::meant;
use ledger::{Actor, Cx, UnitId};
use platform::web::form::required;
use platform::web::{Failure, Faults};
use sea_orm::Set;

use super::{JUDGES, note};
use crate::ids::PlanId;
use crate::inspection::entity::inspection_plan;
use crate::inspection::model::plan::{Choice, Reach};
use crate::inspection::model::schedule::{Every, Schedule};
use crate::inspection::store::plans;

/// Sites that a sample may draw.
const LARGEST_SAMPLE: i32 = 500;

/// A plan as a form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct PlanForm {
    pub name: String,
    pub unit: String,
    pub choice: String,
    pub site: String,
    pub sample: String,
    pub every: String,
    pub number: String,
    /// `02:00`.
    pub at: String,
    pub from: String,
    pub to: String,
    pub depth: String,
    pub pages: String,
    pub attachments: String,
    pub probes: String,
    pub anew: String,
    pub enabled: String,
    /// Rules that are wanted; none chosen means all.
    pub rules: Vec<String>,
}

/// Writes a plan. A form with faults writes nothing.
pub async fn save(
    cx: &Cx,
    actor: &Actor,
    id: Option<PlanId>,
    form: &PlanForm,
) -> Result<Result<PlanId, Faults>, Failure> {
    let scope = actor.scope(JUDGES);
    let tx = cx.write().await?;
    if let Some(id) = id {
        plans::plan_in(&*tx, &scope, id).await?.ok_or(Failure::NotThere)?;
    }
    let mut faults = Faults::default();
    let mut row = read(form, &mut faults);
    let unit = match form.unit.parse().ok().map(UnitId) {
        Some(id) => people::unit_in(&*tx, &scope, id).await?,
        None => None,
    };
    let Some(unit) = unit else {
        faults.field("unit", "请选择您管辖范围内的单位。");
        return Ok(Err(faults));
    };
    if row.choice == Set(Choice::One) {
        match meant::site(&*tx, &scope, &form.site).await? {
            Ok(site) if site.unit_path.starts_with(&unit.path) => row.site_id = Set(Some(site.id)),
            Ok(_) => faults.field("site", "这个网站不属于所选的单位或其下级。"),
            Err(words) => faults.field("site", words),
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    row.unit_id = Set(unit.id);
    row.unit_path = Set(unit.path);
    let now = cx.now();
    let enabled = row.enabled == Set(true);
    let schedule = Schedule {
        every: row.every.take().unwrap_or(Every::Never),
        number: row.number.take().unwrap_or(0),
        at: row.at_minute.take().unwrap_or(0),
    };
    row.every = Set(schedule.every);
    row.number = Set(schedule.number);
    row.at_minute = Set(schedule.at);
    row.next_at = Set(schedule.next(now).filter(|_| enabled));
    let (id, action) = match id {
        Some(id) => {
            row.id = Set(id);
            (plans::change(&tx, row).await?.id, "plan.changed")
        }
        None => {
            row.created_by = Set(actor.name.clone());
            row.created_at = Set(now);
            (plans::add(&tx, row).await?.id, "plan.added")
        }
    };
    note(&tx, actor, now, action, format!("plan/{id}"), form.name.trim()).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// Takes a plan out of the list; its runs stay.
pub async fn delete(cx: &Cx, actor: &Actor, id: PlanId) -> Result<(), Failure> {
    let tx = cx.write().await?;
    let plan = plans::plan_in(&*tx, &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    let change = inspection_plan::ActiveModel {
        id: Set(id),
        deleted_at: Set(Some(cx.now())),
        next_at: Set(None),
        ..Default::default()
    };
    plans::change(&tx, change).await?;
    note(&tx, actor, cx.now(), "plan.deleted", format!("plan/{id}"), &plan.name).await?;
    tx.commit().await?;
    Ok(())
}

/// The columns that a form alone decides.
fn read(form: &PlanForm, faults: &mut Faults) -> inspection_plan::ActiveModel {
    let name = required(&form.name, "名称", 60).unwrap_or_else(|words| {
        faults.field("name", words);
        String::new()
    });
    let choice = Choice::of(&form.choice).unwrap_or(Choice::All);
    let sample = if choice == Choice::Sample {
        number(faults, "sample", &form.sample, "抽查个数", 1..=LARGEST_SAMPLE).unwrap_or(0)
    } else {
        0
    };
    let every = Every::of(&form.every).unwrap_or(Every::Never);
    let label = match every {
        Every::Week => "星期几（1 为周一）",
        Every::Month => "几日",
        _ => "小时数",
    };
    let numbers = every.numbers();
    let each = if *numbers.end() == 0 {
        0
    } else {
        number(faults, "number", &form.number, label, numbers).unwrap_or(0)
    };
    let mut clock = |name: &'static str, text: &str| match minute(text) {
        Some(minute) => minute,
        None => {
            faults.field(name, "时刻应写成 02:00 这样，从 00:00 到 23:59。");
            0
        }
    };
    let at = clock("at", &form.at);
    let (from, to) = (clock("from", &form.from), clock("to", &form.to));
    let mut limit = |name: &'static str, text: &str, label: &str, range| match text.trim() {
        "" => None,
        text => number(faults, name, text, label, range),
    };
    let depth = limit("depth", &form.depth, "层数", 0..=100).and_then(|n| u32::try_from(n).ok());
    let pages = limit("pages", &form.pages, "页数", 1..=10_000_000).and_then(|n| u64::try_from(n).ok());
    let attachments = limit("attachments", &form.attachments, "附件数", 0..=100_000).unwrap_or(0);
    let without = if form.rules.is_empty() {
        Vec::new()
    } else {
        registry::ids()
            .filter(|id| !form.rules.iter().any(|wanted| wanted == id))
            .map(str::to_owned)
            .collect()
    };
    let reach = Reach {
        depth,
        pages,
        probes: form.probes == "1",
        anew: form.anew == "1",
        attachments: u32::try_from(attachments).unwrap_or(0),
        without,
        only: Vec::new(),
    };
    inspection_plan::ActiveModel {
        name: Set(name),
        choice: Set(choice),
        site_id: Set(None),
        sample: Set(sample),
        every: Set(every),
        number: Set(each),
        at_minute: Set(at),
        window_from: Set(from),
        window_to: Set(to),
        reach: Set(serde_json::to_value(&reach).unwrap_or_default()),
        enabled: Set(form.enabled == "1"),
        ..Default::default()
    }
}

fn number(
    faults: &mut Faults,
    name: &'static str,
    text: &str,
    label: &str,
    range: std::ops::RangeInclusive<i32>,
) -> Option<i32> {
    match text.trim().parse() {
        Ok(number) if range.contains(&number) => Some(number),
        _ => {
            faults.field(name, format!("{label}应为 {} 到 {} 的整数。", range.start(), range.end()));
            None
        }
    }
}

/// Minutes after midnight of `02:00`; nothing written is midnight.
fn minute(text: &str) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    let (hour, minute) = text.split_once([':', '：'])?;
    let (hour, minute): (i32, i32) = (hour.trim().parse().ok()?, minute.trim().parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_times_are_read_as_people_write_them() {
        let check = |text: &str, want| assert_eq!(minute(text), want, "{text}");
        check("02:00", Some(120));
        check("2：5", Some(125));
        check("23:59", Some(1439));
        check("", Some(0));
        for wrong in ["24:00", "2", "02:60", "-1:00", "两点"] {
            check(wrong, None);
        }
    }

    #[test]
    fn every_wrong_field_is_told() {
        let form = PlanForm {
            choice: "sample".into(),
            sample: "0".into(),
            every: "week".into(),
            number: "8".into(),
            at: "25:00".into(),
            pages: "x".into(),
            ..PlanForm::default()
        };
        let mut faults = Faults::default();
        read(&form, &mut faults);
        assert_eq!(
            faults.fields.keys().copied().collect::<Vec<_>>(),
            ["at", "name", "number", "pages", "sample"]
        );
    }
}
