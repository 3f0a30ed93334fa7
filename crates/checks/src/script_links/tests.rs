//! Tables of scripts and the links in them, and what holds for any script. Clause N2.1.

use proptest::prelude::*;
use url::Url;

use super::*;

fn handler(code: &str) -> String {
    let mut found = Vec::new();
    in_handler(code, &mut |raw| found.push(raw.to_owned()));
    found.join(" ")
}

fn script(code: &str, page: &str) -> String {
    let page = Url::parse("http://www.example.gov.cn/").unwrap().join(page).unwrap();
    let mut found = Vec::new();
    in_script(code, &page, &mut |r| found.push(r.raw));
    found.join(" ")
}

#[test]
fn handlers_that_navigate() {
    assert_eq!(handler("window.open('/a.html')"), "/a.html");
    assert_eq!(handler("window.open(\"a.html\",\"_blank\",'width=1');return false;"), "a.html");
    assert_eq!(handler("javascript:location.href='a.jsp?x=1&y=2'"), "a.jsp?x=1&y=2");
    assert_eq!(handler("self.location = '/b'"), "/b");
    assert_eq!(handler("top.location.replace('/c')"), "/c");
    assert_eq!(handler("window.top.document.location.assign('/d');"), "/d");
    assert_eq!(handler("parent.window.open('/e')"), "/e");
    assert_eq!(handler("if(x){location='/f'}else{location='/g'}"), "/f /g");
    assert_eq!(handler("openUrl('http://a.gov.cn/')"), "http://a.gov.cn/");
    assert_eq!(handler("gotoPage('../x.html')"), "../x.html");
    assert_eq!(handler("setTimeout(\"location.href='/h'\",3000)"), "/h");
}

#[test]
fn handlers_that_do_not_or_not_surely() {
    for code in [
        "window.open('/a'+id)",
        "window.open(url)",
        "location.href='/a?id='+id",
        "location.href=x?'/a':'/b'",
        "location.href='/a'.replace('a','b')",
        "location.href=='/a'",
        "var location='/a'",
        "map.location='/a'",
        "location.hash='#a'",
        "xhr.open('GET','/a')",
        "open('/a','_blank')",
        "openUrl('a')",
        "openUrl('/a','b')",
        "alert('/a')",
        "show(\"location.href='/a'\")",
        "// location.href='/a'",
        "window.open('')",
        "location.href='javascript:void(0)'",
        "location.href='#'",
        "history.back()",
    ] {
        assert_eq!(handler(code), "", "{code}");
    }
}

#[test]
fn trs_lists_from_zero() {
    let call = "createPageHTML(4, 0, \"index\", \"html\");";
    assert_eq!(script(call, "/zwgk/"), "index_1.html index_2.html index_3.html");
    assert_eq!(script(call, "/zwgk/index.html"), "index_1.html index_2.html index_3.html");
    assert_eq!(script("createPageHTML(3,2,'index','htm')", "/zwgk/index_2.htm"), "index.htm index_1.htm");
    assert_eq!(
        script("wcm.createPageHTML(2, 0, 't2024_77', 'shtml')", "/x/t2024_77.shtml"),
        "t2024_77_1.shtml"
    );
    assert_eq!(script("createPageHTML(1, 0, 't2024_77', 'shtml')", "/x/t2024_77.shtml"), "");
}

#[test]
fn trs_lists_from_one() {
    let call = "createPageHTML('page_div',3, 1,'list','shtml',57);";
    assert_eq!(script(call, "/zwgk/list.shtml"), "list_2.shtml list_3.shtml");
    let second = "createPageHTML('page_div',3, 2,'list','shtml',57);";
    assert_eq!(script(second, "/zwgk/list_2.shtml"), "list.shtml list_3.shtml");
    assert_eq!(script("createPageHTML(3,1,'list','shtml')", "/zwgk/list.shtml"), "list_2.shtml list_3.shtml");
}

#[test]
fn trs_lists_that_are_not_sure() {
    let definition = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){return;}";
    assert_eq!(script(definition, "/index.html"), "");
    assert_eq!(script("createPageHTML(n, 0, 'index', 'html')", "/index.html"), "");
    assert_eq!(script("createPageHTML(4, 0, 'index', 'html')", "/other.html"), "");
    assert_eq!(script("createPageHTML(4, 2, 'index', 'html')", "/index_3.html"), "");
    assert_eq!(script("// createPageHTML(4, 0, 'index', 'html')", "/index.html"), "");
    assert_eq!(script("createPageHTML(4, 0, '../index', 'html')", "/index.html"), "");
    let long = script("createPageHTML(4000000000, 0, 'index', 'html')", "/index.html");
    assert_eq!(long.split(' ').count(), MAX_LIST_PAGES as usize - 1);
}

#[test]
fn webber_lists_count_down() {
    let call = "function a1_gopage_fun(){_simple_list_gotopage_fun(4,'a1GOPAGE',2)}";
    assert_eq!(script(call, "/zcjd.htm"), "zcjd/3.htm zcjd/2.htm zcjd/1.htm");
    assert_eq!(script(call, "/zcjd/3.htm"), "../zcjd.htm 2.htm 1.htm");
    assert_eq!(script(call, "/zcjd/9.htm"), "");
    assert_eq!(script(call, "/zcjd.html"), "");
    assert_eq!(script("_simple_list_gotopage_fun(1,'u1_goto',2)", "/zcjd.htm"), "");
    assert_eq!(
        script("_simple_list_gotopage_fun(3,'u1_goto',1)", "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=7"),
        "?totalpage=3&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=7 ?totalpage=3&PAGENUM=3&urltype=tree.TreeTempUrl&wbtreeid=7"
    );
    assert_eq!(
        script("_simple_list_gotopage_fun(2,'u1_goto',1)", "/list.jsp?totalpage=2&PAGENUM=2&wbtreeid=7"),
        "?totalpage=2&PAGENUM=1&wbtreeid=7"
    );
}

