//! The pages of a rehearsal site: complete and as they should be, but for the faults it has on purpose. Serves N2.1; pure.
//!
//! Everything on them is made up. Dates follow the day on which they are asked for, so that a fresh site stays fresh.

use chrono::{Datelike as _, Days, NaiveDate};

use super::province::Trouble;

/// A site as its pages show it.
#[derive(Clone, Debug)]
pub struct Face {
    pub name: String,
    pub code: String,
    pub icp: String,
    pub police: String,
    /// Host and port.
    pub host: String,
    pub troubles: &'static [Trouble],
}

/// Title and text of each piece of news.
const NEWS: [(&str, &str); 5] = [
    ("便民服务中心延长周末服务时间", "即日起，便民服务中心周六上午照常受理，方便群众办事。"),
    ("秋冬季道路养护工作全面展开", "养护人员对辖区道路逐段检查，及时修补破损路面。"),
    ("政府网站日常读网工作会议召开", "会议要求各单位每日读网，发现问题当日登记、当日整改。"),
    ("公共图书馆举办读书周活动", "读书周期间，图书馆每晚开放到九点。"),
    ("老旧小区供水管道改造完工", "改造后的管道已通过验收，水压和水质明显改善。"),
];
/// Likewise of the notices.
const NOTICES: [(&str, &str); 3] = [
    ("关于做好低温天气防范工作的通知", "各单位要加强值班值守，及时发布提示信息。"),
    ("关于公开征集民生实事项目的公告", "欢迎社会各界通过来信、来访等方式提出建议。"),
    ("关于调整部分公交线路的公告", "因道路施工，部分线路临时绕行，请提前安排出行。"),
];
/// Days before today on which they came out.
const AGES: [u64; 5] = [1, 3, 6, 9, 13];
const NOTICE_AGES: [u64; 3] = [5, 20, 41];
/// How much older the notices of a stale column are: past the half year that its kind allows.
const STALE: u64 = 400;

/// What stands at a path, if anything: its kind and its text.
pub fn page(face: &Face, path: &str, today: NaiveDate) -> Option<(&'static str, String)> {
    let html = "text/html; charset=utf-8";
    let text = match path {
        "/" | "/index.html" => home(face, today),
        "/dongtai/" => column(face, "工作动态", &list("/dongtai", &NEWS, &AGES, face, today)),
        "/gongkai/" => column(face, "通知公告", &list("/gongkai", &NOTICES, &NOTICE_AGES, face, today)),
        "/jiedu/" if face.has(Trouble::EmptyColumn) => column(face, "政策解读", ""),
        "/banshi/" => column(
            face,
            "办事服务",
            "<ul class=\"news\"><li><a href=\"/banshi/canji.html\">便民卡办事指南</a></li></ul>",
        ),
        "/banshi/canji.html" => guide(face, today),
        "/ditu.html" => map(face),
        "/robots.txt" => return Some(("text/plain", "User-agent: *\nDisallow:\n".to_owned())),
        "/css/site.css" => return Some(("text/css", STYLE.to_owned())),
        "/img/mark.svg" => return Some(("image/svg+xml", MARK.to_owned())),
        // An old site builder that answers to everything, also where nothing is.
        path if path.starts_with("/gongbao/") && face.has(Trouble::SoftNotFound) => NOT_FOUND.to_owned(),
        path => article(face, path, today)?,
    };
    Some((html, text))
}

/// What is sent where nothing stands.
pub const NOT_FOUND: &str = "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>404 页面不存在</title></head>\
     <body><h1>404</h1><p>您访问的页面不存在或已被删除。</p><p><a href=\"/\">返回首页</a></p></body></html>";

impl Face {
    fn has(&self, trouble: Trouble) -> bool {
        self.troubles.contains(&trouble)
    }
}

fn on(today: NaiveDate, age: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(age)).unwrap_or(today)
}

fn ages<'a>(folder: &str, given: &'a [u64], face: &Face) -> impl Iterator<Item = u64> + use<'a> {
    let more = if folder == "/gongkai" && face.has(Trouble::StaleColumn) { STALE } else { 0 };
    given.iter().map(move |age| age + more)
}

fn list(folder: &str, items: &[(&str, &str)], given: &[u64], face: &Face, today: NaiveDate) -> String {
    let rows = items.iter().zip(ages(folder, given, face)).enumerate();
    let rows: String = rows
        .map(|(at, ((title, _), age))| {
            let day = on(today, age);
            format!("<li><a href=\"{folder}/t{at}.html\">{title}</a><time>{day}</time></li>\n")
        })
        .collect();
    format!("<ul class=\"news\">\n{rows}</ul>")
}

