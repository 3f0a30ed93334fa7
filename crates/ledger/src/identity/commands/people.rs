//! People: adding, changing, granting roles, resetting what was lost. Clauses N1.1, N4.7.
//!
//! Only a security administrator does this, within his scope, and never for himself: nobody grants himself rights.

use platform::clock::Instant;
use platform::web::{Failure, Faults, Refusal, form};
use platform::{Secret, Tx};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::{account, is_duplicate, note};
use crate::identity::entity::person;
use crate::identity::model::{self, Role};
use crate::identity::oidc;
use crate::identity::oidc::model::{may_have_no_password, shown};
use crate::identity::store::{self, Which};
use crate::{Actor, Cx, PersonId, UnitId};

/// Longest login name; the shortest has two characters.
const LONGEST_LOGIN: usize = 32;
/// Longest personal name.
const LONGEST_NAME: usize = 30;
/// Why an administrator's password is always taken.
const KEEP_PASSWORD: &str = "系统、安全、审计管理员须保留密码登录：统一身份认证出故障时，要有人能进来。请先恢复此人的密码登录，或去掉管理员角色。";

/// A person as a form holds him.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PersonForm {
    pub unit: String,
    pub login: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    /// Words of roles; all hold for the person's own unit and those below.
    pub roles: Vec<String>,
}

struct Checked {
    login: String,
    name: String,
    phone: String,
    email: String,
    roles: Vec<Role>,
}

fn check(form: &PersonForm) -> Result<Checked, Faults> {
    let mut faults = Faults::default();
    let mut field = |name: &'static str, value: Result<String, String>| {
        value.unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let login = field("login", form::required(&form.login, "登录名", LONGEST_LOGIN));
    let name = field("name", form::required(&form.name, "姓名", LONGEST_NAME));
    let phone = field("phone", form::text(&form.phone, "电话", 20));
    let email = field("email", form::text(&form.email, "电子邮箱", 100));
    if !login.is_empty()
        && (login.chars().count() < 2
            || !login.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)))
    {
        faults.field("login", "登录名用 2 个以上的字母、数字或 . _ -。");
    }
    if !phone.chars().all(|c| c.is_ascii_digit() || "+- ()".contains(c)) {
        faults.field("phone", "电话只能有数字和 + - ( ) 空格。");
    }
    if !email.is_empty()
        && !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    {
        faults.field("email", "电子邮箱应是 名称@域名 的样子。");
    }
    let mut roles = Vec::new();
    for word in &form.roles {
        match Role::of(word) {
            Some(role) if !roles.contains(&role) => roles.push(role),
            Some(_) => {}
            None => faults.field("roles", format!("没有“{word}”这种角色。")),
        }
    }
    if let Err(clash) = model::go_together(&roles) {
        faults.field("roles", clash.words());
    }
    faults.none().map(|()| Checked { login, name, phone, email, roles })
}

