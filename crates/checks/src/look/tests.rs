//! Looks of pages and what follows from two of them. Clauses N2.4, N2.5.
//!
//! Pages are made up here.

use url::Url;

use super::target::{Unused, summary};
use super::{PageLook, baseline, cloak};
use crate::{Page, charset};

fn page(source: &str) -> Page<'_> {
    let url = Url::parse("http://www.example.gov.cn/zwgk/a.html").unwrap();
    let decoded = charset::decode(source.as_bytes(), Some("text/html; charset=utf-8"));
    Page::parse(url, source, decoded.charset)
}

fn look(source: &str) -> PageLook {
    PageLook::of(&page(source))
}

const PLAIN: &str = "<title>青禾县人民政府</title><h1>关于春耕的通知</h1><p>各乡镇人民政府：为做好今年春耕备耕工作，\
    现将有关事项通知如下，请认真贯彻执行，确保种子、化肥和农药供应充足，灌溉设施完好。</p>";

#[test]
fn another_page_for_the_engine_is_cloaking() {
    let plain = look(PLAIN);
    let spam = look("<title>百家乐开户-青禾县人民政府</title><p>注册</p>");
    let seen = cloak::differ(&plain, &spam, &plain).unwrap();
    assert!(seen.to_engine && seen.cause.contains("百家乐"), "{seen:?}");
    let sent =
        look("<title>青禾县人民政府</title><meta http-equiv=refresh content='0;url=http://a.example/'>");
    let seen = cloak::differ(&plain, &plain, &sent).unwrap();
    assert!(!seen.to_engine && seen.cause.contains("a.example"), "{seen:?}");
}

#[test]
fn a_page_that_changes_a_little_is_not() {
    let plain = look(PLAIN);
    let later = look(&format!("{PLAIN}<p>浏览次数：1024</p><a href='http://b.example/'>友情链接</a>"));
    assert_eq!(cloak::differ(&plain, &later, &later), None);
    assert_eq!(baseline::compare(&plain, &later), None);
    assert_eq!(cloak::differ(&PageLook::default(), &PageLook::default(), &PageLook::default()), None);
}

#[test]
fn what_intruders_change_is_told() {
    let before = look(PLAIN);
    let script = look(&format!("{PLAIN}<script src='http://c.example/x.js'></script>"));
    assert!(baseline::compare(&before, &script).unwrap().cause.contains("c.example"));
    let link = look(&format!("{PLAIN}<a href='http://c.example/'>百家乐</a>"));
    assert_eq!(baseline::compare(&before, &link).unwrap().level, base::Level::Veto);
    assert_eq!(baseline::compare(&link, &link), None, "old faults are other rules' business");
}

#[test]
fn a_new_title_and_body_between_old_menus_is_told() {
    let menu = ["政务公开", "政务服务", "互动交流", "数据发布", "走进青禾", "公示公告", "专题专栏"].repeat(8);
    let menu: String = menu.iter().map(|name| format!("<li><a href='/{name}/'>{name}</a></li>")).collect();
    let foot =
        "<div class=footer>主办：青禾县人民政府办公室，承办：青禾县大数据中心，网站标识码0000000000</div>";
    let body = "<p>各乡镇人民政府：为做好今年春耕备耕工作，现将有关事项通知如下，请认真贯彻执行，确保种子、\
        化肥和农药供应充足，灌溉设施完好，农机具检修到位，并于三月底前报送进展情况。</p>";
    let whole = |title: &str, body: &str| {
        look(&format!("<title>{title}</title><ul>{menu}</ul><h1>{title}</h1>{body}{foot}"))
    };
    let before = whole("关于春耕的通知", body);
    let other = whole("被黑", "<p>Your site has been hacked, contact us and pay.</p>");
    assert!(before.likeness(&other) >= 0.1);
    assert_eq!(baseline::compare(&before, &other).unwrap().level, base::Level::Warning);
    let corrected = whole("关于春耕工作的通知", &format!("{body}<p>附件：物资清单。</p>"));
    assert_eq!(baseline::compare(&before, &corrected), None);
    let earlier = PageLook { body: Vec::new(), ..before };
    assert_eq!(baseline::compare(&earlier, &other), None);
}

#[test]
fn likeness_is_between_nothing_and_all() {
    let (a, b) =
        (look(PLAIN), look("<p>完全不同的另一段文字，讲的是防汛抗旱和森林防火工作的安排部署情况。</p>"));
    assert!(a.likeness(&a) == 1.0 && a.likeness(&b) < 0.05);
    let more = look(&format!("{PLAIN}<p>附件：春耕物资清单。</p>"));
    assert!(a.likeness(&more) > 0.7);
}

fn target(source: &str) -> super::target::TargetLook {
    summary(&page(source))
}

#[test]
fn targets_of_nobody_are_told() {
    let check = |source: &str, unused| assert_eq!(target(source).unused, unused, "{source}");
    check(
        "<title>qinghe.example</title><p>This domain is for sale. Make an offer.</p>",
        Some(Unused::ForSale),
    );
    check("<title>域名出售</title><p>联系我们购买</p>", Some(Unused::ForSale));
    check("<h1>该网站暂时无法访问</h1><p>未备案</p>", Some(Unused::Blocked));
    check("<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>", Some(Unused::DefaultPage));
    check(PLAIN, None);
    let long = "关于规范域名出售行为的意见。".repeat(200);
    check(&format!("<title>意见</title><p>{long}</p>"), None);
}

#[test]
fn owners_are_read_from_the_foot() {
    let seen = target(&format!("{PLAIN}<p>主办单位：青禾县人民政府办公室 湘ICP备12345678号-1</p>"));
    assert_eq!((&*seen.unit, &*seen.icp), ("青禾县人民政府办公室", "湘ICP备12345678号"));
    assert!(seen.spam.is_empty());
    assert!(target("<title>时时彩平台官网</title>").spam.contains("赌博"));
}