const DATASTORE: &str = "<datastore><nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1&webid=3&columnid=44&unitid=55\"></a>]]></nextgroup>
<recordset><record><![CDATA[<li><a href='/art/1.html'>甲</a></li>]]></record><record><![CDATA[<li>乙";

#[test]
fn hanweb_records_and_their_next_group() {
    let sections: Vec<&str> = cdata_sections(DATASTORE).map(|r| &DATASTORE[r]).collect();
    assert_eq!(sections.len(), 3);
    assert_eq!(sections[1], "<li><a href='/art/1.html'>甲</a></li>");
    assert_eq!(sections[2], "<li>乙");
    assert!(is_datastore(DATASTORE));
    assert_eq!(
        script(DATASTORE, "/col/col44/"),
        "/module/web/jpage/dataproxy.jsp?page=1&webid=3&columnid=44&unitid=55"
    );
    let answer = "<datastore><totalpage>3</totalpage><nextgroup><![CDATA[<a href=\"dataproxy.jsp?page=2&columnid=44\"></a>]]></nextgroup></datastore>";
    assert_eq!(script(answer, "/x"), "dataproxy.jsp?page=2&columnid=44 dataproxy.jsp?page=3&columnid=44");
    assert_eq!(script(&answer.replace("page=2", "page=4"), "/x"), "");
    assert_eq!(script("<datastore><nextgroup><![CDATA[<a href=\"\"></a>]]></nextgroup>", "/x"), "");
}

#[test]
fn hanweb_lists_without_a_datastore() {
    let code = "var param_55={col:1,appid:1,webid:3,path:'/',columnid:44,unitid:'55',webname:'某 县&局',permissiontype:0};
        $(function(){ $('#55').jpage({totalRecord:95,perPage:19,proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:param_55}); });";
    assert_eq!(
        script(code, "/col/col44/"),
        "/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=3&path=/&columnid=44&unitid=55&webname=某%20县%26局&permissiontype=0"
    );
    assert_eq!(script(&code.replace("columnid:44", "columnid:id"), "/col/col44/"), "");
    assert_eq!(script(&code.replace("'/module/web/jpage/dataproxy.jsp'", "url"), "/col/col44/"), "");
}

#[test]
fn selects_that_jump() {
    assert!(goes_to_option("location.href=this.options[this.selectedIndex].value"));
    assert!(goes_to_option("self.location.href = this.value;"));
    assert!(goes_to_option("if(this.value){window.open(this.options[this.selectedIndex].value,'_blank')}"));
    assert!(!goes_to_option("location.href='/list?d='+this.value"));
    assert!(!goes_to_option("location.href=this.value+'.html'"));
    assert!(!goes_to_option("change(this.value)"));
}

#[test]
fn pages_that_redirect() {
    let check = |code: &str, to: &str| {
        assert_eq!(page_redirect(code).map_or(String::new(), |(_, raw)| raw), to, "{code}");
    };
    check("window.location.href='index.shtml';", "index.shtml");
    check("<!--\nvar a = 1\nlocation.replace(\"/portal/\")\n//-->", "/portal/");
    check("window.setTimeout(\"location.href='/a'\", 0)", "/a");
    check("setTimeout(function(){ location.href='/a'; }, 3000);", "/a");
    check("if(isPhone){location.href='/m/';}\nlocation.href='/pc/';", "/pc/");
    check("if(top!=self)\n  location.href='/a';", "");
    check("if(isPhone) location.href='/m/'; else location.href='/pc/';", "");
    check("function go(){location.href='/a'}", "");
    check("$(function(){location.href='/a'})", "");
    check("var u = location.href;", "");
    check("window.open('/a')", "");
    check("x = \nlocation.href='/a'+b", "");
}

#[test]
fn scripts_name_their_offsets() {
    let page = Url::parse("http://a.cn/index.html").unwrap();
    let code = "var a;\nfunction b(){window.open('/x')}";
    let mut found = Vec::new();
    in_script(code, &page, &mut |r| found.push(r));
    let expect = ScriptRef { raw: "/x".into(), kind: LinkKind::Script, offset: 20, text: None };
    assert_eq!(found, [expect]);
    in_script("createPageHTML(2,0,'index','html')", &page, &mut |r| found.push(r));
    assert_eq!(found[1].text.as_deref(), Some("第2页"));
}

proptest! {
    #[test]
    fn any_script_is_read(parts in proptest::collection::vec(prop_oneof![
        Just("location"), Just("window"), Just("."), Just("open"), Just("("), Just("'a'"), Just(")"), Just("="), Just("href"),
        Just("setTimeout"), Just("createPageHTML"), Just(","), Just("2"), Just("{"), Just("}"), Just("if"), Just("\n"), Just("function"),
        Just("param_1"), Just("'#1'"), Just(".jpage("), Just("proxyUrl:"), Just("<nextgroup>"), Just("</nextgroup>"), Just("href='"),
        Just("_simple_list_gotopage_fun"), Just("<![CDATA["), Just("]]>"), Just("dataproxy.jsp?page="), Just("中"),
    ], 0..40)) {
        let code = parts.concat();
        script(&code, "/index.html");
        script(&code, "/a/3.htm");
        handler(&code);
        page_redirect(&code);
        goes_to_option(&code);
        cdata_sections(&code).count();
    }
}
