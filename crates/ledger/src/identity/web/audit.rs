//! The audit log on screen, for audit administrators: they read and verify, and nobody else does. Clause N4.7.

use axum::extract::{Query, State};
use axum::response::Response;
use platform::audit::{self, Verified, audit_line};
use platform::clock::{Instant, beijing};
use platform::table::Export;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::identity::model::Role;
use crate::web::{Screen, download, encode, flash};
use crate::{Access, Actor, Cx, Routes};

/// What the log's words mean on the screen.
const ACTIONS: &[(&str, &str)] = &[
    ("login.in", "登录"),
    ("login.out", "退出"),
    ("login.wrong", "登录失败"),
    ("login.locked", "登录失败，账号锁定"),
    ("login.while_locked", "锁定期间尝试登录"),
    ("login.disabled", "停用的账号尝试登录"),
    ("login.provider", "用统一身份认证登录"),
    ("login.provider_refused", "统一身份认证登录未成"),
    ("login.only_provider", "用密码登录，须用统一身份认证"),
    ("login.bound", "绑定统一身份账号"),
    ("login.released", "解除统一身份绑定"),
    ("session.ended", "退出设备"),
    ("password.changed", "修改密码"),
    ("password.reset", "重设首次密码"),
    ("phone.bound", "绑定手机"),
    ("phone.unbound", "解除手机绑定"),
    ("person.added", "新增人员"),
    ("person.changed", "修改人员"),
    ("person.unlocked", "解锁"),
    ("person.disabled", "停用账号"),
    ("person.enabled", "恢复账号"),
    ("person.only_provider", "只准用统一身份认证登录"),
    ("person.any_way", "恢复密码登录"),
    ("unit.added", "新增单位"),
    ("unit.changed", "修改单位"),
    ("site.added", "登记网站"),
    ("site.changed", "修改登记"),
    ("site.imported", "导入网站"),
    ("maintenance.planned", "登记计划维护"),
    ("maintenance.ended", "结束计划维护"),
    ("domain.noted", "记录域名到期日"),
    ("site.visited", "立即访问"),
    ("run.started", "开始巡检"),
    ("run.paused", "暂停巡检"),
    ("run.resumed", "继续巡检"),
    ("run.cancelled", "取消巡检"),
    ("plan.added", "新建巡检计划"),
    ("plan.changed", "修改巡检计划"),
    ("plan.deleted", "删除巡检计划"),
    ("plan.started", "手动开始巡检计划"),
    ("finding.confirmed", "确认线索"),
    ("finding.false_alarm", "判为误报"),
    ("finding.reopened", "撤回判断"),
    ("finding.reported", "报告问题"),
    ("exception.added", "新增例外"),
    ("exception.ended", "终止例外"),
    ("system.first_start", "首次启动"),
    ("system.rehearsed", "写入示例数据"),
    ("alert.acknowledged", "确认告警"),
    ("silence.added", "设置静默"),
    ("silence.ended", "结束静默"),
    ("channel.added", "新增告警渠道"),
    ("channel.changed", "修改告警渠道"),
    ("channel.tested", "测试告警渠道"),
    ("mail_account.changed", "修改发信设置"),
    ("alert_settings.changed", "修改告警设置"),
    ("token.made", "创建 API 令牌"),
    ("token.ended", "停用 API 令牌"),
    ("job.revived", "重新执行任务"),
    ("job.discarded", "删除搁置的任务"),
    ("calendar.set", "登记节假日"),
    ("calendar.removed", "删除节假日"),
    ("calendar.imported", "导入节假日"),
    ("unit.moved", "调整单位隶属"),
    ("unit.closed", "撤销单位"),
    ("unit.opened", "恢复单位"),
    ("feed.made", "生成日历订阅地址"),
    ("obligation.terms", "设定期限标准"),
    ("obligation.opened", "交办事项"),
    ("obligation.reported", "报告办结"),
    ("obligation.accepted", "验收事项"),
    ("obligation.sent_back", "退回事项"),
    ("obligation.called_off", "撤销事项"),
    ("obligation.paused", "暂停计时"),
    ("obligation.resumed", "恢复计时"),
    ("obligation.extension_asked", "申请延期"),
    ("obligation.extended", "同意延期"),
    ("obligation.extension_refused", "不同意延期"),
    ("ticket.issued", "发出整改单"),
    ("ticket.received", "签收整改单"),
    ("ticket.started", "开始整改"),
    ("ticket.fixed", "报告整改完成"),
    ("ticket.recheck", "安排机器复查"),
    ("ticket.returned", "退回整改单"),
    ("ticket.closed", "办结整改单"),
    ("ticket.disputed", "提出异议"),
    ("ticket.upheld", "异议成立"),
    ("ticket.rejected", "异议不成立"),
    ("ticket.transferred", "转交整改单"),
    ("ticket.called_off", "撤销整改单"),
    ("ticket.said", "整改单留言"),
    ("link.applied", "申请链接审批"),
    ("link.proposed", "现有链接补办审批"),
    ("link.approved", "批准链接"),
    ("link.refused", "不批准链接"),
    ("link.revoked", "撤销链接审批"),
    ("link.confirmed", "确认链接仍可用"),
    ("suspension.proposed", "提出关停"),
    ("suspension.decided", "决定关停"),
    ("suspension.suspended", "关停"),
    ("suspension.reported", "报告关停整改完成"),
    ("suspension.returned", "关停复核退回"),
    ("suspension.reopened", "恢复开放"),
    ("suspension.announced", "发布关闭公告"),
    ("suspension.kept", "撤回关闭公告"),
    ("suspension.closed", "关闭网站"),
    ("suspension.withdrawn", "撤回关停"),
    ("suspension.filed", "存入关停文件"),
    ("correction.transferred", "转办网民找错"),
    ("correction.returned", "退回网民找错"),
    ("correction.answered", "答复网民找错"),
    ("correction.refused", "不予受理网民找错"),
    ("correction.published", "公开网民找错的答复"),
    ("correction.hidden", "撤下公开的答复"),
    ("reading.roster_made", "建立值班表"),
    ("reading.roster_changed", "修改值班表"),
    ("reading.leave_given", "登记请假"),
    ("reading.leave_back", "销假"),
    ("reading.exchange_asked", "请人代班"),
    ("reading.exchanged", "换人值班"),
    ("reading.exchange_refused", "回绝代班"),
    ("reading.begun", "开始读网"),
    ("reading.finished", "提交值班日志"),
    ("reading.called_off", "撤销班次"),
    ("reading.leader_read", "领导读网"),
];

