//! The first start of an empty system: its first unit and its three administrators. Clauses N4.7, N5.1.
//!
//! Does nothing where there is a person already. The first passwords are returned once, to be shown on the terminal.

use platform::audit::{self, Deed};
use platform::{Db, Error};

use super::{CHAIN, account, people, units};
use crate::UnitId;
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

/// Makes the first unit and the administrators, if nobody is there yet.
pub async fn first_start(db: &Db, now: Instant) -> Result<Vec<FirstLogin>, Error> {
    if store::number_of_people_unscoped(db.read()).await? > 0 {
        return Ok(Vec::new());
    }
    let mut logins = Vec::new();
    for (login, name, _) in ADMINISTRATORS {
        logins.push(FirstLogin { login, name, password: people::first_password() });
    }
    let mut hashes = Vec::new();
    for login in &logins {
        hashes.push(account::hash(login.password.clone()).await?);
    }
    let tx = db.write().await?;
    // Two processes may start at once on one database: whoever gets the lock second finds people.
    if store::number_of_people_unscoped(&*tx).await? > 0 {
        return Ok(Vec::new());
    }
    let form =
        units::UnitForm { name: FIRST_UNIT.to_owned(), level: "province".to_owned(), ..Default::default() };
    let checked = units::check(&form).map_err(|faults| Error::Other(format!("first unit: {faults:?}")))?;
    let root = units::add_unscoped(&tx, None, checked).await?;
    for ((login, name, role), hashed) in ADMINISTRATORS.into_iter().zip(hashes) {
        let person = people::add_unscoped(&tx, root.id, login, name, hashed, None).await?;
        let grants: [(UnitId, Role); 1] = [(root.id, role)];
        store::set_grants(&tx, person, &grants).await?;
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
    audit::write(&tx, deed).await?;
    tx.commit().await?;
    Ok(logins)
}
