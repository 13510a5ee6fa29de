//! Group commit: many submitters, each told the truth about each of its events.

use std::collections::HashSet;
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::clock::Clock;
use crate::model::Body;
use crate::model::event::CaseRemoved;

fn start(dir: &Path) -> (Committer, mpsc::Receiver<Vec<Record>>) {
    let (tail, records) = mpsc::channel();
    let clock = Clock::fixed(at(5));
    let journal = open(
        dir,
        Options {
            segment_bytes: 50_000,
        },
    );
    let committer = Committer::start(journal, clock, (), move |batch| tail.send(batch).unwrap());
    (committer.unwrap(), records)
}

fn submission(events: &[String]) -> Submission {
    let drafts = events
        .iter()
        .map(|json| Draft::parse(json.clone()).unwrap());
    Submission::new(Via::Api, "test", drafts.collect())
}

#[test]
fn every_acknowledged_event_is_there_once() {
    let temp = tempfile::tempdir().unwrap();
    let (committer, tail) = start(temp.path());
    let acknowledged: Vec<_> = thread::scope(|scope| {
        let submitters: Vec<_> = (0..32_u64)
            .map(|thread| {
                let handle = committer.handle();
                scope.spawn(move || {
                    let mut seqs = Vec::new();
                    for n in 0..40 {
                        // Pairs of threads send the same events.
                        let id = thread / 2 * 1000 + n;
                        let receipt = handle.submit(submission(&[json(id)])).unwrap();
                        assert!(receipt.log_position <= handle.position());
                        match receipt.outcomes[..] {
                            [Outcome::Accepted(seq)] => seqs.push((id, seq)),
                            [Outcome::Duplicate] => {}
                            _ => panic!("{receipt:?}"),
                        }
                    }
                    seqs
                })
            })
            .collect();
        let joined = submitters.into_iter().flat_map(|one| one.join().unwrap());
        joined.collect()
    });
    assert_eq!(acknowledged.len(), 16 * 40);
    let handle = committer.handle();
    let journal = committer.stop().unwrap();
    assert_eq!(handle.position(), 16 * 40);
    let stopped = handle.submit(submission(&[json(1)]));
    assert!(matches!(stopped, Err(Error::Stopped)));

    let records: Vec<_> = journal.reader(1).unwrap().map(Result::unwrap).collect();
    let stored: HashSet<_> = records
        .iter()
        .map(|record| (record.event.get().to_owned(), record.seq))
        .collect();
    let expected = acknowledged.into_iter().map(|(id, seq)| (json(id), seq));
    assert_eq!(stored, expected.collect());
    let tailed: Vec<_> = tail.iter().flatten().map(|record| record.seq).collect();
    assert!(tailed.into_iter().eq(1..=16 * 40));
}

#[test]
fn duplicates_and_conflicts_are_told_apart_within_a_batch_and_later() {
    let temp = tempfile::tempdir().unwrap();
    let other = r#"{"source":"s","id":"1"}"#.to_owned();
    for _ in 0..2 {
        let (committer, tail) = start(temp.path());
        let handle = committer.handle();
        let first = handle
            .submit(submission(&[
                json(1),
                json(2),
                json(1),
                other.clone(),
                json(3),
            ]))
            .unwrap();
        let again = handle
            .submit(submission(&[json(3), other.clone()]))
            .unwrap();
        assert_eq!(again.outcomes, [Outcome::Duplicate, Outcome::Conflict]);
        assert_eq!(again.log_position, 3);
        assert!(handle.submit(submission(&[])).unwrap().outcomes.is_empty());
        drop(committer);
        if first.outcomes[0] == Outcome::Duplicate {
            let none = tail.iter().count();
            assert_eq!(none, 0);
            continue;
        }
        let (accepted, duplicate) = (Outcome::Accepted, Outcome::Duplicate);
        let wanted = [
            accepted(1),
            accepted(2),
            duplicate,
            Outcome::Conflict,
            accepted(3),
        ];
        assert_eq!(first.outcomes, wanted);
    }
    assert_holds(&open(temp.path(), LARGE), 3);
}

fn removed(text: &str) -> Body {
    Body::CaseRemoved(Box::new(CaseRemoved {
        text: text.to_owned(),
    }))
}

