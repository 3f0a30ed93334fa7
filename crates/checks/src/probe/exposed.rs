//! Files that must not be reachable, each with the signature that proves it is what its name says. Clause N2.5.
//!
//! A status alone proves nothing: many sites answer everything with 200. No address here changes anything when asked.

/// One address to ask for.
#[derive(Debug)]
pub struct Exposed {
    /// Path from the root of the host.
    pub path: &'static str,
    /// What it is, in Chinese.
    pub what: &'static str,
    /// Whether the start of an answer with status 200 is that file. Gets at most the first 256 KiB.
    pub is: fn(&[u8]) -> bool,
    /// Whether whoever reads it has the site's secrets or code.
    pub grave: bool,
}

const fn grave(path: &'static str, what: &'static str, is: fn(&[u8]) -> bool) -> Exposed {
    Exposed { path, what, is, grave: true }
}

const fn door(path: &'static str, what: &'static str, is: fn(&[u8]) -> bool) -> Exposed {
    Exposed { path, what, is, grave: false }
}

/// What is asked for with `--probes`, on the site's start host only.
pub static EXPOSED: &[Exposed] = &[
    grave("/.git/HEAD", "Git 版本库", |b| b.starts_with(b"ref: refs/") || is_commit(b)),
    grave("/.git/config", "Git 版本库配置", |b| has(b, b"[core]") && has(b, b"repositoryformatversion")),
    grave("/.svn/entries", "SVN 版本库", is_svn),
    grave("/.svn/wc.db", "SVN 版本库", is_sqlite),
    grave("/.hg/requires", "Mercurial 版本库", |b| has(b, b"revlogv1")),
    grave("/.env", "环境配置文件（含密码）", is_env),
    grave("/.DS_Store", "目录索引文件（macOS）", |b| b.starts_with(b"\0\0\0\x01Bud1")),
    grave("/WEB-INF/web.xml", "Java 应用配置", |b| has(b, b"<web-app")),
    grave("/web.config", "IIS 配置", |b| has(b, b"<configuration") && has(b, b"system.web")),
    grave("/web.config.bak", "IIS 配置的备份", |b| has(b, b"<configuration")),
    grave("/.htpasswd", "密码文件", is_htpasswd),
    grave("/config.php.bak", "PHP 配置的备份", is_php),
    grave("/index.php.bak", "PHP 源代码的备份", is_php),
    grave("/wwwroot.zip", "网站打包备份", is_archive),
    grave("/wwwroot.rar", "网站打包备份", is_archive),
    grave("/web.zip", "网站打包备份", is_archive),
    grave("/www.zip", "网站打包备份", is_archive),
    grave("/backup.zip", "网站打包备份", is_archive),
    grave("/backup.tar.gz", "网站打包备份", is_archive),
    grave("/backup.sql", "数据库备份", is_sql),
    grave("/database.sql", "数据库备份", is_sql),
    grave("/data.mdb", "Access 数据库", |b| b.get(4..19) == Some(b"Standard Jet DB")),
    grave("/phpinfo.php", "PHP 环境信息", is_phpinfo),
    grave("/info.php", "PHP 环境信息", is_phpinfo),
    grave("/actuator/env", "Spring 运行环境", |b| has(b, b"\"propertySources\"")),
    grave("/actuator/heapdump", "Java 内存转储", |b| {
        b.starts_with(b"JAVA PROFILE") || b.starts_with(b"\x1f\x8b")
    }),
    door("/druid/index.html", "Druid 监控后台", |b| {
        has(b, b"Druid Stat Index") || has(b, b"druid.common")
    }),
    door("/manager/html", "Tomcat 管理后台", |b| has(b, b"Tomcat Web Application Manager")),
    door("/phpmyadmin/", "phpMyAdmin 数据库后台", |b| has(b, b"phpMyAdmin")),
    door("/swagger-ui.html", "接口文档", |b| has(b, b"swagger-ui")),
    door("/server-status", "Apache 运行状态", |b| has(b, b"Apache Server Status")),
    door("/nginx_status", "nginx 运行状态", |b| b.starts_with(b"Active connections:")),
    door("/ewebeditor/admin/default.asp", "编辑器管理后台", |b| has(b, b"eWebEditor")),
    door("/dede/login.php", "内容管理后台（DedeCMS）", |b| {
        has_any_case(b, b"dedecms") && has(b, b"password")
    }),
    door("/wp-login.php", "内容管理后台（WordPress）", |b| has(b, b"wp-submit")),
    door("/admin/", "管理后台登录页", is_login),
    door("/admin/login", "管理后台登录页", is_login),
    door("/manage/login", "管理后台登录页", is_login),
    door("/system/login", "管理后台登录页", is_login),
    door("/uploads/", "上传目录的文件列表", is_listing),
    door("/upload/", "上传目录的文件列表", is_listing),
    door("/files/", "目录的文件列表", is_listing),
    door("/backup/", "备份目录的文件列表", is_listing),
];

