//! One screen: its title, its place in the side bar, its view in the frame. Serves N5.1.
//!
//! A view is made for its screen; rows of tables are never handed to templates as they are.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::{Serde, Value};
use platform::Error;
use platform::web::answer;
use serde::Serialize;

use super::{Access, Actor};
use crate::Cx;
use crate::identity::model::Role;

/// A line of the side bar.
#[derive(Clone, Debug)]
pub struct NavItem {
    pub group: &'static str,
    pub title: &'static str,
    pub path: &'static str,
    /// Who sees it: the access of its screen.
    pub access: Access,
}

/// A screen to be shown.
pub struct Screen<'a> {
    pub cx: &'a Cx,
    pub actor: Option<&'a Actor>,
    pub title: &'a str,
    /// The path of its line in the side bar.
    pub section: &'a str,
    /// The clause it serves, and one sentence of help.
    pub clause: &'a str,
    pub help: &'a str,
}

#[derive(Serialize)]
struct Shell<'a> {
    title: &'a str,
    clause: &'a str,
    help: &'a str,
    person: Option<Person<'a>>,
    nav: Vec<Group<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    unit: &'a str,
    roles: String,
}

#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    title: &'a str,
    path: &'a str,
    here: bool,
}

impl Screen<'_> {
    /// Renders a template in the frame.
    pub fn show(&self, template: &str, view: impl Serialize) -> Result<Response, Error> {
        let shell = Shell {
            title: self.title,
            clause: self.clause,
            help: self.help,
            person: self.actor.map(person),
            nav: self.actor.map(|actor| nav(&self.cx.nav, actor, self.section)).unwrap_or_default(),
        };
        let html = self.cx.pages.render(template, Value::from(Serde(shell)), view)?;
        Ok(Html(html).into_response())
    }
}

fn person(actor: &Actor) -> Person<'_> {
    let mut roles: Vec<Role> = actor.grants.iter().map(|grant| grant.role).collect();
    roles.sort();
    roles.dedup();
    let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    Person { name: &actor.name, unit: &actor.unit_name, roles: roles.join("、") }
}

fn nav<'a>(items: &'a [NavItem], actor: &Actor, section: &str) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for item in items {
        let seen = match item.access {
            Access::Public | Access::Person => true,
            Access::Roles(roles) => actor.must.is_none() && actor.has_any(roles),
        };
        if !seen {
            continue;
        }
        let line = Item { title: item.title, path: item.path, here: item.path == section };
        match groups.iter_mut().find(|group| group.name == item.group) {
            Some(group) => group.items.push(line),
            None => groups.push(Group { name: item.group, items: vec![line] }),
        }
    }
    groups
}

/// Goes on to another page and tells there, once, what was done.
pub fn flash(words: &str, path: &str) -> Response {
    let mut response = answer::see(path);
    let cookie = format!("flash={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", encode(words));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Percent-encodes everything but what is safe in any part of an address and in a cookie.
pub fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len() * 3), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            _ => write!(out, "%{byte:02X}").expect("a string takes any text"),
        }
        out
    })
}

/// The question of an address: the fields that hold something, ending so that more can be added.
pub fn query(fields: &[(&str, &String)]) -> String {
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| format!("{name}={}&", encode(value))).collect()
}

/// Undoes [`encode`]; what is no such text is left out.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|d| d.and_then(|d| (d as char).to_digit(16)));
        if let [Some(high), Some(low)] = digits {
            bytes.push((high * 16 + low) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The cookies of a request.
pub(super) fn cookies(headers: &axum::http::HeaderMap) -> BTreeMap<String, String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// One cookie of a request.
pub(crate) fn cookie(headers: &axum::http::HeaderMap, name: &str) -> Option<String> {
    cookies(headers).remove(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_a_cookie() {
        for text in ["", "已保存：“青禾县”; 100%", "a b&c=d\r\nSet-Cookie: x"] {
            assert_eq!(decode(&encode(text)), text);
            assert!(HeaderValue::from_str(&encode(text)).is_ok());
        }
        assert_eq!(decode("%zz%4"), "");
    }
}
