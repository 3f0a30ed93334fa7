//! What persons do with a suspension: decide, report, check, reopen, withdraw, file a document. Clause N2.8.

use base::deadline::LONGEST;
use base::workday::Day;
use ledger::calendar::entity::{date, day};
use ledger::identity::store as people;
use ledger::obligation::commands::handle as clock;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::{Event as Owed, Kind};
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::web::keep;
use ledger::{Actor, Cx};
use platform::Tx;
use platform::clock::{Instant, beijing};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::{DECIDERS, MENDERS, close, happened, tell_register};
use crate::lifecycle::entity::suspension;
use crate::lifecycle::model::{Event, Refused, State, after};
use crate::lifecycle::store;

/// Days between the decision and its day at most: a notice, not a threat.
const LONGEST_NOTICE: i32 = 60;
/// The usual basis of a decision.
pub const BASIS: &str =
    "《湖南省人民政府关于进一步加强政府网站管理工作的通知》（湘政办函〔2011〕68号）第二条";

/// What a person does, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DeedForm {
    /// A word of [`Deed`].
    pub deed: String,
    pub words: String,
    /// Of a decision: the document's number, the basis, the first day, the days to mend.
    pub document: String,
    pub basis: String,
    pub from: String,
    pub limit: String,
    /// Of a closure: see [`close`].
    pub until: String,
    pub redirect_to: String,
    pub archived: String,
    pub code_cancelled: String,
    pub domain_cancelled: String,
    pub virtual_home: String,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Decide,
    Report,
    Reopen,
    Return,
    Announce,
    Keep,
    Close,
    Withdraw,
    File,
}

impl Deed {
    /// All deeds in the order of the screen.
    pub const ALL: [Deed; 9] = [
        Deed::Decide,
        Deed::Report,
        Deed::Reopen,
        Deed::Return,
        Deed::Announce,
        Deed::Keep,
        Deed::Close,
        Deed::Withdraw,
        Deed::File,
    ];

    /// The word in forms.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Decide => "decide",
            Deed::Report => "report",
            Deed::Reopen => "reopen",
            Deed::Return => "return",
            Deed::Announce => "announce",
            Deed::Keep => "keep",
            Deed::Close => "close",
            Deed::Withdraw => "withdraw",
            Deed::File => "file",
        }
    }

    /// What happens by it.
    pub fn event(self) -> Event {
        match self {
            Deed::Decide => Event::Decided,
            Deed::Report => Event::Reported,
            Deed::Reopen => Event::Reopened,
            Deed::Return => Event::Returned,
            Deed::Announce => Event::Announced,
            Deed::Keep => Event::Kept,
            Deed::Close => Event::Closed,
            Deed::Withdraw => Event::Withdrawn,
            Deed::File => Event::Filed,
        }
    }

    fn of(word: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.word() == word)
    }
}

fn is_for(actor: &Actor, row: &suspension::Model, deed: Deed) -> bool {
    let mends = actor.scope(MENDERS).covers(&row.unit_path);
    let decides = actor.scope(DECIDERS).covers(&row.issuer_path);
    match deed {
        Deed::Report => mends,
        Deed::File => mends || decides,
        _ => decides,
    }
}

/// What a person may do with one as it stands, for its screen.
pub fn may(actor: &Actor, row: &suspension::Model) -> Vec<Deed> {
    let may = |deed: &Deed| {
        let own = row.reported_by == Some(actor.person) && matches!(deed, Deed::Reopen | Deed::Return);
        let column = !row.prefix.is_empty() && matches!(deed, Deed::Announce | Deed::Close);
        is_for(actor, row, *deed) && after(row.state, deed.event()).is_ok() && !own && !column
    };
    Deed::ALL.into_iter().filter(may).collect()
}

fn refused(refused: Refused) -> Failure {
    Refusal::new(refused.words()).into()
}

