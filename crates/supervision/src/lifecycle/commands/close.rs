//! A site whose rectification has failed is announced to be closed, and closed: redirects, archive, code and domain, and the
//! virtual site of the portal that takes its place. Clauses N2.8, N4.4.

use ledger::calendar::entity::{date, day};
use ledger::identity::store as people;
use ledger::obligation::commands::handle as clock;
use ledger::obligation::model::State as OwedState;
use ledger::obligation::store as obligations;
use ledger::registry::commands::change as registry;
use ledger::registry::entity::{facts, site};
use ledger::registry::model::{Kind, SiteFacts, home};
use ledger::registry::store as sites;
use ledger::{Actor, SiteId};
use platform::Tx;
use platform::clock::{Instant, beijing};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::handle::{DeedForm, read_day};
use crate::lifecycle::entity::suspension;
use crate::lifecycle::model::{ANNOUNCED_DAYS, Refused, lacks};

fn refused(refused: Refused) -> Failure {
    Refusal::new(refused.words()).into()
}

/// Announces the closure: only where mending was tried and has failed.
pub(super) async fn announce(
    tx: &Tx,
    row: &suspension::Model,
    change: &mut suspension::ActiveModel,
    form: &DeedForm,
    now: Instant,
) -> Result<Result<(), Faults>, Failure> {
    if !row.prefix.is_empty() {
        return Err(Refusal::new("栏目关停后由主办单位撤除，不走网站关闭的程序。").into());
    }
    if row.returned == 0 && !is_overdue(tx, row, now).await? {
        return Err(refused(Refused::NotFailed));
    }
    let mut faults = Faults::default();
    let today = day(beijing(now).date_naive());
    let least = today.plus(ANNOUNCED_DAYS);
    let until = read_day(&mut faults, "until", "公告截止日", &form.until).unwrap_or(least);
    if until < least || until > today.plus(366) {
        faults.field(
            "until",
            format!("关闭公告至少 {ANNOUNCED_DAYS} 天，截止日应在 {} 以后、一年以内。", date(least)),
        );
    }
    change.announced_on = Set(Some(date(today)));
    change.announced_until = Set(Some(date(until)));
    Ok(faults.none())
}

async fn is_overdue(tx: &Tx, row: &suspension::Model, now: Instant) -> Result<bool, Failure> {
    let Some(id) = row.obligation_id else { return Ok(false) };
    let owed = obligations::one_unscoped(&**tx, id).await?;
    Ok(owed.is_some_and(|owed| owed.state == OwedState::Open && owed.due_at.is_some_and(|due| due <= now)))
}

/// Closes it.
pub(super) async fn close(
    tx: &Tx,
    actor: &Actor,
    row: &suspension::Model,
    change: &mut suspension::ActiveModel,
    form: &DeedForm,
    now: Instant,
) -> Result<Result<(), Faults>, Failure> {
    let today = beijing(now).date_naive();
    if let Some(until) = row.announced_until.filter(|until| today <= *until) {
        return Err(refused(Refused::TooSoon(until)));
    }
    let site = sites::site_unscoped(&**tx, row.site_id).await?.ok_or(Failure::NotThere)?;
    let mut faults = Faults::default();
    let archived = required(&form.archived, "内容存档情况", 1_000).unwrap_or_else(|words| {
        faults.field("archived", words);
        String::new()
    });
    let redirect_to = match text(&form.redirect_to, "转到的网址", 500) {
        Ok(address) if address.is_empty() => address,
        Ok(address) => home(&address).unwrap_or_else(|words| {
            faults.field("redirect_to", words.replace("首页网址", "转到的网址"));
            String::new()
        }),
        Err(words) => {
            faults.field("redirect_to", words);
            String::new()
        }
    };
    let code = read_day(&mut faults, "code_cancelled", "标识码注销日期", &form.code_cancelled);
    let domain = read_day(&mut faults, "domain_cancelled", "域名注销日期", &form.domain_cancelled);
    for (name, label, given, needed) in [
        ("code_cancelled", "标识码注销日期", code, !site.code.is_empty()),
        ("domain_cancelled", "域名注销日期", domain, true),
    ] {
        match given {
            None if needed => faults.field(name, format!("请填写{label}。")),
            Some(given) if date(given) > today => faults.field(name, format!("{label}不能在今天以后。")),
            _ => {}
        }
    }
    let absorbed = match form.virtual_home.trim() {
        "" => None,
        written => match absorb(tx, actor, &site, written, now).await? {
            Ok(id) => Some(id),
            Err(words) => {
                faults.field("virtual_home", words);
                None
            }
        },
    };
    change.archived = Set(archived);
    change.redirect_to = Set(redirect_to);
    change.code_cancelled_on = Set(code.map(date));
    change.domain_cancelled_on = Set(domain.map(date));
    change.absorbed_id = Set(absorbed);
    if faults.is_empty()
        && let Some(owed) = row.obligation_id
    {
        clock::drop_it(tx, owed, now).await?;
    }
    Ok(faults.none())
}

