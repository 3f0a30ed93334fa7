//! One page of a list: fetched this minute, shown, and what its reader says of it. Clauses N5.3, N5.7.
//!
//! A known fault is put into the text on the screen only; what becomes evidence is the page as it answered.

use std::sync::Arc;

use base::{Level, Reach};
use checks::{Page, charset, registry};
use crawl::{For, archive};
use ledger::registry::entity::site;
use ledger::registry::store as sites;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::form::text;
use platform::web::{Failure, Faults, Refusal};
use platform::{Digest, Error, Tx};
use sea_orm::Set;
use url::Url;

use super::{duty, note};
use crate::Means;
use crate::ids::FindingId;
use crate::inspection::commands::sighting::{OTHER, Sighting, sighted};
use crate::inspection::model::finding::Source;
use crate::reading::entity::{reading_duty, reading_item};
use crate::reading::model::{ItemState, State, plant};
use crate::reading::shelf::{self, Kept};
use crate::reading::store;

/// Passages of a page that are shown; a portal's home page has some 800.
const MOST_PASSAGES: usize = 3_000;

/// What a reader says of a page, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct MarkForm {
    /// `fine`, `faulty` or `away`.
    pub deed: String,
    /// A rule's id, or `other`.
    pub rule: String,
    pub level: String,
    /// The faulty words.
    pub fault: String,
    /// The number of the passage that was ticked; empty for none.
    pub passage: String,
    pub words: String,
    pub advice: String,
    /// The part of the picture that is meant.
    pub region: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// The page is done with.
    Read,
    /// A finding was made of it, or met.
    Found(FindingId),
    /// It was the known fault that had been put in; the page is still to be read.
    Noticed,
}

/// A page as its reader sees it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The readable text, with the known fault in it.
    pub passages: Vec<String>,
    pub has_picture: bool,
}

async fn item_and_duty(
    tx: &Tx,
    actor: &Actor,
    id: i64,
) -> Result<(reading_item::Model, reading_duty::Model), Failure> {
    let item = store::item_of(&**tx, id).await?.ok_or(Failure::NotThere)?;
    // The duty is held first, as by all who change it; then the page.
    let duty = duty::own(tx, actor, item.duty_id).await?;
    let item = store::item_to_change(tx, id).await?.ok_or(Failure::NotThere)?;
    if duty.state != State::Reading {
        return Err(Refusal::new(format!("这个班次现在“{}”，先开始读网。", duty.state.name())).into());
    }
    Ok((item, duty))
}

/// Fetches a page for its reader.
pub async fn open(cx: &Cx, means: &Arc<Means>, actor: &Actor, id: i64) -> Result<(), Failure> {
    let item = store::item_of(cx.db.read(), id).await?.ok_or(Failure::NotThere)?;
    let duty = store::duty_in(cx.db.read(), &actor.sees(), item.duty_id).await?.ok_or(Failure::NotThere)?;
    if duty.person_id != Some(actor.person) || duty.state != State::Reading {
        return Err(Refusal::forbidden("只有正在值这个班的人能打开页面读网。").into());
    }
    let site = sites::site_unscoped(cx.db.read(), item.site_id).await?.ok_or(Failure::NotThere)?;
    let (answer, kept) = fetch(cx, means, &site, &item.address).await?;
    let planted = match (&item.planted_wrong, is_chosen(cx, &duty, &item).await?) {
        (None, Some(chance)) => {
            let (kept, address) = (kept.clone(), item.address.clone());
            beside(move || plant(&passages(&kept, &address), chance)).await?
        }
        _ => None,
    };
    shelf::put(cx, id, kept).await?;
    let (now, tx) = (cx.now(), cx.write().await?);
    let (_, duty) = item_and_duty(&tx, actor, id).await?;
    let mut change = reading_item::ActiveModel {
        id: Set(id),
        opened_at: Set(Some(now)),
        answer: Set(answer),
        ..Default::default()
    };
    if let Some(planted) = planted {
        change.planted_wrong = Set(Some(planted.wrong.to_owned()));
        change.planted_right = Set(Some(planted.right.to_owned()));
        let more = reading_duty::ActiveModel {
            id: Set(duty.id),
            planted: Set(duty.planted + 1),
            ..Default::default()
        };
        store::change_duty(&tx, more).await?;
    }
    store::change_item(&tx, change).await?;
    tx.commit().await?;
    Ok(())
}

