//! The audit chain: whole when untouched, broken by any change. Clause N4.7.

use platform::Db;
use platform::audit::{Deed, Verified, Wrong, lines, verify, write};
use platform::web::Pager;
use sea_orm::ConnectionTrait as _;

use crate::engines::on_both;

async fn write_some(db: &Db, chain: &str, number: i64) {
    for n in 0..number {
        let at = chrono::DateTime::from_timestamp_micros(1_700_000_000_000_001 + n).unwrap();
        let deed = Deed {
            chain,
            at,
            person: Some(n),
            who: "li",
            action: "site.changed",
            subject: "site/1",
            detail: "名称",
        };
        let tx = db.write().await.unwrap();
        write(&tx, deed).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn check_after(change: &'static str, want: Verified) {
    on_both(async |db| {
        write_some(&db, "a", 5).await;
        write_some(&db, "b", 2).await;
        assert_eq!(verify(db.read()).await.unwrap(), Verified::Whole { chains: 2, lines: 7 });
        let tx = db.write().await.unwrap();
        tx.execute_unprepared(change).await.unwrap();
        tx.commit().await.unwrap();
        let found = verify(db.read()).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{want:?}"), "{change}");
    })
    .await;
}

fn broken(chain: &str, seq: i64, wrong: Wrong) -> Verified {
    Verified::Broken { chain: chain.to_owned(), seq, wrong }
}

#[tokio::test]
async fn a_changed_line_is_found() {
    check_after(
        "update audit_line set detail = '别名' where chain = 'a' and seq = 3",
        broken("a", 3, Wrong::Changed),
    )
    .await;
    check_after(
        "update audit_line set person_id = 9 where chain = 'b' and seq = 1",
        broken("b", 1, Wrong::Changed),
    )
    .await;
}

#[tokio::test]
async fn text_that_moves_to_the_next_field_is_found() {
    let change = "update audit_line set who = 'l', action = 'isite.changed' where chain = 'a' and seq = 2";
    check_after(change, broken("a", 2, Wrong::Changed)).await;
}

#[tokio::test]
async fn a_removed_line_is_found_also_at_the_end() {
    check_after("delete from audit_line where chain = 'a' and seq = 2", broken("a", 3, Wrong::Gap)).await;
    check_after("delete from audit_line where chain = 'a' and seq = 5", broken("a", 4, Wrong::End)).await;
    check_after("delete from audit_line where chain = 'b'", broken("b", 0, Wrong::End)).await;
}

#[tokio::test]
async fn two_writers_make_one_chain() {
    on_both(async |db| {
        tokio::join!(write_some(&db, "a", 20), write_some(&db, "a", 20), write_some(&db, "a", 20));
        assert_eq!(verify(db.read()).await.unwrap(), Verified::Whole { chains: 1, lines: 60 });
    })
    .await;
}

#[tokio::test]
async fn the_log_is_read_newest_first_and_searched() {
    on_both(async |db| {
        write_some(&db, "a", 25).await;
        let (found, pager) = lines(db.read(), "", &[], Pager::asked(Some(2), Some(20))).await.unwrap();
        assert_eq!((found.len(), pager.total, found[0].seq), (5, 25, 5));
        let (found, _) = lines(db.read(), "名称", &[], Pager::asked(None, None)).await.unwrap();
        assert_eq!(found.len(), 25);
        let (found, _) = lines(db.read(), "100%", &[], Pager::asked(None, None)).await.unwrap();
        assert_eq!(found.len(), 0);
        let (found, _) =
            lines(db.read(), "改登记", &["site.changed"], Pager::asked(None, None)).await.unwrap();
        assert_eq!(found.len(), 25);
    })
    .await;
}
