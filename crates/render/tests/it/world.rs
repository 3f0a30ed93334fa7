//! A website in a table, and a renderer that is asked for its home page. Serves N2.1.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use render::{Answer, Failed, Job, NoBrowser, Options, Rendered, Renderer, Request};

pub const HOME: &str = "http://qinghe.example/";

/// Pages by address, and a journal of what was asked.
#[derive(Clone, Default)]
pub struct Site {
    pages: Arc<HashMap<String, Answer>>,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    pub fn of(pages: &[(&str, &str, &str)]) -> Site {
        let page = |(url, mime, body): &(&str, &str, &str)| ((*url).to_owned(), answer(mime, body));
        Site { pages: Arc::new(pages.iter().map(page).collect()), ..Site::default() }
    }

    pub fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    pub fn asked_urls(&self) -> Vec<String> {
        self.asked().into_iter().map(|request| request.url).collect()
    }

    pub async fn answer(self, request: Request) -> Option<Answer> {
        let answer = self.pages.get(&request.url).cloned();
        self.asked.lock().unwrap().push(request);
        answer
    }
}

pub fn answer(mime: &str, body: &str) -> Answer {
    let headers = vec![("Content-Type".to_owned(), mime.to_owned())];
    Answer { status: 200, headers, body: body.as_bytes().to_vec() }
}

pub fn job(html: &str) -> Job {
    Job { url: HOME.into(), first: answer("text/html; charset=utf-8", html), picture: false }
}

pub fn options() -> Options {
    // A machine that builds and tests at once is slow; what ends by time ends by `short`.
    Options { most_time_a_page: Duration::from_secs(60), ..Options::default() }
}

/// Pages that never end by themselves get this long.
pub fn short() -> Options {
    Options { most_time_a_page: Duration::from_secs(3), ..Options::default() }
}

/// A renderer; `None`, and a word about it, where there is no Chromium.
pub async fn renderer(options: Options) -> Option<Renderer> {
    match Renderer::start(options).await {
        Ok(renderer) => Some(renderer),
        Err(NoBrowser::NotInstalled) => {
            eprintln!("skipped: no Chromium (Debian package chromium)");
            None
        }
        Err(other) => panic!("{other}"),
    }
}

pub async fn render(renderer: &Renderer, html: &str, site: &Site) -> Result<Rendered, Failed> {
    let site = site.clone();
    renderer.render(&job(html), move |request| site.clone().answer(request)).await
}
