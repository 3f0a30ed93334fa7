//! Rounds of visits, what they leave, and that nothing is lost or doubled. Clauses N2.1, N5.2.

use super::*;
use crate::console::world::manners;

/// One visit of what a server answers.
async fn check(world: &World, home: &str, reach: Reach, standing: Standing) -> Probe {
    let prober = world.console.means.prober().unwrap();
    let site = add(world, &world.root, home, home).await;
    let after = next_visit(world, site).await;
    assert_eq!(
        (after.last_reach.as_deref(), after.standing),
        (Some(reach.to_string().as_str()), standing),
        "{home}"
    );
    prober.visit(&home.parse().unwrap(), None).await
}

#[tokio::test]
async fn what_servers_do_is_told_apart() {
    let world = World::new(None).await;
    let up = Server::start(
        Routes::new()
            .on("/", page())
            .on("/500", Reply::status(500))
            .on("/403", Reply::status(403))
            .on("/503", Reply::status(503))
            .on("/reset", Reply::reset())
            .on("/silent", Reply::close_silently())
            .on("/odd", Reply::raw("GARBAGE\r\n\r\n"))
            .on("/moved", Reply::redirect(302, "/"))
            .on("/loop", Reply::redirect(302, "/loop"))
            .on("/inside", Reply::redirect(302, "http://169.254.169.254/")),
    )
    .unwrap();
    let at = |target: &str| up.url(target);
    let seen = check(&world, &at("/"), Reach::Ok, Standing::Up).await;
    assert_eq!((seen.status, seen.hops, seen.address), (Some(200), 0, Some(up.address().ip())));
    assert!(seen.total_ms >= seen.first_ms && seen.tls_ms == 0);
    let moved = check(&world, &at("/moved"), Reach::Ok, Standing::Up).await;
    assert_eq!((moved.status, moved.hops), (Some(200), 1));
    check(&world, &at("/500"), Reach::Status(500), Standing::Suspect).await;
    check(&world, &at("/503"), Reach::Status(503), Standing::Suspect).await;
    check(&world, &at("/403"), Reach::Status(403), Standing::Unsure).await;
    check(&world, &at("/reset"), Reach::Reset, Standing::Suspect).await;
    check(&world, &at("/silent"), Reach::Reset, Standing::Suspect).await;
    check(&world, &at("/odd"), Reach::Garbled, Standing::Suspect).await;
    check(&world, &at("/loop"), Reach::RedirectLoop, Standing::Suspect).await;
    let inside = Reach::Withheld(base::Withheld::PrivateAddress);
    check(&world, &at("/inside"), inside, Standing::Unsure).await;
    check(&world, "http://127.0.0.1:1/", Reach::Refused, Standing::Suspect).await;
}

#[tokio::test]
async fn each_visit_opens_a_connection_of_its_own() {
    let world = World::new(None).await;
    let server = Server::start(Routes::new().on("/", page())).unwrap();
    let site = add(&world, &world.root, "青禾县", &server.url("/")).await;
    for _ in 0..3 {
        next_visit(&world, site).await;
    }
    let mut connections: Vec<u64> = server.journal().requests().iter().map(|seen| seen.connection).collect();
    connections.dedup();
    assert_eq!(connections.len(), 3);
}

#[tokio::test]
async fn a_certificate_is_read_and_its_fault_told() {
    let world = World::new(None).await;
    let expired = testkit::tls::Authority::new().unwrap().sign_expired(&["127.0.0.1"]).unwrap();
    let secure = testkit::server::Bound::new().unwrap().serve_tls(Routes::new().on("/", page()), expired);
    let site = add(&world, &world.root, "过期", &secure.url("/")).await;
    let after = next_visit(&world, site).await;
    assert_eq!(after.standing, Standing::Up);
    assert!(after.certificate_fault.is_some());
    assert_eq!(after.certificate_ends.unwrap().date_naive().to_string(), "2001-01-01");
    // Something else than TLS where TLS was promised.
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = format!("https://{}/", plain.local_addr().unwrap());
    let answering = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    });
    let broken = add(&world, &world.root, "坏握手", &home).await;
    let after = next_visit(&world, broken).await;
    assert_eq!(after.last_reach, Some(Reach::Tls(TlsFault::Handshake).to_string()));
    drop(answering.await.unwrap());
    assert_eq!(after.standing, Standing::Suspect);
}

