//! Session ids in addresses, which make a few pages endless. Clause N2.1.
//!
//! Removes nothing but what a server's session machinery is known to add; a bare `sid` may name a page.

use memchr::{memchr, memchr2};
use url::Url;

const PATH_PARAMETER: &[u8] = b";jsessionid=";
const QUERY_PARAMETERS: [&str; 3] = ["jsessionid", "phpsessid", "sessionid"];
/// Classic ASP ends the name with random letters.
const QUERY_PREFIX: &str = "aspsessionid";

/// Removes session ids from path and query.
pub(super) fn remove(url: &mut Url) {
    if memchr2(b';', b'?', url.as_str().as_bytes()).is_none() {
        return;
    }
    if let Some(path) = without_path_parameter(url.path()) {
        url.set_path(&path);
    }
    if let Some(query) = url.query().and_then(without_query_parameters) {
        url.set_query((!query.is_empty()).then_some(query.as_str()));
    }
}

fn without_path_parameter(path: &str) -> Option<String> {
    memchr(b';', path.as_bytes())?;
    let mut kept = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = find_parameter(rest) {
        kept.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        rest = after.find(['/', ';']).map_or("", |end| &after[end..]);
    }
    (rest.len() < path.len()).then(|| kept + rest)
}

fn find_parameter(path: &str) -> Option<usize> {
    path.as_bytes().windows(PATH_PARAMETER.len()).position(|w| w.eq_ignore_ascii_case(PATH_PARAMETER))
}

fn without_query_parameters(query: &str) -> Option<String> {
    if !query.split('&').any(is_session) {
        return None;
    }
    let kept: Vec<&str> = query.split('&').filter(|p| !is_session(p)).collect();
    Some(kept.join("&"))
}

fn is_session(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or(parameter);
    QUERY_PARAMETERS.iter().any(|p| p.eq_ignore_ascii_case(name))
        || name.get(..QUERY_PREFIX.len()).is_some_and(|n| n.eq_ignore_ascii_case(QUERY_PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str) {
        let mut url = Url::parse("http://a.cn").unwrap().join(from).unwrap();
        remove(&mut url);
        assert_eq!(&url[url::Position::BeforePath..], to, "{from}");
    }

    #[test]
    fn session_ids_go() {
        check("/a.jsp;jsessionid=0A1B.node1", "/a.jsp");
        check("/a.jsp;jsessionid=0A1B.node1?id=1", "/a.jsp?id=1");
        check("/a;JSESSIONID=1/b;v=2;jsessionid=3", "/a/b;v=2");
        check("/a.php?PHPSESSID=77&id=1", "/a.php?id=1");
        check("/a.php?id=1&sessionId=77", "/a.php?id=1");
        check("/a.asp?ASPSESSIONIDQQAB=1", "/a.asp");
        check("/a.jsp?jsessionid=1", "/a.jsp");
    }

    #[test]
    fn all_else_stays() {
        for address in
            ["/a.jsp?sid=4", "/a;v=1", "/a?x=;jsessionid", "/a?usersessionid=1", "/a?", "/jsessionid=1"]
        {
            check(address, address);
        }
    }
}
