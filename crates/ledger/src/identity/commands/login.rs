//! Logging in: password, code, lock-out. Clause N4.7.
//!
//! An unknown name, a wrong password and a wrong code are answered alike and take as long, so that names cannot be
//! found out.

use std::sync::OnceLock;

use platform::audit::{self, Deed};
use platform::web::pages::minute;
use platform::web::{Failure, Refusal};
use platform::{Error, Secret, password, totp};
use sea_orm::Set;

use super::CHAIN;
use crate::identity::entity::{person, session};
use crate::identity::model::{self, Shown, Standing, Try, Way};
use crate::identity::store;
use crate::{Cx, PersonId};

/// What a login form holds, and where it came from.
pub struct Attempt {
    pub login: String,
    pub password: String,
    pub code: String,
    pub visit: Visit,
}

/// Where somebody comes from.
pub struct Visit {
    /// The address of his machine, or of the proxy before us.
    pub address: String,
    /// His browser's name for itself.
    pub agent: String,
}

/// Longest text kept of a browser's name for the list of sessions.
const LONGEST_AGENT: usize = 200;

/// Tries to log in. Returns the session's secret for the cookie.
pub async fn log_in(cx: &Cx, attempt: Attempt) -> Result<Secret, Failure> {
    let now = cx.now();
    let known = store::person_of_login_unscoped(cx.db.read(), attempt.login.trim()).await?;
    let kept = known.as_ref().map(|person| person.password.clone());
    let password_fits = fits(attempt.password.clone(), kept).await?;
    let Some(known) = known else {
        tracing::info!("a login with an unknown name was refused");
        return Err(wrong().into());
    };
    let tx = cx.write().await?;
    // Read again inside the transaction: two tries at once must count as two.
    let person = store::person_unscoped(&*tx, known.id).await?.ok_or_else(|| Failure::from(wrong()))?;
    let seconds = now.timestamp().max(0) as u64;
    let step = person.totp_secret.as_ref().and_then(|secret| {
        totp::accept(secret, &attempt.code, seconds, person.totp_step.map(|s| s.max(0) as u64))
    });
    let standing = Standing {
        disabled: person.disabled_at.is_some(),
        failures: person.failures,
        locked_until: person.locked_until,
        has_second_factor: person.totp_secret.is_some(),
        only_provider: person.only_provider,
    };
    let same = person.password == known.password;
    let outcome = model::judge(
        &standing,
        Shown { password_fits: password_fits && same, code_fits: step.is_some() },
        now,
    );
    let mut change = person::ActiveModel { id: Set(person.id), ..Default::default() };
    let (action, answer) = match outcome {
        Try::In => {
            change.failures = Set(0);
            change.locked_until = Set(None);
            change.last_login_at = Set(Some(now));
            if let Some(step) = step {
                change.totp_step = Set(Some(step as i64));
            }
            store::change_person(&tx, change).await?;
            ("login.in", Ok(begin(&tx, person.id, &attempt.visit, Way::Password, "", now).await?))
        }
        Try::Wrong { failures, locked_until } => {
            change.failures = Set(failures);
            change.locked_until = Set(locked_until);
            store::change_person(&tx, change).await?;
            (if locked_until.is_some() { "login.locked" } else { "login.wrong" }, Err(wrong()))
        }
        Try::Locked { until } => {
            let words =
                format!("连续输错次数过多，账号已锁定，{} 以后再试；急用请找安全管理员解锁。", minute(until));
            ("login.while_locked", Err(Refusal::new(words)))
        }
        Try::Disabled => ("login.disabled", Err(Refusal::new("这个账号已停用，请联系安全管理员。"))),
        Try::OnlyProvider => {
            let words =
                "这个账号只能用统一身份认证登录，不用密码。请点下面的按钮；没有按钮时，请找安全管理员。";
            ("login.only_provider", Err(Refusal::new(words)))
        }
    };
    let subject = format!("person/{}", person.id);
    let deed = Deed {
        chain: CHAIN,
        at: now,
        person: Some(person.id.0),
        who: &person.login,
        action,
        subject: &subject,
        detail: &attempt.visit.address,
    };
    audit::write(&tx, deed).await?;
    tx.commit().await?;
    answer.map_err(Failure::from)
}

/// Begins a session. `hint` is what the identity provider is shown at its end.
pub(in crate::identity) async fn begin(
    tx: &platform::Tx,
    person: PersonId,
    visit: &Visit,
    way: Way,
    hint: &str,
    now: platform::clock::Instant,
) -> Result<Secret, Error> {
    let secret = Secret::new();
    let agent: String = visit.agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
    let new = session::ActiveModel {
        digest: Set(secret.digest().to_string()),
        person_id: Set(person),
        begun_at: Set(now),
        seen_at: Set(now),
        ends_at: Set(model::session_end(now, now)),
        address: Set(visit.address.clone()),
        agent: Set(agent),
        way: Set(way),
        hint: Set(hint.to_owned()),
        ..Default::default()
    };
    store::add_session(tx, new).await?;
    Ok(secret)
}

/// Checks a password off the async threads. Without a person the work is done all the same, on a hash nobody has.
pub(super) async fn fits(shown: String, kept: Option<String>) -> Result<bool, Error> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let check = move || {
        let (kept, known) = match kept {
            Some(kept) => (kept, true),
            None => (
                NOBODY.get_or_init(|| password::hash(Secret::new().reveal()).unwrap_or_default()).clone(),
                false,
            ),
        };
        password::fits(&shown, &kept) && known
    };
    tokio::task::spawn_blocking(check).await.map_err(|error| Error::Other(format!("password check: {error}")))
}

fn wrong() -> Refusal {
    Refusal::new("登录名、密码或动态码不对。绑定过手机的账号要同时填写动态码。连续输错 5 次会锁定 15 分钟。")
}
