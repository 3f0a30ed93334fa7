//! Lists that scripts make in the site builders of Chinese governments, on small pages of our own: TRS, Hanweb,
//! webber, SiteServer. Tests only (N2.1, N2.4).
//!
//! The last page of each list is reached by its paging only, and holds a dead link.

use base::Verdict;

use super::plan::Plan;
use super::row::{Expect, rule};
use crate::server::Reply;

pub fn plant(plan: &mut Plan) {
    trs(plan);
    hanweb(plan);
    webber(plan);
    webber_static(plan);
    site_server(plan);
}

fn dead(plan: &mut Plan, kind: &'static str, page: &str, target: &str) {
    plan.row(kind, Expect::Fault(Verdict::Dead), Some(rule::LINK), page, target);
}

/// `createPageHTML(count, current, name, extension)`: page n > 0 is `name_n.extension`.
fn trs(plan: &mut Plan) {
    let list = |current: usize| {
        format!(
            "<ul><li><a href=\"./202401/t20240105_{current}.html\">通知</a></li></ul>\n<div class=\"page\"><script>\
             createPageHTML(3, {current}, \"index\", \"html\");</script></div>"
        )
    };
    plan.page("/trs/tzgg/index.html", "TRS栏目", TRS_SCRIPT, &list(0));
    for current in 1..3 {
        let path = format!("/trs/tzgg/index_{current}.html");
        plan.unlisted(&path, "TRS栏目", TRS_SCRIPT, &list(current));
    }
    for current in 0..2 {
        let path = format!("/trs/tzgg/202401/t20240105_{current}.html");
        plan.unlisted(&path, &format!("通知{current}"), "", "");
    }
    dead(plan, "trs", "/trs/tzgg/index_2.html", "/trs/tzgg/202401/t20240105_2.html");
    plan.never.push("/trs/tzgg/index_3.html".into());
    plan.never.push("/trs/tzgg/index_0.html".into());
}

/// The function itself is defined in the page; its body must not be taken for a call.
const TRS_SCRIPT: &str = "<script>\nfunction createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){\n\
    if(_nPageCount<=1) return;\n\
    document.write(\"<a href=\\\"\"+_sPageName+\"_\" + (_nCurrIndex+1) + \".\"+_sPageExt+\"\\\">下一页</a>\");\n}\n</script>";

/// A data store in the page, whose next records come from the data proxy.
fn hanweb(plan: &mut Plan) {
    let proxy = "/module/web/jpage/dataproxy.jsp?page=2&appid=1&webid=3&path=/&columnid=77&unitid=501&permissiontype=0";
    let record = |n: usize| {
        format!(
            "<record><![CDATA[<li><a href=\"/art/2024/1/{n}/art_77_{n}.html\">通知{n}</a></li>]]></record>"
        )
    };
    let store = |first: usize, next: &str| {
        format!(
            "<datastore>\n<nextgroup><![CDATA[{next}]]></nextgroup>\n<recordset>\n{}\n{}\n</recordset>\n</datastore>",
            record(first),
            record(first + 1)
        )
    };
    let link = format!("<a href=\"{proxy}\"></a>");
    let body = format!("<div id=\"501\"><script type=\"text/xml\">{}</script></div>", store(1, &link));
    plan.page("/col/col77/index.html", "汉网栏目", "", &body);
    let coding = plan.coding;
    let answer = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n{}", coding.label(), store(3, ""));
    plan.serve(proxy, Reply::of("text/xml", coding.encode(&answer)));
    for n in 1..4 {
        let path = format!("/art/2024/1/{n}/art_77_{n}.html");
        plan.unlisted(&path, &format!("通知{n}"), "", "");
    }
    dead(plan, "hanweb", proxy, "/art/2024/1/4/art_77_4.html");
}

/// Static lists: the pages of `name.htm` are `name/2.htm` down to `name/1.htm`, known to the jump box's script only.
fn webber_static(plan: &mut Plan) {
    let list = |id: &str| {
        format!(
            "<ul><li><a href=\"/wb/info/{id}.htm\">通知</a></li></ul><script>function u6_gopage_fun()\
             {{_simple_list_gotopage_fun(3,'u6GOPAGE',2);}}</script><a href=\"javascript:u6_gopage_fun();\">转到</a>"
        )
    };
    plan.page("/wb/tzgg.htm", "博达静态栏目", "", &list("c"));
    for (path, title, body) in [
        ("/wb/tzgg/2.htm", "博达静态栏目", list("b")),
        ("/wb/tzgg/1.htm", "博达静态栏目", list("a")),
        ("/wb/info/c.htm", "通知丙", String::new()),
        ("/wb/info/b.htm", "通知乙", String::new()),
    ] {
        plan.unlisted(path, title, "", &body);
    }
    dead(plan, "webber-static", "/wb/tzgg/1.htm", "/wb/info/a.htm");
    plan.never.push("/wb/tzgg/0.htm".into());
    plan.never.push("/wb/tzgg/3.htm".into());
}

/// Lists addressed by `wbtreeid`, paged by query.
fn webber(plan: &mut Plan) {
    let first = "/wb/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1002";
    let second = "/wb/list.jsp?a16t=2&a16p=2&a16c=2&urltype=tree.TreeTempUrl&wbtreeid=1002";
    let news = |id: usize| format!("/wb/info.jsp?urltype=news.NewsContentUrl&wbtreeid=1002&wbnewsid={id}");
    let list =
        |id: usize| format!("<ul><li><a href=\"{}\">通知{id}</a></li></ul>", &news(id)["/wb/".len()..]);
    let body = format!(
        "{}<a href=\"?a16t=2&a16p=2&a16c=2&urltype=tree.TreeTempUrl&wbtreeid=1002\">下页</a>",
        list(1)
    );
    plan.page(first, "博达栏目", "", &body);
    for (path, title, body) in [(second.to_string(), "博达栏目", list(2)), (news(1), "通知1", String::new())]
    {
        plan.unlisted(&path, title, "", &body);
    }
    dead(plan, "webber", second, &news(2));
}

/// Channels whose pages are `id_n.html`, reached by a select box.
fn site_server(plan: &mut Plan) {
    let list = |n: usize| {
        format!(
            "<ul><li><a href=\"/contents/15/{n}.html\">通知{n}</a></li></ul>\n\
             <select onchange=\"location.href=this.options[this.selectedIndex].value;\">\
             <option value=\"/channels/15.html\">1</option><option value=\"/channels/15_2.html\">2</option></select>"
        )
    };
    plan.page("/channels/15.html", "SiteServer栏目", "", &list(1));
    for (path, title, body) in
        [("/channels/15_2.html", "SiteServer栏目", list(2)), ("/contents/15/1.html", "通知1", String::new())]
    {
        plan.unlisted(path, title, "", &body);
    }
    dead(plan, "site-server", "/channels/15_2.html", "/contents/15/2.html");
}
