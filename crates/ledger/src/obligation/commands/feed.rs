//! What a person owes, for his calendar program: an address with a secret in it. Clauses N2.8, N3.8.
//!
//! The secret opens this list and nothing else. It is kept as a digest; a new one ends the one before.

use std::fmt::Write as _;

use platform::Secret;
use platform::clock::{Instant, beijing};
use platform::web::Failure;
use sea_orm::Set;

use crate::identity::commands::{note, sessions};
use crate::identity::model::Role;
use crate::identity::oidc::store as oidc;
use crate::identity::store as people;
use crate::ids::SessionId;
use crate::obligation::entity::{obligation, obligation_feed};
use crate::obligation::store;
use crate::{Actor, Cx, UnitId};

/// Entries of one feed; who owes more looks at the list.
const MOST: u64 = 500;

/// Makes a person's address anew. Returns its secret, which is shown this once.
pub async fn make(cx: &Cx, actor: &Actor) -> Result<String, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let secret = Secret::new();
    let row = obligation_feed::ActiveModel {
        digest: Set(secret.digest().to_string()),
        made_at: Set(now),
        ..Default::default()
    };
    store::keep_feed(&tx, actor.person, row).await?;
    note(&tx, actor, now, "feed.made", &format!("person/{}", actor.person), "").await?;
    tx.commit().await?;
    Ok(secret.reveal().to_owned())
}

/// The units for which a person works himself: what they owe is his to do.
pub fn own_units(actor: &Actor) -> Vec<UnitId> {
    let trade = actor.grants.iter().filter(|grant| Role::TRADE.contains(&grant.role));
    let mut units: Vec<UnitId> = trade.map(|grant| grant.unit).collect();
    units.sort();
    units.dedup();
    units
}

/// What the person behind a secret owes, by RFC 5545; `None` if the secret opens nothing.
pub async fn read(cx: &Cx, secret: &str) -> Result<Option<String>, Failure> {
    let (db, Some(secret)) = (cx.db.read(), Secret::sent(secret)) else { return Ok(None) };
    let Some(feed) = store::feed_unscoped(db, &secret.digest().to_string()).await? else { return Ok(None) };
    let person = people::person_unscoped(db, feed.person_id).await?.filter(|one| one.disabled_at.is_none());
    let Some(person) = person else { return Ok(None) };
    let way = oidc::way_of_unscoped(db, person.id).await?;
    let actor = sessions::of_person(cx, person, SessionId(0), way).await?;
    let rows = store::owed(db, &own_units(&actor), actor.person, MOST).await?;
    Ok(Some(calendar(&rows, cx.now(), cx.settings.public.as_deref())))
}

/// A calendar with one whole day for each obligation: its last.
pub fn calendar(rows: &[obligation::Model], now: Instant, console: Option<&str>) -> String {
    let mut out = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Xunwang//ZH\r\n");
    line(&mut out, "X-WR-CALNAME", "巡网待办");
    let stamp = now.format("%Y%m%dT%H%M%SZ");
    for row in rows {
        let Some(due) = row.due_on else { continue };
        // Writing into a String cannot fail.
        let written = write!(
            out,
            "BEGIN:VEVENT\r\nUID:obligation-{}@xunwang\r\nDTSTAMP:{stamp}\r\nDTSTART;VALUE=DATE:{}\r\n",
            row.id,
            due.format("%Y%m%d")
        );
        debug_assert!(written.is_ok());
        line(&mut out, "SUMMARY", &format!("{}：{}", row.kind.name(), row.title));
        let overdue = row.due_at.is_some_and(|due| due <= now);
        let state = if overdue { "已超期" } else { "当日截止" };
        let opened = beijing(row.opened_at).format("%Y-%m-%d");
        line(&mut out, "DESCRIPTION", &format!("{state}；{opened} 由{}交办。{}", row.issued_by, row.words));
        if let Some(console) = console {
            line(&mut out, "URL", &format!("{console}/obligations/{}", row.id));
        }
        out.push_str("TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

/// A content line: text escaped (RFC 5545, 3.3.11) and folded before the 75th octet (3.1).
fn line(out: &mut String, name: &str, text: &str) {
    const OCTETS: usize = 74;
    let mut room = OCTETS - name.len() - 1;
    out.push_str(name);
    out.push(':');
    for letter in text.chars().filter(|letter| *letter != '\r') {
        let escaped = match letter {
            '\n' => "\\n".to_owned(),
            ',' | ';' | '\\' => format!("\\{letter}"),
            letter if letter.is_control() => continue,
            letter => letter.to_string(),
        };
        if escaped.len() > room {
            out.push_str("\r\n ");
            room = OCTETS - 1;
        }
        room -= escaped.len();
        out.push_str(&escaped);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_escaped_and_folded_between_letters() {
        let mut out = String::new();
        line(&mut out, "SUMMARY", &format!("甲,乙;丙\\丁\n{}", "戊".repeat(60)));
        assert!(out.starts_with("SUMMARY:甲\\,乙\\;丙\\\\丁\\n戊"), "{out}");
        assert!(out.split("\r\n").all(|line| line.len() <= 75));
        let unfolded = out.replace("\r\n ", "");
        assert_eq!(unfolded.matches('戊').count(), 60);
    }
}