fn home(face: &Face, today: NaiveDate) -> String {
    let mut extra = String::new();
    if face.has(Trouble::DeadLink) {
        extra += "<li><a href=\"/zhuanti/2014/index.html\">2014 年专题</a></li>";
    }
    if face.has(Trouble::SoftNotFound) {
        extra += "<li><a href=\"/gongbao/2013-04.html\">政府公报 2013 年第 4 期</a></li>";
    }
    if face.has(Trouble::EmptyColumn) {
        extra += "<li><a href=\"/jiedu/\">政策解读</a></li>";
    }
    let hidden = if face.has(Trouble::HiddenLink) {
        "<div style=\"position:absolute;left:-9999px\"><a href=\"http://www.tuiguang1.example/\">百家乐</a>\
         <a href=\"http://www.tuiguang2.example/\">时时彩平台</a><a href=\"http://www.tuiguang3.example/\">足球投注</a></div>"
    } else {
        ""
    };
    let picture = if face.has(Trouble::DeadPicture) { "/img/banner-2016.jpg" } else { "/img/mark.svg" };
    let body = format!(
        "<p><img src=\"{picture}\" alt=\"{} 标志\" width=\"64\" height=\"64\"></p>\n\
         <section><h2>工作动态</h2>{}<p><a href=\"/dongtai/\">更多</a></p></section>\n\
         <section><h2>通知公告</h2>{}<p><a href=\"/gongkai/\">更多</a></p></section>\n\
         <section><h2>办事服务</h2><ul><li><a href=\"/banshi/canji.html\">便民卡办事指南</a></li>{extra}</ul></section>\n{hidden}",
        face.name,
        list("/dongtai", &NEWS, &AGES, face, today),
        list("/gongkai", &NOTICES, &NOTICE_AGES, face, today),
    );
    whole(face, &face.name, "", &body)
}

fn column(face: &Face, name: &str, body: &str) -> String {
    let labels = labels(face, &[("ColumnName", name), ("ColumnType", name)]);
    let trail = format!("<p class=\"trail\">当前位置：<a href=\"/\">首页</a> &gt; {name}</p>");
    whole(face, &format!("{name} - {}", face.name), &labels, &format!("{trail}<h1>{name}</h1>{body}"))
}

fn article(face: &Face, path: &str, today: NaiveDate) -> Option<String> {
    let (folder, file) = path.strip_prefix('/')?.split_once('/')?;
    let at: usize = file.strip_prefix('t')?.strip_suffix(".html")?.parse().ok()?;
    let (column, items, given): (_, &[(&str, &str)], &[u64]) = match folder {
        "dongtai" => ("工作动态", &NEWS, &AGES),
        "gongkai" => ("通知公告", &NOTICES, &NOTICE_AGES),
        _ => return None,
    };
    let (title, text) = items.get(at)?;
    let day = on(today, ages(&format!("/{folder}"), given, face).nth(at)?);
    let mut body = format!("<p>{text}</p><p>{}办公室负责人介绍了有关情况，并回答了提问。</p>", face.name);
    if folder == "dongtai" && at == 0 && face.has(Trouble::Typo) {
        body += "<p>会议要求，各单位要认真布署下一阶段工作。</p>";
    }
    if folder == "gongkai" && at == 1 && face.has(Trouble::PersonalData) {
        body += "<p>救助金打入账号：6222020000000000018，户名：赵小禾</p>";
    }
    if folder == "dongtai" && at == 1 && face.has(Trouble::FutureDate) {
        let future = today.checked_add_days(Days::new(90)).unwrap_or(today);
        return Some(piece(face, column, title, future, &body));
    }
    Some(piece(face, column, title, day, &body))
}

fn piece(face: &Face, column: &str, title: &str, day: NaiveDate, body: &str) -> String {
    let pub_date = format!("{day} 09:30");
    let labels = labels(
        face,
        &[
            ("ColumnName", column),
            ("ColumnType", column),
            ("ArticleTitle", title),
            ("PubDate", &pub_date),
            ("ContentSource", &face.name),
        ],
    );
    let body = format!(
        "<p class=\"trail\">当前位置：<a href=\"/\">首页</a> &gt; {column} &gt; 正文</p>\n\
         <article><h1>{title}</h1><p class=\"meta\">发布时间：{pub_date} 来源：{}</p>{body}</article>",
        face.name
    );
    whole(face, &format!("{title} - {}", face.name), &labels, &body)
}

fn guide(face: &Face, today: NaiveDate) -> String {
    let more = if face.has(Trouble::GuideGaps) {
        ""
    } else {
        "<p>【设定依据】便民服务办法</p><p>【受理条件】本地常住居民</p><p>【申请材料】申请表、身份证明</p>\
         <p>【办理程序】申请、受理、审核、领取</p><p>【办理期限】五个工作日</p><p>【收费标准】不收费</p>"
    };
    let body = format!(
        "{more}<p>【受理地点】便民服务中心一楼大厅</p><p>【办公时间】工作日上午九时至下午五时</p>\
         <p>【咨询电话】见首页底部</p><p>【监督电话】见首页底部</p>"
    );
    piece(face, "办事服务", "便民卡办事指南", on(today, 30), &body)
}

fn map(face: &Face) -> String {
    let body = "<h1>网站地图</h1><ul><li><a href=\"/dongtai/\">工作动态</a></li><li><a href=\"/gongkai/\">通知公告</a></li>\
                <li><a href=\"/banshi/\">办事服务</a></li></ul>";
    whole(face, &format!("网站地图 - {}", face.name), &labels(face, &[]), body)
}

