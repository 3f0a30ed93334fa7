//! The provider's answers: description, keys, authorization, tokens, userinfo. Tests only (N4.7).
//!
//! One question a connection. A fault that hangs holds its connection until the other side closes it.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::token::{digest_of, id_token, names};
use super::{Fault, Grant, Inner, State};

/// A client that says nothing for so long is let go, so that no test hangs.
const PATIENCE: Duration = Duration::from_secs(10);
/// Octets of a huge answer: far beyond any bound, and soon sent where there is none.
const HUGE: usize = 16 << 20;

struct Question {
    path: String,
    query: HashMap<String, String>,
    authorization: String,
    form: HashMap<String, String>,
}

enum Answer {
    Json(u16, Value),
    To(String),
    Text(u16, &'static str),
    Huge,
    Hang,
    HangInside,
}

pub(super) fn serve(mut stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(question) = read(&stream)? else { return Ok(()) };
    let answer = {
        let mut inner = state.inner();
        inner.asked.push(question.path.clone());
        answer(state, &mut inner, &question)
    };
    match answer {
        Answer::Json(status, value) => send(&mut stream, status, "application/json", "", &value.to_string()),
        Answer::To(address) => send(&mut stream, 302, "text/plain", &format!("location: {address}\r\n"), ""),
        Answer::Text(status, text) => send(&mut stream, status, "text/html", "", text),
        Answer::Huge => {
            let part = vec![b' '; 64 << 10];
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {HUGE}\r\n\r\n"
            );
            stream.write_all(head.as_bytes())?;
            (0..HUGE / part.len()).try_for_each(|_| stream.write_all(&part))
        }
        Answer::Hang => wait(&mut stream),
        Answer::HangInside => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"access_token\":";
            stream.write_all(head.as_bytes())?;
            wait(&mut stream)
        }
    }
}

/// Until the other side has had enough.
fn wait(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0; 64];
    while stream.read(&mut rest)? > 0 {}
    Ok(())
}

fn send(stream: &mut TcpStream, status: u16, kind: &str, more: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

fn read(stream: &TcpStream) -> io::Result<Option<Question>> {
    let mut lines = BufReader::new(stream);
    let mut first = String::new();
    if lines.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), fields(query));
    let (mut authorization, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body)?;
    let form = fields(&String::from_utf8_lossy(&body));
    Ok(Some(Question { path, query, authorization, form }))
}

/// The fields of a query or a form.
fn fields(text: &str) -> HashMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), plain(value))).collect()
}

/// Undoes percent-encoding.
fn plain(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|d| d.and_then(|d| char::from(d).to_digit(16)));
                if let [Some(high), Some(low)] = digits {
                    out.push((high * 16 + low) as u8);
                }
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn answer(state: &State, inner: &mut Inner, question: &Question) -> Answer {
    match question.path.as_str() {
        "/.well-known/openid-configuration" => description(state, inner),
        "/jwks" => Answer::Json(200, json!({ "keys": [inner.keys.public()] })),
        "/authorize" => authorize(state, inner, question),
        "/token" => token(state, inner, question),
        "/userinfo" => userinfo(inner, question),
        _ => Answer::Text(404, "not here"),
    }
}

fn description(state: &State, inner: &Inner) -> Answer {
    let origin = match inner.fault {
        Fault::PlainEndpoints => "http://sso.example",
        _ => &state.origin,
    };
    match inner.fault {
        Fault::HugeDescription => return Answer::Huge,
        Fault::HangsAtDescription => return Answer::Hang,
        Fault::NotJson => return Answer::Text(200, "<h1>maintenance</h1>"),
        Fault::Redirects => return Answer::To(format!("{}/elsewhere", state.origin)),
        _ => {}
    }
    let name = if inner.fault == Fault::OtherName { "https://other.example" } else { &state.origin };
    let mut told = json!({
        "issuer": name,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "userinfo_endpoint": format!("{origin}/userinfo"),
        "jwks_uri": format!("{}/jwks", state.origin),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    });
    if inner.leaves {
        told["end_session_endpoint"] = json!(format!("{origin}/leave"));
    }
    Answer::Json(200, told)
}

/// The person is logged in already and agrees; a question that a careful provider refuses is refused.
fn authorize(state: &State, inner: &mut Inner, question: &Question) -> Answer {
    let asked = |name: &str| question.query.get(name).cloned().unwrap_or_default();
    let sound = asked("client_id") == state.client
        && asked("response_type") == "code"
        && asked("code_challenge_method") == "S256"
        && asked("code_challenge").len() == 43
        && asked("scope").split(' ').any(|scope| scope == "openid")
        && !asked("nonce").is_empty()
        && asked("redirect_uri").ends_with("/login/oidc/back");
    if !sound {
        return Answer::Text(400, "no such request");
    }
    let back = asked("redirect_uri");
    let (state_, issuer) = (asked("state"), &state.origin);
    if inner.fault == Fault::Declines {
        return Answer::To(format!(
            "{back}?error=access_denied&error_description=no%20right&state={state_}&iss={issuer}"
        ));
    }
    let code = format!("code-{}", inner.next);
    inner.next += 1;
    let grant = Grant {
        account: inner.account.clone(),
        nonce: asked("nonce"),
        challenge: asked("code_challenge"),
        redirect: back.clone(),
    };
    inner.codes.insert(code.clone(), grant);
    let issuer = if inner.fault == Fault::OtherAnswer { "https://other.example" } else { issuer };
    Answer::To(format!("{back}?code={code}&state={state_}&iss={issuer}"))
}

fn token(state: &State, inner: &mut Inner, question: &Question) -> Answer {
    match inner.fault {
        Fault::HangsAtToken => return Answer::Hang,
        Fault::HangsInToken => return Answer::HangInside,
        Fault::HugeToken => return Answer::Huge,
        _ => {}
    }
    let told = |name: &str| question.form.get(name).cloned().unwrap_or_default();
    if !knows_secret(state, &question.authorization) || inner.fault == Fault::RefusesClient {
        return Answer::Json(401, json!({ "error": "invalid_client" }));
    }
    // A code is good once: whoever shows it takes it.
    let grant = inner.codes.remove(&told("code"));
    let fits = |grant: &Grant| {
        told("grant_type") == "authorization_code"
            && told("redirect_uri") == grant.redirect
            && digest_of(&told("code_verifier")) == grant.challenge
    };
    let Some(grant) = grant.filter(fits) else {
        return Answer::Json(400, json!({ "error": "invalid_grant" }));
    };
    let access = format!("access-{}", inner.next);
    inner.next += 1;
    let mut answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 300 });
    if inner.fault != Fault::NoIdToken {
        answer["id_token"] = json!(id_token(state, inner, &grant, &access));
    }
    inner.tokens.insert(access, grant.account);
    Answer::Json(200, answer)
}

/// Name and secret are encoded like a form's fields before they are put together (RFC 6749, section 2.3.1).
fn knows_secret(state: &State, authorization: &str) -> bool {
    let bytes =
        authorization.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let shown = text.split_once(':').map(|(name, secret)| (plain(name), plain(secret)));
    shown.is_some_and(|(name, secret)| name == state.client && secret == state.secret)
}

fn userinfo(inner: &Inner, question: &Question) -> Answer {
    let token = question.authorization.strip_prefix("Bearer ").unwrap_or_default();
    let Some(account) = inner.tokens.get(token) else {
        return Answer::Json(401, json!({ "error": "invalid_token" }));
    };
    let mut told = names(account);
    told["sub"] = json!(if inner.fault == Fault::OtherSubject { "somebody-else" } else { &account.subject });
    Answer::Json(200, told)
}
