//! Login by an identity provider: a real one on loopback, the real router, both engines. Clause N4.7.

mod faults;
mod people;
mod second_factor;

use std::time::Duration;

use ledger::cx::Settings;
use ledger::identity::oidc::model::Claim;
use ledger::identity::oidc::settings::{ClientSecret, issuer, scopes};
use ledger::identity::oidc::{self, Limits};
use platform::clock::Clock as _;
use testkit::provider::{Account, Provider};

use super::world::{Answer, Visitor, World, settings};

const PUBLIC: &str = "https://console.example";
const SECRET: &str = "a secret/with+signs";
/// Where the worlds' clocks begin.
const START: i64 = 1_780_000_000;

/// A provider whose clock shows what the world's does at its start.
fn provider() -> Provider {
    Provider::start("xunwang", SECRET, START).unwrap()
}

/// How a console knows it.
fn of(provider: &Provider) -> oidc::Settings {
    oidc::Settings {
        issuer: issuer(&provider.issuer()).unwrap(),
        client: "xunwang".into(),
        secret: ClientSecret::new(SECRET.into()),
        label: oidc::settings::LABEL.into(),
        claim: Claim::LoginName,
        scopes: scopes(oidc::settings::SCOPES).unwrap(),
        trusted: false,
        public: PUBLIC.into(),
        // Long enough for a loaded machine to answer over loopback, short enough to wait for.
        limits: Limits { patience: Duration::from_secs(3), ..Limits::default() },
    }
}

fn with(oidc: oidc::Settings) -> Settings {
    Settings { public: Some(PUBLIC.into()), oidc: Some(oidc), ..settings() }
}

/// Somebody's account there.
fn account(subject: &str, login_name: &str) -> Account {
    Account { subject: subject.into(), login_name: Some(login_name.into()), ..Account::default() }
}

/// What follows a click on the button: to the provider and back, with both clocks alike.
async fn come(world: &World, provider: &Provider, visitor: &mut Visitor) -> Answer {
    provider.set_now(world.clock.now().timestamp());
    let back = way_back(provider, visitor, "/login/oidc").await;
    visitor.get(&back).await
}

/// The address to which the provider sends a browser that began at `path`.
async fn way_back(provider: &Provider, visitor: &mut Visitor, path: &str) -> String {
    let start = visitor.get(path).await;
    start.is(303);
    let back = provider.visit(&start.location).unwrap();
    back.strip_prefix(PUBLIC).expect("it leads to us").to_owned()
}

/// What the audit log holds of an action, oldest first: who, subject, detail.
async fn audited(world: &World, action: &str) -> Vec<(String, String, String)> {
    use platform::audit::audit_line::{Column, Entity};
    use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
    let lines = Entity::find().filter(Column::Action.eq(action)).order_by_asc(Column::Id);
    let lines = lines.all(world.console.cx.db.read()).await.unwrap();
    lines.into_iter().map(|line| (line.who, line.subject, line.detail)).collect()
}
