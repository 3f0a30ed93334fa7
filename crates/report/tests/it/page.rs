//! `index.html` as text: its numbers, its groups, and that nothing of a website can run in it. Serves N2.1, N5.3.

use base::{Finding, Level, Quote, Reach, Verdict};

use crate::world::{ALL, HOME, Report, World, charset, dead, full};

/// The number that the page shows under a name.
fn shown(html: &str, name: &str) -> u64 {
    let at = html.find(&format!("data-count=\"{name}\"")).unwrap_or_else(|| panic!("no {name}"));
    let from = at + html[at..].find('>').unwrap() + 1;
    let text = &html[from..from + html[from..].find('<').unwrap()];
    text.replace(',', "").parse().unwrap()
}

fn counted(report: &Report, sql: &str) -> u64 {
    let db = rusqlite::Connection::open(report.path("run.db")).unwrap();
    db.query_row(sql, [], |r| r.get(0)).unwrap()
}

#[test]
fn the_numbers_are_those_of_the_run_file() {
    let report = full().report();
    let html = report.html();
    for level in Level::GRAVEST_FIRST {
        let sql = format!("select count(*) from finding where level = '{}'", level.code());
        assert_eq!(shown(&html, level.code()), counted(&report, &sql), "{level}");
        assert_eq!(report.outcome.count(level), counted(&report, &sql), "{level}");
    }
    assert_eq!(shown(&html, "pages"), counted(&report, "select count(*) from page"));
    assert_eq!(shown(&html, "addresses"), counted(&report, "select count(*) from address"));
    let broken = "select count(*) from answer where verdict in ('dead', 'wrong')";
    assert_eq!(shown(&html, "broken"), counted(&report, broken));
    let mut findings = 0;
    report.run().each_finding(|_| findings += 1).unwrap();
    assert_eq!(findings, report.lines().len());
}

#[test]
fn faults_stand_under_their_kind_with_the_pages_that_show_them() {
    let html = full().report().html();
    let kind = &html[html.find("id=\"fault-dead-link\"").unwrap()..];
    let kind = &kind[..kind.find("</section>").unwrap()];
    assert_eq!(kind.matches("<tr class=\"fault\"").count(), 2);
    assert!(kind.contains("2 个，共 3 处"), "{kind}");
    let most = kind.find("qinghe.example/gone.html").unwrap();
    assert!(most < kind.find("files/yusuan.xls").unwrap(), "what shows on most pages comes first");
    assert!(kind.contains("http://qinghe.example/zwgk/index.html") && kind.contains("“<bdi>公告</bdi>”"));
    assert_eq!(kind.matches("改为新地址，或者删除链接。").count(), 1, "the advice is said once a kind");
}

#[test]
fn the_tree_counts_pages_and_faults_of_folders() {
    let html = full().report().html();
    let tree = &html[html.find("class=\"box tree\"").unwrap()..];
    let tree = &tree[..tree.find("id=\"outgoing\"").unwrap()];
    let rows: Vec<String> = tree.split("<span class=\"row").skip(1).map(plain).collect();
    assert_eq!(rows, ["http://qinghe.example/ 5 5", "hdjl/ 1 1", "zwgk/ 3 1", "gongbao/ 2 0"], "{tree}");
}

