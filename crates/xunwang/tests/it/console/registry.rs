//! The register of sites: form, import with preview, export, history, and its rules. Clauses N1.1, N4.1.

use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use platform::table::Export;

use super::world::{Visitor, World, on_both};

const HEAD: [&str; 5] = ["网站名称", "首页网址", "主办单位", "网站标识码", "网站类型"];

fn csv(rows: &[&[&str]]) -> Vec<u8> {
    let own = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
    Export { title: "t", headings: own(&HEAD), rows: rows.iter().map(|row| own(row)).collect() }.csv()
}

async fn county(world: &World) -> unit::Model {
    world.unit(&world.root, "青禾县政府", UnitLevel::County).await
}

async fn keeper(world: &World) -> Visitor {
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.visitor("jian").await
}

async fn import(visitor: &mut Visitor, bytes: &[u8]) -> String {
    let answer = visitor.upload("/site-imports/new", "sites.csv", bytes, &[]).await;
    answer.is(303);
    answer.location
}

#[tokio::test]
async fn a_site_is_added_changed_and_its_history_kept() {
    on_both(async |world| {
        let unit = county(&world).await.id.to_string();
        let mut jian = keeper(&world).await;
        jian.get("/sites").await.is(200).shows("台账里还没有网站");
        let form = [
            ("unit", unit.as_str()),
            ("name", "青禾县门户"),
            ("home", "http://WWW.qinghe.example"),
            ("kind", "门户网站"),
            ("leader", "甲"),
        ];
        let added = jian.post("/sites/new", &form).await;
        added.is(303);
        jian.get(&added.location)
            .await
            .is(200)
            .shows("http:&#x2f;&#x2f;www.qinghe.example&#x2f;")
            .shows("登记缺 8 项");
        let edit = format!("{}/edit", added.location);
        jian.get(&edit).await.is(200).shows("value=\"青禾县门户\"");
        jian.post(&edit, &[("unit", &unit), ("name", "青禾县人民政府"), ("leader", "乙")])
            .await
            .leads_to(&added.location);
        jian.get(&added.location)
            .await
            .shows("<del>青禾县门户</del>")
            .shows("<del>甲</del>")
            .shows("门户网站");
        jian.get("/sites?q=%E4%BA%BA%E6%B0%91").await.shows("青禾县人民政府");
        jian.get("/sites?kind=sub_site").await.shows("没有符合条件");
    })
    .await;
}

