//! A fault that two looks see is told once: a bad link that a page hides, a letter on its list and on its own page.
//! Clauses N2.3, N2.5.
//!
//! Drops the second telling and nothing else; what a page alone shows stays.

use hashbrown::HashSet;
use rusqlite::Connection;

use crate::message::address_hash;

/// Links that `hidden-link` names, by page and target.
pub struct Hidden(HashSet<(u64, u64)>);

impl Hidden {
    /// Only where it is as grave as `wrong-target` can be: a link in a comment is no more than a warning there.
    pub fn of(db: &Connection) -> rusqlite::Result<Hidden> {
        let mut statement = db.prepare(
            "select page, target from finding
              where rule = 'hidden-link' and level = 'veto' and page is not null and target is not null",
        )?;
        let mut rows = statement.query([])?;
        let mut named = HashSet::new();
        while let Some(row) = rows.next()? {
            let hash = |at| row.get_ref(at).and_then(|v| v.as_str().map_err(rusqlite::Error::from));
            named.insert((address_hash(hash(0)?), address_hash(hash(1)?)));
        }
        Ok(Hidden(named))
    }

    /// Whether a finding of `rule` about a link says again what `hidden-link` says of it.
    pub fn covers(&self, rule: &str, page: &str, target: &str) -> bool {
        rule == "wrong-target" && self.0.contains(&(address_hash(page), address_hash(target)))
    }
}

/// A late letter that a list shows and its own page too stays with the list, which names the letter's page.
pub fn letters_told_once(db: &Connection) -> rusqlite::Result<()> {
    db.execute(
        "delete from finding where rule = 'late-reply' and page = target and target in
           (select target from finding where rule = 'late-reply' and page <> target)",
        [],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db(findings: &[(&str, &str, &str, &str)]) -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("create table finding (rule text, level text, page text, target text)").unwrap();
        for row in findings {
            db.execute("insert into finding values (?1, ?2, ?3, ?4)", *row).unwrap();
        }
        db
    }

    #[test]
    fn a_letter_on_its_list_and_on_its_own_page_is_one_finding() {
        let letter = "late-reply";
        let db = db(&[
            (letter, "fault", "http://a/list", "http://a/1"),
            (letter, "fault", "http://a/1", "http://a/1"),
            (letter, "fault", "http://a/2", "http://a/2"),
            ("dead-link", "fault", "http://a/1", "http://a/1"),
        ]);
        letters_told_once(&db).unwrap();
        let mut left = db.prepare("select rule || ' ' || page from finding order by rowid").unwrap();
        let left: Vec<String> = left.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(left, ["late-reply http://a/list", "late-reply http://a/2", "dead-link http://a/1"]);
    }

    #[test]
    fn only_the_same_link_on_the_same_page_is_covered() {
        let db = db(&[
            ("hidden-link", "veto", "http://a/", "http://bad/"),
            ("hidden-link", "warning", "http://a/", "http://comment/"),
        ]);
        let hidden = Hidden::of(&db).unwrap();
        assert!(hidden.covers("wrong-target", "http://a/", "http://bad/"));
        for (rule, page, target) in [
            ("wrong-target", "http://a/other", "http://bad/"),
            ("wrong-target", "http://a/", "http://comment/"),
            ("dead-link", "http://a/", "http://bad/"),
        ] {
            assert!(!hidden.covers(rule, page, target), "{rule} {page} {target}");
        }
    }
}
