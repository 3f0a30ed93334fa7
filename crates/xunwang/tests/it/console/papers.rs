//! Official documents: what each says, as PDF and as DOCX, for those who see the thing itself. Clauses N2.8, N5.3.

use chrono::TimeDelta;
use documents::Kind;
use ledger::cx::Settings;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use ledger::obligation::commands::tick;

use super::inspections::{Town, add_site, inspect, of_rule};
use super::world::{Answer, Visitor, World, on_both, settings};

/// The text of a document, without what lays it out.
fn text(answer: &Answer, kind: Kind) -> String {
    answer.is(200);
    let document = documents::read(None, &answer.bytes);
    assert_eq!((document.kind, document.faults), (kind, Vec::new()));
    let text: String = document.passages.iter().map(|passage| passage.text.as_str()).collect();
    // Places where a long word may be broken are marked, and the mark sticks to the letter's glyph.
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

/// Both formats of a document say the same, and that nobody has signed it yet.
async fn says(visitor: &mut Visitor, path: &str, parts: &[&str]) {
    for (format, kind) in [("pdf", Kind::Pdf), ("docx", Kind::Docx)] {
        let answer = visitor.get(&format!("{path}/{format}")).await;
        let text = text(&answer, kind);
        for part in parts.iter().chain(&["待用印稿"]) {
            assert!(text.contains(part), "{path}/{format} without “{part}”: {text}");
        }
        let name = answer.headers["content-disposition"].to_str().unwrap();
        assert!(name.contains("attachment") && name.contains(format), "{name}");
    }
}

fn day(world: &World, days: i64) -> String {
    platform::clock::beijing(world.console.cx.now() + TimeDelta::days(days)).date_naive().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_document_says_what_the_rows_say() {
    let world = World::new(None).await;
    let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    let town = Town::start();
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &county, &town.home()).await;
    inspect(&world, &mut jian, site).await;

    let dead = of_rule(&world, "dead-link").await.id.to_string();
    jian.post(&format!("/findings/{dead}"), &[("verdict", "confirmed")]).await.is(303);
    // What a person writes is text, whatever it looks like.
    let words = "请改正链接 #panic(\"x\") $a^2$ *粗*\n并举一反三";
    let ticket = jian.post("/tickets", &[("id", &dead), ("words", words)]).await.location;
    let of = |path: &str, kind: &str| format!("/papers/{kind}/{}", path.rsplit('/').next().unwrap());
    let paper = of(&ticket, "rectification");
    jian.get(&ticket).await.shows(&format!("\"{paper}\""));
    jian.get(&paper).await.shows(">PDF</a>").shows(">DOCX</a>").shows("还没有文号");
    let parts = [
        "关于青禾县政府网问题整改的通知",
        "青禾县政府：",
        "死链",
        "gone.html",
        "#panic(\"x\")$a^2$*粗*",
        "并举一反三",
        "巡网省政府",
        "2026年",
    ];
    says(&mut jian, &paper, &parts).await;

    let unit = county.id.to_string();
    let form = [("title", "报送半年总结"), ("unit", unit.as_str()), ("limit", "5"), ("clause", "N5.3")];
    let order = jian.post("/obligations/new", &form).await.location;
    let page = jian.get(&order).await.text.replace("&#x2f;", "/");
    assert!(page.contains(&format!("\"{}\"", of(&order, "order"))), "{page}");
    says(&mut jian, &of(&order, "order"), &["关于报送半年总结的督办通知", "前（含当日）办结", "黄牌"]).await;
    // Only an order is one.
    let foreign = format!("{}/pdf", of(&order, "rectification"));
    jian.get(&foreign).await.is(if of(&order, "x") == of(&ticket, "x") { 200 } else { 404 });

    let id = site.0.to_string();
    let shut =
        jian.post("/suspensions/new", &[("site", id.as_str()), ("grounds", "长期没有人管")]).await.location;
    let (decision, closure) = (of(&shut, "suspension"), of(&shut, "closure"));
    jian.get(&format!("{decision}/pdf")).await.is(404);
    let today = day(&world, 0);
    let form = [
        ("deed", "decide"),
        ("document", "青政办函〔2026〕1号"),
        ("basis", "湘政办函〔2011〕68号"),
        ("from", today.as_str()),
        ("limit", "5"),
    ];
    jian.post(&shut, &form).await.leads_to(&shut);
    let parts = ["关于关停青禾县政府网的决定", "青政办函〔2026〕1号", "长期没有人管", "5个工作日"];
    says(&mut jian, &decision, &parts).await;
    jian.get(&format!("{closure}/pdf")).await.is(404);
    supervision::remind::beat(&world.console.cx).await.unwrap();
    world.clock.turn(TimeDelta::days(20));
    tick(&world.console.cx).await.unwrap();
    supervision::remind::beat(&world.console.cx).await.unwrap();
    let mut jian = world.visitor("jian").await;
    jian.post(&shut, &[("deed", "announce")]).await.leads_to(&shut);
    says(&mut jian, &closure, &["关于关闭青禾县政府网的公告", "公告期自"]).await;
    jian.post(&shut, &[("deed", "keep"), ("words", "县里接手")]).await.leads_to(&shut);
    let report = [("deed", "report"), ("words", "都已改正")];
    world.person(county.id, "qing", Role::SiteOperator).await;
    world.visitor("qing").await.post(&shut, &report).await.leads_to(&shut);
    jian.post(&shut, &[("deed", "reopen"), ("words", "逐条看过")]).await.leads_to(&shut);
    says(&mut jian, &of(&shut, "reopening"), &["关于恢复开放青禾县政府网的通知", "恢复开放"]).await;

    // What was issued and shut in one month, and the cards of the next.
    let month = |days: i64| day(&world, days)[..7].replace('-', "");
    let (first, month) = (month(-20), month(0));
    let parts = ["政府网站监管情况的通报", "整改单1张", "关停1个网站或栏目：青禾县政府网"];
    says(&mut jian, &format!("/papers/bulletin/{first}"), &parts).await;
    let parts = ["报送半年总结", "红牌", "本月没有关停网站或栏目"];
    says(&mut jian, &format!("/papers/bulletin/{month}"), &parts).await;

    // Not for who does not see the thing; nothing else is there.
    let mut nan = world.visitor("nan").await;
    for path in [&paper, &of(&order, "order"), &decision] {
        nan.get(&format!("{path}/pdf")).await.is(404);
    }
    nan.get(&format!("/papers/bulletin/{month}/docx")).await.is(200);
    for path in
        ["/papers/bulletin/202613/pdf", "/papers/bulletin/-9223372036854775808/pdf", "/papers/x/1/pdf"]
    {
        jian.get(path).await.is(404);
    }
    jian.get(&format!("{paper}/exe")).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_made_with_the_users_fonts_or_says_what_is_missing() {
    let own = tempfile::tempdir().unwrap();
    std::fs::write(own.path().join("broken.otf"), b"no font").unwrap();
    let settings = Settings { fonts: Some(own.path().to_owned()), ..settings() };
    let world = World::with(None, settings).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let answer = jian.get("/papers/bulletin/202605/pdf").await;
    assert!(text(&answer, Kind::Pdf).contains("本月没有关停网站或栏目"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_gets_its_number_and_comes_back_signed() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        world.person(south.id, "nan", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let unit = county.id.to_string();
        let form = [("title", "报送半年总结"), ("unit", unit.as_str()), ("limit", "5"), ("clause", "N5.3")];
        let order = jian.post("/obligations/new", &form).await.location;
        let paper = order.replace("/obligations/", "/papers/order/");

        jian.upload(&paper, "", b"", &[("number", "")]).await.is(200).shows("请填写发文字号");
        jian.upload(&paper, "木马.exe", b"MZ\x90", &[]).await.is(200).shows("签章件应为 PDF");
        let number = "湘政办网监〔2026〕3号";
        jian.upload(&paper, "", b"", &[("number", number)]).await.leads_to(&paper);
        says(&mut jian, &paper, &[number]).await;
        jian.get(&paper).await.shows(number).shows("待用印稿").lacks("已用印");
        let scan = b"%PDF-1.7 signed";
        jian.upload(&paper, "盖章.pdf", scan, &[]).await.leads_to(&paper);
        jian.get(&paper).await.shows("盖章.pdf").shows("已用印");
        // A scan alone changes no number; a number is given once.
        says(&mut jian, &paper, &[number]).await;
        let month = format!("/papers/bulletin/{}", day(&world, 0)[..7].replace('-', ""));
        jian.upload(&month, "", b"", &[("number", number)]).await.is(200).shows("已用于另一份公文");
        jian.upload(&month, "", b"", &[("number", "湘政办网监〔2026〕4号")]).await.leads_to(&month);

        // Whoever owes reads it and files nothing; whoever does not see the thing finds nothing.
        let copy = jian.get(&paper).await.text.split("/paper-copies/").nth(1).unwrap().to_owned();
        let copy = format!("/paper-copies/{}", copy.split('"').next().unwrap());
        let mut qing = world.visitor("qing").await;
        qing.get(&paper).await.is(200).lacks("签章后的扫描件");
        assert_eq!(qing.get(&copy).await.bytes, scan);
        qing.upload(&paper, "", b"", &[("number", "青政办〔2026〕1号")]).await.is(403);
        let mut nan = world.visitor("nan").await;
        nan.get(&paper).await.is(404);
        nan.get(&copy).await.is(404);
        nan.upload(&paper, "", b"", &[("number", "南政办〔2026〕1号")]).await.is(404);
        // Each unit has bulletins of its own, and numbers of its own.
        nan.get(&month).await.is(200).lacks("〔2026〕4号");
        nan.upload(&month, "", b"", &[("number", number)]).await.leads_to(&month);
        jian.get("/paper-copies/999/file").await.is(404);
    })
    .await;
}
