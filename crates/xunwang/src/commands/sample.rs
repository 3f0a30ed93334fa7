//! `xunwang sample`: serves the bundled site until Ctrl-C. Serves N2.1, N2.4.
//!
//! It inspects nothing; `xunwang inspect --sample` does.

use std::net::SocketAddr;

use crate::exit::Exit;
use crate::output::{say, tell};
use crate::sample::Sample;

/// Serves and waits.
pub async fn run(listen: SocketAddr) -> Exit {
    let sample = match Sample::start(listen).await {
        Ok(sample) => sample,
        Err(fault) => {
            tell(&format!(
                "示例网站无法在 {listen} 启动：{}。请换一个端口，或用 --listen 127.0.0.1:0 任选端口",
                base::trouble::why(&fault)
            ));
            return Exit::Failed;
        }
    };
    say(&format!("示例网站：{}（按 Ctrl-C 停止）", sample.url()));
    match tokio::signal::ctrl_c().await {
        Ok(()) => Exit::Clean,
        Err(fault) => {
            tell(&format!("无法等待 Ctrl-C：{}", base::trouble::why(&fault)));
            Exit::Failed
        }
    }
}
