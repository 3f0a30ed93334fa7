//! Duties of reading as JSON: who reads when, and what came of it. Clauses N1.6, N5.3, N5.7.

use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, listed};
use ledger::identity::web::Units;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;

use super::duties::{Asked, today};
use crate::reading::store::{self, DutyRow};

const KIND_WORDS: &[&str] = &["duty", "patrol"];
const STATE_WORDS: &[&str] = &["planned", "reading", "done", "missed", "called_off"];

static DUTY: Schema = Schema {
    name: "Duty",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("kind", Shape::Word(KIND_WORDS), "值班读网或巡读"),
        Property::new("roster", Shape::Integer, "值班表的编号"),
        Property::new("unit", Shape::Integer, "单位的编号"),
        Property::new("day", Shape::Text, "日期，如 2026-03-01"),
        Property::new("shift", Shape::Integer, "第几班，从 0 起"),
        Property::maybe("person", Shape::Integer, "值班人的编号"),
        Property::new("state", Shape::Word(STATE_WORDS), "状态"),
        Property::maybe("begun_at", Shape::Time, "开始读网"),
        Property::maybe("finished_at", Shape::Time, "提交日志"),
        Property::new("pages", Shape::Integer, "名单上的页面"),
        Property::new("pages_read", Shape::Integer, "读过的页面"),
        Property::new("findings", Shape::Integer, "发现的问题"),
        Property::new("display", Shape::Text, "运行和显示情况"),
        Property::new("words", Shape::Text, "处理情况"),
        Property::new("hand_over", Shape::Text, "交接事项"),
    ],
};

pub(super) static LIST: Spec = Spec {
    summary: "管辖范围内的读网班次，近的在前；不写日期为最近三十天",
    query: &[
        Param { name: "kind", about: "duty 值班读网，patrol 巡读" },
        Param { name: "state", about: "状态" },
        Param { name: "unit", about: "单位的编号，包括下级" },
        Param { name: "whose", about: "me 为自己的" },
        Param { name: "from", about: "从哪天起" },
        Param { name: "to", about: "到哪天止" },
    ],
    lists: true,
    ..Spec::of("读网", &DUTY)
};

#[derive(Serialize)]
struct View {
    id: i64,
    kind: &'static str,
    roster: i64,
    unit: i64,
    day: String,
    shift: i32,
    person: Option<i64>,
    state: &'static str,
    begun_at: Option<Instant>,
    finished_at: Option<Instant>,
    pages: i32,
    pages_read: i32,
    findings: i32,
    display: String,
    words: String,
    hand_over: String,
}

fn view(row: DutyRow) -> View {
    View {
        id: row.id,
        kind: row.kind.word(),
        roster: row.roster_id,
        unit: row.unit_id.0,
        day: row.day.to_string(),
        shift: row.shift,
        person: row.person_id.map(|id| id.0),
        state: row.state.word(),
        begun_at: row.begun_at,
        finished_at: row.finished_at,
        pages: row.pages,
        pages_read: row.pages_read,
        findings: row.findings,
        display: row.display,
        words: row.words,
        hand_over: row.hand_over,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&actor, &units, today(&cx));
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = store::duties(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(listed(items, pager, &format!("/api/v1/duties?{}", asked.query())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::model::{Kind, State as Stands};

    #[test]
    fn the_description_names_every_kind_and_state() {
        assert_eq!(Kind::ALL.map(Kind::word), KIND_WORDS);
        let mut words = Stands::ALL.map(Stands::word);
        let mut told = STATE_WORDS.to_vec();
        words.sort_unstable();
        told.sort_unstable();
        assert_eq!(words.to_vec(), told);
    }
}
