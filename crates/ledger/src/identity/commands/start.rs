//! The first start of an empty system: its first unit and its three administrators. Clauses N4.7, N5.1.
//!
//! Does nothing where there is a person already. The first passwords are returned once, to be shown on the terminal.

use platform::audit::{self, Deed};
use platform::{Db, Error, Tx};

use super::{CHAIN, account, people, units};
use crate::UnitId;
use crate::identity::entity::unit;
use crate::identity::model::Role;
use crate::identity::store;
use platform::clock::Instant;

/// The three administrators: login, name, role.
const ADMINISTRATORS: [(&str, &str, Role); 3] = [
    ("system", "系统管理员", Role::SystemAdministrator),
    ("security", "安全管理员", Role::SecurityAdministrator),
    ("audit", "审计管理员", Role::AuditAdministrator),
];
/// What the first unit is called until a system administrator gives it its name.
const FIRST_UNIT: &str = "监管中心（请改名）";

/// A login made at the first start.
#[derive(Debug)]
pub struct FirstLogin {
    pub login: &'static str,
    pub name: &'static str,
    pub password: String,
}

/// The administrators of a system to come, with passwords that were hashed before its transaction begins.
pub struct Prepared {
    logins: Vec<FirstLogin>,
    hashes: Vec<String>,
}

impl Prepared {
    /// Their logins with the first passwords.
    pub fn logins(&self) -> &[FirstLogin] {
        &self.logins
    }
}

/// Thinks of passwords for the administrators.
pub async fn prepare() -> Result<Prepared, Error> {
    let mut prepared = Prepared { logins: Vec::new(), hashes: Vec::new() };
    for (login, name, _) in ADMINISTRATORS {
        let password = people::first_password();
        prepared.hashes.push(account::hash(password.clone()).await?);
        prepared.logins.push(FirstLogin { login, name, password });
    }
    Ok(prepared)
}

/// Makes the first unit and the administrators, if nobody is there yet.
pub async fn first_start(db: &Db, now: Instant) -> Result<Vec<FirstLogin>, Error> {
    if store::number_of_people_unscoped(db.read()).await? > 0 {
        return Ok(Vec::new());
    }
    let prepared = prepare().await?;
    let form =
        units::UnitForm { name: FIRST_UNIT.to_owned(), level: "province".to_owned(), ..Default::default() };
    let tx = db.write().await?;
    if write(&tx, &prepared, &form, None, now).await?.is_none() {
        return Ok(Vec::new());
    }
    tx.commit().await?;
    Ok(prepared.logins)
}

/// Writes the first unit and the administrators; `None` where somebody is already. A password that was not set by its
/// owner (`password_set` is `None`) must be changed at the first login.
pub async fn write(
    tx: &Tx,
    prepared: &Prepared,
    form: &units::UnitForm,
    password_set: Option<Instant>,
    now: Instant,
) -> Result<Option<unit::Model>, Error> {
    // Two processes may start at once on one database: whoever gets the lock second finds people.
    if store::number_of_people_unscoped(&**tx).await? > 0 {
        return Ok(None);
    }
    let checked = units::check(form).map_err(|faults| Error::Other(format!("first unit: {faults:?}")))?;
    let root = units::add_unscoped(tx, None, checked).await?;
    for ((login, name, role), hashed) in ADMINISTRATORS.into_iter().zip(&prepared.hashes) {
        let person = people::add_unscoped(tx, root.id, login, name, hashed.clone(), password_set).await?;
        let grants: [(UnitId, Role); 1] = [(root.id, role)];
        store::set_grants(tx, person, &grants).await?;
    }
    let deed = Deed {
        chain: CHAIN,
        at: now,
        person: None,
        who: "system",
        action: "system.first_start",
        subject: &format!("unit/{}", root.id),
        detail: "",
    };
    audit::write(tx, deed).await?;
    Ok(Some(root))
}
