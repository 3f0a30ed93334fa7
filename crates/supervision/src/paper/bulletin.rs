//! The bulletin (通报) of a month: tickets, cards, suspensions, by unit. Clauses N1.2, N2.8, N5.3.

use chrono::Datelike as _;
use ledger::calendar::entity::day as to_day;
use ledger::identity::web::Units;
use ledger::obligation::model::{Mark, begins};
use ledger::obligation::store::{self as obligations, CardFilter};
use ledger::{Actor, Cx};
use papers::{Block, Paper};
use platform::web::Failure;
use sea_orm::prelude::Date;

use super::compose::{day, day_at};
use crate::lifecycle::store as lifecycle;
use crate::rectification::model::State as Ticket;
use crate::rectification::store as tickets;

/// Cards that a bulletin lists, the red ones first.
const LISTED: usize = 200;

/// The bulletin of a month, written as `202611`; `None` for what is no month.
pub(super) async fn of_month(cx: &Cx, actor: &Actor, month: i64) -> Result<Option<Paper>, Failure> {
    let (year, month) = (month / 100, month % 100);
    let first = i32::try_from(year).ok().zip(u32::try_from(month).ok());
    let Some(first) = first.and_then(|(year, month)| Date::from_ymd_opt(year, month, 1)) else {
        return Ok(None);
    };
    let next = first.checked_add_months(chrono::Months::new(1)).unwrap_or(first);
    let (db, scope) = (cx.db.read(), actor.sees());
    let units = Units::of(cx, &scope).await?;
    let (Some(from), Some(to)) = (begins(to_day(first)), begins(to_day(next))) else { return Ok(None) };
    let filter = CardFilter { from: Some(from), until: Some(to), ..CardFilter::default() };
    let (cards, _) = obligations::cards(db, &scope, &filter, None).await?;
    let cards: Vec<_> = cards.into_iter().filter(|card| card.withdrawn_at.is_none()).collect();
    let red = cards.iter().filter(|card| card.mark == Mark::Red).count();
    let issued = tickets::issued_between(db, &scope, from, to).await?;
    let states = |states: &[Ticket]| {
        issued.iter().filter(|(state, _)| states.contains(state)).map(|(_, n)| n).sum::<i64>()
    };
    let all: i64 = issued.iter().map(|(_, number)| number).sum();
    let shut = lifecycle::decided_between(db, &scope, from, to).await?;
    let mut body = vec![
        Block::paragraph(format!("现将{}年{}月政府网站监管情况通报如下。", first.year(), first.month())),
        Block::heading("一、整改情况"),
        Block::paragraph(format!(
            "本月发出整改单{all}张，其中已办结{}张，待复查{}张，没有整改完成{}张，有异议{}张。",
            states(&[Ticket::Closed]),
            states(&[Ticket::Fixed, Ticket::Rechecking]),
            states(&[Ticket::Issued, Ticket::Received, Ticket::Fixing]),
            states(&[Ticket::Disputed]),
        )),
        Block::heading("二、亮牌情况"),
        Block::paragraph(format!("本月亮黄牌{}次，亮红牌{red}次。", cards.len() - red)),
    ];
    let mut listed: Vec<_> = cards.iter().collect();
    listed.sort_by_key(|card| (card.mark != Mark::Red, card.due_at));
    if !listed.is_empty() {
        let rows = listed.iter().take(LISTED).map(|card| {
            vec![
                card.unit_name.clone(),
                card.title.clone(),
                card.mark.name().to_owned(),
                day(day_at(card.due_at - chrono::TimeDelta::seconds(1))),
            ]
        });
        body.push(Block::Table {
            head: ["单位", "事项", "牌", "日期"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        });
    }
    body.push(Block::heading("三、关停情况"));
    body.push(Block::paragraph(match shut.as_slice() {
        [] => "本月没有关停网站或栏目。".to_owned(),
        shut => format!("本月决定关停{}个网站或栏目：{}。", shut.len(), shut.join("、")),
    }));
    body.push(Block::paragraph("请有关单位对照通报抓紧整改，并举一反三，落实日常读网和巡检。"));
    let issuer = units.at(&top(actor)).map_or_else(|| actor.unit_name.clone(), |unit| unit.name.clone());
    Ok(Some(Paper {
        title: format!("关于{}年{}月政府网站监管情况的通报", first.year(), first.month()),
        to: "各有关单位".to_owned(),
        body,
        signer: issuer.clone(),
        issuer,
        date: day(day_at(cx.now())),
        ..Paper::default()
    }))
}

/// The highest unit that a person sees.
pub(super) fn top(actor: &Actor) -> String {
    let paths = actor.grants.iter().map(|grant| grant.path.as_str());
    paths.min_by_key(|path| path.len()).unwrap_or_default().to_owned()
}