/// Does it, with a file perhaps.
pub async fn act(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: &DeedForm,
    file: Option<(String, Vec<u8>)>,
) -> Result<Result<Deed, Faults>, Failure> {
    let deed = Deed::of(&form.deed).ok_or_else(|| Refusal::new("请选择要做的操作。"))?;
    let mut faults = Faults::default();
    let words = match deed {
        Deed::Decide | Deed::Announce | Deed::Close | Deed::File => text(&form.words, "说明", 2_000),
        Deed::Report | Deed::Reopen | Deed::Return | Deed::Keep | Deed::Withdraw => {
            required(&form.words, "说明", 2_000)
        }
    };
    let words = words.unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    if deed == Deed::File && file.is_none() {
        faults.field("file", "请选择要存入的文件。");
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let file = keep(cx, file).await?;
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::one_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if !is_for(actor, &row, deed) {
        let words = match deed {
            Deed::Report => "由网站的主办单位报告整改。",
            Deed::File => "由主办单位和决定单位存入文件。",
            _ => "由决定关停的单位处理。",
        };
        return Err(Refusal::forbidden(words).into());
    }
    let state = after(row.state, deed.event()).map_err(refused)?;
    if matches!(deed, Deed::Reopen | Deed::Return) && row.reported_by == Some(actor.person) {
        return Err(refused(Refused::OwnWork));
    }
    let mut change = suspension::ActiveModel { id: Set(id), state: Set(state), ..Default::default() };
    if state.is_over() && !row.state.is_over() {
        change.over_at = Set(Some(now));
    }
    let done = match deed {
        Deed::Decide => decide(&mut change, actor, form, now),
        Deed::Report => {
            change.reported_by = Set(Some(actor.person));
            owed(&tx, &row, Owed::Reported, now).await?;
            Ok(())
        }
        Deed::Return => {
            change.returned = Set(row.returned + 1);
            owed(&tx, &row, Owed::SentBack, now).await?;
            Ok(())
        }
        Deed::Reopen => {
            owed(&tx, &row, Owed::Accepted, now).await?;
            Ok(())
        }
        Deed::Withdraw => Ok(()),
        Deed::Announce => close::announce(&tx, &row, &mut change, form, now).await?,
        Deed::Keep => {
            change.announced_on = Set(None);
            change.announced_until = Set(None);
            Ok(())
        }
        Deed::Close => close::close(&tx, actor, &row, &mut change, form, now).await?,
        Deed::File => Ok(()),
    };
    if let Err(faults) = done {
        return Ok(Err(faults));
    }
    store::change(&tx, change).await?;
    if deed != Deed::File {
        tell_register(&tx, row.site_id, &row.prefix, state, &actor.name, now).await?;
    }
    happened(&tx, Some(actor), id, now, deed.event(), &words, file).await?;
    tx.commit().await?;
    Ok(Ok(deed))
}

/// A day that a form holds; empty for none.
pub(super) fn read_day(faults: &mut Faults, name: &'static str, label: &str, value: &str) -> Option<Day> {
    match value.trim() {
        "" => None,
        text => Day::parse(text).or_else(|| {
            faults.field(name, format!("{label}请按“2026-12-01”的样子填写。"));
            None
        }),
    }
}

fn decide(
    change: &mut suspension::ActiveModel,
    actor: &Actor,
    form: &DeedForm,
    now: Instant,
) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let mut field = |name: &'static str, read: Result<String, String>| {
        read.unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let document = field("document", text(&form.document, "文号", 60));
    let basis = field("basis", required(&form.basis, "依据", 500));
    let today = day(beijing(now).date_naive());
    let from = read_day(&mut faults, "from", "关停日期", &form.from);
    if from.is_none_or(|from| from < today || from > today.plus(LONGEST_NOTICE)) {
        faults.field("from", format!("关停日期应在今天到 {LONGEST_NOTICE} 天以内。"));
    }
    let limit: Option<u32> = form.limit.trim().parse().ok().filter(|days| (1..=LONGEST).contains(days));
    if limit.is_none() {
        faults.field("limit", format!("整改期限应为 1 到 {LONGEST} 个工作日。"));
    }
    if let Some(from) = from {
        change.from_on = Set(Some(date(from)));
    }
    change.document = Set(document);
    change.basis = Set(basis);
    change.limit_days = Set(i32::try_from(limit.unwrap_or(0)).unwrap_or(0));
    change.decided_by = Set(actor.name.clone());
    change.decided_at = Set(Some(now));
    faults.none()
}

/// Carries a decision out: the site is shut, and mending it is owed from today.
pub(super) async fn carry_out(tx: &Tx, row: &suspension::Model, now: Instant) -> Result<(), Failure> {
    let state = after(row.state, Event::Suspended).map_err(refused)?;
    let site = sites::site_unscoped(&**tx, row.site_id).await?.ok_or(Failure::NotThere)?;
    let unit = people::unit_unscoped(&**tx, row.unit_id).await?.ok_or(Failure::NotThere)?;
    let issuer = people::unit_unscoped(&**tx, row.issuer_id).await?.ok_or(Failure::NotThere)?;
    let what = if row.prefix.is_empty() {
        site.name.clone()
    } else {
        format!("{}“{}”栏目", site.name, row.column_name)
    };
    let new = New {
        kind: Kind::Suspension,
        clause: Kind::Suspension.clause(),
        title: format!("关停整改：{what}"),
        words: row.grounds.clone(),
        unit: &unit,
        site: Some(row.site_id),
        person: None,
        issuer: &issuer,
        issued_by: row.decided_by.clone(),
        link: format!("/suspensions/{}", row.id),
        limit: u32::try_from(row.limit_days).ok(),
    };
    let obligation = open::open(tx, new, now).await?;
    let change = suspension::ActiveModel {
        id: Set(row.id),
        state: Set(state),
        suspended_at: Set(Some(now)),
        obligation_id: Set(Some(obligation)),
        ..Default::default()
    };
    store::change(tx, change).await?;
    tell_register(tx, row.site_id, &row.prefix, State::Suspended, &row.decided_by, now).await?;
    Ok(happened(tx, None, row.id, now, Event::Suspended, "", None).await?)
}

/// Moves what is owed for it.
pub(super) async fn owed(tx: &Tx, row: &suspension::Model, what: Owed, now: Instant) -> Result<(), Failure> {
    let Some(id) = row.obligation_id else { return Ok(()) };
    let Some(owed) = obligations::one_unscoped(&**tx, id).await? else { return Ok(()) };
    if owed.state.is_over() {
        return Ok(());
    }
    clock::step(tx, &owed, what, now).await?;
    Ok(ledger::obligation::commands::note_of(tx, id, now, what).await?)
}
