//! A small world for tests of the console: units, people, and visitors that ask the real router. Serves N5.1.
//!
//! Time stands still until a test turns it. What a test sends goes through every layer that a browser's request does.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use crawl::Manners;
use ledger::cx::Settings;
use ledger::identity::commands::{account, people, units};
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use ledger::identity::store;
use ledger::{PersonId, UnitId};
use platform::clock::{Clock, FakeClock};
use platform::db::Place;
use platform::{Db, Secret};
use sea_orm::{ConnectionTrait as _, EntityTrait as _};
use supervision::Ways;
use tower::ServiceExt as _;
use xunwang::console::Console;

/// Everybody's password in tests.
pub const PASSWORD: &str = "Dongting-Lake-27";

pub struct World {
    pub console: Console,
    pub clock: Arc<FakeClock>,
    pub root: unit::Model,
    pub place: Place,
    router: Router,
    folder: tempfile::TempDir,
}

/// Runs a test on a world of each engine.
pub async fn on_both<F: AsyncFn(World)>(test: F) {
    on_both_with(settings(), test).await;
}

/// Likewise, with other settings.
pub async fn on_both_with<F: AsyncFn(World)>(settings: Settings, test: F) {
    test(World::with(None, settings.clone()).await).await;
    let Some(server) = testkit::postgres::server() else { return };
    let name = format!("t{}", &Secret::new().digest().to_string()[..16]);
    let admin = Db::open(&Place::Postgres(server.to_owned())).await.unwrap();
    admin.read().execute_unprepared(&format!("create database {name}")).await.unwrap();
    admin.close().await.unwrap();
    test(World::with(Some(testkit::postgres::database(server, &name)), settings).await).await;
}

/// The usual settings.
pub fn settings() -> Settings {
    Settings { https: false, second_factor: true, ..Default::default() }
}

impl World {
    /// A world on SQLite, or on the PostgreSQL database of an address.
    pub async fn new(postgres: Option<String>) -> World {
        World::made(postgres, None, settings()).await
    }

    /// A world whose blobs are in an object store.
    pub async fn with_objects(postgres: Option<String>, objects: Option<&objects::Settings>) -> World {
        World::made(postgres, objects, settings()).await
    }

    /// A world with other settings.
    pub async fn with(postgres: Option<String>, settings: Settings) -> World {
        World::made(postgres, None, settings).await
    }

    async fn made(
        postgres: Option<String>,
        objects: Option<&objects::Settings>,
        settings: Settings,
    ) -> World {
        let folder = tempfile::tempdir().unwrap();
        let blobs = xunwang::console::blobs(folder.path(), objects).unwrap();
        let clock = Arc::new(FakeClock::new(chrono::DateTime::from_timestamp(1_780_000_000, 0).unwrap()));
        let place = Place::of(postgres.as_deref(), folder.path()).unwrap();
        let console = Console::with_blobs(folder.path(), &place, blobs, settings, clock.clone(), ways());
        let console = console.await.unwrap();
        let root = add_unit(&console, None, "巡网省政府", UnitLevel::Province, "990000").await;
        World { router: console.router(), console, clock, root, place, folder }
    }

