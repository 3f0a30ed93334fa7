//! Somebody comes back from the identity provider: is it his login, does it hold, who is he. Clause N4.7.
//!
//! The provider is never asked inside a transaction.

use platform::Secret;
use platform::web::Failure;

use super::enter::{Arrival, enter};
use super::{Arrived, Step, Stopped, Who, note_refusal};
use crate::Cx;
use crate::identity::commands::login::Visit;
use crate::identity::oidc::entity::login_flow;
use crate::identity::oidc::model::{self, Refused};
use crate::identity::oidc::provider::Proven;
use crate::identity::oidc::trouble::{Check, Trouble};
use crate::identity::oidc::{Provider, store};

/// What his browser brings along.
#[derive(Debug, Default)]
pub struct Return {
    pub state: String,
    pub code: String,
    /// Why the provider did not log him in: a word of RFC 6749 and its own text.
    pub error: String,
    pub told: String,
    /// Which provider it says it is (RFC 9207).
    pub issuer: Option<String>,
}

/// Takes him in, or says why not.
pub async fn come_back(
    cx: &Cx,
    provider: &Provider,
    back: Return,
    browser: Option<Secret>,
    visit: &Visit,
) -> Step<Arrived> {
    let Some(flow) = own_flow(cx, provider, &back.state, browser).await? else {
        tracing::info!("a login by the identity provider came back without one that had begun");
        return Ok(Err(Stopped::Stale));
    };
    let now = cx.now();
    let proof = async {
        if !provider.is_answer_of(back.issuer.as_deref(), now).await? {
            return Err(Trouble::Unsound(Check::Issuer));
        }
        if !back.error.is_empty() || back.code.is_empty() {
            return Ok(None);
        }
        provider.prove(back.code, flow.verifier, flow.nonce, now).await.map(Some)
    };
    let proven = match proof.await {
        Ok(Some(proven)) => proven,
        Ok(None) => {
            let told = model::shown(&if back.told.is_empty() { back.error } else { back.told });
            return stop(cx, Stopped::Declined(told), visit).await;
        }
        Err(trouble) => return stop(cx, Stopped::Provider(trouble), visit).await,
    };
    recognise(cx, provider, proven, flow.next, visit).await
}

/// The login that this browser began here with this provider. It is used up by being asked for.
async fn own_flow(
    cx: &Cx,
    provider: &Provider,
    state: &str,
    browser: Option<Secret>,
) -> Result<Option<login_flow::Model>, Failure> {
    let Some(state) = Secret::sent(state) else { return Ok(None) };
    let tx = cx.write().await?;
    let flow = store::take_flow(&tx, state.digest()).await?;
    tx.commit().await?;
    let (issuer, browser) =
        (provider.settings.issuer.as_str(), browser.map(|secret| secret.digest().to_string()));
    Ok(flow.filter(|flow| {
        browser.as_ref() == Some(&flow.browser) && flow.ends_at > cx.now() && flow.issuer == issuer
    }))
}

/// Says that the login came to nothing, and writes it down.
async fn stop(cx: &Cx, stopped: Stopped, visit: &Visit) -> Step<Arrived> {
    let why = match &stopped {
        Stopped::Stale => "已失效".to_owned(),
        Stopped::Declined(told) => format!("统一身份认证未予登录：{told}"),
        Stopped::Provider(trouble) => trouble.to_string(),
        Stopped::Refused { why, .. } => why.word().to_owned(),
    };
    let tx = cx.write().await?;
    note_refusal(&tx, cx, Who::Other("未知"), &why, visit).await?;
    tx.commit().await?;
    Ok(Err(stopped))
}

/// Finds out whose the subject is or becomes, and takes him in.
async fn recognise(
    cx: &Cx,
    provider: &Provider,
    mut proven: Proven,
    next: String,
    visit: &Visit,
) -> Step<Arrived> {
    let (settings, now) = (&provider.settings, cx.now());
    let issuer = settings.issuer.as_str();
    let bound = store::binding_unscoped(cx.db.read(), issuer, &proven.vouched.subject).await?;
    let mut told = Ok(bound.as_ref().map(|bound| bound.told.clone()).unwrap_or_default());
    if bound.is_none() {
        told = model::wanted(settings.claim, &proven.vouched);
        if let Err(Refused::Untold(_)) = told {
            if let Err(trouble) = provider.ask_more(&mut proven, now).await {
                return stop(cx, Stopped::Provider(trouble), visit).await;
            }
            told = model::wanted(settings.claim, &proven.vouched);
        }
    }
    let leave = provider.leave(&proven.hint, now).await;
    let tx = cx.write().await?;
    // Asked again inside the transaction: two first logins at once must not both bind.
    let was_bound = bound.is_some();
    let bound = store::binding_unscoped(&*tx, issuer, &proven.vouched.subject).await?;
    let whose = match (&bound, &told) {
        // Released meanwhile: what the binding was called is not what the provider says now.
        (None, _) if was_bound => return Ok(Err(Stopped::Stale)),
        (Some(bound), _) => Ok(bound.person_id),
        (None, Ok(told)) => {
            let candidates = store::candidates_unscoped(&*tx, issuer, settings.claim, told).await?;
            model::bind(settings.claim, told, &candidates)
        }
        (None, Err(why)) => Err(why.clone()),
    };
    let person = match whose {
        Ok(person) => person,
        Err(why) => {
            let name = told.unwrap_or_default();
            let detail = format!("{}：{}", why.word(), model::shown(&proven.vouched.subject));
            note_refusal(&tx, cx, Who::Other(if name.is_empty() { "未知" } else { &name }), &detail, visit)
                .await?;
            tx.commit().await?;
            return Ok(Err(Stopped::Refused { why, leave }));
        }
    };
    let arrival = Arrival {
        person,
        issuer: issuer.to_owned(),
        subject: proven.vouched.subject,
        told: told.unwrap_or_default(),
        strong: proven.vouched.several_factors || settings.trusted,
        next,
        hint: proven.hint,
    };
    enter(cx, tx, arrival, visit, leave).await
}