#[tokio::test]
async fn one_government_has_one_portal_and_an_address_stands_once() {
    on_both(async |world| {
        let unit = county(&world).await.id.to_string();
        let office = world.unit(&world.root, "省某厅", UnitLevel::Department).await.id.to_string();
        let mut jian = keeper(&world).await;
        let site = |unit: &str, home: &str, kind: &str, code: &str| {
            [("unit", unit), ("name", "某站"), ("home", home), ("kind", kind), ("code", code)]
                .map(|(name, value)| (name, value.to_owned()))
        };
        let post = async |jian: &mut Visitor, form: [(&str, String); 5]| {
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            jian.post("/sites/new", &form).await
        };
        post(&mut jian, site(&unit, "http://a.example/", "门户网站", "4399210001")).await.is(303);
        post(&mut jian, site(&unit, "http://b.example/", "门户网站", ""))
            .await
            .is(200)
            .shows("一个政府只能有一个");
        post(&mut jian, site(&office, "http://c.example/", "门户网站", ""))
            .await
            .is(200)
            .shows("部门的网站是子站");
        post(&mut jian, site(&unit, "HTTP://A.example", "子站", "")).await.is(200).shows("已登记为");
        post(&mut jian, site(&unit, "http://d.example/", "子站", "4399210001")).await.is(200).shows("已用于");
        post(&mut jian, site(&unit, "d.example", "", "12"))
            .await
            .shows("http:&#x2f;&#x2f;")
            .shows("是 10 位")
            .shows("网站类型应为");
        post(&mut jian, site("999", "http://d.example/", "子站", "")).await.shows("请选择您管辖范围内");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_previewed_and_then_written_once() {
    on_both(async |world| {
        county(&world).await;
        let mut jian = keeper(&world).await;
        let file = csv(&[
            &["青禾县门户", "http://a.example/", "青禾县政府", "4399210001", "门户网站"],
            &["教育局", "http://edu.example/", "青禾县政府", "", ""],
            &["坏行", "edu", "没有这个单位", "12", "网店"],
            &["又一门户", "http://b.example/", "青禾县政府", "", "门户网站"],
            &["教育局又一行", "http://edu.example", "青禾县政府", "", "子站"],
        ]);
        let at = import(&mut jian, &file).await;
        let page = jian.get(&at).await;
        page.is(200).shows("写入：新增 2 个，变更 0 个（3 行有错，不写入）");
        page.shows("第 4 行 B 列").shows("第 4 行 C 列").shows("第 4 行 D 列").shows("第 4 行 E 列");
        page.shows("第 5 行 E 列").shows("第 6 行 B 列").shows("同一个网站");
        jian.get("/sites").await.shows("台账里还没有网站");
        jian.post(&at, &[]).await.leads_to("/sites");
        jian.get("/sites").await.shows("新增 2 个").shows("教育局").lacks("坏行").lacks("又一");
        jian.post(&at, &[]).await.is(422).shows("已经写入过了");
        let again = csv(&[
            &["青禾县人民政府门户", "http://a.example/", "青禾县政府", "4399210001", "门户网站"],
            &["教育局", "http://edu.example/", "青禾县政府", "", ""],
        ]);
        let at = import(&mut jian, &again).await;
        jian.get(&at).await.shows("新增 0 个，变更 1 个").shows("<del>青禾县门户</del>");
        jian.post(&at, &[]).await.is(303);
        jian.get("/sites?kind=portal").await.shows("青禾县人民政府门户");
        // A site that is there, twice in one file: neither row may silently win, whatever the first one does.
        for first in ["教育局", "教育局改名"] {
            let twice = csv(&[
                &[first, "http://edu.example/", "青禾县政府", "", ""],
                &["教育局再改名", "http://edu.example/", "青禾县政府", "", ""],
            ]);
            let at = import(&mut jian, &twice).await;
            jian.get(&at).await.shows("第 3 行 B 列").shows("与第 2 行是同一个网站");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_names_no_unit_takes_the_chosen_one_and_moves_no_site() {
    on_both(async |world| {
        let county = county(&world).await;
        let other = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let mut jian = keeper(&world).await;
        let first = csv(&[&["教育局", "http://edu.example/", "北山市政府", "", "子站"]]);
        let at = import(&mut jian, &first).await;
        jian.post(&at, &[]).await.is(303);
        let chosen = county.id.to_string();
        let bare = "网站名称,首页网址\n教育局改名,http://edu.example/\n财政局,http://fin.example/\n";
        let sent = jian.upload("/site-imports/new", "s.csv", bare.as_bytes(), &[("unit", &chosen)]).await;
        sent.is(303);
        jian.get(&sent.location).await.shows("新增 1 个，变更 1 个").lacks("<del>北山市政府</del>");
        jian.post(&sent.location, &[]).await.is(303);
        jian.get(&format!("/sites?unit={chosen}")).await.shows("财政局").lacks("教育局");
        jian.get(&format!("/sites?unit={}", other.id)).await.shows("教育局改名");
        // An empty cell is the same as no column; without a choice a new site belongs to nobody.
        let empty = csv(&[&["林业局", "http://lin.example/", "", "", "子站"]]);
        let at = import(&mut jian, &empty).await;
        jian.get(&at).await.shows("第 2 行 C 列").shows("没有写主办单位");
        for wrong in ["999999", "x"] {
            let answer = jian.upload("/site-imports/new", "s.csv", bare.as_bytes(), &[("unit", wrong)]).await;
            answer.is(422).shows("管辖范围内的一个单位");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_exported_imports_without_a_change() {
    let world = World::new(None).await;
    county(&world).await;
    let mut jian = keeper(&world).await;
    let file = csv(&[&["青禾县门户", "http://a.example/", "青禾县政府", "4399210001", "门户网站"]]);
    let at = import(&mut jian, &file).await;
    jian.post(&at, &[]).await.is(303);
    for path in ["/sites.csv", "/sites.xlsx"] {
        let exported = jian.ask(axum::http::Method::GET, path, Vec::new(), &[]).await;
        exported.is(200);
        assert!(exported.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let bytes = exported.bytes.clone();
        let at = import(&mut jian, &bytes).await;
        jian.get(&at).await.is(200).shows("没有可以写入的内容").shows("状态");
    }
}

#[tokio::test]
async fn files_that_are_no_register_are_told_and_not_kept() {
    let world = World::new(None).await;
    let mut jian = keeper(&world).await;
    let wide = csv(&[]);
    for (bytes, words) in [
        (&b""[..], "请先选择"),
        (b"<html><table>", "其实是网页"),
        (b"PK\x03\x04broken", "打不开"),
        ("甲,乙\n1,2\n".as_bytes(), "没有找到表头"),
        ("网站名称,首页网址\nx,http://a.example/\n".as_bytes(), "缺少“主办单位”"),
        ("网站名称,名称,首页网址,主办单位\nx,y,http://a.example/,z\n".as_bytes(), "不止一列"),
        (&wide, "没有内容"),
        (b"\xff\xfe\x00\xd8\x00", "编码"),
    ] {
        let name = if bytes.is_empty() { "" } else { "x.csv" };
        jian.upload("/site-imports/new", name, bytes, &[]).await.is(422).shows(words);
    }
    jian.get("/site-imports/1").await.is(404);
}

#[tokio::test]
async fn a_register_is_read_in_the_own_part_of_the_tree_only() {
    let world = World::new(None).await;
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    let mut jian = keeper(&world).await;
    let file = csv(&[
        &["北山门户", "http://n.example/", "北山市政府", "", "门户网站"],
        &["南水门户", "http://s.example/", "南水市政府", "", "门户网站"],
    ]);
    let at = import(&mut jian, &file).await;
    jian.post(&at, &[]).await.is(303);
    world.person(north.id, "bei", Role::Supervisor).await;
    let mut bei = world.visitor("bei").await;
    bei.get("/sites").await.shows("北山门户").lacks("南水");
    bei.get("/sites.csv").await.shows("北山门户").lacks("南水");
    bei.get(&format!("/sites?unit={}", south.id)).await.shows("北山门户").lacks("南水门户");
    bei.get(&at).await.is(404);
    let taken = csv(&[&["抢登", "http://s.example/", "北山市政府", "", "子站"]]);
    let own = import(&mut bei, &taken).await;
    bei.get(&own).await.shows("管辖范围之外").shows("没有可以写入的内容");
    for id in 1..=2 {
        let site = bei.get(&format!("/sites/{id}")).await;
        let edit = bei
            .post(&format!("/sites/{id}/edit"), &[("unit", &north.id.to_string()), ("name", "改名")])
            .await;
        assert_eq!((site.status == 200, edit.status == 303), (id == 1, id == 1), "{id}");
    }
    world.person(north.id, "ling", Role::Leader).await;
    let mut ling = world.visitor("ling").await;
    ling.get("/sites/1").await.is(200).lacks("修改登记");
    ling.get("/sites/1/edit").await.is(403);
    ling.get("/site-imports/new").await.is(403);
}

#[tokio::test]
async fn a_filter_is_saved_under_a_name_and_is_its_persons_alone() {
    on_both(async |world| {
        county(&world).await;
        let mut jian = keeper(&world).await;
        let form =
            [("path", "/sites"), ("name", "缺项的子站"), ("query", "kind=sub_site&incomplete=1&page=4&")];
        jian.post("/saved-filters", &form).await.leads_to("/sites?kind=sub_site&incomplete=1");
        jian.get("/sites").await.is(200).shows("缺项的子站").shows("kind=sub_site&amp;incomplete=1");
        jian.get("/sites?q=x").await.is(200).shows("保存筛选");
        // The same name is the same filter; another list, no question and no name are refused.
        let again = [("path", "/sites"), ("name", "缺项的子站"), ("query", "q=x")];
        jian.post("/saved-filters", &again).await.leads_to("/sites?q=x");
        jian.get("/sites").await.shows("?q=x").lacks("kind=sub_site&amp;incomplete=1");
        jian.post("/saved-filters", &[("path", "/audit"), ("name", "a"), ("query", "q=x")]).await.is(422);
        let empty = [("path", "/sites"), ("name", "空"), ("query", "page=2")];
        jian.post("/saved-filters", &empty).await.is(422).shows("请先筛选");
        jian.post("/saved-filters", &[("path", "/sites"), ("name", " "), ("query", "q=x")]).await.is(422);

        world.person(world.root.id, "ling", Role::Leader).await;
        let mut ling = world.visitor("ling").await;
        ling.get("/sites").await.is(200).lacks("缺项的子站");
        let page = jian.get("/sites").await.text;
        let remove = page.split("action=\"").find(|part| part.starts_with("/saved-filters/")).unwrap();
        let remove = remove.split('"').next().unwrap().to_owned();
        ling.post(&remove, &[]).await.is(404);
        jian.post(&remove, &[]).await.leads_to("/sites");
        jian.get("/sites").await.lacks("缺项的子站");
    })
    .await;
}
