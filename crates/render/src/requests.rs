//! What a page asks for, and how it is answered: read from and written for the browser. Clauses N2.1, N2.5.
//!
//! Only GET and HEAD of `http` and `https` come to the caller. What would send something, open a channel, stay behind
//! in the browser or change how later addresses are read is refused or left out here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::bounds;

/// What a request is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The page itself goes elsewhere.
    Page,
    /// A document in a frame.
    Frame,
    Style,
    Script,
    Image,
    Font,
    Media,
    /// Asked by a script: a list, a fragment of a page.
    Data,
    Other,
}

/// A request of a page, as the browser would send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `HEAD`.
    pub method: String,
    /// Without fragment.
    pub url: String,
    /// What the page's script and the browser say beside the address, such as `Accept` and `Referer`.
    pub headers: Vec<(String, String)>,
    pub kind: Kind,
}

/// An answer: of the site, by way of the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// Decompressed.
    pub body: Vec<u8>,
}

impl Answer {
    /// A redirect to another address, which the browser then asks for.
    pub fn redirect(to: &str) -> Answer {
        Answer { status: 302, headers: vec![("location".into(), to.into())], body: vec![] }
    }
}

/// A request that waits in the browser.
pub struct Paused {
    pub id: String,
    pub asks: Asks,
}

/// What is to be done with it.
pub enum Asks {
    /// The caller is asked.
    Caller(Request),
    /// It never leaves the browser: `data:`, `blob:`.
    Nobody,
    /// It is refused, and why.
    Refused(&'static str, String),
}

impl Paused {
    /// Reads the parameters of `Fetch.requestPaused`; `main` is the frame of the page.
    pub fn read(params: &Value, main: &str) -> Option<Paused> {
        let id = params["requestId"].as_str()?.to_owned();
        let request = &params["request"];
        let url = request["url"].as_str()?.to_owned();
        let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let method = request["method"].as_str().unwrap_or_default().to_owned();
        let headers = headers(&request["headers"]);
        let serves = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("service-worker"));
        let asks = match scheme.as_str() {
            "data" | "blob" | "about" => Asks::Nobody,
            "http" | "https" if serves => Asks::Refused("service worker", url),
            "http" | "https" if matches!(method.as_str(), "GET" | "HEAD") => {
                let is_main = params["frameId"] == main;
                let kind = kind(params["resourceType"].as_str().unwrap_or_default(), is_main);
                Asks::Caller(Request { method, url, headers, kind })
            }
            "http" | "https" => Asks::Refused("method", url),
            _ => Asks::Refused("scheme", url),
        };
        Some(Paused { id, asks })
    }
}

fn kind(kind: &str, main: bool) -> Kind {
    match kind {
        "Document" if main => Kind::Page,
        "Document" => Kind::Frame,
        "Stylesheet" => Kind::Style,
        "Script" => Kind::Script,
        "Image" => Kind::Image,
        "Font" => Kind::Font,
        "Media" | "TextTrack" => Kind::Media,
        "XHR" | "Fetch" | "EventSource" => Kind::Data,
        _ => Kind::Other,
    }
}

fn headers(given: &Value) -> Vec<(String, String)> {
    // The caller speaks for itself, and no cookie of the browser leaves it.
    const OWN: [&str; 4] = ["user-agent", "cookie", "upgrade-insecure-requests", "host"];
    let given = given.as_object().into_iter().flatten();
    given
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .filter(|(name, value)| {
            let name = name.to_ascii_lowercase();
            !OWN.contains(&name.as_str()) && !name.starts_with("sec-") && value.len() <= bounds::HEADER
        })
        .collect()
}

/// Parameters of `Fetch.fulfillRequest`.
pub fn fulfil(id: &str, answer: &Answer) -> Value {
    // Lengths and codings no longer hold; the rest would change how later addresses are read, or stay behind.
    const LEFT_OUT: [&str; 11] = [
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "set-cookie",
        "strict-transport-security",
        "alt-svc",
        "service-worker-allowed",
        "report-to",
        "nel",
    ];
    let headers: Vec<Value> = answer
        .headers
        .iter()
        .filter(|(name, value)| {
            let fits = |c: char| c == '\t' || !c.is_control();
            !LEFT_OUT.contains(&name.to_ascii_lowercase().as_str()) && value.chars().all(fits)
        })
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    // A status that no browser takes is a server error to the page.
    let status = if (200..600).contains(&answer.status) { answer.status } else { 502 };
    json!({"requestId": id, "responseCode": status, "responseHeaders": headers,
           "body": STANDARD.encode(&answer.body)})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(url: &str, method: &str, headers: Value) -> Asks {
        let request = json!({"url": url, "method": method, "headers": headers});
        let params = json!({"requestId": "1", "request": request, "resourceType": "XHR", "frameId": "F"});
        Paused::read(&params, "F").unwrap().asks
    }

    #[test]
    fn only_questions_leave_the_browser() {
        let refused = |asks| matches!(asks, Asks::Refused(..));
        assert!(
            matches!(asks("http://a.example/l.json", "GET", json!({})), Asks::Caller(r) if r.kind == Kind::Data)
        );
        assert!(matches!(asks("data:text/html,x", "GET", json!({})), Asks::Nobody));
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", ""] {
            assert!(refused(asks("http://a.example/", method, json!({}))), "{method}");
        }
        for url in ["file:///etc/passwd", "chrome://version/", "ftp://a.example/", "ws://a.example/", "x"] {
            assert!(refused(asks(url, "GET", json!({}))), "{url}");
        }
        assert!(refused(asks("https://a.example/sw.js", "GET", json!({"Service-Worker": "script"}))));
    }

    #[test]
    fn the_browser_s_name_and_cookies_stay_in_it() {
        let given = json!({"Accept": "*/*", "User-Agent": "x", "Cookie": "a=b", "sec-ch-ua": "y", "X-Requested-With": "XMLHttpRequest"});
        let Asks::Caller(request) = asks("http://a.example/", "GET", given) else { panic!("refused") };
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Accept", "X-Requested-With"]);
    }

    #[test]
    fn an_answer_leaves_nothing_behind() {
        let answer = Answer {
            status: 999,
            headers: [
                ("Content-Type", "text/html"),
                ("Set-Cookie", "a=b"),
                ("strict-transport-security", "max-age=1"),
                ("x", "a\r\nb"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            body: b"<p>".to_vec(),
        };
        let told = fulfil("7", &answer);
        assert_eq!(told["responseHeaders"], json!([{"name": "Content-Type", "value": "text/html"}]));
        assert_eq!((&told["responseCode"], &told["body"]), (&502.into(), &"PHA+".into()));
    }
}
