//! A person reports what he saw on a site: it meets what a machine saw of the same fault. Clauses N5.3, N5.7.

use base::Level;
use checks::registry;
use ledger::registry::meant;
use ledger::{Actor, Cx};
use platform::web::form::required;
use platform::web::{Failure, Faults};

use super::sighting::{OTHER, Sighting, sighted};
use super::{REPORTERS, note};
use crate::ids::FindingId;
use crate::inspection::model::finding::Source;

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
    let now = cx.now();
    let seen = Sighting {
        source: Source::Reader,
        who: actor.name.clone(),
        rule: form.rule.clone(),
        level,
        page,
        target,
        fault: Some(form.fault.trim().to_owned()).filter(|fault| !fault.is_empty()),
        words: words.clone(),
        ..Sighting::default()
    };
    let (id, is_known) = sighted(&tx, &site, seen, now).await?;
    note(&tx, actor, now, "finding.reported", format!("finding/{id}"), &words).await?;
    tx.commit().await?;
    Ok(Ok((id, is_known)))
}

/// An address of a page as a person writes it.
pub fn address(text: &str) -> Result<String, &'static str> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.to_string()),
        _ => Err("网址应以 http:// 或 https:// 开头，请从浏览器地址栏复制。"),
    }
}
