//! Pages that mean harm, or never end. Serves N2.5.

use std::time::{Duration, Instant};

use render::{Failed, Options};
use tokio::net::TcpListener;

use crate::world::{HOME, Site, answer, options, render, renderer, short};

#[tokio::test]
async fn an_endless_script_ends_by_time_and_the_next_page_comes() {
    let Some(renderer) = renderer(short()).await else { return };
    let begun = Instant::now();
    let page = render(&renderer, "<p>青禾<script>for (;;) {}</script>", &Site::default()).await;
    // Stopped and read, or given up with its browser; never waited for.
    match page {
        Ok(page) => assert!(page.timed_out && page.html.contains("青禾"), "{page:?}"),
        Err(fault) => assert!(matches!(fault, Failed::Stuck | Failed::Page(_)), "{fault}"),
    }
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    let next = render(&renderer, "<p id=next>", &Site::default()).await.unwrap();
    assert!(next.html.contains("id=\"next\""));
}

#[tokio::test]
async fn endless_timers_and_questions_end() {
    let Some(renderer) = renderer(Options { most_requests_a_page: 5, ..short() }).await else { return };
    let html = "<p>青禾<script>let n = 0; setInterval(() => { fetch('/poll?' + n++); document.body.append('.') }, 10)</script>";
    let site = Site::default();
    let page = render(&renderer, html, &site).await.unwrap();
    assert!(page.html.contains("青禾") && page.requests_refused > 5, "{page:?}");
    assert_eq!(site.asked().len(), 5);
}

#[tokio::test]
async fn nothing_is_downloaded_sent_opened_or_asked_of_a_person() {
    let Some(renderer) = renderer(options()).await else { return };
    let html = "<body><script>
        const a = document.createElement('a'); a.download = 'x'; a.href = 'data:text/plain,x'; document.body.append(a); a.click();
        fetch('/send', {method: 'POST', body: 'x'}); navigator.sendBeacon('/beacon', 'x');
        window.open('/popup');
        navigator.serviceWorker && navigator.serviceWorker.register('/sw.js');
        for (let n = 0; n < 3; n++) alert('请输入'); document.title = 'c' + confirm('?') + prompt('?');
        navigator.geolocation.getCurrentPosition(() => document.body.append('geo' + '-yes'), () => document.body.append('geo-no'));
        </script>";
    let site = Site::default();
    let page = render(&renderer, html, &site).await.unwrap();
    assert!(page.html.contains("<title>cfalsenull</title>"), "{}", page.html);
    assert!(!page.html.contains("geo-yes"));
    let asked = site.asked_urls();
    assert!(
        !asked.iter().any(|u| u.contains("send") || u.contains("beacon") || u.contains("popup")),
        "{asked:?}"
    );
    let told = page.errors.join("\n");
    assert!(told.contains("method: http://qinghe.example/send"), "{told}");
    assert!(told.contains("download: data:text/plain,x") && told.contains("dialog: 请输入"), "{told}");
}

#[tokio::test]
async fn the_browser_itself_reaches_no_network() {
    let Some(renderer) = renderer(options()).await else { return };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let html = format!(
        "<img src='http://{at}/i.png'><iframe src='http://{at}/f'></iframe><link rel=preconnect href='http://{at}/'>
         <link rel=dns-prefetch href='//{at}'><script>
         new WebSocket('ws://{at}/'); new EventSource('http://{at}/e'); fetch('http://{at}/x').catch(() => 0);
         try {{ new WebTransport('https://{at}/') }} catch (e) {{}}
         const c = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{at}'}}, {{urls: 'turn:{at}?transport=tcp', username: 'a', credential: 'b'}}]}});
         c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o));
         setTimeout(() => document.body.append('later'), 400);</script>"
    );
    let site = Site::default();
    let page = tokio::select! {
        page = render(&renderer, &html, &site) => page.unwrap(),
        reached = listener.accept() => panic!("the browser came to the listener: {reached:?}"),
    };
    assert!(page.html.contains("later"));
    let asked = site.asked_urls();
    let all = ["i.png", "f", "e", "x"].map(|path| format!("http://{at}/{path}"));
    assert!(all.iter().all(|url| asked.contains(url)), "the caller decides: {asked:?}");
    assert!(page.requests_refused >= 4, "{page:?}");
}

#[tokio::test]
async fn a_giant_document_is_cut() {
    let Some(renderer) = renderer(Options { most_bytes: 100_000, ..options() }).await else { return };
    let html = "<body><script>for (let n = 0; n < 50000; n++) document.body.append('青禾县', document.createElement('hr'))</script>";
    let page = render(&renderer, html, &Site::default()).await.unwrap();
    assert!(page.cut && page.html.chars().count() <= 100_020, "{} {}", page.cut, page.html.len());
}

#[tokio::test]
async fn a_page_cannot_forge_how_it_is_read() {
    let Some(renderer) = renderer(options()).await else { return };
    let html = "<body><img name=documentElement><form name=cookie></form><p>真的<script>
        Object.defineProperty(Element.prototype, 'outerHTML', {get() { return '假的' }});
        JSON.stringify = () => '{\"html\":\"假的\"}';</script>";
    let page = render(&renderer, html, &Site::default()).await.unwrap();
    assert!(page.html.contains("<p>真的"), "{}", page.html);
}

#[tokio::test]
async fn an_answer_beyond_the_bytes_of_a_page_is_refused() {
    let Some(renderer) = renderer(Options { most_bytes: 1_000, ..options() }).await else { return };
    let site = Site::of(&[("http://qinghe.example/big.js", "text/javascript", &"x".repeat(2_000))]);
    let page = render(&renderer, "<p>青禾<script src=/big.js></script>", &site).await.unwrap();
    assert!(page.requests == 0 && page.requests_refused >= 1, "{page:?}");
}

#[tokio::test]
async fn a_page_that_reloads_for_ever_ends() {
    let Some(renderer) = renderer(options()).await else { return };
    let site = Site::of(&[(HOME, "text/html", "<p>又来<script>location.reload()</script>")]);
    let page = render(&renderer, "<p>青禾<script>location.reload()</script>", &site).await.unwrap();
    assert!(page.errors.iter().any(|e| e.starts_with("navigation: ")), "{page:?}");
    assert!(site.asked().iter().filter(|r| r.url == HOME).count() <= 2);
}

#[tokio::test]
async fn a_caller_that_does_not_answer_holds_nobody() {
    let Some(renderer) = renderer(short()).await else { return };
    let fetch = |_| async {
        std::future::pending::<()>().await;
        Some(answer("text/plain", ""))
    };
    let page =
        renderer.render(&crate::world::job("<p>青禾<script src=/never.js></script>"), fetch).await.unwrap();
    assert!(page.timed_out && page.html.contains("青禾"), "{page:?}");
}