/// The page as it answers now: in words, empty for a page that is there.
async fn fetch(
    cx: &Cx,
    means: &Arc<Means>,
    site: &site::Model,
    address: &str,
) -> Result<(String, Kept), Error> {
    let (Ok(home), Ok(url)) = (Url::parse(&site.home), Url::parse(address)) else {
        return Ok(("网址不完整，打不开。".to_owned(), Kept::default()));
    };
    let glance = means.glancer()?.glance(Some(&home), &url, For::Reading, cx.now().timestamp_millis()).await;
    let answer = match glance.reach {
        Reach::Ok => String::new(),
        reach => reach.describe(),
    };
    Ok((answer, Kept { record: glance.record, rendered: glance.rendered, picture: glance.picture }))
}

/// Whether a known fault is put into this page; if so, the chance that chooses it.
async fn is_chosen(
    cx: &Cx,
    duty: &reading_duty::Model,
    item: &reading_item::Model,
) -> Result<Option<u64>, Error> {
    let roster = store::roster_unscoped(cx.db.read(), duty.roster_id).await?;
    let each = roster.map_or(0, |roster| u64::try_from(roster.planted_each).unwrap_or(0));
    let digest = Digest::of(format!("{}-{}", duty.id, item.id).as_bytes()).to_string();
    let chance = u64::from_str_radix(&digest[..15], 16).unwrap_or_default();
    Ok((each > 0 && chance.is_multiple_of(each)).then_some(chance / each.max(1)))
}

/// The readable text of what was kept.
fn passages(kept: &Kept, address: &str) -> Vec<String> {
    let (Ok(archived), Ok(url)) = (archive::read(&kept.record), Url::parse(address)) else {
        return Vec::new();
    };
    let decoded = charset::decode(&archived.body, archived.header("content-type"));
    let source = kept.rendered.as_deref().unwrap_or(&decoded.text);
    let page = Page::parse(url, source, decoded.charset);
    let texts = page.passages().iter().map(|passage| passage.text.trim().to_owned());
    texts.filter(|text| !text.is_empty()).take(MOST_PASSAGES).collect()
}

/// A page as its reader sees it; `None` where it must be fetched again.
pub async fn shown(cx: &Cx, item: &reading_item::Model) -> Result<Option<Shown>, Error> {
    let Some(kept) = shelf::get(cx, item.id).await? else { return Ok(None) };
    let (address, planted) =
        (item.address.clone(), item.planted_wrong.clone().zip(item.planted_right.clone()));
    let noticed = item.is_noticed;
    let shown = beside(move || {
        let mut passages = passages(&kept, &address);
        if let Some((wrong, right)) = planted.filter(|_| !noticed)
            && let Some(place) = passages.iter_mut().find(|text| text.contains(&right))
        {
            *place = place.replacen(&right, &wrong, 1);
        }
        Shown { passages, has_picture: kept.picture.is_some() }
    });
    Ok(Some(shown.await?))
}

/// Parses beside the requests: a page may be large.
async fn beside<T: Send + 'static>(parse: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let parsed = tokio::task::spawn_blocking(parse).await;
    parsed.map_err(|fault| Error::Other(format!("reading a page: {fault}")))
}

/// The picture of a page, if one was taken.
pub async fn picture(cx: &Cx, item: i64) -> Result<Option<Vec<u8>>, Error> {
    Ok(shelf::get(cx, item).await?.and_then(|kept| kept.picture))
}