/// The text of a row, tags left out.
fn plain(row: &str) -> String {
    let mut out = String::new();
    let mut inside = true;
    for c in row.split("</details>").next().unwrap().split("</summary>").next().unwrap().chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn text_of_a_website_never_becomes_markup_or_script() {
    let odd =
        "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{ 7*7 }}\u{0}\u{8}\u{202e}txt";
    let target = "javascript:alert(3)//\"onmouseover=\"alert(4)";
    let page = "http://qinghe.example/\"><svg onload=alert(5)>";
    let mut finding = dead(page, target, odd);
    finding.cause = odd.into();
    finding.fix = odd.into();
    let report = World::named(odd).page(page, odd).finding(&finding, 1).report();
    let html = report.html();
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("</script").count(), 1);
    for tag in ["<img", "<svg onload", "\"onmouseover", "\" onmouseover", "href=\"javascript"] {
        assert!(!html.contains(tag), "{tag}");
    }
    assert!(html.contains("{{ 7*7 }}"), "text is not a template");
    assert!(html.contains("[U+202E]txt") && !html.contains('\u{202e}'));
    assert!(!html.contains(['\u{0}', '\u{8}']));
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn the_same_run_file_gives_the_same_page() {
    let report = full().report();
    let first = report.html();
    report::write_run(&report.folder.0, ALL).unwrap();
    assert!(first == report.html());
}

#[test]
fn readers_are_sent_to_files_that_are_there() {
    let report = full().report();
    for (xlsx, ndjson) in [(true, true), (false, true), (false, false)] {
        let formats = report::Formats { html: true, xlsx, ndjson };
        report::write_run(&report.folder.0, formats).unwrap();
        let html = report.html();
        assert_eq!((html.contains("report.xlsx"), html.contains("findings.ndjson")), (xlsx, ndjson));
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let html = full().report().html();
    for loads in [" src=", "<link", "@import", "url("] {
        assert!(!html.contains(loads), "{loads}");
    }
}

#[test]
fn a_clean_site_says_so_and_an_unread_one_does_not() {
    let clean = World::new().page(HOME, "首页").report().html();
    assert!(clean.contains("没有需要整改的问题"));
    assert!(!clean.contains("id=\"none\">"), "no filter, no complaint about it");
    let unread =
        World::new().target(HOME, true, Verdict::Dead, Reach::Timeout).state("unreachable").report().html();
    assert!(unread.contains("首页打不开") && !unread.contains("没有需要整改的问题"));
    let why = "首页 robots.txt 不许访问<br>，请网站放行";
    let withheld = World::new()
        .meta("numbers", &serde_json::json!({ "why": why }).to_string())
        .state("unreachable")
        .report();
    assert!(withheld.html().contains("首页 robots.txt 不许访问&lt;br&gt;，请网站放行。"));
    assert_eq!(withheld.outcome.why.as_deref(), Some(why));
    assert!(!withheld.html().contains("首页打不开"), "what is not so is not said");
    let interrupted = World::new().page(HOME, "首页").state("interrupted").report().html();
    assert!(interrupted.contains("检查没有做完") && interrupted.contains("--resume"));
}

#[test]
fn a_very_faulty_site_gives_a_page_that_still_opens() {
    let long = "x".repeat(1_500);
    let mut world = World::new().page(HOME, "首页");
    for n in 0..3_000 {
        let page = format!("{HOME}{}/{long}/{n}", n % 7);
        world = world.finding(&dead(&page, &format!("{HOME}gone/{}/{long}", n / 3), &long), 1_500);
        let cause = if n < 1_000 { format!("第 {n} 种毛病") } else { "模板里的毛病".to_owned() };
        world = world.finding(&Finding { cause, ..charset(&page) }, 1);
    }
    let report = world.report();
    let html = report.html();
    assert!(html.len() < 8_000_000, "{}", html.len());
    assert_eq!(shown(&html, "fault"), 3_000);
    assert!(html.contains("列出涉及页面最多的 300 个，另有 700 个"));
    assert!(
        html.contains("另有 701 个见 report.xlsx"),
        "1,000 and the one of the template, less the 300 shown"
    );
    let template = &html[html.find("<div class=\"target\">模板里的毛病").expect("named by its cause")..];
    assert!(template.contains("其余 1,999 个页面"), "one fault of the template, on many pages");
    assert_eq!(report.lines().len(), 6_000);
}

#[test]
fn what_was_not_looked_at_is_told_in_every_format_that_people_read() {
    let report = World::new()
        .page(HOME, "首页")
        .unchecked("本机没有 Chromium，3 个由脚本生成的页面没有渲染")
        .unchecked("没有名册，<领导姓名>没有核对")
        .unchecked("本机没有 Chromium，12 个由脚本生成的页面没有渲染")
        .report();
    let told = ["本机没有 Chromium，12 个由脚本生成的页面没有渲染", "没有名册，<领导姓名>没有核对"];
    assert_eq!(report.run().unchecked().unwrap(), told, "the later number stands");
    assert_eq!(report.run_json()["unchecked"], serde_json::json!(told));
    let html = report.html();
    let section = &html[html.find("<h2 id=\"unchecked\">").expect("a section")..];
    let section = &section[..section.find("</ul>").unwrap()];
    assert!(section.contains("12 个由脚本生成") && !section.contains("，3 个"), "{section}");
    assert!(section.contains("&lt;领导姓名&gt;"), "{section}");
    assert!(html.contains("有 2 项内容这次没有检查"));
    let complete = full().report();
    assert!(!complete.html().contains("未检查的内容"), "nothing is left out of a complete run");
    assert_eq!(complete.run_json()["unchecked"], serde_json::json!([]));
}

#[test]
fn a_fault_of_wording_is_shown_in_its_text_with_what_is_right() {
    let quote = Quote {
        before: "做好<b>".into(),
        fault: "秸杆".into(),
        after: "禁烧工作".into(),
        correct: vec!["秸秆".into(), "<i>".into()],
        certain: true,
    };
    let finding = Finding { quote: Some(quote), ..charset(HOME) };
    let report = World::new().page(HOME, "首页").finding(&finding, 1).report();
    let html = report.html();
    assert!(html.contains("做好&lt;b&gt;<mark>秸杆</mark>禁烧工作…"), "the text is text");
    assert!(html.contains("应为“<b>秸秆</b>”或“<b>&lt;i&gt;</b>”") && html.contains("确定"));
    let line = &report.lines()[0];
    assert_eq!((&line["quote"]["fault"], &line["quote"]["certain"]), (&"秸杆".into(), &true.into()));
}

#[test]
fn pictures_stand_in_the_page_itself() {
    let hidden = base::Finding { rule: "hidden-link", ..charset(&format!("{HOME}a.html")) };
    let report = World::new()
        .page(HOME, "首页")
        .page(&format!("{HOME}a.html"), "暗链")
        .picture(1, "home", b"home")
        .picture(2, "finding", b"fault")
        .finding(&hidden, 1)
        .finding(&base::Finding { cause: "另一处".into(), ..hidden.clone() }, 1)
        .report();
    let html = report.html();
    let head = &html[..html.find("</header>").unwrap()];
    assert!(head.contains("src=\"data:image/jpeg;base64,aG9tZQ==\""), "{head}");
    assert_eq!(html.matches("base64,ZmF1bHQ=").count(), 1, "once, however many faults a page has");
    assert!(html.find("base64,ZmF1bHQ=") > html.find("id=\"warning-hidden-link\""));
    assert!(html.contains("img-src data:;"));
}

#[test]
fn pictures_that_are_gone_or_too_many_leave_the_page_whole() {
    let report = World::new()
        .page(HOME, "首页")
        .page(&format!("{HOME}a.html"), "广告")
        .picture(1, "home", &vec![7; 9 << 20])
        .picture(2, "finding", b"x")
        .finding(&base::Finding { rule: "advertisement", ..charset(&format!("{HOME}a.html")) }, 1);
    let report = report.report();
    let html = report.html();
    assert!(html.len() < 1 << 20 && html.contains("检查时的首页截图见 screenshots/1.jpg"));
    std::fs::remove_dir_all(report.path("screenshots")).unwrap();
    report::write_run(&report.folder.0, ALL).unwrap();
    assert!(!report.html().contains("截图见") && !report.html().contains("<img"));
}

#[test]
fn the_chart_has_a_row_for_each_rule_and_folds_what_is_beyond_a_dozen() {
    let levels = [Level::Veto, Level::Warning];
    let rules = checks::registry::RULES.iter().map(|r| r.id).filter(|r| *r != "outgoing-link").take(15);
    let mut world = World::new().page(HOME, "首页");
    for rule in rules {
        for level in levels {
            world = world.finding(&Finding { rule, level, ..charset(HOME) }, 1);
        }
    }
    let html = world.report().html();
    let chart = &html[html.find("各类问题（处）").unwrap()..html.find("地址的检查结果").unwrap()];
    assert_eq!(chart.matches("data-rule-count").count(), 15);
    let (seen, folded) = chart.split_once("<details").unwrap();
    assert_eq!((seen.matches("data-rule-count").count(), folded.matches("data-rule-count").count()), (12, 3));
    assert!(folded.contains("其余 3 类"));
    assert_eq!(seen.matches("<rect").count(), 24, "a bar has a part for each level");
}

#[test]
fn links_to_one_bad_host_are_one_fault() {
    let bad = |page: &str, target: &str| Finding {
        rule: "wrong-target",
        level: Level::Veto,
        cause: "链接的目标页面“开户”含赌博".into(),
        ..dead(&format!("{HOME}{page}"), target, "合作单位")
    };
    let report = World::new()
        .page(HOME, "首页")
        .finding(&bad("a.html", "http://bad.example/1"), 2)
        .finding(&bad("b.html", "http://bad.example/1"), 2)
        .finding(&bad("a.html", "http://bad.example/2"), 1)
        .finding(&bad("a.html", "http://other.example/"), 1)
        .finding(&bad("c.html", "https://bad.example/3"), 1)
        .report();
    let html = report.html();
    let kind = &html[html.find("id=\"veto-wrong-target\"").unwrap()..];
    let kind = &kind[..kind.find("</section>").unwrap()];
    assert_eq!(kind.matches("<tr class=\"fault\"").count(), 2, "{kind}");
    assert!(kind.contains("2 个，共 5 处"), "{kind}");
    assert!(kind.contains("这个网站的 3 个地址，共 4 条链接，在 3 个页面上"), "{kind}");
    // Where each of them stands is still told, with the address it leads to.
    for part in ["qinghe.example/b.html", "bad.example/2", "https://bad.example/3", "其余 3 条链接"] {
        assert!(kind.contains(part), "no {part} in {kind}");
    }
    assert_eq!(counted(&report, "select count(*) from finding"), 5);
    assert!(html.contains("2 个问题"));
}

#[test]
fn the_heading_names_the_site_and_its_host() {
    let html = full().report().html();
    assert!(html.contains("<title>清河县人民政府（qinghe.example） 网站检查报告</title>"));
    assert!(html.contains("<h1>清河县人民政府 网站检查报告 <span class=\"host\"><bdi>qinghe.example</bdi>"));
    let unnamed = World::named("").page(HOME, "首页").report();
    assert!(unnamed.html().contains("<h1>qinghe.example 网站检查报告</h1>"));
    assert_eq!(unnamed.outcome.name, "qinghe.example");
}

#[test]
fn two_slips_of_a_template_are_two_faults_on_many_pages() {
    let slip = |page: &str, cause: &str| Finding { cause: cause.into(), ..charset(&format!("{HOME}{page}")) };
    let mut world = World::new().page(HOME, "首页");
    for page in ["a.html", "b.html", "c.html"] {
        world = world.finding(&slip(page, "“按装”应为“安装”"), 1).finding(&slip(page, "“再励”应为“再厉”"), 1);
    }
    let html = world.report().html();
    let kind = &html[html.find("id=\"warning-charset-fault\"").unwrap()..];
    let kind = &kind[..kind.find("</section>").unwrap()];
    assert_eq!(kind.matches("<tr class=\"fault\"").count(), 2, "{kind}");
    assert!(kind.contains("2 个，共 6 处"), "{kind}");
}
