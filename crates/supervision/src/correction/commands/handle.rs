//! What offices do with a correction: pass it on or refuse it, answer or give it back, publish the answer. Clauses N2.3, N5.3.

use base::Level;
use checks::registry;
use ledger::identity::store as people;
use ledger::obligation::commands::handle as clock;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::Kind as Owed;
use ledger::registry::store as sites;
use ledger::{Actor, Cx, UnitId};
use platform::Tx;
use platform::audit::{self, Deed as Audited};
use platform::clock::Instant;
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::{ActiveEnum as _, Set};

use super::{ANSWERERS, CHAIN, HANDLERS, happened};
use crate::correction::entity::correction;
use crate::correction::model::{Event, after, kind_name, rule_of};
use crate::correction::store;
use crate::inspection::commands::sighting::{OTHER, Sighting, sighted};
use crate::inspection::model::finding::Source;

/// What an office does, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DeedForm {
    /// A word of [`Deed`].
    pub deed: String,
    pub words: String,
    /// The unit that answers.
    pub unit: String,
    /// Not empty: it is kept as a finding as well.
    pub as_finding: String,
    /// What it is about, for everybody to read.
    pub summary: String,
    /// Not empty: the answer is shown to everybody.
    pub is_public: String,
}

/// What an office may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Transfer,
    Refuse,
    Answer,
    Return,
    Publish,
    Hide,
}

impl Deed {
    /// All deeds in the order of the screen.
    pub const ALL: [Deed; 6] =
        [Deed::Transfer, Deed::Refuse, Deed::Answer, Deed::Return, Deed::Publish, Deed::Hide];

    /// The word in forms.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Transfer => "transfer",
            Deed::Refuse => "refuse",
            Deed::Answer => "answer",
            Deed::Return => "return",
            Deed::Publish => "publish",
            Deed::Hide => "hide",
        }
    }

    /// What happens by it.
    pub fn event(self) -> Event {
        match self {
            Deed::Transfer => Event::Transferred,
            Deed::Refuse => Event::Refused,
            Deed::Answer => Event::Answered,
            Deed::Return => Event::Returned,
            Deed::Publish => Event::Published,
            Deed::Hide => Event::Hidden,
        }
    }

    fn of(word: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.word() == word)
    }
}

fn is_for(actor: &Actor, row: &correction::Model, deed: Deed) -> bool {
    let handles = actor.scope(HANDLERS).covers(&row.handler_path);
    let answers = row.target_path.as_ref().is_some_and(|path| actor.scope(ANSWERERS).covers(path));
    match deed {
        Deed::Transfer | Deed::Refuse => handles,
        Deed::Answer | Deed::Return => answers,
        Deed::Publish | Deed::Hide => handles || answers,
    }
}

/// What a person may do with one as it stands.
pub fn may(actor: &Actor, row: &correction::Model) -> Vec<Deed> {
    let may = |deed: &Deed| {
        let makes_sense = match deed {
            Deed::Publish => !row.is_public,
            Deed::Hide => row.is_public,
            _ => true,
        };
        makes_sense && is_for(actor, row, *deed) && after(row.state, deed.event()).is_some()
    };
    Deed::ALL.into_iter().filter(may).collect()
}

