//! How Chromium is started: cut off from the network, without memory, without anything that asks a person. Clause N2.5.
//!
//! Each switch with its reason. The sandbox is never switched off here; see `browser`.

use std::path::Path;

use crate::{Viewport, bounds};

/// The switches, in the order they are given.
pub fn switches(home: &Path, window: Viewport) -> Vec<String> {
    let mut all: Vec<String> = FIXED.iter().map(|switch| (*switch).to_owned()).collect();
    all.push(format!("--user-data-dir={}", home.join("profile").display()));
    all.push(format!("--crash-dumps-dir={}", home.join("crashes").display()));
    all.push(format!("--window-size={},{}", window.width, window.height));
    all.push(format!("--js-flags=--max-old-space-size={}", bounds::SCRIPT_MEMORY));
    all.push("about:blank".to_owned());
    all
}

const FIXED: &[&str] = &[
    "--headless=new",
    // Commands over two pipes of ours: no port that somebody else could speak to.
    "--remote-debugging-pipe",
    // The network is closed twice: no name and no number resolves, and the only way out leads to a name.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://closed.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    // What does not go through the proxy: datagrams of WebRTC and QUIC.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    // Chromium's own errands.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--metrics-recording-only",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter,Translate,\
     InterestFeedContentSuggestions,AutofillServerCommunication,DialMediaRouteProvider,WebTransport",
    // What would ask a person, or tell him something.
    "--deny-permission-prompts",
    "--disable-notifications",
    "--disable-prompt-on-repost",
    "--noerrdialogs",
    "--mute-audio",
    "--hide-scrollbars",
    "--password-store=basic",
    "--use-mock-keychain",
    // A page that nobody looks at works as if somebody did.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    // Small shared memory in containers; no graphics card needed.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--renderer-process-limit=4",
    "--lang=zh-CN",
    "--accept-lang=zh-CN,zh",
];
