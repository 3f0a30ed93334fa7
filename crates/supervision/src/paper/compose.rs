//! What each document says. Clauses N2.8, N5.3; pure.

use chrono::Datelike as _;
use ledger::obligation::entity::obligation;
use ledger::registry::entity::site;
use papers::{Block, Paper};
use platform::clock::{Instant, beijing};
use sea_orm::prelude::Date;

use crate::inspection::entity::finding;
use crate::inspection::web::rule_name;
use crate::lifecycle::entity::suspension;
use crate::rectification::entity::ticket;

/// Findings that a notice lists; with more it says how many there are.
const LISTED: usize = 100;

/// A day as documents write it.
pub(super) fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The day of a moment in Beijing.
pub(super) fn day_at(at: Instant) -> Date {
    beijing(at).date_naive()
}

/// A site as a document calls it: many are registered under the name of their office, which is not what is mended or shut.
pub fn called(name: &str) -> String {
    let is_site = ["网", "网站", "门户", "平台", "频道", "站"].iter().any(|end| name.ends_with(end));
    if is_site { name.to_owned() } else { format!("{name}网站") }
}

fn of_site(site: &site::Model) -> String {
    format!("“{}”（{}）", called(&site.name), site.home)
}

/// A rectification notice (整改通知书).
pub(super) fn rectification(
    row: &ticket::Model,
    site: &site::Model,
    unit: &str,
    issuer: &str,
    findings: &[finding::Model],
    due: Option<Date>,
) -> Paper {
    let rows = findings.iter().take(LISTED).zip(1..).map(|(one, number)| {
        let place = one.target.clone().or_else(|| one.page.clone()).unwrap_or_default();
        vec![
            format!("{number}"),
            rule_name(&one.rule).to_owned(),
            format!("{}　{place}", one.cause),
            one.fix.clone(),
        ]
    });
    let mut body = vec![
        Block::paragraph(format!(
            "检查发现，你单位主办的{}存在{}处问题，现通知你单位限期整改。",
            of_site(site),
            findings.len()
        )),
        Block::heading("一、存在的问题"),
        Block::Table {
            head: ["序号", "问题", "情况和位置", "整改意见"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        },
    ];
    if findings.len() > LISTED {
        body.push(Block::paragraph(format!("以上列出前{LISTED}处，其余见系统中的整改单。")));
    }
    body.push(Block::heading("二、整改要求"));
    if !row.words.is_empty() {
        body.push(Block::paragraph(&row.words));
    }
    let until = due.map_or_else(|| "规定的期限内".to_owned(), |due| format!("{}前（含当日）", day(due)));
    body.push(Block::paragraph(format!(
        "请在{until}完成整改，并在系统中报告（整改单编号{}）。逾期没有完成的，按规定亮牌督办。",
        row.id
    )));
    body.push(Block::paragraph("对问题有异议的，可以在系统中提出，由上一级单位决定。"));
    Paper {
        issuer: issuer.to_owned(),
        title: format!("关于{}问题整改的通知", called(&site.name)),
        to: unit.to_owned(),
        body,
        signer: issuer.to_owned(),
        date: day(day_at(row.issued_at)),
        ..Paper::default()
    }
}

/// A supervision order (督办通知).
pub(super) fn order(row: &obligation::Model, unit: &str, issuer: &str, site: Option<&site::Model>) -> Paper {
    let mut body = vec![Block::paragraph(match site {
        Some(site) => {
            format!("现就{}的下列事项予以督办：{}。", of_site(site), row.title.trim_end_matches('。'))
        }
        None => format!("现对下列事项予以督办：{}。", row.title.trim_end_matches('。')),
    })];
    if !row.words.is_empty() {
        body.push(Block::paragraph(&row.words));
    }
    if let Some(due) = row.due_on {
        body.push(Block::paragraph(format!(
            "请于{}前（含当日）办结，并在系统中报告、附上证明材料（责任事项编号{}）。逾期没有办结的，按规定亮黄牌、红牌。",
            day(due),
            row.id
        )));
    }
    Paper {
        issuer: issuer.to_owned(),
        title: format!("关于{}的督办通知", row.title.trim_end_matches('。')),
        to: unit.to_owned(),
        body,
        signer: issuer.to_owned(),
        date: day(row.started_on),
        ..Paper::default()
    }
}

/// Which document of a suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Suspension,
    Reopening,
    Closure,
}

/// A document of a suspension; `None` where it has not come to that.
pub(super) fn of_suspension(
    what: Of,
    row: &suspension::Model,
    site: &site::Model,
    unit: &str,
    issuer: &str,
) -> Option<Paper> {
    let subject = match row.column_name.as_str() {
        "" => called(&site.name),
        column => format!("{}“{column}”栏目", called(&site.name)),
    };
    let grounds = row.grounds.lines().map(|line| line.trim_end_matches('。')).collect::<Vec<_>>().join("；");
    let basis = row.basis.trim_end_matches('。');
    let (title, to, body, date) = match what {
        Of::Suspension => {
            let (from, decided) = (row.from_on?, row.decided_at?);
            let body = vec![
                Block::paragraph(format!("你单位主办的{}{}：{grounds}。", of_site(site), column(row))),
                Block::paragraph(format!(
                    "根据{basis}，决定自{}起对{subject}先行关停，期间在原网址显示关停告示。",
                    day(from)
                )),
                Block::paragraph(format!(
                    "请自关停之日起{}个工作日内完成整改并书面报告。复核达到要求后恢复开放；经整改仍达不到要求的，予以关闭。",
                    row.limit_days
                )),
            ];
            (format!("关于关停{subject}的决定"), unit, body, day_at(decided))
        }
        Of::Reopening => {
            let over = row.over_at.filter(|_| row.state == crate::lifecycle::model::State::Reopened)?;
            let from = row.from_on.map(day).unwrap_or_default();
            let body = vec![
                Block::paragraph(format!(
                    "{subject}自{from}起关停整改。经复核，整改达到要求，自即日起恢复开放。"
                )),
                Block::paragraph("请你单位落实日常读网和更新的责任，防止问题反复。"),
            ];
            (format!("关于恢复开放{subject}的通知"), unit, body, day_at(over))
        }
        Of::Closure => {
            let (announced, until) = (row.announced_on?, row.announced_until?);
            let mut body = vec![
                Block::paragraph(format!(
                    "{}（{}）自{}起先行关停。经整改仍达不到要求，根据{basis}，决定予以关闭。",
                    called(&site.name),
                    site.home,
                    row.from_on.map(day).unwrap_or_default()
                )),
                Block::paragraph(format!(
                    "公告期自{}至{}。公告期内对关闭有意见的，请与{issuer}联系。",
                    day(announced),
                    day(until)
                )),
            ];
            if !row.redirect_to.is_empty() {
                body.push(Block::paragraph(format!("原网站的内容迁移到：{}。", row.redirect_to)));
            }
            (format!("关于关闭{subject}的公告"), "", body, announced)
        }
    };
    Some(Paper {
        issuer: issuer.to_owned(),
        number: if what == Of::Suspension { row.document.clone() } else { String::new() },
        title,
        to: to.to_owned(),
        body,
        signer: issuer.to_owned(),
        date: day(date),
        ..Paper::default()
    })
}

fn column(row: &suspension::Model) -> String {
    if row.column_name.is_empty() { String::new() } else { format!("的“{}”栏目", row.column_name) }
}
