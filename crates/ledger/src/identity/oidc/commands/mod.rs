//! What happens when somebody comes by the identity provider, each step with its audit line. Clause N4.7.
//!
//! ```text
//! begin ──▶ (the provider) ──▶ come_back ──▶ in
//!                                  └──▶ a code is waited for ──▶ enter_code ──▶ in
//! ```

mod arrive;
mod begin;
mod code;
mod enter;

pub use arrive::{Return, come_back};
pub use begin::begin;
pub use code::{enter_code, is_waiting};

use platform::audit::{self, Deed};
use platform::web::Failure;
use platform::{Error, Secret, Tx};

use super::model::Refused;
use super::trouble::Trouble;
use crate::identity::commands::CHAIN;
use crate::identity::commands::login::Visit;
use crate::identity::entity::person;
use crate::{Actor, Cx};

/// How far somebody came.
pub enum Arrived {
    /// In: the session's secret, and where he wanted to go.
    In { secret: Secret, next: String },
    /// His phone's code is waited for, in the browser with this secret.
    Code { secret: Secret },
}

/// Why somebody did not come in.
#[derive(Debug)]
pub enum Stopped {
    /// The login is over, was used, or began in another browser.
    Stale,
    /// The provider sent him back without having logged him in.
    Declined(String),
    Provider(Trouble),
    /// We know who he is, or at least who the provider says he is, and he does not come in. `leave` is where he leaves
    /// the provider, to come again as somebody else.
    Refused {
        why: Refused,
        leave: Option<String>,
    },
}

/// An internal failure is neither: the outer result.
pub type Step<T> = Result<Result<T, Stopped>, Failure>;

/// Where an actor leaves the provider after he left us, if he came by it and it has such a place.
pub async fn leave(cx: &Cx, actor: &Actor) -> Result<Option<String>, Error> {
    use crate::identity::model::Way;
    let Some(provider) = &cx.oidc else { return Ok(None) };
    match super::store::begun_by_unscoped(cx.db.read(), actor.session).await? {
        Some((Way::Provider | Way::ProviderStrong, hint)) => Ok(provider.leave(&hint, cx.now()).await),
        Some((Way::Password, _)) | None => Ok(None),
    }
}

/// Who is told of in the audit log.
enum Who<'a> {
    Person(&'a person::Model),
    /// What the provider calls him; empty where even that is not known.
    Other(&'a str),
}

/// Writes the audit line of a login that came to nothing.
async fn note_refusal(tx: &Tx, cx: &Cx, who: Who<'_>, why: &str, visit: &Visit) -> Result<(), Error> {
    let (person, who, subject) = match who {
        Who::Person(person) => (Some(person.id.0), person.login.as_str(), format!("person/{}", person.id)),
        Who::Other(told) => (None, told, "provider/login".to_owned()),
    };
    let detail = format!("{} {why}", visit.address);
    let deed = Deed {
        chain: CHAIN,
        at: cx.now(),
        person,
        who,
        action: "login.provider_refused",
        subject: &subject,
        detail: detail.trim(),
    };
    Ok(audit::write(tx, deed).await?)
}