/// What a deed of the log is called on the screen; `None` for a word without a name.
pub fn deed_name(action: &str) -> Option<&'static str> {
    ACTIONS.iter().find(|(word, _)| *word == action).map(|(_, name)| *name)
}

/// Likewise what a deed was done to, and the chains.
const SUBJECTS: &[(&str, &str)] = &[
    ("person", "人员"),
    ("provider", "统一身份认证"),
    ("unit", "单位"),
    ("site", "网站"),
    ("site_import", "导入文件"),
    ("run", "巡检"),
    ("plan", "巡检计划"),
    ("finding", "线索"),
    ("exception", "例外"),
    ("alert", "告警"),
    ("silence", "静默"),
    ("channel", "告警渠道"),
    ("mail_account", "发信账号"),
    ("alert_settings", "告警设置"),
    ("token", "API 令牌"),
    ("job", "任务"),
    ("calendar", "日历"),
    ("calendar_import", "导入日历"),
    ("obligation", "责任事项"),
    ("obligation_terms", "期限标准"),
    ("ticket", "整改单"),
    ("link_approval", "链接审批"),
    ("reading_roster", "值班表"),
    ("correction", "网民找错"),
    ("reading_duty", "读网班次"),
];
const CHAINS: &[(&str, &str)] = &[
    ("identity", "人员与权限"),
    ("registry", "台账"),
    ("monitor", "可用性"),
    ("inspection", "巡检"),
    ("alerts", "告警"),
    ("obligation", "责任事项"),
    ("ticket", "整改单"),
    ("linkage", "链接审批"),
    ("reading", "读网"),
    ("correction", "网民找错"),
    ("lifecycle", "关停与恢复"),
    ("operations", "系统运行"),
];
/// Lines that one file holds at most: the newest. A sheet ends at 1,048,576 rows.
const MOST_LINES: u64 = 100_000;

/// A word of the log as the screen shows it; an unknown one as it is, since a log hides nothing.
fn named<'a>(names: &[(&str, &'a str)], word: &'a str) -> &'a str {
    names.iter().find(|(known, _)| *known == word).map_or(word, |(_, name)| name)
}

fn subject(text: &str) -> String {
    match text.split_once('/') {
        Some((kind, id)) => format!("{} {id}", named(SUBJECTS, kind)),
        None => text.to_owned(),
    }
}

const WHO: Access = Access::Roles(&[Role::AuditAdministrator]);