/// Takes a department's site up into the portal above it, as a virtual site: where the register shows that all the notice's
/// preconditions hold.
async fn absorb(
    tx: &Tx,
    actor: &Actor,
    old: &site::Model,
    written: &str,
    now: Instant,
) -> Result<Result<SiteId, String>, Failure> {
    let unit = people::unit_unscoped(&**tx, old.unit_id).await?.ok_or(Failure::NotThere)?;
    let before = facts(old);
    let lacks = lacks(&before, unit.level);
    if !lacks.is_to_move() {
        let kept: Vec<&str> = lacks.all.iter().filter(|(_, holds)| !holds).map(|(name, _)| *name).collect();
        let words = match lacks.is_department {
            false => "只有部门网站并入门户网站。".to_owned(),
            true => format!("按登记不符合并入的条件：并非{}。", kept.join("、并非")),
        };
        return Ok(Err(words));
    }
    let address = match home(written) {
        Ok(address) => address,
        Err(words) => return Ok(Err(format!("{}。", words.replace("首页网址", "虚拟网站的网址")))),
    };
    let Some(portal) = portal_above(tx, unit.parent_id).await? else {
        return Ok(Err("上级单位没有登记开放的门户网站。".to_owned()));
    };
    let host = |text: &str| url::Url::parse(text).ok().and_then(|url| crawl::Scope::name_of(&url));
    let (at, own) = (host(&address).unwrap_or_default(), host(&portal.home).unwrap_or_default());
    let bare = own.strip_prefix("www.").unwrap_or(&own);
    if at != own && !at.ends_with(&format!(".{bare}")) {
        return Ok(Err(format!("虚拟网站的网址应在门户网站“{}”（{}）上。", portal.name, portal.home)));
    }
    let new = SiteFacts {
        home: address,
        hosts: String::new(),
        code: String::new(),
        kind: Kind::VirtualSite,
        opened_on: beijing(now).date_naive().to_string(),
        note: format!("由“{}”（{}）并入。", old.name, old.home),
        ..before
    };
    match registry::add_unscoped(tx, &unit, &new, &actor.name, now).await {
        Ok(id) => Ok(Ok(id)),
        Err(platform::Error::Other(_)) => Ok(Err("这个网址已经登记了别的网站。".to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// The open portal of the nearest unit above.
async fn portal_above(tx: &Tx, mut unit: Option<ledger::UnitId>) -> Result<Option<site::Model>, Failure> {
    while let Some(id) = unit {
        let portals = sites::portals_unscoped(&**tx, id).await?;
        if let Some(portal) = portals.into_iter().next() {
            return Ok(Some(portal));
        }
        unit = people::unit_unscoped(&**tx, id).await?.and_then(|unit| unit.parent_id);
    }
    Ok(None)
}
