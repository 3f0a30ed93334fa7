//! The real program, killed at random moments and out of room: what was begun is wholly there or not at all.
//! Clause N4.7.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use ledger::registry::entity::{site, site_import};
use platform::Db;
use platform::audit::{self, Verified, audit_line};
use platform::clock::Clock as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use testkit::client;

use super::world::World;

/// Sites of one import: writing them takes long enough to be hit.
const ROWS: usize = 300;
const ROUNDS: usize = 6;

/// A server as its own process.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts it on the world's folder; `before` is what a shell does first.
    pub fn start(world: &World, before: &str) -> Server {
        let script = format!("{before}exec \"$@\"");
        let data = world.data().to_str().unwrap();
        let arguments = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--rate", "0"];
        let mut child = Command::new("bash")
            .args(["-c", &script, "bash", env!("CARGO_BIN_EXE_xunwang")])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        Server { child, address }
    }

    pub fn post(&self, path: &str, cookie: &str, kind: &str, body: &str) -> std::io::Result<client::Answer> {
        post(self.address, path, cookie, kind, body)
    }

    /// A form without fields.
    pub fn form(&self, path: &str, cookie: &str) -> std::io::Result<client::Answer> {
        self.post(path, cookie, "application/x-www-form-urlencoded", "")
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn post(
    address: SocketAddr,
    path: &str,
    cookie: &str,
    kind: &str,
    body: &str,
) -> std::io::Result<client::Answer> {
    let length = body.len();
    let extra =
        format!("Cookie: xunwang={cookie}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}");
    client::ask(address, "POST", path, &extra)
}

pub const MULTIPART: &str = "multipart/form-data; boundary=b";

pub fn file(text: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.csv\"\r\n\r\n{text}\r\n--b--\r\n"
    )
}

fn csv(round: usize) -> String {
    let rows =
        (0..ROWS).map(|n| format!("子站{round}-{n},http://s{n}.r{round}.qinghe.example/,青禾县政府\n"));
    format!("网站名称,首页网址,主办单位\n{}", rows.collect::<String>())
}

/// A world in the present, with a supervisor who is logged in, and closed for the program to open. Gives his cookie.
pub async fn world() -> (World, String) {
    let world = World::new(None).await;
    world.clock.turn(chrono::Utc::now() - world.clock.now());
    world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.clock.turn(-TimeDelta::seconds(90));
    let cookie = world.visitor("jian").await.secret().unwrap().to_owned();
    world.console.cx.db.clone().close().await.unwrap();
    (world, cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_is_wholly_there_or_not_at_all() {
    let (world, cookie) = world().await;
    let (mut there, mut full) = (0, 0);
    // How long an undisturbed import takes tells where to aim; the first round measures it.
    let mut whole = Duration::ZERO;
    for round in 0..ROUNDS {
        let server = Server::start(&world, "");
        let handed_in = server.post("/site-imports/new", &cookie, MULTIPART, &file(&csv(round))).unwrap();
        assert_eq!(handed_in.status, 303, "{}", handed_in.head);
        let path = handed_in.header("location").unwrap().to_owned();
        let (address, secret) = (server.address, cookie.clone());
        let begun = Instant::now();
        let asking = std::thread::spawn(move || {
            post(address, &path, &secret, "application/x-www-form-urlencoded", "").map(|answer| answer.status)
        });
        if round == 0 {
            assert_eq!(asking.join().unwrap().unwrap(), 303);
            whole = begun.elapsed();
            server.kill();
        } else {
            // From the middle to past the end, by a random part.
            let random = u32::from(platform::secret::random::<1>()[0]);
            std::thread::sleep(whole * (64 + random) / 256);
            server.kill();
            asking.join().unwrap().ok();
        }
        let db = Db::open(&world.place).await.unwrap();
        assert!(matches!(audit::verify(db.read()).await.unwrap(), Verified::Whole { .. }));
        let host = format!(".r{round}.qinghe.example");
        let sites =
            site::Entity::find().filter(site::Column::Home.contains(&host)).count(db.read()).await.unwrap();
        assert!(sites == 0 || sites == ROWS as u64, "{sites} sites of round {round}");
        full += usize::from(sites > 0);
        let applied = site_import::Entity::find().filter(site_import::Column::AppliedAt.is_not_null());
        assert_eq!(applied.count(db.read()).await.unwrap(), full as u64);
        let told = audit_line::Entity::find().filter(audit_line::Column::Action.eq("site.imported"));
        assert_eq!(told.count(db.read()).await.unwrap(), full as u64);
        there += 1;
        db.close().await.unwrap();
    }
    assert_eq!(there, ROUNDS);
    let server = Server::start(&world, "");
    assert_eq!(client::get(server.address, "/readyz").unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_is_told_and_the_server_stays_up() {
    let (world, cookie) = world().await;
    // A limit on the size of files stands for the full disk: the write is refused in its middle, as there.
    let server = Server::start(&world, "trap '' XFSZ; ulimit -f 2048; ");
    let wide = format!("{}{}\n", csv(1), "长".repeat(1_500_000));
    let told = server.post("/site-imports/new", &cookie, MULTIPART, &file(&wide)).unwrap();
    let page = String::from_utf8_lossy(&told.body).into_owned();
    assert_eq!(told.status, 507, "{page}");
    assert!(page.contains("存储空间已满"), "{page}");
    assert_eq!(client::get(server.address, "/readyz").unwrap().status, 200);
    let handed_in = server.post("/site-imports/new", &cookie, MULTIPART, &file(&csv(2))).unwrap();
    assert_eq!(handed_in.status, 303, "small files still go through: {}", handed_in.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_room_keeps_what_it_has_and_takes_the_rest_later() {
    const MANY: usize = 1_400;
    let (world, cookie) = world().await;
    let rows = (0..MANY).map(|n| format!("子站{n},http://s{n}.qinghe.example/,青禾县政府\n"));
    let list = file(&format!("网站名称,首页网址,主办单位\n{}", rows.collect::<String>()));
    // In KiB: the empty tables and the list have room, and what it becomes has not.
    let server = Server::start(&world, "trap '' XFSZ; ulimit -f 512; ");
    let handed_in = server.post("/site-imports/new", &cookie, MULTIPART, &list).unwrap();
    assert_eq!(handed_in.status, 303, "{}", handed_in.head);
    let import = handed_in.header("location").unwrap().to_owned();
    let told = server.form(&import, &cookie).unwrap();
    let page = String::from_utf8_lossy(&told.body).into_owned();
    assert_eq!(told.status, 507, "{page}");
    assert!(page.contains("存储空间已满"), "{page}");
    assert_eq!(client::get(server.address, "/readyz").unwrap().status, 200);
    let cookies = format!("Cookie: xunwang={cookie}\r\n\r\n");
    assert_eq!(client::ask(server.address, "GET", "/sites", &cookies).unwrap().status, 200);
    server.kill();
    let number = async || {
        let db = Db::open(&world.place).await.unwrap();
        assert!(matches!(audit::verify(db.read()).await.unwrap(), Verified::Whole { .. }));
        let number = site::Entity::find().count(db.read()).await.unwrap();
        db.close().await.unwrap();
        number
    };
    assert_eq!(number().await, 0, "nothing of it is there");
    let server = Server::start(&world, "");
    assert_eq!(server.form(&import, &cookie).unwrap().status, 303);
    server.kill();
    assert_eq!(number().await, MANY as u64);
}