    /// The data folder.
    pub fn data(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub async fn unit(&self, parent: &unit::Model, name: &str, level: UnitLevel) -> unit::Model {
        add_unit(&self.console, Some(parent), name, level, "").await
    }

    /// A person who has set his password and bound a phone where his role needs one.
    pub async fn person(&self, unit: UnitId, login: &str, role: Role) -> PersonId {
        static HASH: OnceLock<String> = OnceLock::new();
        if HASH.get().is_none() {
            HASH.set(account::hash(PASSWORD.to_owned()).await.unwrap()).ok();
        }
        let hashed = HASH.get().unwrap().clone();
        let tx = self.console.cx.write().await.unwrap();
        let now = self.clock.now();
        let id =
            people::add_unscoped(&tx, unit, login, &format!("{}{login}", role.name()), hashed, Some(now))
                .await
                .unwrap();
        store::set_grants(&tx, id, &[(unit, role)]).await.unwrap();
        if role.needs_second_factor() {
            let secret = secret_of(login);
            use ledger::identity::entity::person;
            let bound = person::ActiveModel {
                id: sea_orm::Set(id),
                totp_secret: sea_orm::Set(Some(secret)),
                ..Default::default()
            };
            store::change_person(&tx, bound).await.unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// The code that a person's phone shows now.
    pub fn code(&self, login: &str) -> String {
        platform::totp::code(&secret_of(login), self.clock.now().timestamp() as u64).unwrap()
    }

    /// Somebody without a session.
    pub fn stranger(&self) -> Visitor {
        Visitor { router: self.router.clone(), cookies: Vec::new() }
    }

    /// Somebody without a session, at another console.
    pub fn stranger_at(&self, router: Router) -> Visitor {
        Visitor { router, cookies: Vec::new() }
    }

    /// A person who has logged in. The clock goes on a little, since a phone's code is good only once.
    pub async fn visitor(&self, login: &str) -> Visitor {
        let mut visitor = self.stranger();
        self.clock.turn(TimeDelta::seconds(90));
        let code = self.code(login);
        let answer =
            visitor.post("/login", &[("login", login), ("password", PASSWORD), ("code", &code)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        visitor
    }
}

/// How websites are inspected in tests: without a browser, and what is dead is believed soon.
pub fn ways() -> Ways {
    let confirm_after = vec![std::time::Duration::from_millis(5)];
    Ways { manners: manners(), render: crawl::Render::Never, confirm_after, clamd: None }
}

/// How websites are asked in tests: at once, on loopback.
pub fn manners() -> Manners {
    Manners {
        rate: None,
        host_concurrency: 8,
        concurrency: 16,
        timeout: std::time::Duration::from_secs(5),
        user_agent: "Xunwang test".into(),
        headers: Vec::new(),
        cookies: Vec::new(),
        proxy: None,
        ca_pem: None,
        chromium: None,
    }
}

async fn add_unit(
    console: &Console,
    parent: Option<&unit::Model>,
    name: &str,
    level: UnitLevel,
    division: &str,
) -> unit::Model {
    let form = units::UnitForm {
        name: name.to_owned(),
        level: level.word().to_owned(),
        division: division.to_owned(),
        ..Default::default()
    };
    let tx = console.cx.write().await.unwrap();
    let Ok(checked) = units::check(&form) else { panic!("{form:?}") };
    let added = units::add_unscoped(&tx, parent, checked).await.unwrap();
    tx.commit().await.unwrap();
    unit::Entity::find_by_id(added.id).one(console.cx.db.read()).await.unwrap().unwrap()
}

fn secret_of(login: &str) -> Vec<u8> {
    login.bytes().cycle().take(platform::totp::SECRET).collect()
}

/// A browser: keeps cookies, follows nothing by itself.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    cookies: Vec<(String, String)>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub text: String,
    pub bytes: Vec<u8>,
    pub location: String,
    pub headers: axum::http::HeaderMap,
}

impl Answer {
    /// The words that a page shows, without markup.
    #[track_caller]
    pub fn shows(&self, words: &str) -> &Answer {
        assert!(self.text.contains(words), "{} without “{words}”:\n{}", self.status, self.text);
        self
    }

    #[track_caller]
    pub fn lacks(&self, words: &str) -> &Answer {
        assert!(!self.text.contains(words), "{} with “{words}”:\n{}", self.status, self.text);
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Answer {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location, self.text);
        self
    }

    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Answer {
        assert_eq!((self.status.as_u16(), self.location.as_str()), (303, path), "{}", self.text);
        self
    }
}

impl Visitor {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, Vec::new(), &[]).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", ledger::web::encode(value))).collect();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.ask(Method::POST, path, body.join("&").into_bytes(), &kind).await
    }

    /// One file in a form, as a browser sends it.
    pub async fn upload(&mut self, path: &str, name: &str, bytes: &[u8], form: &[(&str, &str)]) -> Answer {
        let mut body = Vec::new();
        for (field, value) in form {
            body.extend(
                format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        body.extend(
            format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                .bytes(),
        );
        body.extend(bytes);
        body.extend(b"\r\n--b--\r\n");
        self.ask(Method::POST, path, body, &[("content-type", "multipart/form-data; boundary=b")]).await
    }

    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "console.example");
        request = request.header(header::COOKIE, cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let location = parts.headers.get(header::LOCATION).map(|l| l.to_str().unwrap().to_owned());
        Answer {
            status: parts.status,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
            location: location.unwrap_or_default(),
            headers: parts.headers,
        }
    }

    /// The secret in the session's cookie.
    pub fn secret(&self) -> Option<&str> {
        self.cookies.iter().find(|(name, _)| name == "xunwang").map(|(_, value)| value.as_str())
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }
}
