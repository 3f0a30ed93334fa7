//! What no browser of ours sends: forms that are empty, broken, huge, of another kind, or full of characters that a
//! database refuses. Clause N4.7.
//!
//! Every form of the program is tried, by the table of its routes: a new one is in this test without a line here.

use axum::http::Method;
use ledger::Access;
use ledger::identity::model::Role;

use super::world::World;

const FORM: &str = "application/x-www-form-urlencoded";

/// A body and what it says it is.
fn bodies() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let names = [
        "name",
        "login",
        "unit",
        "id",
        "level",
        "from",
        "until",
        "to",
        "day",
        "reason",
        "words",
        "site",
        "home",
        "kind",
        "state",
        "rule",
        "old",
        "new",
        "again",
        "code",
        "address",
        "way",
        "host",
        "port",
        "keep_days",
        "interval",
    ];
    let every = |value: &str| {
        names.iter().map(|name| format!("{name}={value}")).collect::<Vec<_>>().join("&").into_bytes()
    };
    vec![
        ("nothing", Vec::new(), FORM),
        ("nothing of any kind", Vec::new(), ""),
        ("broken escapes", b"name=%zz%&&==&%00=%".to_vec(), FORM),
        ("no UTF-8", every("%ff%fe%80"), FORM),
        ("characters that PostgreSQL refuses", every("a%00b"), FORM),
        ("control characters and markup", every("%1b%5b0m%0d%0a<script>%e2%80%ae"), FORM),
        ("numbers beyond all", every("99999999999999999999999"), FORM),
        ("negative numbers", every("-9223372036854775808"), FORM),
        ("one field very long", every(&"x".repeat(70_000)), FORM),
        ("many fields", "ids=1&".repeat(20_000).into_bytes(), FORM),
        ("text", b"name=x".to_vec(), "text/plain"),
        ("JSON", b"{\"name\":\"x\"}".to_vec(), "application/json"),
        (
            "a broken upload",
            b"--b\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nx".to_vec(),
            "multipart/form-data; boundary=b",
        ),
        ("more than is taken", vec![b'x'; 21 << 20], FORM),
    ]
}

#[tokio::test]
async fn every_form_answers_in_words_whatever_is_sent() {
    let world = World::new(None).await;
    for role in Role::ALL {
        world.person(world.root.id, role.word(), role).await;
    }
    let mut wrong = Vec::new();
    let mut tried = 0;
    for role in Role::ALL {
        let mut visitor = world.visitor(role.word()).await;
        for entry in xunwang::console::routes().table() {
            let ours = match entry.access {
                Access::Roles(roles) => roles.first() == Some(&role),
                // Whoever may: one of them is enough.
                Access::Public | Access::Person => role == Role::ALL[0],
            };
            // Leaving or ending one's own sessions would end this test's. The API has a test of its own.
            let ends = entry.path == "/logout" || entry.path.contains("sessions");
            if !ours || ends || entry.method != Method::POST || entry.spec.is_some() {
                continue;
            }
            tried += 1;
            for (what, body, kind) in bodies() {
                let path = entry.path.replace("{id}", "1");
                let headers = [("content-type", kind)];
                let headers = if kind.is_empty() { &headers[..0] } else { &headers[..] };
                let answer = visitor.ask(Method::POST, &path, body, headers).await;
                let status = answer.status.as_u16();
                let in_words = status == 303 || answer.text.contains("zh-CN");
                // What was typed comes back as text, never as markup.
                let markup = answer.text.contains("[0m\r\n<script>");
                if status >= 500 || !in_words || markup {
                    let told: String = answer.text.chars().take(200).collect();
                    wrong.push(format!("{} with {what}: {status} {told}", entry.path));
                }
            }
        }
    }
    assert!(tried > 20, "only {tried} forms were tried");
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
