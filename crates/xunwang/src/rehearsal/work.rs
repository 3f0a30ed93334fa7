//! What the rehearsal's supervisor has done when one comes in: a plan for the week, an order, rosters, and some first
//! inspections. Clauses N2.1, N5.3.
//!
//! Made by the commands behind the forms; the inspections begin as soon as the worker does.

use ledger::identity::store as people;
use ledger::ids::SessionId;
use ledger::obligation::commands::open::{self, OrderForm};
use ledger::registry::store as sites;
use ledger::{Actor, Cx};
use platform::Error;
use platform::web::Failure;
use supervision::inspection::commands::plans::{self, PlanForm};
use supervision::inspection::commands::runs;
use supervision::inspection::model::plan::Reach;
use supervision::reading::commands::roster::{self, RosterForm};
use supervision::reading::model::Kind;

/// Who has done it.
const SUPERVISOR: &str = "jianguan";
/// Sites that are inspected at once: small ones with faults of many kinds, and a sound one.
const FIRST: [&str; 4] = ["青禾县人民政府", "云溪县人民政府", "竹园区人民政府", "青湖省人民政府"];

/// Who is ordered to do something.
const OWING: &str = "北山市人民政府";

/// Makes the plan, orders something and starts the first inspections; called once, after the province was written.
pub async fn begin(cx: &Cx) -> Result<(), Error> {
    let actor = supervisor(cx).await?;
    let form = PlanForm {
        name: "全省每周巡检".to_owned(),
        unit: actor.unit.to_string(),
        choice: "all".to_owned(),
        every: "week".to_owned(),
        number: "6".to_owned(),
        at: "22:00".to_owned(),
        from: "22:00".to_owned(),
        to: "06:00".to_owned(),
        attachments: "20".to_owned(),
        enabled: "1".to_owned(),
        ..PlanForm::default()
    };
    let planned = plans::save(cx, &actor, None, &form).await.map_err(refused)?;
    planned.map_err(|faults| Error::Other(format!("rehearsal plan: {faults:?}")))?;
    let unit = people::units(cx.db.read(), &actor.sees()).await?.into_iter().find(|unit| unit.name == OWING);
    let form = OrderForm {
        title: "补齐网站责任人和备案信息的登记".to_owned(),
        words: "登记缺项的网站，请逐个补齐分管领导、专职人员和备案号。".to_owned(),
        unit: unit.map(|unit| unit.id.to_string()).unwrap_or_default(),
        clause: "N1.1".to_owned(),
        limit: "10".to_owned(),
        ..OrderForm::default()
    };
    let ordered = open::order(cx, &actor, &form).await.map_err(refused)?;
    ordered.map_err(|faults| Error::Other(format!("rehearsal order: {faults:?}")))?;
    rosters(cx, &actor).await?;
    for site in sites::keys_unscoped(cx.db.read()).await? {
        if FIRST.contains(&site.name.as_str()) {
            runs::start(cx, &actor, site.id, &Reach::usual()).await.map_err(refused)?;
        }
    }
    Ok(())
}

/// Who reads on duty and on patrol: one roster each for the whole province.
async fn rosters(cx: &Cx, actor: &Actor) -> Result<(), Error> {
    for (name, kind, reader, sites) in
        [("省政府网站值班读网", Kind::Duty, "duwang", "2"), ("全省网站巡读", Kind::Patrol, "xunjian", "8")]
    {
        let person = people::person_of_login_unscoped(cx.db.read(), reader).await?;
        let form = RosterForm {
            name: name.to_owned(),
            kind: kind.word().to_owned(),
            pages: "4".to_owned(),
            sites: sites.to_owned(),
            member: person.map(|person| person.id.0).into_iter().collect(),
            ..RosterForm::usual(actor.unit)
        };
        let made = roster::save(cx, actor, None, &form).await.map_err(refused)?;
        made.map_err(|faults| Error::Other(format!("rehearsal roster: {faults:?}")))?;
    }
    Ok(())
}

/// The supervisor as if he had logged in.
async fn supervisor(cx: &Cx) -> Result<Actor, Error> {
    let db = cx.db.read();
    let gone = || Error::Other(format!("rehearsal: no {SUPERVISOR}"));
    let person = people::person_of_login_unscoped(db, SUPERVISOR).await?.ok_or_else(gone)?;
    let unit = people::unit_unscoped(db, person.unit_id).await?.ok_or_else(gone)?;
    let grants = people::grants_unscoped(db, &[person.id]).await?.remove(&person.id).unwrap_or_default();
    Ok(Actor {
        person: person.id,
        login: person.login,
        name: person.name,
        unit: unit.id,
        unit_name: unit.name,
        grants,
        session: SessionId(0),
        must: None,
    })
}

fn refused(failure: Failure) -> Error {
    match failure {
        Failure::Internal(error) => error,
        other => Error::Other(format!("rehearsal: {other:?}")),
    }
}
