//! What citizens do: send a correction, ask how it stands, say how they like the answer. Clauses N2.3, N4.7.
//!
//! Whoever asks is nobody known. Everything is bounded before it is written, and a refusal leaves what was typed on the page.

use chrono::TimeDelta;
use crawl::Clamd;
use ledger::Cx;
use ledger::identity::entity::unit;
use ledger::identity::store as people;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::Kind as Owed;
use ledger::registry::entity::site;
use platform::clock::beijing;
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use platform::{Secret, Tx, secret};
use sea_orm::{Set, SqlErr};

use super::happened;
use crate::Means;
use crate::correction::challenge::{self, Asked, CHANCE, Wrong};
use crate::correction::entity::correction;
use crate::correction::model::{Event, KINDS, State, after, receipt};
use crate::correction::{picture, store};
use crate::inspection::commands::report::address;

/// Corrections of one site in a day: beyond them somebody floods, or everybody has seen the same fault.
const MOST_A_DAY: u64 = 300;

/// A correction as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct SendForm {
    pub site: String,
    pub kind: String,
    pub page: String,
    pub fault: String,
    pub words: String,
    pub name: String,
    pub contact: String,
    /// A field that people do not see: who fills it is a machine.
    #[serde(skip_serializing)]
    pub website: String,
    #[serde(skip_serializing)]
    pub token: String,
    #[serde(skip_serializing)]
    pub answer: String,
}

/// A new question for the form.
pub async fn question(cx: &Cx, in_words: bool) -> Result<Asked, Failure> {
    let key = key(cx).await?;
    Ok(challenge::ask(key.as_bytes(), secret::random::<CHANCE>(), in_words, cx.now()))
}

async fn key(cx: &Cx) -> Result<String, Failure> {
    if let Some(key) = store::key(cx.db.read()).await? {
        return Ok(key);
    }
    let tx = cx.write().await?;
    store::make_key(&tx).await?;
    let key = store::key(&*tx).await?;
    tx.commit().await?;
    Ok(key.unwrap_or_else(|| Secret::new().reveal().to_owned()))
}

/// Takes a correction. Returns its receipt.
pub async fn send(
    cx: &Cx,
    means: &Means,
    from: &str,
    site: &site::Model,
    form: &SendForm,
    file: Option<(String, Vec<u8>)>,
) -> Result<Result<String, Faults>, Failure> {
    let now = cx.now();
    let mut faults = Faults::default();
    let mut field = |name: &'static str, read: Result<String, String>| {
        read.unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let page = field("page", required(&form.page, "页面网址", 2_000));
    let words = field("words", required(&form.words, "问题说明", 1_000));
    let fault = field("fault", text(&form.fault, "有错的文字", 200));
    let name = field("name", text(&form.name, "称呼", 40));
    let contact = field("contact", text(&form.contact, "联系方式", 100));
    if !page.is_empty()
        && let Err(words) = address(&page).and_then(|page| lies_on(site, &page))
    {
        faults.field("page", words);
    }
    if !KINDS.iter().any(|(kind, ..)| *kind == form.kind) {
        faults.field("kind", "请选择问题的种类。");
    }
    let attached = match &file {
        Some((_, bytes)) => attachment(means, bytes).await.map_err(|words| faults.field("file", words)).ok(),
        None => None,
    };
    let key = key(cx).await?;
    let challenge = match challenge::taken(key.as_bytes(), &form.token, &form.answer, now) {
        Ok(challenge) => challenge,
        Err(wrong) => {
            faults.field("answer", wrong.words());
            String::new()
        }
    };
    if !form.website.is_empty() {
        // What only machines fill in is refused as a wrong answer is: a machine learns nothing from it.
        faults.field("answer", Wrong::Answer.words());
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    means.visitors.may_send(from, now)?;
    let since = now - TimeDelta::days(1);
    if store::number_since(cx.db.read(), site.id, since).await? >= MOST_A_DAY {
        let words = "这个网站今天收到的找错太多，暂不再接收，请明天再提交。";
        return Err(
            Refusal { status: axum::http::StatusCode::TOO_MANY_REQUESTS, words: words.to_owned() }.into()
        );
    }
    let is_picture = attached.is_some_and(picture::Kind::is_picture);
    let (file_name, digest) = match (file, attached) {
        (Some((_, bytes)), Some(kind)) => {
            (format!("附件.{}", kind.ending()), Some(cx.blobs.put(bytes).await?.to_string()))
        }
        _ => (String::new(), None),
    };
    let tx = cx.write().await?;
    let handler = handler(&tx, site).await?;
    let receipt = receipt(beijing(now).date_naive(), secret::random::<10>());
    let row = correction::ActiveModel {
        receipt: Set(receipt.clone()),
        site_id: Set(site.id),
        unit_path: Set(site.unit_path.clone()),
        handler_id: Set(handler.id),
        handler_path: Set(handler.path.clone()),
        target_id: Set(None),
        target_path: Set(None),
        kind: Set(form.kind.clone()),
        page: Set(page),
        fault: Set(fault),
        words: Set(words),
        name: Set(name),
        contact: Set(contact),
        file_name: Set(file_name),
        digest: Set(digest),
        is_picture: Set(is_picture),
        state: Set(State::Received),
        received_at: Set(now),
        transferred_at: Set(None),
        answered_at: Set(None),
        answer: Set(String::new()),
        summary: Set(String::new()),
        is_public: Set(false),
        rating: Set(None),
        rating_words: Set(String::new()),
        finding_id: Set(None),
        transfer_id: Set(None),
        reply_id: Set(None),
        challenge: Set(challenge),
        is_forgotten: Set(false),
        ..Default::default()
    };
    let row = match store::add(&tx, row).await {
        Ok(row) => row,
        Err(fault) if matches!(fault.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            let mut faults = Faults::default();
            faults.field("answer", Wrong::Stale.words());
            return Ok(Err(faults));
        }
        Err(fault) => return Err(fault.into()),
    };
    let new = New {
        kind: Owed::CorrectionTransfer,
        clause: Owed::CorrectionTransfer.clause(),
        title: format!("网民找错 {receipt}：{}", site.name),
        words: String::new(),
        unit: &handler,
        site: Some(site.id),
        person: None,
        issuer: &handler,
        issued_by: String::new(),
        link: format!("/corrections/{}", row.id),
        limit: None,
    };
    let owed = open::open(&tx, new, now).await?;
    let change =
        correction::ActiveModel { id: Set(row.id), transfer_id: Set(Some(owed)), ..Default::default() };
    store::change(&tx, change).await?;
    happened(&tx, row.id, now, Event::Received, "", "").await?;
    tx.commit().await?;
    Ok(Ok(receipt))
}

/// The unit that passes on what concerns a site: the one above its own, or its own where there is none.
async fn handler(tx: &Tx, site: &site::Model) -> Result<unit::Model, Failure> {
    let own = people::unit_unscoped(&**tx, site.unit_id).await?.ok_or(Failure::NotThere)?;
    let above = match own.parent_id {
        Some(parent) => people::unit_unscoped(&**tx, parent).await?,
        None => None,
    };
    Ok(above.unwrap_or(own))
}

/// Only pages of the site itself: its home page's host, or one of its other hosts.
fn lies_on(site: &site::Model, page: &str) -> Result<(), &'static str> {
    let wrong = "这个网址不在本网站上，请从浏览器地址栏复制有问题的页面的网址。";
    let url = url::Url::parse(page).map_err(|_| wrong)?;
    let home = url::Url::parse(&site.home).ok();
    let mut hosts: Vec<String> = home.iter().filter_map(crawl::Scope::name_of).collect();
    hosts.extend(site.hosts.lines().map(|host| host.trim().to_ascii_lowercase()).filter(|h| !h.is_empty()));
    // Under another port or as a name below it is still the citizen's site.
    let bare = |name: &str| name.split(':').next().unwrap_or_default().trim_start_matches("www.").to_owned();
    let asked = bare(url.host_str().unwrap_or_default());
    let is_own =
        hosts.iter().map(|host| bare(host)).any(|own| asked == own || asked.ends_with(&format!(".{own}")));
    if is_own { Ok(()) } else { Err(wrong) }
}

