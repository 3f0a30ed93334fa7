//! Every deed and every beat of supervision, cut short at each table that it writes to, as a stopped process or a full disk
//! cuts it: a deed is wholly there or not at all, a beat goes on where it was, and in the end nothing is lost or doubled.
//! Clauses N2.8, N4.7, N5.3.
//!
//! A first life is undisturbed and learns which tables each step writes to; a second one has each of those writes fail once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use ledger::cx::Settings;
use ledger::identity::model::Role;
use platform::audit::{self, Verified};
use sea_orm::EntityTrait as _;
use supervision::correction::entity::correction;
use supervision::reading::entity::reading_duty;
use supervision::reading::model::ItemState;
use testkit::mail::MailServer;

use super::alerts::mail_account;
use super::corrections::send;
use super::tickets::{confirmed, deed, place};
use super::world::{Visitor, World, settings};

/// Not cut: what the frame keeps of each request, the queue, which has tests of its own, and what the database itself keeps.
const APART: [&str; 5] = ["session", "job", "worker", "seaql_migrations", "touched"];

/// Whether a step is one transaction, or several that go on by themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Deed,
    Beat,
}

/// The tables that each step of a life writes to.
type Learnt = Vec<(String, Vec<String>)>;

/// Cuts steps short, or learns where they can be cut.
struct Scissors {
    beside: rusqlite::Connection,
    tables: Vec<String>,
    learnt: Learnt,
    /// What the life before has learnt; none in the first.
    known: Option<Learnt>,
    cuts: usize,
}

impl Scissors {
    fn new(world: &World, known: Option<Learnt>) -> Scissors {
        let beside = rusqlite::Connection::open(world.data().join("xunwang.db")).unwrap();
        beside.busy_timeout(Duration::from_secs(30)).unwrap();
        let mut all = beside.prepare("select name from sqlite_master where type = 'table'").unwrap();
        let tables: Vec<String> = all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        drop(all);
        let apart = |name: &String| name.starts_with("sqlite_") || APART.contains(&name.as_str());
        let tables: Vec<String> = tables.into_iter().filter(|name| !apart(name)).collect();
        if known.is_none() {
            beside.execute_batch("create table touched (name text)").unwrap();
            for (table, what) in tables.iter().flat_map(|t| ["insert", "update", "delete"].map(|w| (t, w))) {
                let note = format!("begin insert into touched values ('{table}'); end");
                let trigger =
                    format!("create trigger learn_{table}_{what} after {what} on \"{table}\" {note}");
                beside.execute_batch(&trigger).unwrap();
            }
        }
        Scissors { beside, tables, learnt: Vec::new(), known, cuts: 0 }
    }

    /// Rows of each table.
    fn counts(&self) -> BTreeMap<String, i64> {
        let count = |table: &String| {
            let sql = format!("select count(*) from \"{table}\"");
            (table.clone(), self.beside.query_row(&sql, [], |row| row.get(0)).unwrap())
        };
        self.tables.iter().map(count).collect()
    }

    fn touched(&self) -> Vec<String> {
        let mut all = self.beside.prepare("select distinct name from touched").unwrap();
        let names: BTreeSet<String> =
            all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        self.beside.execute_batch("delete from touched").unwrap();
        names.into_iter().collect()
    }

    fn cut(&self, table: &str) {
        for what in ["insert", "update", "delete"] {
            let trigger = format!(
                "create trigger cut_{what} before {what} on \"{table}\" begin select raise(abort, 'cut short'); end"
            );
            self.beside.execute_batch(&trigger).unwrap();
        }
    }

    fn mend(&self) {
        let all = "drop trigger cut_insert; drop trigger cut_update; drop trigger cut_delete";
        self.beside.execute_batch(all).unwrap();
    }

