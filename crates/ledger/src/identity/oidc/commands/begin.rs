//! Sends somebody to the identity provider. Clause N4.7.

use platform::Secret;
use sea_orm::Set;

use super::{Step, Stopped};
use crate::Cx;
use crate::identity::oidc::Provider;
use crate::identity::oidc::entity::login_flow;
use crate::identity::oidc::{model, store};

/// Begins a login: where to send him, and the secret for his browser's cookie, which the answer must come with. `next`
/// is a path of ours.
pub async fn begin(cx: &Cx, provider: &Provider, next: &str) -> Step<(String, Secret)> {
    let now = cx.now();
    let (state, browser) = (Secret::new(), Secret::new());
    let begun = match provider.begin(state.reveal().to_owned(), now).await {
        Ok(begun) => begun,
        Err(trouble) => return Ok(Err(Stopped::Provider(trouble))),
    };
    let tx = cx.write().await?;
    let flow = login_flow::ActiveModel {
        state: Set(state.digest().to_string()),
        browser: Set(browser.digest().to_string()),
        issuer: Set(provider.settings.issuer.to_string()),
        nonce: Set(begun.nonce),
        verifier: Set(begun.verifier),
        next: Set(model::bounded(next).to_owned()),
        ends_at: Set(now + model::FLOW),
        ..Default::default()
    };
    store::add_flow(&tx, flow, now).await?;
    tx.commit().await?;
    Ok(Ok((begun.address, browser)))
}
