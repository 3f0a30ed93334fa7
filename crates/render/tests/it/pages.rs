//! Pages as sites make them: built by a script, from a list, in frames, with pictures. Serves N2.1, N5.3.

use render::{Answer, Job, Kind, Options, Viewport};

use crate::world::{HOME, Site, answer, job, options, render, renderer};

const APP: &str = r#"<!DOCTYPE html><html><head><title>青禾县</title></head><body><div id="app"></div>
<script src="/app.js"></script></body></html>"#;
const LIST: &str = r#"fetch('/list.json', {headers: {'X-Requested-With': 'XMLHttpRequest'}}).then(r => r.json()).then(list => {
  document.getElementById('app').innerHTML =
    list.map(e => `<a href="${e.url}">${e.title}</a>`).join('<br>');
});"#;

#[tokio::test]
async fn a_list_that_a_script_fetches_stands_in_the_document() {
    let Some(renderer) = renderer(options()).await else { return };
    let site = Site::of(&[
        ("http://qinghe.example/app.js", "text/javascript", LIST),
        (
            "http://qinghe.example/list.json",
            "application/json",
            r#"[{"url":"/zwgk/1.html","title":"公告 <一>"}]"#,
        ),
    ]);
    let page = render(&renderer, APP, &site).await.unwrap();
    assert!(page.html.starts_with("<!DOCTYPE html>\n<html>"), "{}", page.html);
    assert!(page.html.contains(r#"<a href="/zwgk/1.html">公告 &lt;一&gt;</a>"#), "{}", page.html);
    assert_eq!((page.final_url.as_str(), page.timed_out, page.cut), (HOME, false, false));
    assert!(page.picture.is_none());
    // The page itself is not asked for again; the browser's own wish for an icon may come.
    let asked: Vec<_> = site.asked().into_iter().filter(|r| !r.url.ends_with("favicon.ico")).collect();
    assert_eq!(
        asked.iter().map(|r| (r.url.as_str(), r.kind)).collect::<Vec<_>>(),
        [("http://qinghe.example/app.js", Kind::Script), ("http://qinghe.example/list.json", Kind::Data)]
    );
    let told = |name: &str| {
        asked[1].headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    };
    assert_eq!((told("x-requested-with"), told("referer")), (Some("XMLHttpRequest"), Some(HOME)));
    assert_eq!(told("user-agent"), None, "the caller has a name of its own");
}

#[tokio::test]
async fn one_page_leaves_nothing_for_the_next() {
    let Some(renderer) = renderer(options()).await else { return };
    let html = "<body><script>
        document.title = document.cookie + '|' + localStorage.length;
        document.cookie = 'a=b'; localStorage.setItem('a', 'b');
        document.body.append(document.cookie + localStorage.length);</script>";
    for round in 0..2 {
        let page = render(&renderer, html, &Site::default()).await.unwrap();
        assert!(
            page.html.contains("<title>|0</title>") && page.html.contains("a=b1"),
            "{round}: {}",
            page.html
        );
    }
}

#[tokio::test]
async fn a_picture_is_as_wide_as_the_window_and_no_taller_than_its_bound() {
    for (viewport, wide) in [(Viewport::DESK, 1366), (Viewport::PHONE, 390)] {
        let Some(renderer) = renderer(Options { viewport, ..options() }).await else { return };
        let tall = "<meta name=viewport content='width=device-width'><body style='margin:0'><p style='height:99999px'>青禾";
        let page = renderer.render(&Job { picture: true, ..job(tall) }, |_| async { None }).await.unwrap();
        let picture = page.picture.unwrap();
        assert_eq!(size(&picture), (wide, 2_400));
        let small = renderer
            .render(
                &Job { picture: true, ..job("<meta name=viewport content='width=device-width'><p>青禾") },
                |_| async { None },
            )
            .await
            .unwrap();
        assert_eq!(size(&small.picture.unwrap()), (wide, u16::try_from(viewport.height).unwrap()));
    }
}

/// Width and height of a JPEG, out of its frame header.
fn size(jpeg: &[u8]) -> (u16, u16) {
    assert_eq!(jpeg[..3], [0xff, 0xd8, 0xff]);
    let mut at = 2;
    loop {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if matches!(jpeg[at + 1], 0xc0 | 0xc2) {
            let number = |at: usize| u16::from_be_bytes([jpeg[at], jpeg[at + 1]]);
            return (number(at + 7), number(at + 5));
        }
        at += 2 + length;
    }
}

#[tokio::test]
async fn frames_of_other_hosts_and_workers_are_under_control_too() {
    let Some(renderer) = renderer(options()).await else { return };
    let site = Site::of(&[
        ("http://other.example/f", "text/html", "<script>fetch('http://third.example/inner')</script>"),
        ("http://qinghe.example/w.js", "text/javascript", "fetch('/by-worker')"),
        ("http://third.example/inner", "text/plain", ""),
        ("http://qinghe.example/by-worker", "text/plain", ""),
    ]);
    let html = "<iframe src='http://other.example/f'></iframe><script>new Worker('/w.js')</script>";
    render(&renderer, html, &site).await.unwrap();
    let asked = site.asked_urls();
    for url in ["http://other.example/f", "http://third.example/inner", "http://qinghe.example/by-worker"] {
        assert!(asked.iter().any(|a| a == url), "{url} in {asked:?}");
    }
}

#[tokio::test]
async fn a_page_that_goes_elsewhere_is_followed_where_the_caller_answers() {
    let Some(renderer) = renderer(options()).await else { return };
    let site = Site::of(&[("http://qinghe.example/new/", "text/html; charset=utf-8", "<p>新首页")]);
    let page = render(&renderer, "<script>location = '/new/'</script>", &site).await.unwrap();
    assert_eq!(page.final_url, "http://qinghe.example/new/");
    assert!(page.html.contains("新首页"));
    let refused = render(&renderer, "<p>旧首页<script>location = '/gone/'</script>", &site).await.unwrap();
    assert!(refused.requests_refused > 0 && !refused.timed_out, "{refused:?}");
}

#[tokio::test]
async fn redirects_are_the_callers() {
    let Some(renderer) = renderer(options()).await else { return };
    let html = "<link rel=stylesheet href=/a.css><p>青禾";
    let fetch = |request: render::Request| async move {
        match request.url.as_str() {
            "http://qinghe.example/a.css" => Some(Answer::redirect("http://static.example/x/a.css")),
            "http://static.example/x/a.css" => Some(answer("text/css", "p{background:url(b.png)}")),
            "http://static.example/x/b.png" => panic!("asked where it should be"),
            _ => None,
        }
    };
    let page = renderer.render(&job(html), fetch).await.unwrap();
    assert_eq!(page.requests, 2, "{page:?}");
}
