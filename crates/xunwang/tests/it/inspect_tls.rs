//! Secure sites: a certificate fault is a finding and no end; an authority of one's own is trusted; parts loaded
//! insecurely are told. Serves N2.1, N2.5.
//!
//! Certificates are made anew for each test and live on loopback only.

use testkit::fault_site::{Coding, document};
use testkit::tls::{Authority, Identity};
use testkit::{Bound, Reply, Routes, Server};

use crate::inspect_run::{Folder, Inspect, Run};

fn secure(identity: Identity) -> Server {
    let body = "<a href=\"/gone.html\">旧</a>";
    let front = Reply::html(document(Coding::Utf8.label(), "首页", "", body, "首页"));
    Bound::new().unwrap().serve_tls(Routes::new().on("/index.html", front), identity)
}

fn inspect(server: &Server, arguments: &[&str]) -> Run {
    Inspect::of(&server.url("/index.html")).with(arguments).run()
}

fn check_fault(identity: Identity, trusted: Option<&Authority>, words: &str) {
    let folder = Folder::new();
    let server = secure(identity);
    let file = trusted.map(|a| folder.write("ca.pem", a.pem()));
    let arguments: Vec<&str> = file.iter().flat_map(|f| ["--ca-file", f.as_str()]).collect();
    let run = inspect(&server, &arguments).ended_with(1);
    let faults = run.of_rule("tls-fault");
    assert_eq!(faults.len(), 1, "{:?}", run.told());
    assert!(faults[0]["cause"].as_str().unwrap().contains(words), "{}", faults[0]);
    // The fault is no end: the page behind it was read.
    assert_eq!(run.of_rule("dead-link").len(), 1, "{:?}", run.told());
}

#[test]
fn nobody_vouches_for_the_certificate() {
    check_fault(Identity::self_signed(&["127.0.0.1"]).unwrap(), None, "不受信任");
}

#[test]
fn the_certificate_is_over() {
    let authority = Authority::new().unwrap();
    check_fault(authority.sign_expired(&["127.0.0.1"]).unwrap(), Some(&authority), "过期");
}

#[test]
fn the_certificate_is_not_yet_valid() {
    let authority = Authority::new().unwrap();
    check_fault(authority.sign_not_yet_valid(&["127.0.0.1"]).unwrap(), Some(&authority), "尚未生效");
}

#[test]
fn the_certificate_is_for_another_name() {
    let authority = Authority::new().unwrap();
    check_fault(authority.sign(&["127.0.0.9"]).unwrap(), Some(&authority), "域名不符");
}

#[test]
fn an_authority_of_ones_own_is_trusted() {
    let authority = Authority::new().unwrap();
    let folder = Folder::new();
    let file = folder.write("ca.pem", authority.pem());
    let server = secure(authority.sign(&["127.0.0.1"]).unwrap());
    let run = inspect(&server, &["--ca-file", &file]).ended_with(1);
    assert_eq!(run.told(), [format!("dead-link {}", server.url("/gone.html"))]);
}

#[test]
fn a_certificate_that_vouches_for_itself_is_trusted_when_the_user_says_so() {
    let (identity, pem) = Identity::self_signed_with_pem(&["127.0.0.1"]).unwrap();
    let folder = Folder::new();
    let file = folder.write("own.pem", pem);
    let server = secure(identity);
    let run = inspect(&server, &["--ca-file", &file]).ended_with(1);
    assert_eq!(run.told(), [format!("dead-link {}", server.url("/gone.html"))]);
}

#[test]
fn parts_loaded_insecurely_are_told() {
    let authority = Authority::new().unwrap();
    let folder = Folder::new();
    let file = folder.write("ca.pem", authority.pem());
    let parts = Server::start(
        Routes::new()
            .on("/a.png", Reply::of("image/png", "png"))
            .on("/a.js", Reply::of("text/javascript", "1")),
    )
    .unwrap();
    let body = format!(
        "<img src=\"{0}/a.png\"><script src=\"{0}/a.js\"></script><a href=\"{0}/a.png\">图</a>",
        parts.origin()
    );
    let front = Reply::html(document(Coding::Utf8.label(), "首页", "", &body, "首页"));
    let server = Bound::new()
        .unwrap()
        .serve_tls(Routes::new().on("/index.html", front), authority.sign(&["127.0.0.1"]).unwrap());
    let run = inspect(&server, &["--ca-file", &file]).ended_with(1);
    let mixed: Vec<String> =
        run.of_rule("mixed-content").iter().map(|f| f["target"].as_str().unwrap().to_owned()).collect();
    assert_eq!(mixed.len(), 2, "{:?}", run.told());
    assert!(mixed.contains(&parts.url("/a.png")) && mixed.contains(&parts.url("/a.js")), "{mixed:?}");
}

#[test]
fn a_header_that_has_parts_upgraded_leaves_nothing_mixed() {
    let authority = Authority::new().unwrap();
    let folder = Folder::new();
    let file = folder.write("ca.pem", authority.pem());
    let parts = Server::start(Routes::new().on("/a.png", Reply::of("image/png", "png"))).unwrap();
    let body = format!("<img src=\"{}/a.png\">", parts.origin());
    let front = Reply::html(document(Coding::Utf8.label(), "首页", "", &body, "首页"));
    let mixed = |policy: &str| {
        let front = front.clone().header("Content-Security-Policy", policy);
        let identity = authority.sign(&["127.0.0.1"]).unwrap();
        let server = Bound::new().unwrap().serve_tls(Routes::new().on("/index.html", front), identity);
        inspect(&server, &["--ca-file", &file]).of_rule("mixed-content").len()
    };
    assert_eq!(mixed("default-src *, upgrade-insecure-requests"), 0);
    assert_eq!(mixed("default-src *; report-uri /upgrade-insecure-requests"), 1);
}
