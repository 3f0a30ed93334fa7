//! The browser as a process: missing, old, broken, killed, gone when it should be. Serves N2.1, N2.5.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use render::{Failed, NoBrowser, Options, Renderer};

use crate::world::{Site, job, options, render, renderer};

async fn start(chromium: &Path) -> Result<Renderer, NoBrowser> {
    Renderer::start(Options { chromium: Some(chromium.to_owned()), ..options() }).await
}

/// A program that stands in for Chromium, where every user may run it.
fn stand_in(name: &str, script: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("xunwang-stand-in-{}-{name}", std::process::id()));
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn what_is_wrong_with_a_chromium_is_said_in_words() {
    let missing = start(Path::new("no/such/chromium")).await.err().unwrap();
    assert_eq!(missing.to_string(), "指定的 Chromium no/such/chromium 不存在");
    assert!(NoBrowser::NotInstalled.to_string().contains("软件包 chromium"));

    let broken = stand_in("broken", "echo 'cannot open display' >&2; exit 1");
    let fault = start(&broken).await.err().unwrap();
    assert_eq!(fault, NoBrowser::DoesNotStart("cannot open display".into()));

    // Reads its pipe as Chromium does, and answers every question with an old version.
    let old = stand_in(
        "old",
        r#"printf '{"id":1,"result":{"product":"Chrome/88.0.1","userAgent":"x"}}\0{"id":2,"result":{}}\0' >&4; cat <&3 >/dev/null"#,
    );
    let fault = start(&old).await.err().unwrap();
    assert_eq!(fault, NoBrowser::TooOld("Chrome/88.0.1".into()));
    for file in [broken, old] {
        std::fs::remove_file(file).unwrap();
    }
}

#[tokio::test]
async fn a_browser_killed_in_the_middle_is_told_and_started_again() {
    let Some(renderer) = renderer(options()).await else { return };
    let renderer = Arc::new(renderer);
    let process = renderer.process();
    assert_eq!(render_crashing(&renderer).await, Failed::Crashed);
    let page = render(&renderer, "<p id=again>", &Site::default()).await.unwrap();
    assert!(page.html.contains("id=\"again\""));
    assert_ne!(renderer.process(), process);
}

/// Renders a page whose first question kills the browser.
async fn render_crashing(renderer: &Arc<Renderer>) -> Failed {
    let killer = Arc::clone(renderer);
    let fetch = move |_| {
        let process = killer.process().to_string();
        async move {
            assert!(Command::new("kill").args(["-9", &process]).status().unwrap().success());
            None
        }
    };
    renderer.render(&job("<script src=/a.js></script>"), fetch).await.unwrap_err()
}

#[tokio::test]
async fn after_many_crashes_it_gives_up_with_a_reason() {
    let Some(renderer) = renderer(options()).await else { return };
    let renderer = Arc::new(renderer);
    // The first start, and five more.
    for _ in 0..6 {
        assert_eq!(render_crashing(&renderer).await, Failed::Crashed);
    }
    let last = render(&renderer, "<p>", &Site::default()).await.unwrap_err();
    assert!(matches!(last, Failed::NoBrowser(NoBrowser::KeepsCrashing(5))), "{last}");
    assert!(last.to_string().contains("反复崩溃"));
}

#[tokio::test]
async fn nothing_is_left_of_a_browser_that_is_dropped() {
    let Some(renderer) = renderer(options()).await else { return };
    let process = renderer.process();
    let home = |process: u32| {
        let said = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let said = String::from_utf8_lossy(&said).into_owned();
        said.split('\0').find_map(|a| a.strip_prefix("--user-data-dir=")).map(PathBuf::from)
    };
    let profile = home(process).unwrap();
    assert!(profile.parent().unwrap().exists());
    render(&renderer, "<iframe src='about:blank'></iframe>", &Site::default()).await.unwrap();
    drop(renderer);
    assert!(!Path::new(&format!("/proc/{process}")).exists(), "not even a zombie");
    assert!(!profile.parent().unwrap().exists());
}

#[tokio::test]
async fn the_number_of_pages_is_bounded() {
    let Some(renderer) = renderer(Options { most_pages: 1, ..options() }).await else { return };
    render(&renderer, "<p>", &Site::default()).await.unwrap();
    assert_eq!(render(&renderer, "<p>", &Site::default()).await.unwrap_err(), Failed::Enough(1));
}

#[tokio::test]
async fn a_page_given_up_by_its_caller_does_no_harm() {
    let Some(renderer) = renderer(options()).await else { return };
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let fetch = move |_| {
        drop(sender.lock().unwrap().take());
        std::future::pending::<Option<render::Answer>>()
    };
    let job = job("<script src=/a.js></script>");
    tokio::select! {
        _ = renderer.render(&job, fetch) => panic!("nobody answered"),
        _ = receiver => {}
    }
    let page = render(&renderer, "<p id=next>", &Site::default()).await.unwrap();
    assert!(page.html.contains("id=\"next\""));
}
