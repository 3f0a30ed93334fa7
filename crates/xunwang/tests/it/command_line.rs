//! What people type, and what they are told when it is wrong. Clauses N2.1, N2.4.

use std::time::Duration;

use base::Level;
use xunwang::args::{Command, Stop, command, parse};
use xunwang::options::table::{Arity, SETTINGS};
use xunwang::options::{InspectOptions, Outgoing, Scope};

fn read(line: &[&str], environment: &[(&str, &str)]) -> Result<Command, String> {
    let arguments = std::iter::once("xunwang").chain(line.iter().copied()).map(Into::into);
    let variables = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    parse(arguments, variables).map_err(|stop| match stop {
        Stop::Shown(text) => text,
        Stop::Wrong(wrong) => wrong.to_string(),
    })
}

fn inspect_with(line: &[&str], environment: &[(&str, &str)]) -> InspectOptions {
    let line: Vec<&str> = ["inspect", "a.example"].into_iter().chain(line.iter().copied()).collect();
    match read(&line, environment) {
        Ok(Command::Inspect(options)) => *options,
        other => panic!("{other:?}"),
    }
}

fn inspect(line: &[&str]) -> InspectOptions {
    inspect_with(line, &[])
}

/// The message to a wrong line holds every one of `words`.
fn check_wrong(line: &[&str], words: &[&str]) {
    let message = match read(line, &[]) {
        Err(message) => message,
        Ok(command) => panic!("{line:?} was accepted: {command:?}"),
    };
    for word in words {
        assert!(message.contains(word), "{line:?}: no “{word}” in {message}");
    }
    assert!(!message.contains("error:") && !message.contains("Usage:"), "{line:?}: {message}");
}

#[test]
fn the_defaults_are_polite_and_unlimited() {
    let o = inspect(&[]);
    assert_eq!(o.urls[0].as_str(), "http://a.example/");
    assert_eq!((o.rate, o.host_concurrency, o.concurrency), (Some(5.0), 4, 64));
    assert_eq!((o.pages, o.depth, o.time_limit), (None, None, None));
    assert_eq!((o.scope, o.outgoing, o.ignore_robots), (Scope::Host, Outgoing::Auto, false));
    assert_eq!(o.fail_on, Some(Level::Warning));
    assert_eq!(o.confirm_after, [Duration::from_secs(1), Duration::from_secs(3)]);
    assert_eq!(o.out.to_str(), Some("report"));
    assert!(o.formats.html && o.formats.xlsx && o.formats.ndjson && !o.quiet && !o.resume);
}

#[test]
fn lifting_the_rate_lifts_the_connections_of_a_host_too() {
    let o = inspect(&["--rate", "0", "--concurrency", "20"]);
    assert_eq!((o.rate, o.host_concurrency), (None, 20));
    let o = inspect(&["--rate", "0", "--host-concurrency", "2"]);
    assert_eq!(o.host_concurrency, 2);
    assert_eq!(inspect(&["--host-concurrency", "9", "--concurrency", "3"]).host_concurrency, 3);
}