/// Takes a reader's word on a page.
pub async fn mark(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: &MarkForm,
) -> Result<Result<Marked, Faults>, Failure> {
    let item = store::item_of(cx.db.read(), id).await?.ok_or(Failure::NotThere)?;
    store::duty_in(cx.db.read(), &actor.sees(), item.duty_id).await?.ok_or(Failure::NotThere)?;
    if item.opened_at.is_none() {
        return Err(Refusal::new("请先打开这个页面再读。").into());
    }
    match form.deed.as_str() {
        "fine" => fine(cx, actor, id).await.map(|()| Ok(Marked::Read)),
        "away" => away(cx, actor, id).await.map(|found| Ok(Marked::Found(found))),
        "faulty" => faulty(cx, actor, &item, form).await,
        _ => Err(Refusal::new("请选择“没有问题”或登记问题。").into()),
    }
}

async fn fine(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let (item, duty) = item_and_duty(&tx, actor, id).await?;
    if !item.answer.is_empty() {
        let words = format!("这个页面打不开（{}），请按“打不开”登记，或者重新打开。", item.answer);
        return Err(Refusal::new(words).into());
    }
    done(&tx, &item, &duty, ItemState::Fine, None, now).await?;
    tx.commit().await?;
    Ok(())
}

/// The page is done with.
async fn done(
    tx: &Tx,
    item: &reading_item::Model,
    duty: &reading_duty::Model,
    state: ItemState,
    found: Option<FindingId>,
    now: Instant,
) -> Result<(), Failure> {
    // Whoever has marked a fault and then says that he is through has still read a faulty page.
    let state = if item.state == ItemState::Waiting || found.is_some() { state } else { item.state };
    let mut change = reading_item::ActiveModel {
        id: Set(item.id),
        state: Set(state),
        read_at: Set(Some(now)),
        ..Default::default()
    };
    if found.is_some() {
        change.finding_id = Set(found);
    }
    store::change_item(tx, change).await?;
    let counted = reading_duty::ActiveModel {
        id: Set(duty.id),
        pages_read: Set(duty.pages_read + i32::from(item.state == ItemState::Waiting)),
        findings: Set(duty.findings + i32::from(found.is_some())),
        ..Default::default()
    };
    store::change_duty(tx, counted).await?;
    store::seen(tx, item.site_id, now).await?;
    Ok(())
}

async fn away(cx: &Cx, actor: &Actor, id: i64) -> Result<FindingId, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let (item, duty) = item_and_duty(&tx, actor, id).await?;
    if item.answer.is_empty() {
        return Err(Refusal::new("刚才打开这个页面是成功的；有别的问题请登记问题。").into());
    }
    let site = sites::site_unscoped(&*tx, item.site_id).await?.ok_or(Failure::NotThere)?;
    // The machine's rule for it, so that both meet in one finding.
    let seen = Sighting {
        source: Source::Reader,
        who: actor.name.clone(),
        rule: "dead-link".to_owned(),
        level: Level::Fault,
        page: site.home.clone(),
        target: Some(item.address.clone()),
        words: format!("值班读网时打不开：{}", item.answer),
        ..Sighting::default()
    };
    let (found, _) = sighted(&tx, &site, seen, now).await?;
    done(&tx, &item, &duty, ItemState::Away, Some(found), now).await?;
    note(&tx, actor, now, "finding.reported", &format!("finding/{found}"), &item.answer).await?;
    tx.commit().await?;
    Ok(found)
}