/// The meta labels that the guide asks for, and those of the column or article.
fn labels(face: &Face, more: &[(&str, &str)]) -> String {
    if face.has(Trouble::NoLabels) {
        return String::new();
    }
    let more = more.iter().map(|(name, content)| format!("<meta name=\"{name}\" content=\"{content}\">\n"));
    more.collect()
}

fn whole(face: &Face, title: &str, labels: &str, body: &str) -> String {
    let code = format!("<meta name=\"SiteIDCode\" content=\"{}\">\n", face.code);
    let own = if face.has(Trouble::NoLabels) {
        code
    } else {
        let (name, host) = (&face.name, &face.host);
        format!(
            "<meta name=\"SiteName\" content=\"{name}\">\n<meta name=\"SiteDomain\" content=\"{host}\">\n{code}"
        )
    };
    let foot = if face.has(Trouble::BareFoot) {
        String::new()
    } else {
        format!(
            "<p>党政机关网站标识　我为政府网站找错　主办：{}　网站标识码：{}</p><p>{}　{}</p>",
            face.name, face.code, face.icp, face.police
        )
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{own}{labels}\
         <link rel=\"stylesheet\" href=\"/css/site.css\">\n<link rel=\"icon\" href=\"/img/mark.svg\">\n</head>\n<body>\n\
         <header><strong>{}</strong><span>巡网演练用的虚构网站</span></header>\n\
         <nav><a href=\"/\">首页</a> <a href=\"/dongtai/\">工作动态</a> <a href=\"/gongkai/\">通知公告</a> \
         <a href=\"/banshi/\">办事服务</a></nav>\n<main>\n{body}\n</main>\n\
         <footer><p><a href=\"/ditu.html\">网站地图</a></p>{foot}</footer>\n</body>\n</html>\n",
        face.name
    )
}

/// The day in the province: eight hours before Greenwich, the whole year.
pub fn day(now: platform::clock::Instant) -> NaiveDate {
    (now + chrono::TimeDelta::hours(8)).date_naive()
}

/// The record numbers that a site shows in its foot, by its place in the list.
pub fn filings(at: usize) -> (String, String) {
    (
        format!("青ICP备{:08}号", 99_000_000 + at),
        format!("青公网安备 {:014}号", 99_000_000_000_000_u64 + at as u64),
    )
}

/// The year in which a site opened, by its place in the list: somewhere in the ten years before `today`.
pub fn opened(at: usize, today: NaiveDate) -> String {
    let year = today.year() - 2 - (at % 8) as i32;
    format!("{year}-{:02}-{:02}", 1 + at % 12, 1 + at % 28)
}

const STYLE: &str = "body{margin:0;font:16px/1.7 \"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif;color:#1f2328}\
    header{padding:24px;background:#a3241d;color:#fff}header strong{display:block;font-size:28px}\
    nav{padding:12px 24px;background:#f1e4e2}main{max-width:960px;margin:0 auto;padding:16px 24px}\
    .news{padding:0;list-style:none}.news li{display:flex;justify-content:space-between;border-bottom:1px dashed #ccc}\
    footer{padding:16px 24px;background:#f6f7f9;color:#57606a}\n";
const MARK: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><circle cx=\"32\" cy=\"32\" r=\"30\" fill=\"#a3241d\"/>\
    <path d=\"M12 40l12-16 10 12 8-10 10 14z\" fill=\"#fff\"/></svg>\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn face(troubles: &'static [Trouble]) -> Face {
        let (icp, police) = filings(7);
        Face {
            name: "青禾县人民政府".into(),
            code: "9901210001".into(),
            icp,
            police,
            host: "127.0.0.1:1".into(),
            troubles,
        }
    }

    #[test]
    fn every_link_of_a_sound_site_leads_somewhere() {
        let face = face(&[]);
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let mut waiting = vec!["/".to_owned()];
        let mut seen = Vec::new();
        while let Some(path) = waiting.pop() {
            if seen.contains(&path) {
                continue;
            }
            let (kind, text) = page(&face, &path, today).unwrap_or_else(|| panic!("{path} is not there"));
            if kind.starts_with("text/html") {
                let links = text.split(['"']).filter(|part| part.starts_with('/'));
                waiting.extend(links.map(str::to_owned));
            }
            seen.push(path);
        }
        assert!(seen.len() > 12, "{seen:?}");
        assert_eq!(page(&face, "/zhuanti/2014/index.html", today), None);
    }

    #[test]
    fn dates_follow_the_day() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let (_, text) = page(&face(&[]), "/dongtai/", day(2026, 3, 1)).unwrap();
        assert!(text.contains("2026-02-28"), "{text}");
        let (_, text) = page(&face(&[Trouble::StaleColumn]), "/gongkai/", day(2026, 3, 1)).unwrap();
        assert!(text.contains("2025-01-20") && !text.contains("2026-"), "{text}");
    }
}