    /// One step: `act` says whether it was done.
    async fn step(&mut self, name: &str, is: Is, mut act: impl AsyncFnMut() -> bool) {
        if self.known.is_none() {
            self.touched();
            assert!(act().await, "{name}, undisturbed");
            let touched = self.touched();
            self.learnt.push((name.to_owned(), touched));
            return;
        }
        let (known, tables) = self.known.as_mut().unwrap().remove(0);
        assert_eq!(known, name, "both lives go the same way");
        for table in tables {
            let before = self.counts();
            self.cut(&table);
            let done = act().await;
            self.mend();
            self.cuts += 1;
            if is == Is::Beat {
                continue;
            }
            assert!(!done, "{name}: {table} could not be written, and nobody was told");
            let left: Vec<_> = self.counts().into_iter().filter(|(key, rows)| before[key] != *rows).collect();
            assert!(left.is_empty(), "{name}, cut short at {table}, left something behind: {left:?}");
        }
        assert!(act().await, "{name}, after it was cut short");
    }
}

fn public() -> Settings {
    Settings { public: Some("https://console.example".to_owned()), ..settings() }
}

fn day(world: &World, days: i64) -> String {
    platform::clock::beijing(world.console.cx.now() + TimeDelta::days(days)).date_naive().to_string()
}

async fn beat(world: &World) -> bool {
    supervision::remind::beat(&world.console.cx).await.is_ok()
}

/// Has jobs run, those as well that failed and would wait for their next try.
async fn work(world: &World) -> bool {
    let beside = rusqlite::Connection::open(world.data().join("xunwang.db")).unwrap();
    beside.busy_timeout(Duration::from_secs(30)).unwrap();
    let at_once = "update job set run_at = '2000-01-01 00:00:00+00:00', attempts = 0 where state = 'waiting'";
    beside.execute_batch(at_once).unwrap();
    world.console.runner.run_due().await.is_ok()
}

async fn ok(visitor: &mut Visitor, path: &str, form: &[(&str, &str)]) -> bool {
    visitor.post(path, form).await.status == 303
}

