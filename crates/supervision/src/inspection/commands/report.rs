//! A person reports what he saw on a site: it meets what a machine saw of the same fault. Clauses N5.3, N5.7.

use base::Level;
use checks::registry;
use ledger::registry::meant;
use ledger::{Actor, Cx};
use platform::web::form::required;
use platform::web::{Failure, Faults};
use sea_orm::Set;

use super::{REPORTERS, note};
use crate::ids::FindingId;
use crate::inspection::entity::{finding, finding_event, finding_report};
use crate::inspection::model::finding::{About, Decision, Event, Source, State, key, level_number};
use crate::inspection::store::{findings, standing};

/// The rule of what fits none of the machine's.
pub const OTHER: &str = "other";

/// A report as a form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ReportForm {
    pub site: String,
    pub page: String,
    /// The address the fault is about, if it is one.
    pub target: String,
    pub rule: String,
    /// The faulty words, if it is one of wording.
    pub fault: String,
    pub words: String,
    pub level: String,
}

/// Reports a fault. Returns the finding, and whether it was known before.
pub async fn report(
    cx: &Cx,
    actor: &Actor,
    form: &ReportForm,
) -> Result<Result<(FindingId, bool), Faults>, Failure> {
    let tx = cx.write().await?;
    let mut faults = Faults::default();
    let site = meant::site(&*tx, &actor.scope(REPORTERS), &form.site).await?;
    let mut wanted = |name: &'static str, value: &str, label: &str, longest| {
        required(value, label, longest).unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let page = wanted("page", &form.page, "页面网址", 2_000);
    let words = wanted("words", &form.words, "问题说明", 1_000);
    let page = match address(&page) {
        Ok(page) => page,
        Err(words) => {
            faults.field("page", words);
            String::new()
        }
    };
    let target = match form.target.trim() {
        "" => None,
        target => match address(target) {
            Ok(target) => Some(target),
            Err(words) => {
                faults.field("target", words);
                None
            }
        },
    };
    let rule = registry::rule(&form.rule);
    if rule.is_none() && form.rule != OTHER {
        faults.field("rule", "请选择问题的种类；都不合适时选“其他”。");
    }
    let level: Level = form.level.parse().unwrap_or(rule.map_or(Level::Warning, |rule| rule.level));
    let site = match site {
        Ok(site) => site,
        Err(words) => {
            faults.field("site", words);
            return Ok(Err(faults));
        }
    };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let fault = Some(form.fault.trim()).filter(|fault| !fault.is_empty());
    let about = About {
        rule: &form.rule,
        page: Some(&page),
        target: target.as_deref(),
        fault,
        text: if form.rule == OTHER { Some(words.as_str()) } else { None },
    };
    let key = key(about);
    let now = cx.now();
    let known = findings::by_keys_unscoped(&*tx, site.id, std::slice::from_ref(&key)).await?.pop();
    let is_known = known.is_some();
    let id = match known {
        Some(known) => {
            let state = if known.state == State::Gone { State::New } else { known.state };
            let change = finding::ActiveModel {
                id: Set(known.id),
                sources: Set(known.sources | Source::Reader as i32),
                last_seen: Set(now),
                state: Set(state),
                is_open: Set(state.counts()),
                gone_at: Set(None),
                ..Default::default()
            };
            findings::change(&tx, change).await?.id
        }
        None => {
            let row = finding::ActiveModel {
                site_id: Set(site.id),
                unit_path: Set(site.unit_path.clone()),
                rule: Set(form.rule.clone()),
                level: Set(level_number(level)),
                clause: Set(rule.map_or_else(|| "N5.3".to_owned(), |rule| rule.clause.to_string())),
                key: Set(key),
                state: Set(State::New),
                is_open: Set(true),
                decision: Set(Decision::None),
                excepted_until: Set(None),
                sources: Set(Source::Reader as i32),
                page: Set(Some(page)),
                target: Set(target),
                element: Set(None),
                text: Set(fault.map(str::to_owned)),
                quote: Set(None),
                line: Set(None),
                col: Set(None),
                reach: Set(None),
                status: Set(None),
                cause: Set(words.clone()),
                fix: Set(rule.map_or("请核实并改正。", |rule| rule.fix).to_owned()),
                pages: Set(1),
                first_seen: Set(now),
                last_seen: Set(now),
                gone_at: Set(None),
                first_run: Set(None),
                last_run: Set(None),
                evidence: Set(None),
                picture: Set(None),
                decided_by: Set(String::new()),
                decided_at: Set(None),
                ..Default::default()
            };
            findings::add(&tx, row).await?.id
        }
    };
    let report = finding_report::ActiveModel {
        finding_id: Set(id),
        at: Set(now),
        source: Set(Source::Reader as i32),
        who: Set(actor.name.clone()),
        words: Set(words.clone()),
        picture: Set(None),
        ..Default::default()
    };
    findings::add_report(&tx, report).await?;
    let event = finding_event::ActiveModel {
        finding_id: Set(id),
        at: Set(now),
        event: Set(Event::Reported),
        who: Set(actor.name.clone()),
        run_id: Set(None),
        words: Set(words.clone()),
        ..Default::default()
    };
    findings::add_events(&tx, vec![event]).await?;
    standing::recount(&tx, site.id, &site.unit_path, None).await?;
    note(&tx, actor, now, "finding.reported", format!("finding/{id}"), &words).await?;
    tx.commit().await?;
    Ok(Ok((id, is_known)))
}

fn address(text: &str) -> Result<String, &'static str> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.to_string()),
        _ => Err("网址应以 http:// 或 https:// 开头，请从浏览器地址栏复制。"),
    }
}
