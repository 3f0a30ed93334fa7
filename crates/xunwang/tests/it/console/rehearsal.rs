//! The rehearsal's province: written once, whole, with people who can log in and sites that have their faults. N1.1, N5.1.

use std::sync::Arc;

use ledger::identity::store as people;
use ledger::registry::store;
use xunwang::rehearsal::{self, Group, SITES};

use super::world::{World, on_both};

#[tokio::test]
async fn the_province_is_written_once_and_everybody_can_log_in() {
    on_both(async |world: World| {
        let cx = &world.console.cx;
        let folder = tempfile::tempdir().unwrap();
        let homes: Vec<String> = (1..=SITES).map(|port| format!("http://127.0.0.1:{port}/")).collect();
        let logins = rehearsal::seed(cx, folder.path(), &homes).await.unwrap().unwrap();
        assert_eq!(store::keys_unscoped(cx.db.read()).await.unwrap().len(), SITES);
        let kept = std::fs::read_to_string(folder.path().join(rehearsal::LOGINS)).unwrap();
        for role in ledger::identity::model::Role::ALL {
            assert!(logins.iter().any(|login| login.role == role.name()), "{role:?}");
        }
        for login in &logins {
            assert!(kept.contains(&login.line()));
            let form = [("login", login.login), ("password", login.password.as_str())];
            world.stranger().post("/login", &form).await.is(303);
        }
        let number = people::number_of_people_unscoped(cx.db.read()).await.unwrap();
        assert_eq!(rehearsal::seed(cx, folder.path(), &homes).await.unwrap(), None);
        assert_eq!(people::number_of_people_unscoped(cx.db.read()).await.unwrap(), number);
        assert_eq!(std::fs::read_to_string(folder.path().join(rehearsal::LOGINS)).unwrap(), kept);
        assert!(matches!(
            platform::audit::verify(cx.db.read()).await.unwrap(),
            platform::audit::Verified::Whole { lines, .. } if lines > 0
        ));
    })
    .await;
}

#[tokio::test]
async fn a_city_sees_its_own_part_of_the_province() {
    let world = World::new(None).await;
    let folder = tempfile::tempdir().unwrap();
    let homes: Vec<String> = (1..=SITES).map(|port| format!("http://127.0.0.1:{port}/")).collect();
    let logins = rehearsal::seed(&world.console.cx, folder.path(), &homes).await.unwrap().unwrap();
    let login = logins.iter().find(|login| login.login == "qinghe").unwrap();
    let mut qinghe = world.stranger();
    qinghe.post("/login", &[("login", login.login), ("password", &login.password)]).await.is(303);
    qinghe.get("/sites").await.is(200).shows("青禾县人民政府").shows("青禾县农业农村局").lacks("云溪县");
}

#[tokio::test]
async fn the_sites_keep_their_ports() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(platform::clock::SystemClock);
    let group = Group::open(folder.path(), clock.clone()).await.unwrap();
    let homes = group.homes().to_vec();
    assert_eq!(homes.len(), SITES);
    assert!(group.lost().is_empty());
    // While the first still serves, a second start finds the ports taken, says so and goes on.
    let second = Group::open(folder.path(), clock.clone()).await.unwrap();
    assert_eq!(second.homes(), homes);
    assert!(second.lost().len() > SITES - 3, "{:?}", second.lost());
    let other = tempfile::tempdir().unwrap();
    let elsewhere = Group::open(other.path(), clock).await.unwrap();
    assert!(elsewhere.lost().is_empty());
    let units = rehearsal::units();
    let served = (0..SITES).filter(|at| units[*at].conduct != rehearsal::Conduct::Down);
    let served: Vec<&String> = served.map(|at| &homes[at]).collect();
    assert!(elsewhere.homes().iter().all(|home| !served.contains(&home)));
}

#[tokio::test]
async fn its_supervisor_has_planned_the_week_and_begun() {
    on_both(async |world: World| {
        let cx = &world.console.cx;
        let folder = tempfile::tempdir().unwrap();
        let homes: Vec<String> = (1..=SITES).map(|port| format!("http://127.0.0.1:{port}/")).collect();
        let logins = rehearsal::seed(cx, folder.path(), &homes).await.unwrap().unwrap();
        rehearsal::begin(cx).await.unwrap();
        let leader = logins.iter().find(|login| login.login == "lingdao").unwrap();
        let mut lingdao = world.stranger();
        let form = [("login", leader.login), ("password", leader.password.as_str())];
        lingdao.post("/login", &form).await.is(303);
        lingdao.get("/plans").await.is(200).shows("全省每周巡检").shows("22:00");
        lingdao.get("/runs").await.is(200).shows("青禾县人民政府").shows("周监管");
    })
    .await;
}
