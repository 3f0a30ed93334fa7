//! What a site says about itself: robots.txt, sitemaps, feeds. Tests only (N2.1, N2.4).
//!
//! robots.txt and the sitemap index begin with a byte-order mark, as files saved by Windows editors do.

use base::Verdict;

use super::plan::Plan;
use super::row::{Expect, rule};
use crate::server::{Reply, gzip};

pub fn plant(plan: &mut Plan) {
    robots(plan);
    sitemaps(plan);
    feed(plan);
}

fn robots(plan: &mut Plan) {
    let text = format!(
        "\u{FEFF}User-agent: *\r\nDisallow: /private/\r\n\r\nSitemap: {}/maps/all.xml\r\n",
        plan.origin
    );
    plan.serve("/robots.txt", Reply::of("text/plain", text));
    plan.page("/open.html", "内部资料入口", "", "<a href=\"/private/list.html\">内部</a>");
    // Were it read, the dead link behind it would be found too.
    plan.unlisted("/private/list.html", "内部", "", "<a href=\"/gone/behind-robots.html\">旧</a>");
    plan.row("robots", Expect::Unasked, None, "/open.html", "/private/list.html");
}

fn sitemaps(plan: &mut Plan) {
    let o = plan.origin.clone();
    let index = format!(
        "\u{FEFF}\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex>\n<sitemap><loc> {o}/maps/one.xml.gz \
         </loc></sitemap>\n<sitemap><loc>{o}/maps/two.xml.gz</loc></sitemap>\n</sitemapindex>\n"
    );
    let map = |paths: &[&str]| {
        let items: String = paths.iter().map(|p| format!("<url><loc>\n{o}{p}\n</loc></url>\n")).collect();
        format!("<?xml version=\"1.0\"?>\n<urlset>\n{items}</urlset>\n")
    };
    plan.serve("/maps/all.xml", Reply::of("text/xml", index));
    let one = map(&["/listed/one.html", "/gone/in-sitemap.html"]);
    // Told by its octets: this one is packed, the next has the same name and is not.
    plan.serve("/maps/one.xml.gz", Reply::of("application/x-gzip", gzip(one.as_bytes())));
    let two = map(&["/listed/two.jsp?a=1&amp;b=2", "/index.html"]);
    plan.serve("/maps/two.xml.gz", Reply::of("application/x-gzip", two));
    for (path, n) in [("/listed/one.html", 1), ("/listed/two.jsp?a=1&b=2", 2)] {
        let body = format!("<a href=\"/gone/listed-{n}.html\">旧</a>");
        plan.unlisted(path, &format!("只在地图里{n}"), "", &body);
        let dead = Expect::Fault(Verdict::Dead);
        plan.row("sitemap-page", dead, Some(rule::LINK), path, &format!("/gone/listed-{n}.html"));
    }
    plan.row(
        "sitemap",
        Expect::Fault(Verdict::Dead),
        Some(rule::UNREACHABLE),
        "/maps/one.xml.gz",
        "/gone/in-sitemap.html",
    );
}

fn feed(plan: &mut Plan) {
    let o = plan.origin.clone();
    let feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>要闻</title><link>{o}/index.html\
         </link>\n<item><title>一</title><link>{o}/good/feed-1.html</link></item>\n\
         <item><title>二</title><link><![CDATA[{o}/gone/feed-2.jsp?a=1&b=2]]></link></item>\n</channel></rss>\n"
    );
    plan.serve("/rss.xml", Reply::of("application/rss+xml", feed));
    plan.page(
        "/feed.html",
        "订阅",
        "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"要闻\" href=\"/rss.xml\">\n",
        "",
    );
    let dead = Expect::Fault(Verdict::Dead);
    plan.row("feed", dead, Some(rule::UNREACHABLE), "/rss.xml", "/gone/feed-2.jsp?a=1&b=2");
    plan.row("feed-ok", Expect::Ok, None, "/rss.xml", "/good/feed-1.html");
}