async fn faulty(
    cx: &Cx,
    actor: &Actor,
    item: &reading_item::Model,
    form: &MarkForm,
) -> Result<Result<Marked, Faults>, Failure> {
    let shown = shown(cx, item).await?.unwrap_or_default();
    let passage = form.passage.parse::<usize>().ok().and_then(|at| shown.passages.get(at)).cloned();
    let mut faults = Faults::default();
    let mut field = |name: &'static str, read: Result<String, String>| {
        read.unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let fault = field("fault", text(&form.fault, "有错的文字", 200));
    let advice = field("advice", text(&form.advice, "整改意见", 1_000));
    let mut words = field("words", text(&form.words, "问题说明", 1_000));
    let rule = registry::rule(&form.rule);
    if rule.is_none() && form.rule != OTHER {
        faults.field("rule", "请选择问题的种类；都不合适时选“其他”。");
    }
    if words.is_empty() && fault.is_empty() {
        faults.field("words", "请写明问题，或在文字里选出有错的字词。");
    }
    let region = match form.region.trim() {
        "" => None,
        region => match region_of(region) {
            Some(region) => Some(region),
            None => {
                faults.field("region", "截图上的范围看不懂，请重新框选。");
                None
            }
        },
    };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let touches = |text: &str| item.planted_wrong.as_deref().is_some_and(|wrong| text.contains(wrong));
    if !item.is_noticed && (touches(&fault) || (fault.is_empty() && passage.as_deref().is_some_and(touches)))
    {
        noticed(cx, actor, item.id).await?;
        return Ok(Ok(Marked::Noticed));
    }
    if words.is_empty() {
        words = format!("“{fault}”有误");
    }
    let kept = shelf::get(cx, item.id).await?.unwrap_or_default();
    let evidence = match kept.record.is_empty() {
        true => None,
        false => Some(cx.blobs.put(kept.record).await?.to_string()),
    };
    let picture = match kept.picture {
        Some(picture) => Some(cx.blobs.put(picture).await?.to_string()),
        None => None,
    };
    let (now, tx) = (cx.now(), cx.write().await?);
    let (item, duty) = item_and_duty(&tx, actor, item.id).await?;
    let site = sites::site_unscoped(&*tx, item.site_id).await?.ok_or(Failure::NotThere)?;
    let level = form.level.parse().unwrap_or(rule.map_or(Level::Warning, |rule| rule.level));
    if let Some(passage) = passage.filter(|passage| fault.is_empty() && passage.chars().count() <= 300) {
        words = format!("{words}（“{passage}”）");
    }
    let seen = Sighting {
        source: Source::Reader,
        who: actor.name.clone(),
        rule: form.rule.clone(),
        level,
        page: item.address.clone(),
        fault: Some(fault).filter(|fault| !fault.is_empty()),
        words: words.clone(),
        advice,
        evidence,
        picture: picture.clone(),
        region: region.filter(|_| picture.is_some()),
        ..Sighting::default()
    };
    let (found, _) = sighted(&tx, &site, seen, now).await?;
    done(&tx, &item, &duty, ItemState::Faulty, Some(found), now).await?;
    note(&tx, actor, now, "finding.reported", &format!("finding/{found}"), &words).await?;
    tx.commit().await?;
    Ok(Ok(Marked::Found(found)))
}

async fn noticed(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let tx = cx.write().await?;
    let (item, duty) = item_and_duty(&tx, actor, id).await?;
    if !item.is_noticed {
        let change = reading_item::ActiveModel { id: Set(id), is_noticed: Set(true), ..Default::default() };
        store::change_item(&tx, change).await?;
        let more = reading_duty::ActiveModel {
            id: Set(duty.id),
            noticed: Set(duty.noticed + 1),
            ..Default::default()
        };
        store::change_duty(&tx, more).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Left, top, width and height in thousandths of the picture.
fn region_of(text: &str) -> Option<String> {
    let numbers: Vec<u32> = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [left, top, width, height]
            if left.saturating_add(*width) <= 1_000
                && top.saturating_add(*height) <= 1_000
                && *width > 0
                && *height > 0 =>
        {
            Some(format!("{left},{top},{width},{height}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_picture_lies_in_it() {
        assert_eq!(region_of(" 10, 20,300,40"), Some("10,20,300,40".to_owned()));
        for wrong in ["", "1,2,3", "1,2,3,0", "900,0,200,10", "a,b,c,d", "-1,0,5,5", "4294967295,0,1,1"] {
            assert_eq!(region_of(wrong), None, "{wrong}");
        }
    }
}