#[test]
fn what_is_decided_is_called_by_its_seq_and_seen_before_the_next_decision() {
    let temp = tempfile::tempdir().unwrap();
    let (committer, tail) = start(temp.path());
    let handle = committer.handle();
    for expected in [1, 3] {
        let decision = Decision::<()>::new(Via::Live, "ann", move |now| {
            assert_eq!(now, at(5));
            Ok(vec![removed("a"), removed("b")])
        });
        let receipt = handle.decide(decision).unwrap().unwrap();
        let accepted = [Outcome::Accepted(expected), Outcome::Accepted(expected + 1)];
        assert_eq!(receipt.outcomes, accepted);
    }
    drop(committer);
    for record in tail.iter().flatten() {
        let event = record.parsed.unwrap();
        assert_eq!(event.to_json(), record.event.get());
        assert_eq!(event.id, record.seq.to_string());
        assert_eq!(
            (record.received_at, record.via, &*record.actor),
            (at(5), Via::Live, "ann")
        );
    }
}

#[test]
fn a_refused_decision_journals_nothing_and_its_reason_comes_back() {
    let temp = tempfile::tempdir().unwrap();
    let (committer, _tail) = start(temp.path());
    let handle = committer.handle();
    let refused = Decision::new(Via::Live, "ann", |_now| Err("no"));
    assert_eq!(handle.decide(refused).unwrap(), Err("no"));
    assert_eq!(handle.position(), 0);
}

#[test]
fn a_decided_event_gets_another_id_where_its_own_is_there_already() {
    let temp = tempfile::tempdir().unwrap();
    let (committer, tail) = start(temp.path());
    let handle = committer.handle();
    let brought = r#"{"source":"svar","id":"2"}"#.to_owned();
    handle.submit(submission(&[brought])).unwrap();
    let decision = Decision::<()>::new(Via::Live, "ann", |_now| Ok(vec![removed("a")]));
    let receipt = handle.decide(decision).unwrap().unwrap();
    assert_eq!(receipt.outcomes, [Outcome::Accepted(2)]);
    drop(committer);
    let last = tail.iter().flatten().last().unwrap();
    assert_eq!(last.parsed.unwrap().id, "2-1");
}

#[test]
fn stopping_commits_what_waits() {
    let temp = tempfile::tempdir().unwrap();
    let (committer, _tail) = start(temp.path());
    let handle = committer.handle();
    let pending: Vec<_> = (1..=50)
        .map(|n| handle.enqueue(submission(&[json(n)])).unwrap())
        .collect();
    let journal = committer.stop().unwrap();
    assert_holds(&journal, 50);
    for (seq, pending) in (1..).zip(pending) {
        assert_eq!(pending.wait().unwrap().outcomes, [Outcome::Accepted(seq)]);
    }
}

fn movable<T: Send>(_: &T) {}

#[test]
fn full_queue_makes_threads_and_tasks_wait() {
    let temp = tempfile::tempdir().unwrap();
    let (release, held) = mpsc::channel::<()>();
    let journal = open(temp.path(), LARGE);
    let committer = Committer::start(journal, Clock::fixed(at(5)), (), move |_| {
        // Blocks the first batch until the sender is gone.
        assert!(held.recv().is_err());
    });
    let committer = committer.unwrap();
    let large = |n: u64| {
        let text = "x".repeat(6 << 20);
        submission(&[format!(r#"{{"source":"s","id":"{n}","text":"{text}"}}"#)])
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    thread::scope(|scope| {
        for n in 0..4 {
            let handle = committer.handle();
            scope.spawn(move || handle.submit(large(n)).unwrap());
        }
        let handle = committer.handle();
        scope.spawn(move || {
            runtime.block_on(async {
                let both = [
                    handle.submit_async(large(10)),
                    handle.submit_async(large(11)),
                ];
                // An axum handler must be able to await it on any thread.
                both.iter().for_each(movable);
                for receipt in both {
                    assert_eq!(receipt.await.unwrap().outcomes.len(), 1);
                }
            });
        });
        drop(release);
    });
    assert_eq!(committer.stop().unwrap().position(), 6);
}

#[test]
fn panic_in_the_tail_leaves_nobody_waiting() {
    let temp = tempfile::tempdir().unwrap();
    let journal = open(temp.path(), LARGE);
    let committer = Committer::start(journal, Clock::fixed(at(5)), (), |_| panic!("of the test"));
    let committer = committer.unwrap();
    let handle = committer.handle();
    assert_eq!(
        handle.submit(submission(&[json(1)])).unwrap().log_position,
        1
    );
    let error = loop {
        match handle.submit(submission(&[json(1)])) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Stopped));
    assert!(matches!(committer.stop(), Err(Error::Stopped)));
    assert_holds(&open(temp.path(), LARGE), 1);
}