/// Visits 2, 5, 6 and 7 are broken off: one alone is no outage, three in a row are one.
#[tokio::test]
async fn one_reset_raises_no_alarm_and_three_raise_one() {
    on_both(async |world| {
        let replies = (1..=9).map(|n| if [2, 5, 6, 7].contains(&n) { Reply::reset() } else { page() });
        let server = Server::start(Routes::new().on_visits("/", replies.collect())).unwrap();
        let site = add(&world, &world.root, "云泽县民政局", &server.url("/")).await;
        let mut at = Vec::new();
        for _ in 1..=9 {
            at.push(next_visit(&world, site).await.last_at.unwrap());
        }
        let told = incidents(&world).await;
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].started_at, told[0].confirmed_at, told[0].ended_at), (at[4], at[5], Some(at[7])));
        assert_eq!((told[0].cause.as_str(), told[0].given_up), ("reset", false));
        assert!(at[2] - at[1] <= TimeDelta::seconds(30), "the confirming visit comes soon");
        let all = days(&world, site).await;
        assert_eq!((all.visits, all.failed), (9, 4));
        assert_eq!(hours(&world, site).await, (all, 9));
    })
    .await;
}

#[tokio::test]
async fn fifteen_seconds_count_as_failed() {
    on_both(async |world| {
        let site = add(&world, &world.root, "慢站", "http://slow.example/").await;
        assert_eq!(seen(&world, site, Reach::Ok, 14_999).await.standing, Standing::Slow);
        assert_eq!(seen(&world, site, Reach::Ok, 15_000).await.standing, Standing::Suspect);
        assert_eq!(seen(&world, site, Reach::Ok, 20_000).await.standing, Standing::Down);
        assert_eq!(incidents(&world).await[0].cause, "too-slow");
        let all = days(&world, site).await;
        assert_eq!((all.visits, all.failed, all.slow, all.max_ms), (3, 2, 1, 14_999));
    })
    .await;
}