/// Does it.
pub async fn act(cx: &Cx, actor: &Actor, id: i64, form: &DeedForm) -> Result<Result<Deed, Faults>, Failure> {
    let deed = Deed::of(&form.deed).ok_or_else(|| Refusal::new("请选择要做的操作。"))?;
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::one_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if !is_for(actor, &row, deed) {
        let words = match deed {
            Deed::Transfer | Deed::Refuse => "由网站的上级单位转办。",
            Deed::Answer | Deed::Return => "由转办到的单位答复。",
            Deed::Publish | Deed::Hide => "由转办和答复的单位决定是否公开。",
        };
        return Err(Refusal::forbidden(words).into());
    }
    let Some(state) = after(row.state, deed.event()) else {
        let words = format!("这条找错现在“{}”，不能这样处理。请刷新页面再看。", row.state.name());
        return Err(Refusal::new(words).into());
    };
    let mut faults = Faults::default();
    let words = match deed {
        Deed::Transfer | Deed::Publish | Deed::Hide => text(&form.words, "说明", 1_000),
        Deed::Refuse | Deed::Return => required(&form.words, "理由", 1_000),
        Deed::Answer => required(&form.words, "答复", 2_000),
    };
    let words = words.unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    let publishes = deed == Deed::Publish || (deed == Deed::Answer && !form.is_public.is_empty());
    let summary = match publishes {
        true => required(&form.summary, "公开的问题摘要", 200),
        false => text(&form.summary, "公开的问题摘要", 200),
    };
    let summary = summary.unwrap_or_else(|words| {
        faults.field("summary", words);
        String::new()
    });
    if publishes {
        let answer = if deed == Deed::Answer { words.as_str() } else { row.answer.as_str() };
        for (name, text) in [("words", answer), ("summary", summary.as_str())] {
            if let Some(why) = crate::draft::refusal(text) {
                faults.field(name, format!("不能这样公开：{why}。请改正，或者不公开。"));
            }
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut change = correction::ActiveModel { id: Set(id), state: Set(state), ..Default::default() };
    match deed {
        Deed::Transfer => match transfer(&tx, &row, &mut change, actor, form, now).await? {
            Ok(()) => {}
            Err(faults) => return Ok(Err(faults)),
        },
        Deed::Refuse => {
            change.answer = Set(words.clone());
            change.answered_at = Set(Some(now));
            met(&tx, row.transfer_id, now).await?;
        }
        Deed::Return => {
            change.target_id = Set(None);
            change.target_path = Set(None);
            change.reply_id = Set(None);
            if let Some(owed) = row.reply_id {
                clock::drop_it(&tx, owed, now).await?;
            }
            // Passing it on is owed anew, from today.
            change.transfer_id = Set(Some(owed_again(&tx, &row, now).await?));
        }
        Deed::Answer => {
            change.answer = Set(words.clone());
            change.answered_at = Set(Some(now));
            change.is_public = Set(publishes);
            change.summary = Set(summary);
            met(&tx, row.reply_id, now).await?;
        }
        Deed::Publish => {
            change.is_public = Set(true);
            change.summary = Set(summary);
        }
        Deed::Hide => change.is_public = Set(false),
    }
    store::change(&tx, change).await?;
    happened(&tx, id, now, deed.event(), &actor.name, &words).await?;
    let action = format!("correction.{}", deed.event().to_value());
    let subject = format!("correction/{id}");
    let (person, who) = (Some(actor.person.0), actor.login.as_str());
    let detail = row.receipt.as_str();
    audit::write(
        &tx,
        Audited { chain: CHAIN, at: now, person, who, action: &action, subject: &subject, detail },
    )
    .await?;
    tx.commit().await?;
    Ok(Ok(deed))
}

async fn met(tx: &Tx, owed: Option<ledger::ObligationId>, now: Instant) -> Result<(), Failure> {
    match owed {
        Some(owed) => clock::meet(tx, owed, now).await,
        None => Ok(()),
    }
}

async fn owed_again(tx: &Tx, row: &correction::Model, now: Instant) -> Result<ledger::ObligationId, Failure> {
    let handler = people::unit_unscoped(&**tx, row.handler_id).await?.ok_or(Failure::NotThere)?;
    let new = New {
        kind: Owed::CorrectionTransfer,
        clause: Owed::CorrectionTransfer.clause(),
        title: format!("网民找错 {}（退回后重新转办）", row.receipt),
        words: String::new(),
        unit: &handler,
        site: Some(row.site_id),
        person: None,
        issuer: &handler,
        issued_by: String::new(),
        link: format!("/corrections/{}", row.id),
        limit: None,
    };
    Ok(open::open(tx, new, now).await?)
}

async fn transfer(
    tx: &Tx,
    row: &correction::Model,
    change: &mut correction::ActiveModel,
    actor: &Actor,
    form: &DeedForm,
    now: Instant,
) -> Result<Result<(), Faults>, Failure> {
    let site = sites::site_unscoped(&**tx, row.site_id).await?.ok_or(Failure::NotThere)?;
    // Without a choice the site's own unit answers.
    let unit = match form.unit.trim() {
        "" => people::unit_unscoped(&**tx, site.unit_id).await?,
        id => match id.parse().ok().map(UnitId) {
            Some(id) => people::unit_in(&**tx, &actor.scope(HANDLERS), id).await?,
            None => None,
        },
    };
    let Some(unit) = unit.filter(|unit| unit.closed_at.is_none()) else {
        let mut faults = Faults::default();
        faults.field("unit", "请选择您管辖范围内的单位来答复。");
        return Ok(Err(faults));
    };
    let handler = people::unit_unscoped(&**tx, row.handler_id).await?.ok_or(Failure::NotThere)?;
    met(tx, row.transfer_id, now).await?;
    let new = New {
        kind: Owed::CorrectionReply,
        clause: Owed::CorrectionReply.clause(),
        title: format!("答复网民找错 {}：{}", row.receipt, kind_name(&row.kind)),
        words: form.words.trim().to_owned(),
        unit: &unit,
        site: Some(row.site_id),
        person: None,
        issuer: &handler,
        issued_by: actor.name.clone(),
        link: format!("/corrections/{}", row.id),
        limit: None,
    };
    change.reply_id = Set(Some(open::open(tx, new, now).await?));
    change.target_id = Set(Some(unit.id));
    change.target_path = Set(Some(unit.path));
    change.transferred_at = Set(Some(now));
    if !form.as_finding.is_empty() && row.finding_id.is_none() {
        let rule = rule_of(&row.kind);
        let is_link = rule == "dead-link";
        let seen = Sighting {
            source: Source::Citizen,
            who: "网民".to_owned(),
            rule: if rule == "common-typo" && row.fault.is_empty() { OTHER } else { rule }.to_owned(),
            level: registry::rule(rule).map_or(Level::Warning, |rule| rule.level),
            page: row.page.clone(),
            // A link that does not open is told by the page that does not open.
            target: is_link.then(|| row.page.clone()),
            fault: Some(row.fault.clone()).filter(|fault| !fault.is_empty()),
            words: row.words.clone(),
            picture: row.digest.clone().filter(|_| row.is_picture),
            ..Sighting::default()
        };
        change.finding_id = Set(Some(sighted(tx, &site, seen, now).await?.0));
    }
    Ok(Ok(()))
}
