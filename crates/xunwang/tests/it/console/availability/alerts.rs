//! What availability tells at once: incidents, and what ends soon. Clauses N2.1, N5.2.

use base::level::Level;

use super::*;

async fn open(world: &World, key: &str) -> Option<(String, Level)> {
    let found = supervision::alert::store::open_unscoped(world.console.cx.db.read(), key).await.unwrap();
    found.map(|alert| (alert.title, alert.level.parse().unwrap()))
}

#[tokio::test]
async fn an_incident_is_told_when_it_begins_and_when_it_ends() {
    on_both(async |world| {
        let site = add(&world, &world.root, "青禾县门户", "http://a.example/").await;
        let key = format!("unreachable/{site}");
        seen(&world, site, Reach::Refused, 1).await;
        assert_eq!(open(&world, &key).await, None, "one failed visit is no news");
        seen(&world, site, Reach::Refused, 1).await;
        assert_eq!(open(&world, &key).await, Some(("青禾县门户无法访问".to_owned(), Level::Fault)));
        seen(&world, site, Reach::Refused, 1).await;
        seen(&world, site, Reach::Ok, 1).await;
        assert_eq!(open(&world, &key).await, None);
        seen(&world, site, Reach::Refused, 1).await;
        seen(&world, site, Reach::Refused, 1).await;
        assert!(open(&world, &key).await.is_some());
        set_state(&world, site, State::Suspended).await;
        commands::follow_register(&world.console.cx).await.unwrap();
        assert_eq!(open(&world, &key).await, None, "a suspended site is down on purpose");
    })
    .await;
}

#[tokio::test]
async fn what_ends_soon_is_told_once_and_again_when_it_becomes_grave() {
    on_both(async |world| {
        let site = add(&world, &world.root, "青禾县门户", "https://a.example/").await;
        let key = format!("certificate/{site}");
        let with_end = async |days: i64| {
            let due = stands(&world, site).await.next_at;
            world.clock.turn((due - now(&world)).max(TimeDelta::zero()));
            let ends = (now(&world) + TimeDelta::days(days)).timestamp();
            let probe = Probe { certificate_ends: Some(ends), ..Probe::of(Reach::Ok) };
            let made = Seen { site, due, at: now(&world), probe };
            commands::record(&world.console.cx, &[made]).await.unwrap();
            commands::tell_ends(&world.console.cx).await.unwrap()
        };
        assert_eq!(with_end(90).await, 0);
        assert_eq!(with_end(20).await, 1);
        assert_eq!(
            open(&world, &key).await,
            Some(("青禾县门户的证书还有 20 天到期".to_owned(), Level::Warning))
        );
        assert_eq!(with_end(20).await, 0, "told once");
        assert_eq!(with_end(5).await, 1);
        assert_eq!(open(&world, &key).await.unwrap().1, Level::Fault);
        assert_eq!(with_end(365).await, 1);
        assert_eq!(open(&world, &key).await, None);
        let tx = world.console.cx.write().await.unwrap();
        store::save_domain_end(&tx, site, "2020-03-04").await.unwrap();
        tx.commit().await.unwrap();
        world.console.tidy().await.unwrap();
        let (title, level) = open(&world, &format!("domain/{site}")).await.unwrap();
        assert!(title.contains("域名已过期"), "{title}");
        assert_eq!(level, Level::Fault);
    })
    .await;
}
