//! The screens of people and their roles, for security administrators. Clauses N1.1, N4.7.

use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::{Form, Query};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Pager};
use serde::{Deserialize, Serialize};

use crate::identity::commands::people::{self, Deed, PersonForm};
use crate::identity::commands::sessions;
use crate::identity::entity::person;
use crate::identity::model::Role;
use crate::identity::oidc;
use crate::identity::oidc::entity::login_binding;
use crate::identity::oidc::model::shown;
use crate::identity::store;
use crate::web::{Screen, download, flash};
use crate::{Access, Actor, Cx, PersonId, Routes};

const WHO: Access = Access::Roles(&[Role::SecurityAdministrator]);

pub fn routes() -> Routes {
    Routes::default()
        .get("/people", WHO, list)
        .files(["/people.csv", "/people.xlsx"], WHO, file)
        .get("/people/new", WHO, new)
        .post("/people/new", WHO, add)
        .get("/people/{id}", WHO, show)
        .post("/people/{id}", WHO, change)
        .post("/people/{id}/act", WHO, act)
        .post("/people/{id}/sessions/end", WHO, end_sessions)
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "人员、角色与账号。角色对本单位及其下级有效；系统、安全、审计三个管理员须由三人分任。";
    Screen { cx, actor: Some(actor), title, section: "/people", clause: "N1.1、N4.7", help }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    page: Option<u64>,
    rows: Option<u64>,
}

#[derive(Serialize)]
struct ListView {
    q: String,
    rows: Vec<Row>,
    pager: Pager,
    address: String,
    query: String,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    login: String,
    name: String,
    unit: String,
    roles: String,
    state: &'static str,
    last_login_at: Option<Instant>,
}

async fn rows(cx: &Cx, actor: &Actor, asked: &Asked, pager: Pager) -> Result<(Vec<Row>, Pager), Failure> {
    let scope = actor.scope(&[Role::SecurityAdministrator]);
    let (people, pager) = store::people(cx.db.read(), &scope, asked.q.trim(), pager).await?;
    let ids: Vec<PersonId> = people.iter().map(|(person, _)| person.id).collect();
    let mut grants = store::grants_unscoped(cx.db.read(), &ids).await?;
    let bound = oidc::store::bound_unscoped(cx.db.read(), &ids).await?;
    let now = cx.now();
    let rows = people.into_iter().map(|(person, unit)| {
        let roles: Vec<&str> =
            grants.remove(&person.id).unwrap_or_default().iter().map(|g| g.role.name()).collect();
        Row {
            id: person.id.0,
            state: state(&person, bound.contains(&person.id), now),
            login: person.login,
            name: person.name,
            unit,
            roles: roles.join("、"),
            last_login_at: person.last_login_at,
        }
    });
    Ok((rows.collect(), pager))
}

async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let all = Pager { page: 1, rows: download::MOST_ROWS, total: 0 };
    let (rows, _) = rows(&cx, &actor, &asked, all).await?;
    let headings = ["姓名", "登录名", "单位", "角色", "状态", "最近登录"].map(str::to_owned).to_vec();
    let rows = rows.into_iter().map(|row| {
        let last = row.last_login_at.map(minute).unwrap_or_default();
        vec![row.name, row.login, row.unit, row.roles, row.state.to_owned(), last]
    });
    kind.answer(Export { title: "人员与角色", headings, rows: rows.collect() }).await
}

async fn list(State(cx): State<Cx>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (rows, pager) = rows(&cx, &actor, &asked, Pager::asked(asked.page, asked.rows)).await?;
    let query = serde_address(&asked.q);
    let address = format!("/people?{query}");
    let view = ListView { q: asked.q.trim().to_owned(), rows, pager, address, query };
    Ok(screen(&cx, &actor, "人员与角色").show("people.html", view)?)
}

fn serde_address(q: &str) -> String {
    if q.is_empty() { String::new() } else { format!("q={}&", crate::web::encode(q)) }
}

/// `bound`: whether he comes by the identity provider, so that his password need never have been his own.
fn state(person: &person::Model, bound: bool, now: Instant) -> &'static str {
    if person.disabled_at.is_some() {
        "停用"
    } else if person.locked_until.is_some_and(|until| until > now) {
        "锁定"
    } else if person.password_set_at.is_none() && !bound {
        "待首次登录"
    } else {
        "正常"
    }
}

#[derive(Serialize)]
struct PersonView {
    id: Option<i64>,
    form: PersonForm,
    faults: Faults,
    units: Vec<(i64, String)>,
    roles: Vec<(&'static str, &'static str, bool)>,
    state: &'static str,
    has_phone: bool,
    /// Whether an identity provider is configured.
    provider: bool,
    only_provider: bool,
    bindings: Vec<BindingView>,
    /// Shown once, to be handed over.
    first_password: Option<String>,
}

/// An account of the identity provider that is this person's.
#[derive(Serialize)]
struct BindingView {
    issuer: String,
    subject: String,
    told: String,
    bound_at: Instant,
    used_at: Instant,
}