fn has(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

fn has_any_case(bytes: &[u8], part: &[u8]) -> bool {
    has(&bytes.to_ascii_lowercase(), part)
}

fn is_page(bytes: &[u8]) -> bool {
    let start = bytes[..bytes.len().min(1024)].to_ascii_lowercase();
    has(&start, b"<html") || has(&start, b"<!doctype")
}

fn is_commit(bytes: &[u8]) -> bool {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    line.len() == 40 && line.iter().all(u8::is_ascii_hexdigit)
}

fn is_svn(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|b| *b == b'\n');
    let version =
        lines.next().is_some_and(|l| l.len() <= 3 && !l.is_empty() && l.iter().all(u8::is_ascii_digit));
    version && !is_page(bytes)
}

fn is_sqlite(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

/// Lines of `NAME=value`, at least two, and nothing else.
fn is_env(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(&bytes[..bytes.len().min(8 << 10)]) else { return false };
    let is_setting = |line: &str| {
        line.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        })
    };
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).take(20);
    let settings = lines.by_ref().take_while(|l| is_setting(l)).count();
    settings >= 2 && lines.next().is_none()
}

fn is_htpasswd(bytes: &[u8]) -> bool {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let Some(at) = memchr::memchr(b':', line) else { return false };
    let hash = &line[at + 1..];
    [&b"$apr1$"[..], b"$2y$", b"{SHA}", b"$2a$"].iter().any(|mark| hash.starts_with(mark))
}

fn is_php(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<?php")
}

fn is_archive(bytes: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c"]
        .iter()
        .any(|m| bytes.starts_with(m))
}

fn is_sql(bytes: &[u8]) -> bool {
    const LINES: [&[u8]; 4] = [b"\ncreate table", b"\ninsert into", b"\ndrop table", b"mysql dump"];
    let start = [b"\n", &bytes[..bytes.len().min(16 << 10)]].concat().to_ascii_lowercase();
    !is_page(bytes) && LINES.iter().any(|line| has(&start, line))
}

fn is_phpinfo(bytes: &[u8]) -> bool {
    has(bytes, b"<title>phpinfo()</title>")
        || has(bytes, b"PHP Version") && has(bytes, b"Loaded Configuration File")
}

/// A page that asks for a password and calls itself a back office.
fn is_login(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let asks =
        has(&lower, b"type=\"password\"") || has(&lower, b"type='password'") || has(&lower, b"type=password");
    let office = ["后台", "管理系统", "管理平台", "内容管理"]
        .iter()
        .any(|word| has(bytes, word.as_bytes()) || has(bytes, &encoding_rs::GB18030.encode(word).0));
    asks && (office || has(&lower, b"<title>admin"))
}

/// A list of files that a web server makes: Apache, nginx, IIS, Tomcat, Python.
pub(crate) fn is_listing(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(8 << 10)];
    let lower = start.to_ascii_lowercase();
    has(&lower, b"<title>index of /")
        || has(&lower, b"<title>directory listing for /")
        || has(&lower, b"[to parent directory]")
        || has(start, "[转到父目录]".as_bytes())
}