#[test]
fn every_setting_reaches_the_options() {
    let o = inspect(&[
        "b.example",
        "--scope",
        "sub-domains",
        "--include",
        "/a/",
        "--exclude=x$",
        "--exclude",
        "y$",
        "--depth",
        "3",
        "--pages=100",
        "--rate",
        "2.5",
        "--time-limit",
        "1h30m",
        "--timeout",
        "20s",
        "--user-agent",
        "巡检",
        "--header",
        "X-A: 1",
        "--cookie",
        "a=b",
        "--proxy",
        "127.0.0.1:3128",
        "--ca-file",
        "root.pem",
        "--ignore-robots",
        "--outgoing",
        "list",
        "--resume",
        "-o",
        "结果",
        "--format",
        "html,ndjson",
        "--fail-on",
        "never",
        "--broken-to",
        "broken.txt",
        "--confirm-after",
        "100ms",
        "-q",
        "--pack",
        "jc19",
        "--pack",
        "mine.toml",
        "--as-of",
        "2019-06-01",
        "--no-services",
        "--no-hints",
        "--sites",
        "list.csv",
    ]);
    assert_eq!(o.urls.len(), 2);
    assert_eq!((o.scope, o.outgoing), (Scope::SubDomains, Outgoing::List));
    assert_eq!((o.include.len(), o.exclude.len(), o.depth, o.pages), (1, 2, Some(3), Some(100)));
    assert_eq!((o.rate, o.timeout.as_secs()), (Some(2.5), 20));
    assert_eq!(o.time_limit, Some(Duration::from_secs(5_400)));
    assert_eq!(o.user_agent.as_deref(), Some("巡检"));
    assert_eq!(o.headers, [("X-A".to_owned(), "1".to_owned())]);
    assert_eq!(o.cookies, [("a".to_owned(), "b".to_owned())]);
    assert_eq!(o.proxy.map(String::from).as_deref(), Some("http://127.0.0.1:3128/"));
    assert_eq!(o.fail_on, None);
    assert_eq!(o.judging.packs, ["jc19", "mine.toml"]);
    assert_eq!(o.judging.as_of.map(|day| day.to_string()).as_deref(), Some("2019-06-01"));
    assert!(o.judging.no_services && o.no_hints);
    assert_eq!(o.confirm_after, [Duration::from_millis(100)]);
    assert!(o.ignore_robots && o.resume && o.quiet && o.formats.html && !o.formats.xlsx);
    assert!(
        o.sites.is_some() && o.ca_file.is_some() && o.broken_to.is_some() && o.out.to_str() == Some("结果")
    );
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let folder = std::env::temp_dir().join(format!("xunwang-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("x.toml");
    std::fs::write(&file, "rate = 1\npages = 10\ndepth = 2\nexclude = ['a', 'b']\nignore-robots = true\n")
        .unwrap();
    let path = file.to_str().unwrap();
    let o = inspect_with(
        &["--config", path, "--rate", "3", "--exclude", "c", "--ignore-robots=false"],
        &[("XUNWANG_RATE", "2"), ("XUNWANG_PAGES", "20")],
    );
    assert_eq!((o.rate, o.pages, o.depth, o.ignore_robots), (Some(3.0), Some(20), Some(2), false));
    assert_eq!(o.exclude.iter().map(|r| r.as_str()).collect::<Vec<_>>(), ["c"]);

    std::fs::write(&file, "url = ['http://c.example/']\nrate = '快'\n").unwrap();
    check_wrong(&["inspect", "--config", path], &["x.toml 第 2 行“rate”", "快", "每秒请求次数"]);
    std::fs::write(&file, "rat = 1\n").unwrap();
    check_wrong(&["inspect", "--config", path], &["第 1 行", "“rat”", "是不是想写“rate”"]);
    std::fs::remove_dir_all(&folder).unwrap();
    check_wrong(&["inspect", "--config", path], &["x.toml 读不出来"]);
}

#[test]
fn usual_mistakes_are_answered_in_chinese() {
    check_wrong(&[], &["缺少命令", "inspect"]);
    check_wrong(&["inspct", "http://a.example/"], &["没有命令“inspct”", "是不是想用 inspect"]);
    check_wrong(&["http://a.example/"], &["没有命令“http://a.example/”", "xunwang inspect 网址"]);
    check_wrong(&["inspect"], &["没有指定要巡检的网站", "--sites"]);
    check_wrong(&["inspect", "abc"], &["网址的值“abc”", "应形如"]);
    check_wrong(&["inspect", "ftp://a.example/"], &["ftp://a.example/", "只能巡检 http://"]);
    check_wrong(&["inspect", "a.example", "--rte", "5"], &["没有选项 --rte", "--rate"]);
    check_wrong(&["inspect", "a.example", "--rate"], &["--rate 后面缺少值"]);
    check_wrong(&["inspect", "a.example", "--rate", "fast"], &["选项 --rate", "fast", "每秒"]);
    check_wrong(&["inspect", "a.example", "--rate", "1", "--rate", "2"], &["--rate 只能给一个值"]);
    check_wrong(&["inspect", "a.example", "--include", "("], &["--include", "正则表达式"]);
    check_wrong(&["inspect", "a.example", "--scope", "site"], &["sub-domains"]);
    check_wrong(&["inspect", "a.example", "--timeout", "0"], &["--timeout", "至少 1 秒"]);
    check_wrong(&["inspect", "a.example", "--format", "pdf"], &["没有“pdf”这种格式"]);
    check_wrong(&["inspect", "a.example", "--fail-on", "bad"], &["notice"]);
    check_wrong(&["inspect", "a.example", "--out", ""], &["--out", "路径为空"]);
    check_wrong(&["inspect", "a.example", "--ignore-robots=maybe"], &["true 或 false"]);
    for option in ["--cloak-pages", "--attachments", "--pages", "--rate", "--depth", "--concurrency"] {
        check_wrong(&["inspect", "a.example", option, "-1"], &[option, "“-1”不能用：应为"]);
    }
    check_wrong(
        &["inspect", "a.example", "--as-of", "2019-06-01"],
        &["--as-of 只在给出 --pack 时有意义", "xunwang packs"],
    );
    check_wrong(&["inspect", "a.example", "--no-services"], &["--no-services 只在给出 --pack 时有意义"]);
    check_wrong(&["page"], &["缺少", "文件"]);
    check_wrong(&["page", "a", "b"], &["多余的参数“b”"]);
    check_wrong(&["score"], &["缺少", "结果文件夹"]);
    check_wrong(&["score", "r", "--as-of", "2019"], &["--as-of", "2019-06-01"]);
    check_wrong(&["score", "r", "--pack"], &["--pack 后面缺少值"]);
    check_wrong(&["scor", "r"], &["没有命令“scor”", "是不是想用 score"]);
    check_wrong(&["rules", "show"], &["缺少：规则的名字"]);
    check_wrong(&["rules", "explain", "dead-link"], &["多余的参数“explain”", "rules show"]);
    check_wrong(&["inspect", "a.example", "--as-of", "2019-02-30"], &["--as-of", "2019-02-30"]);
    check_wrong(&["sample", "--listen", "here"], &["--listen", "127.0.0.1:8000"]);
}

#[test]
fn help_speaks_chinese_only() {
    for line in [
        &["--help"][..],
        &["inspect", "--help"],
        &["page", "-h"],
        &["sample", "-h"],
        &["score", "-h"],
        &["packs", "-h"],
        &["rules", "-h"],
        &["rules", "show", "-h"],
    ] {
        let help = read(line, &[]).unwrap_err();
        assert!(help.contains("用法：") && help.contains("显示帮助"), "{help}");
        for english in ["Usage", "Options", "OPTIONS", "Print", "Arguments", "default:", "possible", "env:"] {
            assert!(!help.contains(english), "“{english}” in {help}");
        }
    }
    assert_eq!(
        read(&["--version"], &[]).unwrap_err().trim(),
        format!("xunwang {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_table_of_settings_is_whole() {
    command().debug_assert();
    for (at, setting) in SETTINGS.iter().enumerate() {
        assert!(SETTINGS[..at].iter().all(|other| other.name != setting.name), "{} twice", setting.name);
        assert!(!setting.help.is_empty() && setting.arity != Arity::Switch || setting.value == "true|false");
    }
}