async fn attachment(means: &Means, bytes: &[u8]) -> Result<picture::Kind, String> {
    let kind = picture::looked_at(bytes).map_err(str::to_owned)?;
    let Some(clamd) = means.ways.clamd.as_deref() else { return Ok(kind) };
    match Clamd::scan(clamd, bytes).await {
        Ok(None) => Ok(kind),
        Ok(Some(name)) => Err(format!("附件里有病毒（{name}），没有接收。")),
        Err(trouble) => {
            tracing::warn!("an attachment could not be scanned: {trouble}");
            Err("附件暂时无法查毒，请去掉附件提交，或稍后再试。".to_owned())
        }
    }
}

/// The correction of a receipt as it was typed.
pub async fn progress(cx: &Cx, typed: &str) -> Result<Result<correction::Model, String>, Failure> {
    let Some(receipt) = crate::correction::model::receipt_of(typed) else {
        return Ok(Err("编号不完整，应像 ZC261126-23456-789AB。".to_owned()));
    };
    let found = store::of_receipt(cx.db.read(), &receipt).await?;
    Ok(found.ok_or_else(|| "没有这个编号，请核对后重新输入。".to_owned()))
}

/// A rating as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct RateForm {
    pub receipt: String,
    pub rating: String,
    pub words: String,
}

/// Rates the answer, once.
pub async fn rate(cx: &Cx, form: &RateForm) -> Result<Result<(), Faults>, Failure> {
    let mut faults = Faults::default();
    let rating = form.rating.parse().ok().filter(|rating| (1..=5).contains(rating));
    if rating.is_none() {
        faults.field("rating", "请选择满意的程度。");
    }
    let words = text(&form.words, "意见", 500).unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    let receipt = crate::correction::model::receipt_of(&form.receipt).ok_or(Failure::NotThere)?;
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::of_receipt_to_change(&tx, &receipt).await?.ok_or(Failure::NotThere)?;
    if after(row.state, Event::Rated).is_none() {
        return Err(Refusal::new("还没有答复，答复以后再评价。").into());
    }
    if row.rating.is_some() {
        return Err(Refusal::new("您已经评价过，谢谢。").into());
    }
    let change = correction::ActiveModel {
        id: Set(row.id),
        rating: Set(rating),
        rating_words: Set(words.clone()),
        ..Default::default()
    };
    store::change(&tx, change).await?;
    let told = format!("{} 分{}{words}", rating.unwrap_or(0), if words.is_empty() { "" } else { "：" });
    happened(&tx, row.id, now, Event::Rated, "", &told).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