async fn view(
    cx: &Cx,
    actor: &Actor,
    id: Option<&person::Model>,
    form: PersonForm,
    faults: Faults,
) -> Result<PersonView, Failure> {
    let scope = actor.scope(&[Role::SecurityAdministrator]);
    let units = store::units(cx.db.read(), &scope).await?.into_iter().filter(|unit| unit.closed_at.is_none());
    let roles =
        Role::ALL.iter().map(|role| (role.word(), role.name(), form.roles.iter().any(|r| r == role.word())));
    let bindings = match id {
        Some(person) => oidc::store::bindings_of_unscoped(cx.db.read(), person.id).await?,
        None => Vec::new(),
    };
    Ok(PersonView {
        id: id.map(|person| person.id.0),
        faults,
        units: units.map(|unit| (unit.id.0, super::units::indented(&unit))).collect(),
        roles: roles.collect(),
        state: id.map_or("", |person| state(person, !bindings.is_empty(), cx.now())),
        has_phone: id.is_some_and(|person| person.totp_secret.is_some()),
        provider: cx.oidc.is_some(),
        only_provider: id.is_some_and(|person| person.only_provider),
        bindings: bindings.into_iter().map(binding).collect(),
        first_password: None,
        form,
    })
}

fn binding(row: login_binding::Model) -> BindingView {
    BindingView {
        issuer: row.issuer,
        subject: shown(&row.subject),
        told: row.told,
        bound_at: row.bound_at,
        used_at: row.used_at,
    }
}

async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let view = view(&cx, &actor, None, PersonForm::default(), Faults::default()).await?;
    Ok(screen(&cx, &actor, "新增人员").show("person.html", view)?)
}

async fn add(State(cx): State<Cx>, actor: Actor, Form(form): Form<PersonForm>) -> Result<Response, Failure> {
    match people::add(&cx, &actor, &form).await? {
        Err(faults) => {
            let view = view(&cx, &actor, None, form, faults).await?;
            Ok(screen(&cx, &actor, "新增人员").show("person.html", view)?)
        }
        Ok((id, first)) => with_first_password(&cx, &actor, id, first).await,
    }
}

/// The first password is shown in the answer itself: it must stand in no address and in no cookie.
async fn with_first_password(
    cx: &Cx,
    actor: &Actor,
    id: PersonId,
    first: String,
) -> Result<Response, Failure> {
    let (person, form) = load(cx, actor, id).await?;
    let view = PersonView {
        first_password: Some(first),
        ..view(cx, actor, Some(&person), form, Faults::default()).await?
    };
    Ok(screen(cx, actor, &person.name).show("person.html", view)?)
}

async fn load(cx: &Cx, actor: &Actor, id: PersonId) -> Result<(person::Model, PersonForm), Failure> {
    let scope = actor.scope(&[Role::SecurityAdministrator]);
    let person = store::person_in(cx.db.read(), &scope, id).await?.ok_or(Failure::NotThere)?;
    let grants = store::grants_unscoped(cx.db.read(), &[id]).await?.remove(&id).unwrap_or_default();
    let form = PersonForm {
        unit: person.unit_id.to_string(),
        login: person.login.clone(),
        name: person.name.clone(),
        phone: person.phone.clone(),
        email: person.email.clone(),
        roles: grants.iter().map(|grant| grant.role.word().to_owned()).collect(),
    };
    Ok((person, form))
}

async fn show(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    let (person, form) = load(&cx, &actor, PersonId(id)).await?;
    let view = view(&cx, &actor, Some(&person), form, Faults::default()).await?;
    Ok(screen(&cx, &actor, &person.name).show("person.html", view)?)
}

async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<PersonForm>,
) -> Result<Response, Failure> {
    match people::change(&cx, &actor, PersonId(id), &form).await? {
        Ok(()) => Ok(flash("已保存。", &format!("/people/{id}"))),
        Err(faults) => {
            let (person, _) = load(&cx, &actor, PersonId(id)).await?;
            let form = PersonForm { login: person.login.clone(), unit: person.unit_id.to_string(), ..form };
            let view = view(&cx, &actor, Some(&person), form, faults).await?;
            Ok(screen(&cx, &actor, &person.name).show("person.html", view)?)
        }
    }
}

#[derive(Deserialize)]
struct ActForm {
    deed: Deed,
}

async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<ActForm>,
) -> Result<Response, Failure> {
    match people::act(&cx, &actor, PersonId(id), form.deed).await? {
        Some(first) => with_first_password(&cx, &actor, PersonId(id), first).await,
        None => Ok(flash("已完成。", &format!("/people/{id}"))),
    }
}

async fn end_sessions(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    let ended = sessions::end_all_of(&cx, &actor, PersonId(id)).await?;
    Ok(flash(&format!("已让此人退出 {ended} 台设备上的登录。"), &format!("/people/{id}")))
}