#[tokio::test]
async fn a_visit_is_recorded_once_and_one_that_was_not_committed_is_due_again() {
    on_both(async |world| {
        let site = add(&world, &world.root, "青禾县", "http://a.example/").await;
        let due = stands(&world, site).await.next_at;
        world.clock.turn(due - now(&world));
        let made = Seen { site, due, at: now(&world), probe: Probe::of(Reach::Ok) };
        // Killed between the steps: what the transaction wrote is gone with it.
        let tx = world.console.cx.write().await.unwrap();
        let sample = supervision::monitor::model::Sample::default();
        store::keep_samples(&tx, &[(site, made.at, sample)]).await.unwrap();
        drop(tx);
        assert_eq!(days(&world, site).await, Counts::default());
        assert_eq!(store::due_unscoped(world.console.cx.db.read(), now(&world), 9).await.unwrap().len(), 1);
        // Recorded twice, by two processes or after a kill: counted once.
        let cx = &world.console.cx;
        assert_eq!(commands::record(cx, std::slice::from_ref(&made)).await.unwrap(), 1);
        assert_eq!(commands::record(cx, &[made]).await.unwrap(), 0);
        assert_eq!(days(&world, site).await.visits, 1);
        assert_eq!(hours(&world, site).await.1, 1);
        assert_eq!(store::due_unscoped(cx.db.read(), now(&world), 9).await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_register_is_followed() {
    on_both(async |world| {
        let cx = &world.console.cx;
        let site = add(&world, &world.root, "青禾县", "http://a.example/").await;
        assert_eq!(commands::follow_register(cx).await.unwrap(), 0);
        seen(&world, site, Reach::Refused, 1).await;
        let down = seen(&world, site, Reach::Refused, 1).await;
        assert_eq!(down.standing, Standing::Down);
        set_state(&world, site, State::Suspended).await;
        assert_eq!(commands::follow_register(cx).await.unwrap(), 1);
        let off = stands(&world, site).await;
        assert_eq!((off.standing, off.incident_id), (Standing::Off, None));
        assert!(incidents(&world).await[0].given_up);
        world.clock.turn(TimeDelta::hours(1));
        assert_eq!(tick(cx, &world.console.means).await.unwrap(), 0);
        set_state(&world, site, State::Open).await;
        assert_eq!(commands::follow_register(cx).await.unwrap(), 1);
        let again = stands(&world, site).await;
        assert_eq!(again.standing, Standing::New);
        assert!(again.next_at > now(&world) && again.next_at <= now(&world) + TimeDelta::minutes(5));
        assert_eq!(again.last_at, off.last_at);
    })
    .await;
}

#[tokio::test]
async fn numbers_of_a_scope_are_those_of_its_sites() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let one = add(&world, &north, "北山门户", "http://n.example/").await;
        let other = add(&world, &south, "南水门户", "http://s.example/").await;
        seen(&world, other, Reach::Ok, 10).await;
        seen(&world, one, Reach::Refused, 1).await;
        seen(&world, one, Reach::Refused, 1).await;
        let db = world.console.cx.db.read();
        let scope = |unit: &unit::Model| ledger::Scope::of(vec![unit.path.clone()]);
        let counts = store::standings(db, &scope(&world.root)).await.unwrap();
        assert_eq!((counts["down"], counts["up"]), (1, 1));
        assert_eq!(
            store::standings(db, &scope(&south)).await.unwrap().into_iter().collect::<Vec<_>>(),
            [("up", 1)]
        );
        let today = beijing_day(now(&world));
        let worst = store::worst(db, &scope(&world.root), today - 6, 5).await.unwrap();
        assert_eq!(worst.len(), 1);
        assert_eq!((worst[0].site_id, worst[0].visits, worst[0].failed), (one, 2, 2));
        assert_eq!(store::worst(db, &scope(&south), today - 6, 5).await.unwrap(), []);
        let filter = store::IncidentFilter::default();
        let (mine, _) =
            store::incidents(db, &scope(&north), &filter, Pager::asked(None, None)).await.unwrap();
        let (theirs, _) =
            store::incidents(db, &scope(&south), &filter, Pager::asked(None, None)).await.unwrap();
        assert_eq!((mine.len(), theirs.len()), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_days_stay() {
    on_both(async |world| {
        let site = add(&world, &world.root, "青禾县", "http://a.example/").await;
        seen(&world, site, Reach::Ok, 10).await;
        let prune = async || world.console.tidy().await.unwrap();
        world.clock.turn(TimeDelta::days(30));
        prune().await;
        assert_eq!(hours(&world, site).await.1, 1);
        world.clock.turn(TimeDelta::hours(2));
        prune().await;
        assert_eq!(hours(&world, site).await.1, 0);
        assert_eq!(hours(&world, site).await.0.visits, 1);
        world.clock.turn(TimeDelta::days(371));
        prune().await;
        assert_eq!(hours(&world, site).await.0.visits, 0);
        assert_eq!(days(&world, site).await.visits, 1);
    })
    .await;
}

#[tokio::test]
async fn requests_are_added_up_by_host_and_day() {
    on_both(async |world| {
        let cx = &world.console.cx;
        let count = |n| vec![("a.example".to_owned(), n), ("b.example:81".to_owned(), 1)];
        commands::keep_requests(cx, count(5)).await.unwrap();
        commands::keep_requests(cx, count(2)).await.unwrap();
        commands::keep_requests(cx, Vec::new()).await.unwrap();
        world.clock.turn(TimeDelta::days(1));
        commands::keep_requests(cx, count(1)).await.unwrap();
        let today = beijing_day(now(&world));
        let hosts = ["a.example".to_owned()];
        let rows = store::requests_to(cx.db.read(), &hosts, today - 1, today).await.unwrap();
        let told: Vec<(i32, i64)> = rows.iter().map(|row| (row.day, row.requests)).collect();
        assert_eq!(told, [(today - 1, 7), (today, 1)]);
    })
    .await;
}

/// A name may have a dead address of one family and a living one of the other.
#[tokio::test]
async fn a_dead_address_hides_no_living_one() {
    let world = World::new(None).await;
    let server = Server::start(Routes::new().on("/", page())).unwrap();
    let home = format!("http://localhost:{}/", server.address().port());
    let site = add(&world, &world.root, "云泽县教育局", &home).await;
    assert_eq!(next_visit(&world, site).await.standing, Standing::Up);
    // After a failed visit the other family comes first.
    let prober = world.console.means.prober().unwrap();
    let seen = prober.visit(&home.parse().unwrap(), Some("127.0.0.1".parse().unwrap())).await;
    assert_eq!(seen.reach, Reach::Ok);
}

#[tokio::test]
async fn waiting_for_a_turn_is_not_the_sites_slowness() {
    use std::time::Instant;
    let server = Server::start(Routes::new().on("/", page())).unwrap();
    let home = server.url("/").parse().unwrap();
    let manners = crawl::Manners { rate: Some(5.0), ..manners() };
    let gates = std::sync::Arc::new(crawl::Gates::new(crawl::Budget::from(&manners)));
    let prober = crawl::Prober::new(manners, gates.clone()).unwrap();
    // A run has just asked, and would always ask first.
    let gate = gates.of(&home).unwrap();
    let begun = Instant::now();
    assert_eq!(gate.take(begun), crawl::Turn::Go);
    let seen = prober.visit(&home, None).await;
    let all = begun.elapsed().as_millis() as u32;
    assert_eq!(seen.reach, Reach::Ok);
    assert!(seen.total_ms + 200 <= all, "{} of {all} ms", seen.total_ms);
    assert_eq!(gates.counted().iter().map(|(_, turns)| turns).sum::<u64>(), 2);
}
