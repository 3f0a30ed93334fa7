//! One deed on many tickets at once: received by the unit that owes, rechecked or closed by the one that issued. Clauses N2.8, N5.3.
//!
//! Each ticket is its own transaction: one that is refused keeps none of the others back, and is told by its number.

use ledger::{Actor, Cx};
use platform::web::{Failure, Faults};

use super::handle::{self, Deed, DeedForm};
use crate::ids::TicketId;

/// Tickets of one form: two pages of the list.
const MOST: usize = 200;
/// Refusals that are told in full.
const TOLD: usize = 5;
/// What may be done with many.
pub const DEEDS: [Deed; 3] = [Deed::Receive, Deed::Recheck, Deed::Close];

/// What many tickets are asked for, as the form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ManyForm {
    pub id: Vec<i64>,
    /// A word of [`Deed`].
    pub deed: String,
    pub words: String,
    /// The list's own query, to come back to.
    pub back: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    pub done: usize,
    /// The tickets that it was refused for, and why.
    pub refused: Vec<(i64, String)>,
}

impl Came {
    /// What to tell.
    pub fn words(&self, deed: Deed) -> String {
        let mut words = format!("已处理 {} 张：{}。", self.done, deed.event().name());
        if !self.refused.is_empty() {
            words += &format!("没有处理 {} 张：", self.refused.len());
            let told = self.refused.iter().take(TOLD).map(|(id, why)| format!("{id} {why}"));
            words += &told.collect::<Vec<_>>().join(" ");
        }
        words
    }
}

/// Does it with each.
pub async fn act(cx: &Cx, actor: &Actor, form: &ManyForm) -> Result<Result<(Deed, Came), Faults>, Failure> {
    let mut faults = Faults::default();
    let deed = DEEDS.into_iter().find(|deed| deed.word() == form.deed);
    if deed.is_none() {
        faults.whole("请选择要做的操作。");
    }
    if form.id.is_empty() || form.id.len() > MOST {
        faults.whole(format!("请先勾选要处理的整改单，一次至多 {MOST} 张。"));
    }
    if deed == Some(Deed::Close) && form.words.trim().is_empty() {
        faults.field("words", "人工复查办结要写明怎样复查的。");
    }
    let (Some(deed), true) = (deed, faults.is_empty()) else { return Ok(Err(faults)) };
    let each = DeedForm { deed: deed.word().to_owned(), words: form.words.clone(), unit: String::new() };
    let mut came = Came::default();
    for id in &form.id {
        match handle::act(cx, actor, TicketId(*id), &each, None).await {
            Ok(Ok(_)) => came.done += 1,
            // The words are the same for all: what is wrong with them is wrong once.
            Ok(Err(faults)) => return Ok(Err(faults)),
            Err(Failure::Refused(refusal)) => came.refused.push((*id, refusal.words)),
            Err(Failure::NotThere) => came.refused.push((*id, "没有这张整改单。".to_owned())),
            Err(failure) => return Err(failure),
        }
    }
    Ok(Ok((deed, came)))
}
