//! My work: what waits for this person, each with its number and the list behind it. Clauses N5.1, N5.3.
//!
//! Only what his roles let him do something about; a leader is told nothing he would have to act on here.

use chrono::Days;
use ledger::identity::model::Role;
use ledger::obligation::commands::{ISSUERS, OWERS};
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::{Actor, Cx};
use platform::Error;
use platform::clock::beijing;
use platform::web::Pager;
use serde::Serialize;

use crate::alert::commands::handling::ACTS as ACKNOWLEDGERS;
use crate::alert::store as alerts;
use crate::correction::commands::{ANSWERERS, HANDLERS};
use crate::correction::store as corrections;
use crate::inspection::commands::JUDGES;
use crate::inspection::model::run::RunState;
use crate::inspection::store::{runs, standing};
use crate::lifecycle::commands::{DECIDERS, MENDERS};
use crate::lifecycle::model::State as Shut;
use crate::lifecycle::store as lifecycle;
use crate::linkage;
use crate::linkage::model::{ENDS_SOON_DAYS, State as Approval};
use crate::linkage::store::Filter;
use crate::monitor::model::Standing;
use crate::monitor::store as monitor;
use crate::reading::store as reading;
use crate::rectification::model::State as Ticket;
use crate::rectification::store as tickets;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    pub number: u64,
    /// What there are so many of.
    pub what: &'static str,
    /// What is to be done.
    pub deed: &'static str,
    pub path: &'static str,
    /// Whether it cannot wait.
    pub urgent: bool,
}

/// What waits for a person. Empty for whoever does no work of the trade.
pub async fn tasks(cx: &Cx, actor: &Actor) -> Result<Vec<Task>, Error> {
    let mut tasks = Vec::new();
    if actor.must.is_some() || !actor.has_any(&Role::TRADE) {
        return Ok(tasks);
    }
    let (db, scope) = (cx.db.read(), actor.sees());
    let mut add = |number: u64, what, deed, path, urgent| {
        if number > 0 {
            tasks.push(Task { number, what, deed, path, urgent });
        }
    };
    let wide = |number: i64| u64::try_from(number).unwrap_or(0);
    let now = monitor::standings(db, &scope).await?;
    let down = now.get(Standing::Down.word()).copied().unwrap_or_default();
    add(wide(down), "个网站现在打不开", "查看原因，通知运维单位", "/availability?standing=down", true);
    if actor.has_any(ACKNOWLEDGERS) {
        let unread = alerts::Filter { state: "unread".to_owned(), ..alerts::Filter::default() };
        let (_, pager) = alerts::alerts(db, &scope, &unread, Pager::asked(None, None)).await?;
        add(pager.total, "条告警没有人确认", "确认已知悉，或设置静默", "/alerts?state=unread", true);
    }
    let numbers = standing::of_scope(db, &scope).await?;
    let unjudged: i64 = numbers.iter().map(|one| i64::from(one.unjudged)).sum();
    if actor.has_any(JUDGES) {
        add(wide(unjudged), "条线索待核实", "确认，或说明理由判为误报", "/findings?state=new", false);
        let paused = runs::Filter { state: Some(RunState::Paused), ..runs::Filter::default() };
        let (_, pager) = runs::runs(db, &scope, &paused, Pager::asked(None, None)).await?;
        add(pager.total, "次巡检暂停着", "继续或取消", "/runs?state=paused", false);
    }
    let counted = numbers.iter().map(|one| i64::from(one.veto + one.fault + one.warning + one.notice));
    let confirmed = counted.sum::<i64>() - unjudged;
    if actor.has_any(&[Role::SiteOperator, Role::Supervisor]) {
        add(wide(confirmed), "条已确认的问题没有消失", "整改后再次巡检", "/findings?state=confirmed", false);
        let missing = sites::counts(db, &scope).await?.incomplete;
        add(missing, "个网站的登记缺项", "补齐主管、负责人和备案信息", "/sites?incomplete=1", false);
    }
    let owes = actor.scope(OWERS);
    let waiting = tickets::number(db, &owes, &[Ticket::Issued, Ticket::Received, Ticket::Fixing]).await?;
    add(waiting, "张整改单没有整改完成", "签收、整改并报告", "/tickets", true);
    let issues = actor.scope(ISSUERS);
    let fixed = tickets::number(db, &issues, &[Ticket::Fixed]).await?;
    add(fixed, "张整改单待复查", "安排机器复查，或人工复查", "/tickets?state=fixed", false);
    let disputed = tickets::disputes(db, &issues).await?;
    add(disputed, "张整改单有异议", "决定异议是否成立", "/tickets?state=disputed", true);
    let applied = Filter { state: Some(Approval::Applied), ..Filter::default() };
    let waiting = linkage::store::number(db, &actor.scope(linkage::DECIDERS), &applied).await?;
    add(waiting, "条链接申请待审批", "批准，或说明理由不批准", "/link-approvals?state=applied", false);
    let soon = beijing(cx.now()).date_naive() + Days::new(ENDS_SOON_DAYS.unsigned_abs());
    let ending = Filter { ends_by: Some(soon), ..Filter::default() };
    let ending = linkage::store::number(db, &actor.scope(linkage::KEEPERS), &ending).await?;
    add(ending, "条链接审批到期或将到期", "重新申请，或撤下链接", "/link-approvals?state=ending", false);
    let sent = corrections::to_transfer(db, &actor.scope(HANDLERS)).await?;
    add(sent, "条网民找错待转办", "转给有关单位，或说明理由不予受理", "/corrections?state=received", true);
    let passed_on = corrections::to_answer(db, &actor.scope(ANSWERERS)).await?;
    add(passed_on, "条网民找错待答复", "核实改正后答复", "/corrections?state=transferred", true);
    let shut = lifecycle::number(db, &actor.scope(MENDERS), &[Shut::Suspended]).await?;
    add(shut, "个网站或栏目关停整改中", "整改并报告", "/suspensions?state=suspended", true);
    let decides = actor.scope(DECIDERS);
    let proposed = lifecycle::number(db, &decides, &[Shut::Proposed]).await?;
    add(proposed, "件关停等待决定", "决定关停，或撤回", "/suspensions?state=proposed", false);
    let mended = lifecycle::number(db, &decides, &[Shut::Reported]).await?;
    add(mended, "件关停整改待复核", "复核，恢复开放或退回", "/suspensions?state=reported", true);
    let today = beijing(cx.now()).date_naive();
    let duties = reading::own_number(db, actor.person, today).await?;
    add(duties, "个读网班次没有完成", "开始读网，读完提交日志", "/duties?whose=me", true);
    let asked = reading::exchanges_for(db, actor.person).await?.len() as u64;
    add(asked, "个代班请求等您答复", "接下或回绝", "/duties?whose=me", false);
    let changed = Filter { drifted: true, ..Filter::default() };
    let changed = linkage::store::number(db, &actor.scope(linkage::DECIDERS), &changed).await?;
    add(changed, "条批准的链接内容已变", "核对后确认，或撤销审批", "/link-approvals?state=drifted", true);
    let owed = obligations::counts(db, &scope, cx.now()).await?;
    add(owed.overdue, "个责任事项已超期", "办结，或督促责任单位办结", "/obligations?state=overdue", true);
    if actor.has_any(ISSUERS) {
        add(owed.reported, "个责任事项待验收", "验收，或退回", "/obligations?state=reported", false);
    }
    Ok(tasks)
}
