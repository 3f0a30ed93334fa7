//! The last entries of a run file: how the run ended, its numbers, and which rules had their look. Clauses N2.1, N2.4.
//!
//! What the rules say at the end is `finish`'s; this only sums up.

use std::time::Instant;

use base::{Reach, Verdict, Withheld};
use checks::Look;
use checks::registry::RULES;
use checks::rule::Site;

use crate::after::Afterwards;
use crate::engine::{Ended, Numbers};
use crate::finish;
use crate::keeper::{Keeper, KeeperError, StartAnswer};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::visit::now_ms;

/// The rule that a user may switch off.
const HINTS: &str = "spelling-hint";

#[allow(clippy::too_many_arguments, reason = "what a run has gathered, each once")]
pub fn close_run(
    keeper: &mut Keeper,
    site: &Site,
    progress: &Progress,
    afterwards: Afterwards,
    requests: u64,
    done: bool,
    no_robots: Option<u16>,
    begun: Instant,
) -> Result<Numbers, KeeperError> {
    finish::judge(keeper, site, afterwards, progress)?;
    let start = keeper.start_answer()?;
    let ended = match &start {
        None if !done => Ended::Interrupted,
        Some(start) if start.verdict == Verdict::Ok && !done => Ended::Interrupted,
        // Without robots.txt nothing was read but the start page.
        Some(start) if start.verdict == Verdict::Ok && keeper.pages > 0 && no_robots.is_none() => {
            Ended::Finished
        }
        _ => Ended::Unreachable,
    };
    let numbers = Numbers {
        ended,
        why: (ended == Ended::Unreachable).then(|| why_nothing(start.as_ref(), no_robots)),
        pages: keeper.pages,
        addresses: keeper.addresses(),
        requests,
        unchanged: keeper.run.taken_over()?.into_iter().collect(),
        seconds: begun.elapsed().as_secs_f64(),
    };
    let state = match ended {
        Ended::Finished => "finished",
        Ended::Interrupted => "interrupted",
        Ended::Unreachable => "unreachable",
    };
    // Re-scoring must know which rules had their look: one that found nothing leaves no row.
    let (probes, no_hints) = (keeper.plan.probes, keeper.plan.known.no_hints);
    let looked: Vec<&str> = RULES
        .iter()
        .filter(|rule| probes || !matches!(rule.look, Look::Probe(_)))
        .filter(|rule| !(no_hints && rule.id == HINTS))
        .map(|rule| rule.id)
        .collect();
    keeper.run.set_meta("rules", &serde_json::to_string(&looked).unwrap_or_default())?;
    keeper.run.set_meta("unlooked", &unlooked(&keeper.plan).to_string())?;
    keeper.run.set_meta("state", state)?;
    keeper.run.set_meta("ended_at", &now_ms().to_string())?;
    keeper.run.set_meta("numbers", &serde_json::to_string(&numbers).unwrap_or_default())?;
    keeper.commit()?;
    keeper.run.pack()?;
    Ok(numbers)
}

/// Rules that had nothing to hold the site against, each with the reason: that they found nothing means nothing.
fn unlooked(plan: &Plan) -> serde_json::Value {
    let known = &plan.known;
    let mut list = serde_json::Map::new();
    let mut note = |missing: bool, rules: &[&str], why: &str| {
        if missing {
            list.extend(rules.iter().map(|rule| ((*rule).to_owned(), why.into())));
        }
    };
    note(
        known.approved.is_none(),
        &["unapproved-link", "drifted-target"],
        "没有提供链接审批台账（--approved-links）",
    );
    note(
        known.closed_domains.is_empty(),
        &["closed-domain-link"],
        "没有提供已关停域名清单（--closed-domains）",
    );
    note(known.roster.is_empty(), &["wrong-leader"], "没有提供领导名录（--roster）");
    note(known.words.is_empty(), &["sensitive-word"], "没有提供敏感词表（--words）");
    note(plan.baseline.is_none(), &["changed-page"], "没有提供以前的巡检结果（--baseline）");
    note(plan.cloak_pages == 0, &["cloaked-page"], "没有以搜索引擎的身份访问（--cloak-pages）");
    note(plan.attachments == 0, &["attachment-fault"], "没有检查附件（--attachments）");
    serde_json::Value::Object(list)
}

/// Why there was nothing to inspect, and what to do.
fn why_nothing(start: Option<&StartAnswer>, no_robots: Option<u16>) -> String {
    let Some(start) = start else { return "首页没有得到回答".into() };
    match (&start.final_url, start.verdict) {
        _ if start.reach == Reach::Withheld(Withheld::Robots) => {
            "网站的 robots.txt 不允许访问首页。有权检查该网站的单位，可加 --ignore-robots".into()
        }
        // RFC 9309 §2.3.1.4.
        (_, Verdict::Ok) if no_robots.is_some() => format!(
            "首页能打开，但 robots.txt 返回 {}，按规定不能继续读取其余页面。请稍后再查；有权检查该网站的单位，可加 --ignore-robots",
            no_robots.unwrap_or_default()
        ),
        (Some(end), Verdict::Ok) => {
            format!("首页跳转到了 {end}，不在本站范围内。请改用这个网址，或放宽 --scope")
        }
        (None, Verdict::Ok) => {
            format!("首页不是网页（类型 {}），没有可检查的内容", start.mime.as_deref().unwrap_or("未说明"))
        }
        (_, Verdict::Wrong) => "首页打不开：服务器返回的是“页面不存在”之类的内容".into(),
        (Some(end), _) => format!("首页跳转到 {end}，打不开：{}", start.reach.describe()),
        (None, _) => format!("首页打不开：{}", start.reach.describe()),
    }
}
