//! What the machine offers: port, browser, fonts, certificates, virus scanner, clock, tools. Serves N2.1, N4.7.
//!
//! Starts nothing but tools that print a line and end.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use chrono::Datelike as _;
use crawl::Clamd;
use platform::clock::{Clock as _, SystemClock};

use super::Check;

/// Where clamd's packages put its socket.
const SCANNERS: [&str; 2] = ["/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock"];
/// This program is not older than this year, so no clock that is right shows an earlier one.
const THIS_YEAR: i32 = 2026;

/// Whether the console can listen.
pub(super) async fn port(listen: SocketAddr) -> Check {
    let (id, name) = ("port", "监听地址");
    match tokio::net::TcpListener::bind(listen).await {
        Ok(_) => Check::good(id, name, format!("{listen} 可用")),
        Err(fault) if fault.kind() == ErrorKind::AddrInUse => Check::hint(
            id,
            name,
            format!("{listen} 已被占用"),
            "巡网正在运行时这是正常的；否则请停掉占用它的程序，或用 --listen 换一个端口",
        ),
        Err(fault) => Check::wrong(
            id,
            name,
            format!("{listen} 不能用：{}", base::trouble::why(&fault)),
            "请用 --listen 换一个地址；1024 以下的端口需要权限，建议放在 HTTPS 代理后面",
        ),
    }
}

/// The browser for pages that a script writes.
pub(super) fn chromium() -> Check {
    let (id, name) = ("chromium", "浏览器 Chromium");
    match crawl::machine::chromium() {
        Some(path) => Check::good(id, name, path.display().to_string()),
        None => Check::hint(
            id,
            name,
            "没有找到",
            "由脚本生成的页面无法读取、没有截图；安装：apt install chromium",
        ),
    }
}

/// Fonts that pictures of Chinese pages need.
pub(super) fn fonts() -> Check {
    let (id, name) = ("fonts", "中文字体");
    let advice = "页面截图里的汉字会显示成方框；安装：apt install fonts-noto-cjk";
    match Command::new("fc-list").arg(":lang=zh").output() {
        Ok(listed) => match String::from_utf8_lossy(&listed.stdout).lines().count() {
            0 => Check::hint(id, name, "没有", advice),
            number => Check::good(id, name, format!("{number} 种")),
        },
        Err(_) => Check::hint(id, name, "没有 fc-list，看不出来", advice),
    }
}

/// Whom the machine trusts.
pub(super) fn certificates() -> Check {
    let (id, name) = ("certificates", "根证书");
    match crawl::machine::roots() {
        0 => Check::wrong(
            id,
            name,
            "没有，HTTPS 网站无法核对证书",
            "安装：apt install ca-certificates；内部证书另用 --ca-file",
        ),
        number => Check::good(id, name, format!("{number} 个")),
    }
}

/// The virus scanner, which is optional.
pub(super) async fn scanner() -> Check {
    let (id, name) = ("clamd", "病毒扫描 clamd");
    let Some(socket) = SCANNERS.into_iter().find(|path| Path::new(path).exists()) else {
        let advice = "需要检查附件病毒时安装：apt install clamav-daemon，巡检时加 --clamd";
        return Check::hint(id, name, "没有运行", advice);
    };
    match Clamd::at(socket) {
        Some(clamd) => match clamd.ping().await {
            Ok(()) => Check::good(id, name, format!("{socket} 有应答")),
            Err(fault) => Check::hint(
                id,
                name,
                format!("{socket}：{fault}"),
                "请查看 clamav-daemon 的状态，并确认运行巡网的用户可以访问这个套接字",
            ),
        },
        None => Check::hint(id, name, format!("{socket} 看不懂"), ""),
    }
}

/// Whether the clock can be right, and whether anybody sets it.
pub(super) fn clock() -> Check {
    let (id, name) = ("clock", "系统时钟");
    let now = SystemClock.now();
    let told = format!("北京时间 {}", platform::web::pages::minute(now));
    let advice = "请校准时钟并开启对时：timedatectl set-ntp true";
    if !(THIS_YEAR..THIS_YEAR + 50).contains(&now.year()) {
        return Check::wrong(id, name, told, advice);
    }
    let asked = Command::new("timedatectl").args(["show", "-p", "NTPSynchronized", "--value"]).output();
    let said = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    match said.as_deref() {
        Ok("no") => Check::hint(id, name, format!("{told}，没有对时"), advice),
        _ => Check::good(id, name, told),
    }
}

/// The tools that backups of PostgreSQL need.
pub(super) fn postgres_tools() -> Check {
    let (id, name) = ("postgres_tools", "PostgreSQL 客户端工具");
    let missing: Vec<&str> = ["pg_dump", "pg_restore"]
        .into_iter()
        .filter(|tool| !Command::new(tool).arg("--version").output().is_ok_and(|done| done.status.success()))
        .collect();
    match missing.is_empty() {
        true => Check::good(id, name, "pg_dump、pg_restore 可用"),
        false => Check::wrong(
            id,
            name,
            format!("缺 {}", missing.join("、")),
            "备份和恢复需要它们；安装与服务器同版本的客户端：apt install postgresql-client",
        ),
    }
}
