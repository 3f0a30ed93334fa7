//! The screens of one's own account: password, phone, sessions. Clause N4.7.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use platform::clock::Instant;
use platform::totp;
use platform::web::{Failure, Faults, Refusal};
use serde::{Deserialize, Serialize};

use crate::identity::commands::{account, sessions};
use crate::identity::model::Must;
use crate::identity::oidc;
use crate::identity::store;
use crate::ids::SessionId;
use crate::web::{Screen, flash};
use crate::{Access, Actor, Cx, Routes};

pub fn routes() -> Routes {
    Routes::default()
        .get("/account", Access::Person, show)
        .get("/account/password", Access::Person, password_form)
        .post("/account/password", Access::Person, change_password)
        .get("/account/phone", Access::Person, phone_form)
        .post("/account/phone", Access::Person, bind_phone)
        .post("/account/sessions/end", Access::Person, end_session)
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "本人的密码、手机动态码和登录设备。";
    Screen { cx, actor: Some(actor), title, section: "/account", clause: "N4.7", help }
}

#[derive(Serialize)]
struct AccountView {
    login: String,
    password_set_at: Option<Instant>,
    has_phone: bool,
    only_provider: bool,
    /// What the identity provider called him when he was bound.
    bound: Option<String>,
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
struct SessionView {
    id: i64,
    here: bool,
    begun_at: Instant,
    seen_at: Instant,
    address: String,
    device: String,
}

async fn show(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let person = store::person_unscoped(cx.db.read(), actor.person).await?.ok_or(Failure::NotThere)?;
    let bindings = oidc::store::bindings_of_unscoped(cx.db.read(), actor.person).await?;
    let sessions = store::sessions(cx.db.read(), actor.person, cx.now()).await?;
    let rows = sessions.into_iter().map(|session| SessionView {
        id: session.id.0,
        here: session.id == actor.session,
        begun_at: session.begun_at,
        seen_at: session.seen_at,
        address: session.address,
        device: super::device::name(&session.agent),
    });
    let view = AccountView {
        login: person.login,
        password_set_at: person.password_set_at,
        has_phone: person.totp_secret.is_some(),
        only_provider: person.only_provider,
        bound: bindings.into_iter().next().map(|binding| binding.told),
        sessions: rows.collect(),
    };
    Ok(screen(&cx, &actor, "我的账号").show("account.html", view)?)
}

#[derive(Serialize)]
struct PasswordView {
    faults: Faults,
    must: bool,
}

async fn password_form(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let view = PasswordView { faults: Faults::default(), must: actor.must == Some(Must::ChangePassword) };
    Ok(screen(&cx, &actor, "修改密码").show("password.html", view)?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    old: String,
    new: String,
    again: String,
}

async fn change_password(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    match account::change_password(&cx, &actor, &form.old, &form.new, &form.again).await? {
        Ok(()) => Ok(flash("密码已修改，其他设备上的登录已退出。", "/")),
        Err(faults) => {
            let view = PasswordView { faults, must: actor.must == Some(Must::ChangePassword) };
            Ok(screen(&cx, &actor, "修改密码").show("password.html", view)?)
        }
    }
}

#[derive(Serialize)]
struct PhoneView {
    faults: Faults,
    must: bool,
    secret: String,
    letters: String,
    square: String,
}

async fn phone_form(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    phone(&cx, &actor, account::new_phone_secret(), Faults::default())
}

fn phone(cx: &Cx, actor: &Actor, secret: String, faults: Faults) -> Result<Response, Failure> {
    let Some(bytes) = account::read_secret(&secret) else {
        return Err(Refusal::new("绑定页面已失效，请重新打开。").into());
    };
    let address = totp::address(&bytes, &actor.login).unwrap_or_default();
    let square = qrcode::QrCode::new(address.as_bytes())
        .map(|code| code.render::<qrcode::render::svg::Color>().min_dimensions(200, 200).build());
    let view = PhoneView {
        faults,
        must: actor.must == Some(Must::BindPhone),
        secret,
        letters: address
            .split(['?', '&'])
            .find_map(|part| part.strip_prefix("secret="))
            .unwrap_or_default()
            .to_owned(),
        square: square.unwrap_or_default(),
    };
    Ok(screen(cx, actor, "绑定手机动态码").show("phone.html", view)?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PhoneForm {
    secret: String,
    code: String,
}

async fn bind_phone(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<PhoneForm>,
) -> Result<Response, Failure> {
    match account::bind_phone(&cx, &actor, &form.secret, &form.code).await? {
        Ok(()) => Ok(flash("手机动态码已绑定，下次登录时要同时填写动态码。", "/")),
        Err(faults) => phone(&cx, &actor, form.secret, faults),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EndForm {
    session: Option<i64>,
}

async fn end_session(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<EndForm>,
) -> Result<Response, Failure> {
    let ended = sessions::end_own(&cx, &actor, form.session.map(SessionId)).await?;
    Ok(flash(&format!("已退出 {ended} 台设备上的登录。"), "/account"))
}
