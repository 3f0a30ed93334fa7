//! The job table's contract: once, in order, tried again, parked, never lost. Serves all clauses.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use platform::Db;
use platform::clock::{Clock, FakeClock};
use platform::jobs::{self, Handlers, NewJob, Queue, Runner, State, enqueue};
use serde_json::json;

use crate::engines::on_both;

struct Bench {
    db: Db,
    clock: Arc<FakeClock>,
    ran: Arc<Mutex<Vec<i64>>>,
}

impl Bench {
    fn new(db: Db) -> Bench {
        let clock = Arc::new(FakeClock::new(chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        Bench { db, clock, ran: Arc::default() }
    }

    fn runner(&self) -> Runner {
        let mut handlers = Handlers::default();
        let ran = self.ran.clone();
        handlers.add("note", move |args| {
            let ran = ran.clone();
            async move {
                ran.lock().unwrap().push(args["n"].as_i64().unwrap());
                Ok(())
            }
        });
        handlers.add("fail", async |_| Err("不行".to_owned()));
        handlers.add("panic", async |_| panic!("a fault of the handler"));
        Runner::new(self.db.clone(), self.clock.clone(), handlers)
    }

    async fn queue(&self, kind: &'static str, n: i64, queue: Queue, key: Option<&str>) -> Option<i64> {
        let now = self.clock.now();
        let tx = self.db.write().await.unwrap();
        let new =
            NewJob { kind, args: json!({ "n": n }), queue, run_at: now, unique_key: key.map(str::to_owned) };
        let id = enqueue(&tx, new, now).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn states(&self) -> Vec<(State, i64)> {
        jobs::counts(self.db.read())
            .await
            .unwrap()
            .into_iter()
            .map(|count| (count.state, count.number))
            .collect()
    }

    fn ran(&self) -> Vec<i64> {
        self.ran.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn urgent_jobs_run_first_and_each_once() {
    on_both(async |db| {
        let bench = Bench::new(db);
        bench.queue("note", 1, Queue::Bulk, None).await;
        bench.queue("note", 2, Queue::Normal, None).await;
        bench.queue("note", 3, Queue::Interactive, None).await;
        bench.queue("note", 4, Queue::Interactive, None).await;
        assert_eq!(bench.runner().run_due().await.unwrap(), 4);
        assert_eq!(bench.ran(), [3, 4, 2, 1]);
        assert_eq!(bench.runner().run_due().await.unwrap(), 0);
        assert_eq!(bench.states().await, [(State::Done, 4)]);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_taken_until_its_job_has_ended() {
    on_both(async |db| {
        let bench = Bench::new(db);
        assert!(bench.queue("note", 1, Queue::Normal, Some("site/1")).await.is_some());
        assert_eq!(bench.queue("note", 2, Queue::Normal, Some("site/1")).await, None);
        bench.runner().run_due().await.unwrap();
        assert!(bench.queue("note", 3, Queue::Normal, Some("site/1")).await.is_some());
        bench.runner().run_due().await.unwrap();
        assert_eq!(bench.ran(), [1, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_command_that_failed_never_runs() {
    on_both(async |db| {
        let bench = Bench::new(db);
        let tx = bench.db.write().await.unwrap();
        let now = bench.clock.now();
        let new = NewJob {
            kind: "note",
            args: json!({ "n": 1 }),
            queue: Queue::Normal,
            run_at: now,
            unique_key: None,
        };
        enqueue(&tx, new, now).await.unwrap();
        drop(tx);
        assert_eq!(bench.runner().run_due().await.unwrap(), 0);
    })
    .await;
}

async fn check_parks(kind: &'static str, words: &'static str) {
    on_both(async |db| {
        let bench = Bench::new(db);
        bench.queue(kind, 1, Queue::Normal, Some("k")).await;
        let mut tries = 0;
        for _ in 0..20 {
            tries += bench.runner().run_due().await.unwrap();
            bench.clock.turn(TimeDelta::hours(1));
        }
        assert_eq!(tries, jobs::MAX_ATTEMPTS as usize);
        let parked = jobs::list(bench.db.read(), Some(State::Parked), 0, 10).await.unwrap();
        assert_eq!(parked.len(), 1);
        assert!(parked[0].last_error.as_deref().unwrap().contains(words));
        assert!(
            bench.queue("note", 5, Queue::Normal, Some("k")).await.is_some(),
            "a parked job gives its key back"
        );
        let tx = bench.db.write().await.unwrap();
        assert!(jobs::revive(&tx, parked[0].id, bench.clock.now()).await.unwrap());
        assert!(!jobs::revive(&tx, 0, bench.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(bench.runner().run_due().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_failing_job_is_tried_again_later_and_parked_at_last() {
    check_parks("fail", "不行").await;
}

#[tokio::test]
async fn a_panicking_job_is_no_end_of_the_worker() {
    check_parks("panic", "内部出错").await;
}

#[tokio::test]
async fn an_unknown_kind_is_told() {
    check_parks("from_the_future", "from_the_future").await;
}

#[tokio::test]
async fn a_job_of_a_dead_process_comes_back_after_its_lease() {
    on_both(async |db| {
        let bench = Bench::new(db);
        bench.queue("note", 1, Queue::Normal, None).await;
        // What a process that was killed in mid-work leaves behind.
        use sea_orm::ConnectionTrait as _;
        let tx = bench.db.write().await.unwrap();
        let left = "update job set state = 'running', worker = 'dead', attempts = 1, lease_until = run_at";
        tx.execute_unprepared(left).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.runner().run_due().await.unwrap(), 0, "the lease still holds");
        bench.clock.turn(TimeDelta::seconds(61));
        assert_eq!(bench.runner().run_due().await.unwrap(), 1);
        assert_eq!(bench.ran(), [1]);
    })
    .await;
}

#[tokio::test]
async fn two_workers_share_and_never_repeat() {
    on_both(async |db| {
        let bench = Bench::new(db);
        for n in 0..60 {
            bench.queue("note", n, Queue::Normal, None).await;
        }
        let (one, other) = (bench.runner(), bench.runner());
        let (a, b) = tokio::join!(one.run_due(), other.run_due());
        assert_eq!(a.unwrap() + b.unwrap(), 60);
        let mut ran = bench.ran();
        ran.sort();
        assert_eq!(ran, (0..60).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn long_work_leaves_places_for_short_work() {
    on_both(async |db| {
        let bench = Bench::new(db);
        let (began, mut long) = tokio::sync::mpsc::unbounded_channel();
        let (done, mut short) = tokio::sync::mpsc::unbounded_channel();
        let release = Arc::new(tokio::sync::Semaphore::new(0));
        let mut handlers = Handlers::default();
        let held = release.clone();
        handlers.add_limited("long", 2, move |_| {
            let (began, held) = (began.clone(), held.clone());
            async move {
                began.send(()).unwrap();
                held.acquire().await.unwrap().forget();
                Ok(())
            }
        });
        handlers.add("short", move |_| {
            let done = done.clone();
            async move {
                done.send(()).unwrap();
                Ok(())
            }
        });
        for n in 0..10 {
            bench.queue("long", n, Queue::Interactive, None).await;
        }
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let runner = Runner::new(bench.db.clone(), bench.clock.clone(), handlers);
        let worker = tokio::spawn(Arc::new(runner).work(stopped));
        for _ in 0..2 {
            long.recv().await.unwrap();
        }
        for n in 0..5 {
            bench.queue("short", n, Queue::Bulk, None).await;
            short.recv().await.unwrap();
        }
        assert!(long.try_recv().is_err(), "a third long job was begun");
        release.add_permits(10);
        for _ in 0..8 {
            long.recv().await.unwrap();
        }
        stop.send(true).unwrap();
        worker.await.unwrap();
    })
    .await;
}

/// A job that outlives the stop is handed back, and what it did ends with it: it must not go on beside its next try.
#[tokio::test]
async fn a_stop_ends_what_a_job_does_before_it_is_handed_back() {
    on_both(async |db| {
        let bench = Bench::new(db);
        let (began, mut beginnings) = tokio::sync::mpsc::unbounded_channel();
        let mut handlers = Handlers::default();
        handlers.add("endless", move |_| {
            let began = began.clone();
            async move {
                // Closed when the handler's work is dropped, and by nothing else.
                let (alive, gone) = tokio::sync::oneshot::channel::<()>();
                began.send(gone).unwrap();
                std::future::pending::<()>().await;
                drop(alive);
                Ok(())
            }
        });
        bench.queue("endless", 1, Queue::Normal, None).await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let runner = Runner::new(bench.db.clone(), bench.clock.clone(), handlers);
        let worker = tokio::spawn(Arc::new(runner.with_grace(std::time::Duration::ZERO)).work(stopped));
        let gone = beginnings.recv().await.unwrap();
        stop.send(true).unwrap();
        worker.await.unwrap();
        let ended = tokio::time::timeout(std::time::Duration::from_secs(30), gone).await;
        assert!(ended.expect("the job goes on after the stop").is_err());
        let counts = jobs::counts(bench.db.read()).await.unwrap();
        let waiting = counts.iter().find(|count| count.state == jobs::State::Waiting);
        assert_eq!(waiting.map(|count| count.number), Some(1), "{counts:?}");
    })
    .await;
}

#[tokio::test]
async fn a_worker_wakes_at_once_and_stops_when_told() {
    on_both(async |db| {
        let bench = Bench::new(db);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let worker = tokio::spawn(Arc::new(bench.runner()).work(stopped));
        for n in 0..20 {
            bench.queue("note", n, Queue::Normal, None).await;
        }
        while bench.ran().len() < 20 {
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
        worker.await.unwrap();
        assert_eq!(bench.states().await, [(State::Done, 20)]);
    })
    .await;
}

#[tokio::test]
async fn what_was_done_long_ago_is_removed() {
    on_both(async |db| {
        let bench = Bench::new(db);
        bench.queue("note", 1, Queue::Normal, None).await;
        bench.runner().run_due().await.unwrap();
        bench.queue("note", 2, Queue::Normal, None).await;
        let tx = bench.db.write().await.unwrap();
        let later = bench.clock.now() + TimeDelta::days(1);
        assert_eq!(jobs::prune(&tx, later).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(bench.states().await, [(State::Waiting, 1)]);
    })
    .await;
}

/// With a worker that never polls, jobs that another process queues are found by its word alone.
#[tokio::test(flavor = "multi_thread")]
async fn another_processs_job_wakes_the_worker_on_postgresql() {
    let Some(place) = crate::engines::postgres().await else { return };
    let (own, other) = (crate::engines::fresh(&place).await, Db::open(&place).await.unwrap());
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let mut handlers = Handlers::default();
    handlers.add("tell", move |args| {
        let tell = tell.clone();
        async move { tell.send(args["n"].as_i64()).await.map_err(|gone| gone.to_string()) }
    });
    let clock = Arc::new(FakeClock::new(chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
    let never = std::time::Duration::from_secs(86_400);
    let runner = Arc::new(Runner::new(own, clock.clone(), handlers).polling(never));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(runner.work(stopped));
    // Each job is queued after the one before was done; by then the worker rests, most times at least.
    for n in 0..20 {
        let now = clock.now();
        let tx = other.write().await.unwrap();
        let job = NewJob {
            kind: "tell",
            args: json!({ "n": n }),
            queue: Queue::Normal,
            run_at: now,
            unique_key: None,
        };
        enqueue(&tx, job, now).await.unwrap();
        tx.commit().await.unwrap();
        let heard = tokio::time::timeout(std::time::Duration::from_secs(30), told.recv()).await;
        assert_eq!(heard.expect("the worker is woken"), Some(Some(n)));
    }
    stop.send(true).unwrap();
    worker.await.unwrap();
}
