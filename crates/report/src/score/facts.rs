//! The facts of a run file, as packs ask for them. Clauses N2.1–N2.7.
//!
//! Counts and copies; whether a number is much or little is not known here.

use base::{Level, Quote};
use checks::pack::{Column, Measured};
use crawl::SiteEntry;
use crawl::run_file::RunReader;
use jiff::civil::Date;
use serde_json::Value;

use crate::text::civil;

/// What the run measured. `columns` are the site's columns with their newest dates, where the caller has them.
pub fn measured(run: &RunReader, columns: Option<Vec<Column>>) -> rusqlite::Result<Measured> {
    let meta = |key: &str| run.meta(key).map(Option::unwrap_or_default);
    let started: i64 = meta("started_at")?.parse().unwrap_or_default();
    let mut facts = Measured::new(civil(started).map_or(Date::MIN, jiff::civil::DateTime::date));
    facts.columns = columns;
    facts.unchecked = run.unchecked()?;
    facts.portal = is_portal(&site(run)?.kind);
    let home = run.home()?;
    run.each_page(|_| facts.pages += 1)?;
    // Of a site that was not read, no rule saw anything.
    if facts.pages > 0 {
        facts.rules = serde_json::from_str(&meta("rules")?).unwrap_or_default();
    } else {
        facts.columns = None;
    }
    facts.unlooked = serde_json::from_str(&meta("unlooked")?).unwrap_or_default();
    let plan: Value = serde_json::from_str(&meta("plan")?).unwrap_or_default();
    facts.not_whole = not_whole(&meta("state")?, &plan).map(str::to_owned);
    facts.whole = facts.not_whole.is_none();
    run.each_finding(|row| {
        let level = row.level.parse().unwrap_or(Level::Notice);
        let quote = row.quote.as_deref().map(serde_json::from_str::<Quote>);
        // What cannot be read is not certain; and a notice only advises, whatever its rule's usual level.
        let certain = level > Level::Notice && quote.is_none_or(|quote| quote.is_ok_and(|q| q.certain));
        let on_home = row.page.as_ref().is_some_and(|page| home.contains(page));
        let address = row.target.as_deref().or(row.page.as_deref()).unwrap_or_default();
        facts.add(row.id, &row.rule, level, address, on_home, certain);
    })?;
    Ok(facts)
}

/// The site's entry in the list.
pub(super) fn site(run: &RunReader) -> rusqlite::Result<SiteEntry> {
    Ok(serde_json::from_str(&run.meta("site")?.unwrap_or_default()).unwrap_or_default())
}

/// Whether the list calls it a government's portal; `None`: it does not say.
fn is_portal(kind: &str) -> Option<bool> {
    let kind = kind.trim().to_lowercase();
    (!kind.is_empty()).then(|| kind.contains("门户") || kind.contains("portal"))
}

/// Why something of the site may not have been seen.
fn not_whole(state: &str, plan: &Value) -> Option<&'static str> {
    let limited = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        _ => true,
    };
    let scope = &plan["scope"];
    match state {
        "finished" if limited(&plan["pages"]) || limited(&plan["depth"]) => {
            Some("只读了一部分页面（--pages、--depth）")
        }
        "finished" if ["path", "include", "exclude"].iter().any(|key| limited(&scope[key])) => {
            Some("只检查了一部分网址（--scope path、--include、--exclude）")
        }
        "finished" => None,
        "unreachable" => Some("首页打不开，没有能够检查"),
        _ => Some("检查没有做完"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_site_is_whole_only_without_limits() {
        let plan =
            json!({"pages": null, "depth": null, "scope": {"path": null, "include": [], "exclude": []}});
        assert_eq!(not_whole("finished", &plan), None);
        assert!(not_whole("interrupted", &plan).is_some() && not_whole("unreachable", &plan).is_some());
        assert!(not_whole("finished", &json!({"pages": 500})).is_some());
        assert!(not_whole("finished", &json!({"scope": {"exclude": ["/old/"]}})).is_some());
    }

    #[test]
    fn what_the_list_calls_a_portal_is_one() {
        assert_eq!([is_portal("门户网站"), is_portal("Portal")], [Some(true); 2]);
        assert_eq!([is_portal("部门网站"), is_portal(" ")], [Some(false), None]);
    }
}
