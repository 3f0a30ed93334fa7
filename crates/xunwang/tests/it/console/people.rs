//! People, roles and units as their administrators keep them. Clauses N1.1, N4.7, N5.1.

use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;

use super::world::{PASSWORD, World, on_both};

#[tokio::test]
async fn administrators_roles_do_not_go_together_and_what_was_typed_stays() {
    on_both(async |world| {
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        let mut aq = world.visitor("aq").await;
        let root = world.root.id.to_string();
        let form = [
            ("unit", root.as_str()),
            ("login", "li"),
            ("name", "李<b>"),
            ("roles", "supervisor"),
            ("roles", "audit_administrator"),
        ];
        aq.post("/people/new", &form)
            .await
            .is(200)
            .shows("不能由同一人担任")
            .shows("李&lt;b&gt;")
            .lacks("<b>");
        let form = [("unit", root.as_str()), ("login", "aq"), ("name", "李")];
        aq.post("/people/new", &form).await.is(200).shows("已有人使用");
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_himself() {
    let world = World::new(None).await;
    let me = world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
    let mut aq = world.visitor("aq").await;
    aq.post(&format!("/people/{me}"), &[("name", "x"), ("roles", "system_administrator")])
        .await
        .is(403)
        .shows("不能给自己授权");
    aq.post(&format!("/people/{me}/act"), &[("deed", "unlock")]).await.is(403);
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once() {
    on_both(async |world| {
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        let wang = world.person(world.root.id, "wang", Role::Inspector).await;
        let mut him = world.visitor("wang").await;
        let mut aq = world.visitor("aq").await;
        him.get("/account").await.is(200);
        aq.post(&format!("/people/{wang}/act"), &[("deed", "disable")]).await.is(303);
        him.get("/account").await.is(303);
        world
            .stranger()
            .post("/login", &[("login", "wang"), ("password", PASSWORD)])
            .await
            .is(422)
            .shows("已停用");
        aq.post(&format!("/people/{wang}/act"), &[("deed", "enable")]).await.is(303);
        world.stranger().post("/login", &[("login", "wang"), ("password", PASSWORD)]).await.is(303);
    })
    .await;
}

#[tokio::test]
async fn the_tree_grows_and_a_name_is_taken_once_below_one_unit() {
    on_both(async |world| {
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        let mut xt = world.visitor("xt").await;
        let root = world.root.id.to_string();
        let form =
            [("parent", root.as_str()), ("name", "青禾县政府"), ("level", "county"), ("division", "990123")];
        xt.post("/units/new", &form).await.leads_to("/units");
        xt.get("/units").await.shows("已新增").shows("青禾县政府").shows("990123");
        xt.post("/units/new", &form).await.is(200).shows("已有同名单位");
        xt.post("/units/new", &[("parent", "99"), ("name", ""), ("level", ""), ("division", "9")])
            .await
            .is(200)
            .shows("请填写单位名称")
            .shows("请选择层级")
            .shows("6 位数字");
        xt.post("/units/new", &[("parent", "99"), ("name", "某局"), ("level", "department")])
            .await
            .shows("请选择您管辖范围内");
    })
    .await;
}

#[tokio::test]
async fn every_deed_stands_in_the_audit_log_which_only_its_administrator_reads() {
    on_both(async |world| {
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        world.person(world.root.id, "sj", Role::AuditAdministrator).await;
        let mut xt = world.visitor("xt").await;
        let root = world.root.id.to_string();
        let form = [("parent", root.as_str()), ("name", "青禾县政府"), ("level", "county")];
        xt.post("/units/new", &form).await.is(303);
        xt.get("/audit").await.is(403).shows("审计管理员");
        let mut sj = world.visitor("sj").await;
        sj.get("/audit")
            .await
            .is(200)
            .shows("新增单位")
            .shows("青禾县政府")
            .shows("登录")
            .lacks("unit.added");
        sj.get("/audit?q=%E6%96%B0%E5%A2%9E%E5%8D%95").await.shows("青禾县政府").lacks("127.0.0.1");
        sj.get("/audit?q=%E6%B2%A1%E6%9C%89").await.is(200).shows("没有符合");
        sj.post("/audit/verify", &[]).await.is(303);
        sj.get("/audit").await.shows("校验通过");
    })
    .await;
}

#[tokio::test]
async fn a_list_shows_the_own_part_of_the_tree() {
    let world = World::new(None).await;
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(north.id, "aq", Role::SecurityAdministrator).await;
    world.person(south.id, "nan", Role::Leader).await;
    let mut aq = world.visitor("aq").await;
    aq.get("/people").await.is(200).shows("aq").lacks("nan");
    aq.get("/people?q=nan").await.is(200).shows("没有符合");
    aq.get("/people/new").await.is(200).shows("北山市政府").lacks("南水市政府");
}

#[tokio::test]
async fn a_unit_is_moved_with_all_below_it_and_closed_when_nothing_is_left() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let county = world.unit(&north, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(south.id, "nan", Role::Leader).await;
        world.person(north.id, "bei", Role::Leader).await;
        let mut jian = world.visitor("jian").await;
        let unit = county.id.to_string();
        let home = ("home", "http://www.qinghe.example");
        let form = [("unit", unit.as_str()), ("name", "青禾县门户"), home, ("kind", "门户网站")];
        jian.post("/sites/new", &form).await.is(303);
        let (mut nan, mut bei) = (world.visitor("nan").await, world.visitor("bei").await);
        nan.get("/sites").await.lacks("青禾县门户");
        bei.get("/sites").await.shows("青禾县门户");

        let mut xt = world.visitor("xt").await;
        let page = format!("/units/{}", county.id);
        xt.get(&page).await.is(200).shows("还有 1 个网站").shows("调整隶属");
        let moved = format!("{page}/move");
        xt.post(&moved, &[("parent", &unit)]).await.is(422).shows("自己或它的下级");
        xt.post(&moved, &[("parent", "x")]).await.is(422);
        xt.post(&format!("/units/{}/move", world.root.id), &[("parent", &unit)])
            .await
            .is(422)
            .shows("最上级");
        xt.post(&moved, &[("parent", &south.id.to_string())]).await.leads_to("/units");
        nan.get("/sites").await.shows("青禾县门户");
        bei.get("/sites").await.lacks("青禾县门户");
        nan.get("/sites/1").await.is(200);
        bei.get("/sites/1").await.is(404);

        world.unit(&north, "青禾县政府", UnitLevel::County).await;
        xt.post(&moved, &[("parent", &north.id.to_string())]).await.is(422).shows("已有同名单位");
        xt.post(&format!("{page}/close"), &[]).await.is(422).shows("还有 1 个网站");
        let empty = world.unit(&south, "撤并的局", UnitLevel::Department).await;
        let empty = format!("/units/{}", empty.id);
        xt.post(&format!("{empty}/close"), &[]).await.leads_to("/units");
        xt.get("/units").await.shows("已撤销");
        xt.get(&empty).await.shows("恢复单位");
        xt.post(&format!("{empty}/open"), &[]).await.leads_to("/units");
        xt.get("/units").await.lacks("已撤销</span>");
    })
    .await;
}