pub fn routes() -> Routes {
    Routes::default().get("/audit", WHO, list).files(["/audit.csv", "/audit.xlsx"], WHO, file).post(
        "/audit/verify",
        WHO,
        verify,
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    page: Option<u64>,
    rows: Option<u64>,
}

#[derive(Serialize)]
struct View {
    q: String,
    rows: Vec<Row>,
    pager: Pager,
    address: String,
    query: String,
}

#[derive(Serialize)]
struct Row {
    at: Instant,
    who: String,
    action: String,
    subject: String,
    detail: String,
    place: String,
}

async fn list(State(cx): State<Cx>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let words = asked.q.trim();
    let pager = Pager::asked(asked.page, asked.rows);
    let (lines, pager) = audit::lines(cx.db.read(), words, &meant(words), pager).await?;
    let rows = lines.into_iter().map(row);
    let query = if words.is_empty() { String::new() } else { format!("q={}&", encode(words)) };
    let address = format!("/audit?{query}");
    let view = View { q: words.to_owned(), rows: rows.collect(), pager, address, query };
    let help = "谁在什么时候做了什么。每一行带着上一行的摘要，改动、删除、插入都会被校验发现。";
    let screen =
        Screen {
            cx: &cx, actor: Some(&actor), title: "审计日志", section: "/audit", clause: "N4.7", help
        };
    Ok(screen.show("audit.html", view)?)
}

/// Whoever looks for a word of the screen finds the lines that are shown with it.
fn meant(words: &str) -> Vec<&'static str> {
    ACTIONS.iter().filter(|(_, name)| name.contains(words)).map(|(word, _)| *word).collect()
}

fn row(line: audit_line::Model) -> Row {
    Row {
        at: line.at,
        place: format!("{} {}", named(CHAINS, &line.chain), line.seq),
        who: line.who,
        action: named(ACTIONS, &line.action).to_owned(),
        subject: subject(&line.subject),
        detail: line.detail,
    }
}

/// The lines that the screen shows on all its pages, with their digests: they can be verified elsewhere.
async fn export(cx: &Cx, asked: &Asked) -> Result<Export, Failure> {
    let words = asked.q.trim();
    let all = Pager { page: 1, rows: MOST_LINES, total: 0 };
    let (lines, _) = audit::lines(cx.db.read(), words, &meant(words), all).await?;
    let headings = ["时间（北京）", "谁", "做了什么", "对象", "内容", "链与行号", "上一行摘要", "本行摘要"];
    let rows = lines.into_iter().map(|line| {
        let digests = [line.previous.clone(), line.digest.clone()];
        let Row { at, who, action, subject, detail, place } = row(line);
        let at = beijing(at).format("%Y-%m-%d %H:%M:%S").to_string();
        [[at, who, action, subject, detail, place].as_slice(), &digests].concat()
    });
    let headings = headings.map(str::to_owned).to_vec();
    Ok(Export { title: "审计日志", headings, rows: rows.collect() })
}

async fn file(
    State(cx): State<Cx>,
    _actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &asked).await?).await
}

async fn verify(State(cx): State<Cx>, _actor: Actor) -> Result<Response, Failure> {
    let words = match audit::verify(cx.db.read()).await? {
        Verified::Whole { chains, lines } => {
            format!("校验通过：{chains} 条链共 {lines} 行，首尾相接，没有改动。")
        }
        Verified::Broken { chain, seq, wrong } => {
            format!("校验不通过：“{}”链第 {seq} 行{}。", named(CHAINS, &chain), wrong.words())
        }
    };
    Ok(flash(&words, "/audit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file of the crates that writes deeds.
    const SOURCES: &[&str] = &[
        include_str!("../commands/account.rs"),
        include_str!("../commands/login.rs"),
        include_str!("../commands/people.rs"),
        include_str!("../commands/sessions.rs"),
        include_str!("../commands/start.rs"),
        include_str!("../commands/tree.rs"),
        include_str!("../commands/units.rs"),
        include_str!("../oidc/commands/enter.rs"),
        include_str!("../oidc/commands/mod.rs"),
        include_str!("../../registry/commands/change.rs"),
        include_str!("../../registry/commands/import.rs"),
        include_str!("../../operations/commands.rs"),
        include_str!("../../calendar/commands.rs"),
    ];

    #[test]
    fn every_action_that_is_written_has_a_name() {
        let words = |text: &'static str| text.split('"').skip(1).step_by(2);
        let kinds: Vec<&str> =
            ACTIONS.iter().filter_map(|(word, _)| word.split_once('.')).map(|(kind, _)| kind).collect();
        let is_action = |word: &&str| {
            word.split_once('.').is_some_and(|(kind, rest)| {
                kinds.contains(&kind) && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            })
        };
        let written: Vec<&str> = SOURCES.iter().copied().flat_map(words).filter(is_action).collect();
        assert!(written.len() >= 22, "{written:?}");
        for word in written {
            assert_ne!(named(ACTIONS, word), word, "has no name");
        }
        assert_eq!(named(ACTIONS, "from.elsewhere"), "from.elsewhere");
        assert_eq!((subject("site/7").as_str(), subject("odd").as_str()), ("网站 7", "odd"));
    }
}
