//! Writes the rehearsal's province into a system that has nobody yet. Clauses N1.1, N4.1, N5.1.
//!
//! All in one transaction, by the commands that forms use. A system with people in it is left as it is.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use ledger::Cx;
use ledger::identity::commands::{account, people, start, units as unit_commands};
use ledger::identity::entity::UnitLevel;
use ledger::identity::store;
use ledger::registry::commands::change;
use ledger::registry::model::{Hosting, Kind, SiteFacts};
use platform::clock::Instant;
use platform::{Error, Tx};

use super::group::face;
use super::pages;
use super::province::{PEOPLE, Unit, units};

/// The file in the data folder that keeps the logins.
pub const LOGINS: &str = "rehearsal-logins.txt";

/// A login of the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub login: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub unit: String,
    pub password: String,
}

impl Login {
    /// As a line for a terminal.
    pub fn line(&self) -> String {
        format!("  {}　登录名 {}　密码 {}　{}", self.role, self.login, self.password, self.unit)
    }
}

/// Writes the province with these home pages, in the order of [`units`]; `None` where somebody is already.
///
/// The logins are written into the data folder, readable by its owner only, before anything can use them.
pub async fn seed(cx: &Cx, data: &Path, homes: &[String]) -> Result<Option<Vec<Login>>, Error> {
    if store::number_of_people_unscoped(cx.db.read()).await? > 0 {
        return Ok(None);
    }
    let units = units();
    let prepared = start::prepare().await?;
    let mut passwords = Vec::new();
    for _ in PEOPLE {
        let password = people::first_password();
        passwords.push((account::hash(password.clone()).await?, password));
    }
    let now = cx.now();
    let tx = cx.write().await?;
    let Some(root) = start::write(&tx, &prepared, &form(&units[0]), Some(now), now).await? else {
        return Ok(None);
    };
    let mut rows = vec![root];
    for unit in &units[1..] {
        let checked = unit_commands::check(&form(unit));
        let checked = checked.map_err(|faults| Error::Other(format!("rehearsal unit: {faults:?}")))?;
        rows.push(unit_commands::add_unscoped(&tx, Some(&rows[unit.above]), checked).await?);
    }
    for (at, (unit, home)) in units.iter().zip(homes).enumerate() {
        change::add_unscoped(&tx, &rows[at], &facts(at, &units, unit, home, now), "示例数据", now).await?;
    }
    let mut logins: Vec<Login> = prepared
        .logins()
        .iter()
        .map(|first| Login {
            login: first.login,
            name: first.name,
            role: first.name,
            unit: units[0].name.clone(),
            password: first.password.clone(),
        })
        .collect();
    for (person, (hashed, password)) in PEOPLE.iter().zip(passwords) {
        let unit = rows.iter().find(|row| row.name == person.unit);
        let unit = unit.ok_or_else(|| Error::Other(format!("rehearsal person: no unit {}", person.unit)))?;
        let id = people::add_unscoped(&tx, unit.id, person.login, person.name, hashed, Some(now)).await?;
        store::set_grants(&tx, id, &[(unit.id, person.role)]).await?;
        logins.push(Login {
            login: person.login,
            name: person.name,
            role: person.role.name(),
            unit: unit.name.clone(),
            password,
        });
    }
    told(&tx, now).await?;
    keep(data, &logins)?;
    tx.commit().await?;
    Ok(Some(logins))
}

async fn told(tx: &Tx, now: Instant) -> Result<(), Error> {
    let deed = platform::audit::Deed {
        chain: "identity",
        at: now,
        person: None,
        who: "system",
        action: "system.rehearsed",
        subject: "unit/1",
        detail: "",
    };
    Ok(platform::audit::write(tx, deed).await?)
}

fn keep(data: &Path, logins: &[Login]) -> Result<(), Error> {
    let path = data.join(LOGINS);
    let written = || {
        let mut file =
            std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&path)?;
        let lines: String = logins.iter().map(|login| login.line() + "\n").collect();
        file.write_all(lines.as_bytes())
    };
    written()
        .map_err(|fault| Error::Other(format!("{} 写不进去：{}", path.display(), base::trouble::why(&fault))))
}

fn form(unit: &Unit) -> unit_commands::UnitForm {
    unit_commands::UnitForm {
        name: unit.name.clone(),
        level: unit.level.word().to_owned(),
        division: unit.division.to_owned(),
        ..Default::default()
    }
}

/// What the register says of a unit's site: most is complete, some lacks what N1.1 and N4 want, one is hosted where it
/// must not be.
fn facts(at: usize, units: &[Unit], unit: &Unit, home: &str, now: Instant) -> SiteFacts {
    let face = face(at, unit, 0);
    let above = &units[unit.above].name;
    let is_government = unit.level != UnitLevel::Department;
    let complete = at % 6 != 5;
    SiteFacts {
        name: face.name.clone(),
        code: face.code,
        home: home.to_owned(),
        kind: match (is_government, at % 13) {
            (true, _) => Kind::Portal,
            (false, 12) => Kind::VirtualSite,
            (false, _) => Kind::SubSite,
        },
        supervising_unit: format!("{}办公厅", units[0].name),
        operating_unit: format!("{above}信息中心"),
        leader: if complete { "分管领导甲".to_owned() } else { String::new() },
        leader_phone: if complete { format!("0990-9{at:06}") } else { String::new() },
        staff: "专职人员乙".to_owned(),
        staff_phone: format!("0990-8{at:06}"),
        hosting: match at % 10 {
            _ if is_government => Hosting::OwnRoom,
            3 => Hosting::GovernmentCloud,
            7 => Hosting::Commercial,
            9 => Hosting::Unknown,
            _ => Hosting::PortalRoom,
        },
        icp: face.icp,
        police: if complete { face.police } else { String::new() },
        protection: if is_government { 3 } else { 2 },
        opened_on: pages::opened(at, pages::day(now)),
        interval_minutes: 5,
        ..SiteFacts::default()
    }
}
