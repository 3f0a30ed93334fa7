//! The terms of each kind: what holds, and setting others from a day on. Clauses N2.8, N3.8.
//!
//! What is open keeps the terms that it was opened with: nobody's time runs out sooner by a setting.

use base::deadline::{LONGEST, Span};
use base::workday::Day;
use platform::audit::{self, Deed};
use platform::clock::beijing;
use platform::web::form::required;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::recount::number;
use super::{CHAIN, ISSUERS};
use crate::calendar::entity::{date, day};
use crate::identity::store as people;
use crate::obligation::entity::obligation_terms;
use crate::obligation::model::{Kind, Terms};
use crate::obligation::store;
use crate::{Actor, Cx, Scope};

/// Terms as their form holds them.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct TermsForm {
    pub kind: String,
    pub from: String,
    pub limit: String,
    pub span: String,
    pub remind: String,
    pub yellow: String,
    pub red: String,
    pub basis: String,
}

/// Terms out of a row.
pub fn read(row: &obligation_terms::Model) -> Terms {
    let number = |days: i32| u32::try_from(days).unwrap_or(0);
    Terms {
        limit: number(row.limit_days),
        span: Span::of(&row.span).unwrap_or(Span::Working),
        remind: number(row.remind_days),
        yellow: number(row.yellow_days),
        red: number(row.red_days),
    }
}

/// Whether a person may set terms: they hold for the whole tree, so its highest unit's supervisors do.
pub async fn may_set(cx: &Cx, actor: &Actor) -> Result<bool, Failure> {
    let units = people::units(cx.db.read(), &Scope::of(vec!["/".to_owned()])).await?;
    let top = units.iter().map(|unit| unit.path.as_str()).min_by_key(|path| path.len());
    Ok(top.is_some_and(|top| actor.scope(ISSUERS).covers(top)))
}

/// What a form says: a kind, the day from which, the terms, and their basis.
fn checked(form: &TermsForm, today: Day) -> Result<(Kind, Day, Terms, String), Faults> {
    let mut faults = Faults::default();
    let kind = Kind::of(&form.kind);
    if kind.is_none() {
        faults.field("kind", "请选择事项种类。");
    }
    let from = Day::parse(&form.from).filter(|from| *from >= today);
    if from.is_none() {
        faults.field("from", "请填写施行日期，如 2027-01-01；不能早于今天，已经开始的事项不改。");
    }
    let span = Span::of(&form.span);
    if span.is_none() {
        faults.field("span", "请选择按工作日还是自然日计算。");
    }
    let mut days = |name: &'static str, label: &str, text: &str, most: u32| {
        let days = text.trim().parse().ok().filter(|days| *days <= most);
        if days.is_none() {
            faults.field(name, format!("{label}应为 0 到 {most} 的整数。"));
        }
        days.unwrap_or(0)
    };
    let limit = days("limit", "时限", &form.limit, LONGEST);
    let remind = days("remind", "提前提醒的天数", &form.remind, 60);
    let yellow = days("yellow", "黄牌的天数", &form.yellow, 365);
    let red = days("red", "红牌的天数", &form.red, 365);
    if red < yellow {
        faults.field("red", "红牌不能早于黄牌。");
    }
    let basis = required(&form.basis, "依据", 200).unwrap_or_else(|words| {
        faults.field("basis", words);
        String::new()
    });
    match (kind, from, span) {
        (Some(kind), Some(from), Some(span)) if faults.is_empty() => {
            Ok((kind, from, Terms { limit, span, remind, yellow, red }, basis))
        }
        _ => Err(faults),
    }
}

/// Sets the terms of a kind from a day on.
pub async fn set(cx: &Cx, actor: &Actor, form: &TermsForm) -> Result<Result<(), Faults>, Failure> {
    if !may_set(cx, actor).await? {
        return Err(Refusal::forbidden("期限标准适用于全部单位，由最上级单位的监管员设定。").into());
    }
    let now = cx.now();
    let (kind, from, terms, basis) = match checked(form, day(beijing(now).date_naive())) {
        Ok(checked) => checked,
        Err(faults) => return Ok(Err(faults)),
    };
    let tx = cx.write().await?;
    let row = obligation_terms::ActiveModel {
        limit_days: Set(number(terms.limit)),
        span: Set(terms.span.word().to_owned()),
        remind_days: Set(number(terms.remind)),
        yellow_days: Set(number(terms.yellow)),
        red_days: Set(number(terms.red)),
        basis: Set(basis.clone()),
        who: Set(actor.name.clone()),
        at: Set(now),
        ..Default::default()
    };
    store::set_terms(&tx, kind, date(from), row).await?;
    let detail = format!("{} 自 {from} 起 {}，{basis}", kind.name(), terms.words());
    let (person, who) = (Some(actor.person.0), actor.login.as_str());
    let action = "obligation.terms";
    let subject = &format!("obligation_terms/{}", kind.word());
    audit::write(&tx, Deed { chain: CHAIN, at: now, person, who, action, subject, detail: &detail }).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_told() {
        let today = Day::parse("2026-11-26").unwrap();
        let right = TermsForm {
            kind: "order".into(),
            from: "2027-01-01".into(),
            limit: "10".into(),
            span: "working".into(),
            remind: "2".into(),
            yellow: "0".into(),
            red: "5".into(),
            basis: "试〔2026〕1号".into(),
        };
        let terms = Terms { limit: 10, span: Span::Working, remind: 2, yellow: 0, red: 5 };
        let from = Day::parse("2027-01-01").unwrap();
        assert_eq!(checked(&right, today), Ok((Kind::Order, from, terms, "试〔2026〕1号".to_owned())));
        let wrong = TermsForm { from: "2026-11-25".into(), red: "x".into(), yellow: "3".into(), ..right };
        let faults = checked(&wrong, today).unwrap_err();
        assert_eq!(faults.fields.into_keys().collect::<Vec<_>>(), ["from", "red"]);
        let faults = checked(&TermsForm::default(), today).unwrap_err();
        assert_eq!(faults.fields.len(), 8);
    }
}