/// Adds a person with a first password, which is returned to be handed over and must be changed at the first login.
pub async fn add(
    cx: &Cx,
    actor: &Actor,
    form: &PersonForm,
) -> Result<Result<(PersonId, String), Faults>, Failure> {
    let checked = match check(form) {
        Ok(checked) => checked,
        Err(faults) => return Ok(Err(faults)),
    };
    let first = first_password();
    let hashed = account::hash(first.clone()).await?;
    let tx = cx.write().await?;
    let unit = match form.unit.parse() {
        Ok(id) => store::unit_in(&*tx, &actor.scope(&[Role::SecurityAdministrator]), UnitId(id)).await?,
        Err(_) => None,
    };
    let Some(unit) = unit.filter(|unit| unit.closed_at.is_none()) else {
        return Ok(Err(fault("unit", "请选择您管辖范围内、未撤销的单位。")));
    };
    let detail = format!("{} {} {}", checked.login, unit.name, names(&checked.roles));
    let added = match add_unscoped(&tx, unit.id, &form.login, &checked.name, hashed, None).await {
        Err(error) if is_duplicate(&error) => {
            return Ok(Err(fault("login", "这个登录名已有人使用，请换一个。")));
        }
        other => other?,
    };
    let contact = person::ActiveModel {
        id: Set(added),
        phone: Set(checked.phone),
        email: Set(checked.email),
        ..Default::default()
    };
    store::change_person(&tx, contact).await?;
    let grants: Vec<(UnitId, Role)> = checked.roles.iter().map(|role| (unit.id, *role)).collect();
    store::set_grants(&tx, added, &grants).await?;
    note(&tx, actor, cx.now(), "person.added", &format!("person/{added}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok((added, first)))
}

/// Adds a person without an actor: the administrators at the first start, and the rehearsal province.
pub async fn add_unscoped(
    tx: &Tx,
    unit: UnitId,
    login: &str,
    name: &str,
    hashed: String,
    password_set: Option<Instant>,
) -> Result<PersonId, sea_orm::DbErr> {
    let new = person::ActiveModel {
        unit_id: Set(unit),
        login: Set(login.trim().to_owned()),
        name: Set(name.to_owned()),
        phone: Set(String::new()),
        email: Set(String::new()),
        password: Set(hashed),
        password_set_at: Set(password_set),
        failures: Set(0),
        ..Default::default()
    };
    Ok(store::add_person(tx, new).await?.id)
}

/// Changes a person's facts and roles. His login name stays: the audit log knows him by it.
pub async fn change(
    cx: &Cx,
    actor: &Actor,
    id: PersonId,
    form: &PersonForm,
) -> Result<Result<(), Faults>, Failure> {
    let tx = cx.write().await?;
    let before = load(&tx, actor, id).await?;
    let checked = match check(&PersonForm { login: before.login.clone(), ..form.clone() }) {
        Ok(checked) => checked,
        Err(faults) => return Ok(Err(faults)),
    };
    if before.only_provider && !may_have_no_password(&checked.roles) {
        return Ok(Err(fault("roles", KEEP_PASSWORD)));
    }
    let change = person::ActiveModel {
        id: Set(id),
        name: Set(checked.name.clone()),
        phone: Set(checked.phone),
        email: Set(checked.email),
        ..Default::default()
    };
    store::change_person(&tx, change).await?;
    let grants: Vec<(UnitId, Role)> = checked.roles.iter().map(|role| (before.unit_id, *role)).collect();
    store::set_grants(&tx, id, &grants).await?;
    let detail = format!("{} {}", checked.name, names(&checked.roles));
    note(&tx, actor, cx.now(), "person.changed", &format!("person/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// What a security administrator does to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A new first password; also unlocks.
    ResetPassword,
    /// The phone was lost.
    UnbindPhone,
    Unlock,
    Disable,
    Enable,
    /// His password is not taken any more: he comes by the identity provider.
    OnlyProvider,
    /// His password is taken again.
    AnyWay,
    /// The provider's account that is his is his no longer.
    ReleaseBinding,
}

/// Does it. Returns the first password after a reset.
pub async fn act(cx: &Cx, actor: &Actor, id: PersonId, deed: Deed) -> Result<Option<String>, Failure> {
    let first = (deed == Deed::ResetPassword).then(first_password);
    let hashed = match &first {
        Some(first) => Some(account::hash(first.clone()).await?),
        None => None,
    };
    let tx = cx.write().await?;
    load(&tx, actor, id).await?;
    let mut change = person::ActiveModel { id: Set(id), ..Default::default() };
    let mut detail = String::new();
    let action = match deed {
        Deed::ResetPassword => {
            change.password = Set(hashed.unwrap_or_default());
            change.password_set_at = Set(None);
            change.failures = Set(0);
            change.locked_until = Set(None);
            "password.reset"
        }
        Deed::UnbindPhone => {
            change.totp_secret = Set(None);
            change.totp_step = Set(None);
            "phone.unbound"
        }
        Deed::Unlock => {
            change.failures = Set(0);
            change.locked_until = Set(None);
            "person.unlocked"
        }
        Deed::Disable => {
            change.disabled_at = Set(Some(cx.now()));
            "person.disabled"
        }
        Deed::Enable => {
            change.disabled_at = Set(None);
            "person.enabled"
        }
        Deed::OnlyProvider => {
            let grants = store::grants_unscoped(&*tx, &[id]).await?.remove(&id).unwrap_or_default();
            let roles: Vec<Role> = grants.iter().map(|grant| grant.role).collect();
            if cx.oidc.is_none() {
                return Err(Refusal::new("没有设置统一身份认证，这样做此人就无法登录了。").into());
            }
            if !may_have_no_password(&roles) {
                return Err(Refusal::new(KEEP_PASSWORD).into());
            }
            change.only_provider = Set(true);
            "person.only_provider"
        }
        Deed::AnyWay => {
            change.only_provider = Set(false);
            "person.any_way"
        }
        Deed::ReleaseBinding => {
            let bindings = oidc::store::bindings_of_unscoped(&*tx, id).await?;
            let told =
                bindings.iter().map(|one| format!("{} {} {}", shown(&one.subject), one.told, one.issuer));
            detail = told.collect::<Vec<_>>().join("；");
            oidc::store::release(&tx, id).await?;
            "login.released"
        }
    };
    store::change_person(&tx, change).await?;
    let ends =
        [Deed::ResetPassword, Deed::UnbindPhone, Deed::Disable, Deed::OnlyProvider, Deed::ReleaseBinding];
    if ends.contains(&deed) {
        store::end_sessions(&tx, id, Which::All).await?;
    }
    note(&tx, actor, cx.now(), action, &format!("person/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(first)
}

async fn load(tx: &Tx, actor: &Actor, id: PersonId) -> Result<person::Model, Failure> {
    if id == actor.person {
        return Err(Refusal::forbidden("不能给自己授权或修改自己的账号，请由另一位安全管理员操作。").into());
    }
    let scope = actor.scope(&[Role::SecurityAdministrator]);
    store::person_in(&**tx, &scope, id).await?.ok_or(Failure::NotThere)
}

/// A first password: random, and read out over the phone without doubt about a letter.
pub fn first_password() -> String {
    /// Without 0 O 1 l I and the like.
    const CLEAR: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
    loop {
        let random = Secret::new();
        let letters: Vec<char> =
            random.reveal().bytes().take(16).map(|b| CLEAR[usize::from(b) % CLEAR.len()] as char).collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        let password = groups.join("-");
        if platform::password::judge(&password, "").is_ok() {
            return password;
        }
    }
}

fn names(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    if names.is_empty() { "没有角色".to_owned() } else { names.join("、") }
}

fn fault(field: &'static str, words: &str) -> Faults {
    let mut faults = Faults::default();
    faults.field(field, words);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_password_is_strong_and_never_the_same() {
        let (one, other) = (first_password(), first_password());
        assert_ne!(one, other);
        assert_eq!(platform::password::judge(&one, "wang"), Ok(()));
    }

    #[test]
    fn each_wrong_field_is_told() {
        let form = PersonForm {
            login: "王".into(),
            phone: "一二三".into(),
            email: "wang".into(),
            roles: vec!["leader".into(), "audit_administrator".into()],
            ..PersonForm::default()
        };
        let faults: Vec<&str> = check(&form).err().unwrap().fields.into_keys().collect();
        assert_eq!(faults, ["email", "login", "name", "phone", "roles"]);
    }
}
