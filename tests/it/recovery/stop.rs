//! A stop under load: what was asked before is answered or refused, nothing acknowledged
//! is lost, and it takes no longer than five seconds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const THREADS: usize = 24;

#[test]
fn a_stop_under_load_answers_or_refuses_and_loses_nothing() {
    let mut place = Place::new();
    let mut server = place.serve(&[SMALL_SEGMENTS]);
    let url = format!("{}/api/v1/events", server.url);
    let events: Vec<Event> = place.waiting.drain(..).rev().take(4_000).collect();
    place.sent.extend(events.iter().map(keyed));
    let (next, answered) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let refused = AtomicUsize::new(0);
    let took = std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let agent = agent();
                while let Some(event) = events.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let sent = agent.post(&url);
                    match read(sent.send(event.to_json())) {
                        Ok(answer) if answer.status == 200 => {
                            answered.lock().unwrap().push(keyed(event));
                        }
                        Ok(answer) => {
                            assert_eq!(answer.status, 503, "{}", answer.body);
                            assert_eq!(answer.header("retry-after"), "1");
                            refused.fetch_add(1, Ordering::Relaxed);
                        }
                        // The door is closed; the client knows that nothing was taken, or asks.
                        Err(_) => return,
                    }
                }
            });
        }
        while answered.lock().unwrap().len() < 100 {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let began = Instant::now();
        server.terminate();
        let status = server.wait();
        let took = began.elapsed();
        assert!(status.success(), "{status}");
        took
    });
    assert!(took < Duration::from_secs(5), "{took:?}");
    let answered = answered.into_inner().unwrap();
    assert!(
        answered.len() < events.len(),
        "the desk was too small for a stop under load"
    );
    place.acknowledged.extend(answered);
    assert!(!place.data().join("server.json").exists());
    place.verify();
}

#[test]
fn the_columns_are_kept_as_soon_as_the_desk_is_quiet_so_that_a_kill_costs_no_more_than_a_stop() {
    let mut place = Place::new();
    let mut server = place.serve(&[]);
    assert!(place.post(&server, 40));
    let columns = place.data().join("derived").join("columns").join("facts");
    let began = Instant::now();
    while !columns.exists() {
        assert!(began.elapsed() < PATIENCE, "nothing is kept while it runs");
        std::thread::park_timeout(Duration::from_millis(20));
    }
    server.kill();
    drop(server);
    let ran = place.run(&["check", "--json"]).ok();
    let account: Value = serde_json::from_str(&ran.stdout).unwrap();
    let found = account["found"].as_array().unwrap().iter();
    let columns = found.filter(|difference| difference["part"] == "columns");
    assert_eq!(columns.count(), 0, "{account}");
    place.verify();
}
