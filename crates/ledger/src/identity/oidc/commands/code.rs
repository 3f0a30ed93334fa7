//! The phone's code after a login at the provider that showed one factor only. Clause N4.7.
//!
//! Wrong codes count as wrong passwords do, and lock the account after as many.

use platform::{Error, Secret, totp};
use sea_orm::Set;

use super::enter::{Arrival, complete, refuse, standing};
use super::{Arrived, Step, Stopped, Who, note_refusal};
use crate::Cx;
use crate::identity::commands::login::Visit;
use crate::identity::entity::person;
use crate::identity::model::{self as account, Shown, Try, Way};
use crate::identity::oidc::Provider;
use crate::identity::oidc::model::Refused;
use crate::identity::oidc::store;
use crate::identity::store as people;

/// Whether somebody's code is waited for in the browser with this secret.
pub async fn is_waiting(cx: &Cx, browser: Option<&Secret>) -> Result<bool, Error> {
    let Some(browser) = browser else { return Ok(false) };
    Ok(store::waiting_unscoped(cx.db.read(), browser.digest(), cx.now()).await?.is_some())
}

/// Takes him in if the code is right.
pub async fn enter_code(
    cx: &Cx,
    provider: &Provider,
    browser: Option<Secret>,
    code: &str,
    visit: &Visit,
) -> Step<Arrived> {
    let now = cx.now();
    let Some(browser) = browser else { return Ok(Err(Stopped::Stale)) };
    let tx = cx.write().await?;
    let waiting = store::waiting_unscoped(&*tx, browser.digest(), now).await?;
    let waiting = waiting.filter(|waiting| waiting.issuer == provider.settings.issuer.as_str());
    let Some(waiting) = waiting else { return Ok(Err(Stopped::Stale)) };
    let Some(person) = people::person_unscoped(&*tx, waiting.person_id).await? else {
        return Ok(Err(Stopped::Stale));
    };
    let seconds = now.timestamp().max(0) as u64;
    let step = person.totp_secret.as_ref().and_then(|secret| {
        totp::accept(secret, code, seconds, person.totp_step.map(|step| step.max(0) as u64))
    });
    let shown = Shown { password_fits: true, code_fits: step.is_some() };
    let mut change = person::ActiveModel { id: Set(person.id), ..Default::default() };
    match account::judge(&standing(&person), shown, now) {
        Try::In => {
            if !store::end_waiting(&tx, &waiting).await? {
                return Ok(Err(Stopped::Stale));
            }
            if let Some(step) = step {
                change.totp_step = Set(Some(step as i64));
                people::change_person(&tx, change).await?;
            }
            let arrival = Arrival {
                person: person.id,
                issuer: waiting.issuer,
                subject: waiting.subject,
                told: waiting.told,
                strong: false,
                next: waiting.next,
                hint: waiting.hint,
            };
            complete(cx, tx, arrival, &person, Way::Provider, visit).await
        }
        Try::Wrong { failures, locked_until } => {
            change.failures = Set(failures);
            change.locked_until = Set(locked_until);
            people::change_person(&tx, change).await?;
            let why = locked_until.map_or(Refused::Code, Refused::Locked);
            let word = if locked_until.is_some() { "动态码不对，账号锁定" } else { why.word() };
            note_refusal(&tx, cx, Who::Person(&person), word, visit).await?;
            tx.commit().await?;
            Ok(Err(Stopped::Refused { why, leave: None }))
        }
        Try::Locked { until } => refuse(cx, tx, &person, Refused::Locked(until), visit, None).await,
        Try::Disabled | Try::OnlyProvider => refuse(cx, tx, &person, Refused::Disabled, visit, None).await,
    }
}