/// A site's supervision from a ticket to its reopening. Rows of each table in the end, and what was learnt.
async fn life(known: Option<Learnt>) -> (BTreeMap<String, i64>, Learnt, usize) {
    let world = World::with(None, public()).await;
    let place = place(&world).await;
    let mails = MailServer::start().unwrap();
    mail_account(&world, mails.port(), "none").await;
    let du = world.person(place.county.id, "du", Role::DutyReader).await;
    let yi = world.person(place.county.id, "yi", Role::DutyReader).await;
    world.person(place.city.id, "shier", Role::Supervisor).await;
    let mut shi = world.visitor("shi").await;
    let (mut xian, mut citizen) = (world.visitor("xian").await, world.stranger());
    confirmed(&mut shi, &place.dead).await;
    let (site, unit) = (place.site.0.to_string(), place.county.id.to_string());
    let db = world.console.cx.db.read();
    let mut s = Scissors::new(&world, known);

    // A ticket: issued, mailed, mended, rechecked.
    let dead = place.dead.id.to_string();
    let issue = [("id", dead.as_str()), ("words", "请改正链接")];
    s.step("issue", Is::Deed, async || ok(&mut shi, "/tickets", &issue).await).await;
    let mail = [("address", "wz@qinghe.example"), ("days", "30")];
    s.step("mail", Is::Deed, async || ok(&mut shi, "/tickets/1/letters", &mail).await).await;
    s.step("post", Is::Beat, async || work(&world).await).await;
    let say =
        async |visitor: &mut Visitor, what: &str| deed(visitor, "/tickets/1", what, "好").await.status == 303;
    s.step("receive", Is::Deed, async || say(&mut xian, "receive").await).await;
    s.step("fix", Is::Deed, async || say(&mut xian, "fix").await).await;
    place.town.mend();
    world.clock.turn(TimeDelta::minutes(1));
    s.step("recheck", Is::Deed, async || say(&mut shi, "recheck").await).await;
    s.step("inspect", Is::Beat, async || work(&world).await).await;
    // However often it was tried again: who has been idle meanwhile logs in anew.
    (shi, xian) = (world.visitor("shi").await, world.visitor("xian").await);
    shi.get("/tickets/1").await.shows("已办结");

    // Its document.
    let number = [("number", "北政办网监〔2026〕3号")];
    let scan: &[u8] = b"%PDF-1.7";
    s.step("paper", Is::Deed, async || {
        shi.upload("/papers/rectification/1", "盖章.pdf", scan, &number).await.status == 303
    })
    .await;

    // A link: asked for, approved, looked at, owed when it ends.
    let end = day(&world, 20);
    let apply = [
        ("target", "127.0.0.1"),
        ("name", "公积金查询"),
        ("purpose", "便民"),
        ("unit", unit.as_str()),
        ("expires", end.as_str()),
    ];
    s.step("apply", Is::Deed, async || ok(&mut xian, "/link-approvals/new", &apply).await).await;
    s.step("approve", Is::Deed, async || ok(&mut shi, "/link-approvals/1", &[("deed", "approve")]).await)
        .await;
    s.step("look", Is::Beat, async || work(&world).await).await;

    xian = world.visitor("xian").await;

    // A roster, its duties on the clock, an exchange, a day's reading.
    let (first, second) = (format!("turn-{}", du.0), format!("turn-{}", yi.0));
    let roster = [
        ("name", "值班表"),
        ("unit", unit.as_str()),
        ("kind", "duty"),
        ("days", "every"),
        ("shifts", "1"),
        ("pages", "2"),
        ("sites", "0"),
        ("planted_each", "0"),
        ("is_active", "1"),
        (first.as_str(), "1"),
        (second.as_str(), "2"),
    ];
    s.step("roster", Is::Deed, async || ok(&mut xian, "/reading-rosters/new", &roster).await).await;
    s.step("beat", Is::Beat, async || beat(&world).await).await;
    s.step("list", Is::Beat, async || work(&world).await).await;
    let (mut du_page, mut yi_page) = (world.visitor("du").await, world.visitor("yi").await);
    let duties = reading_duty::Entity::find().all(db).await.unwrap();
    let own = duties.iter().find(|one| one.person_id == Some(du) && one.pages > 0).expect("today's duty");
    let his = duties.iter().find(|one| one.person_id == Some(yi)).unwrap();
    let (duty, back) = (format!("/duties/{}", own.id), his.id.to_string());
    let tomorrow = duties.iter().filter(|one| one.person_id == Some(du)).nth(1).unwrap();
    let swap = (format!("/duties/{}/exchange", tomorrow.id), [("back", back.as_str())]);
    s.step("ask", Is::Deed, async || ok(&mut du_page, &swap.0, &swap.1).await).await;
    let takes = [("takes", "1")];
    s.step("exchange", Is::Deed, async || ok(&mut yi_page, "/reading-exchanges/1", &takes).await).await;
    s.step("begin", Is::Deed, async || ok(&mut du_page, &format!("{duty}/begin"), &[]).await).await;
    let items = supervision::reading::store::items(db, own.id).await.unwrap();
    for (item, what) in items.iter().zip(["faulty", "fine"]) {
        let path = format!("/reading-items/{}", item.id);
        let mark = [("deed", what), ("rule", "other"), ("words", "没有写明日期"), ("passage", "0")];
        s.step("open", Is::Deed, async || ok(&mut du_page, &format!("{path}/open"), &[]).await).await;
        s.step(what, Is::Deed, async || ok(&mut du_page, &path, &mark).await).await;
        if what == "faulty" {
            s.step("next", Is::Deed, async || ok(&mut du_page, &path, &[("deed", "fine")]).await).await;
        }
    }
    let left = supervision::reading::store::items(db, own.id).await.unwrap();
    assert!(left.iter().all(|item| item.state != ItemState::Waiting), "{left:?}");
    let log = [("display", "正常"), ("words", "一处"), ("hand_over", "")];
    s.step("finish", Is::Deed, async || ok(&mut du_page, &format!("{duty}/finish"), &log).await).await;

    // A citizen's correction: taken, passed on, answered.
    let page = place.town.home();
    let sent = [("kind", "words"), ("page", page.as_str()), ("fault", "布署"), ("words", "应为“部署”")];
    // The first form that is shown makes the key that its questions are sealed with.
    citizen.get(&format!("/public/corrections/new?site={site}")).await.is(200);
    s.step("correct", Is::Deed, async || {
        world.clock.turn(TimeDelta::minutes(3));
        send(&mut citizen, place.site.0, &sent, None).await.status == 303
    })
    .await;
    let pass = [("deed", "transfer"), ("unit", unit.as_str()), ("as_finding", "1")];
    (shi, xian) = (world.visitor("shi").await, world.visitor("xian").await);
    s.step("transfer", Is::Deed, async || ok(&mut shi, "/corrections/1", &pass).await).await;
    let answer = [("deed", "answer"), ("words", "已改正，谢谢。"), ("is_public", "1"), ("summary", "错字")];
    s.step("answer", Is::Deed, async || ok(&mut xian, "/corrections/1", &answer).await).await;
    let receipt = correction::Entity::find().one(db).await.unwrap().unwrap().receipt;
    let rate = [("receipt", receipt.as_str()), ("rating", "5")];
    s.step("rate", Is::Deed, async || {
        citizen.post("/public/corrections/rating", &rate).await.text.contains("您的评价：5 分")
    })
    .await;

    // A suspension: proposed, decided, carried out by the clock, mended, reopened.
    let propose = [("site", site.as_str()), ("grounds", "长期没有人管")];
    s.step("propose", Is::Deed, async || ok(&mut shi, "/suspensions/new", &propose).await).await;
    let today = day(&world, 0);
    let decide = [
        ("deed", "decide"),
        ("document", "北政办函〔2026〕1号"),
        ("basis", "湘政办函〔2011〕68号"),
        ("from", today.as_str()),
        ("limit", "5"),
    ];
    s.step("decide", Is::Deed, async || ok(&mut shi, "/suspensions/1", &decide).await).await;
    s.step("suspend", Is::Beat, async || beat(&world).await).await;
    let report = [("deed", "report"), ("words", "都已改正")];
    s.step("report", Is::Deed, async || ok(&mut xian, "/suspensions/1", &report).await).await;
    let mut shier = world.visitor("shier").await;
    let reopen = [("deed", "reopen"), ("words", "逐条看过")];
    s.step("reopen", Is::Deed, async || ok(&mut shier, "/suspensions/1", &reopen).await).await;
    s.step("clear", Is::Beat, async || beat(&world).await).await;
    shi.get("/suspensions/1").await.shows("恢复开放");

    assert!(matches!(audit::verify(db).await.unwrap(), Verified::Whole { .. }));
    // A letter that was handed over, which could not be written down, is handed over again: twice is better than never
    // (RFC 5321, section 6.1). They are the same two: that there is a ticket, and that it is over.
    let sent: BTreeSet<String> = mails.mails().iter().map(|mail| mail.body()).collect();
    assert!(sent.len() == 2 && sent.iter().any(|body| body.contains("不用再处理")), "{sent:?}");
    (s.counts(), s.learnt, s.cuts)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_short_anywhere_comes_to_the_same_end() {
    let (calm, learnt, _) = life(None).await;
    let job = |step: &str| learnt.iter().any(|(name, tables)| name == step && !tables.is_empty());
    assert!(["post", "inspect", "look", "list", "suspend"].iter().all(|step| job(step)), "{learnt:?}");
    let (cut, _, cuts) = life(Some(learnt)).await;
    assert!(cuts > 100, "{cuts}");
    assert_eq!(cut, calm);
}
