//! A changed schedule: the numbers from before are served until those after it are ready.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use svar::clock::Clock;
use svar::journal::{Committer, Draft, Handle, Journal, Submission, Via};
use svar::model::{Event, Timestamp};
use svar::projection::{Folders, Projection, Readying, Upkeep};
use tempfile::TempDir;

use crate::desk::{Desk, events};

const TALK: &str = "
    01 08:00 conversation.started
    01 08:00 message.added author=contact
    01 08:10 message.added author=rep:ann
";

fn hours(at: &str, id: &str, hours: &str) -> String {
    let event = serde_json::json!({
        "type": "schedule.upserted", "at": format!("2026-10-01T00:00:{at}Z"), "id": id,
        "schedule": "default", "zone": "UTC",
        "week": {"mon": [hours], "tue": [hours], "wed": [hours], "thu": [hours], "fri": [hours]},
    });
    event.to_string()
}

/// Folds whose next snapshot is held back until it is let go.
struct SlowFolds {
    projection: Projection,
    committer: Option<Committer>,
    handle: Handle,
    began: Receiver<u64>,
    release: Sender<()>,
    calls: Arc<AtomicUsize>,
    _folder: TempDir,
}

fn held() -> SlowFolds {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let clock = Clock::fixed(Timestamp::parse("2026-12-01T00:00:00Z").unwrap());
    let opened = Journal::open(&path("journal"), svar::journal::Options::default()).unwrap();
    let (tell, began) = channel();
    let (release, released) = channel();
    let (tell, released) = (Mutex::new(tell), Mutex::new(released));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let readying: Readying = Arc::new(move |snapshot| {
        counted.fetch_add(1, Ordering::SeqCst);
        tell.lock().unwrap().send(snapshot.log_position).unwrap();
        released.lock().unwrap().recv().unwrap();
    });
    let folders = Folders {
        store: &path("store"),
        files: &path("files"),
        index: &path("index"),
        columns: &path("columns"),
    };
    let (projection, _notices) = Projection::open(
        folders,
        &opened.journal,
        Upkeep {
            published: Arc::new(|_position| {}),
            clock: clock.clone(),
            readying,
        },
        |_done, _total| {},
    )
    .unwrap();
    let committer = Committer::start(opened.journal, clock, (), projection.tail()).unwrap();
    SlowFolds {
        handle: committer.handle(),
        committer: Some(committer),
        projection,
        began,
        release,
        calls,
        _folder: folder,
    }
}

impl SlowFolds {
    fn submit(&self, event: &str) -> u64 {
        let draft = Draft::parse(Event::parse(event).unwrap().to_json()).unwrap();
        let submission = Submission::new(Via::Api, "test", vec![draft]);
        self.handle.submit(submission).unwrap().log_position
    }

    fn wait(&self, position: u64) {
        let waiter = self.projection.waiter();
        assert!(waiter.wait(position, Duration::from_secs(30)));
    }
}

#[test]
fn readers_see_the_snapshot_before_until_the_one_after_a_change_is_ready() {
    let mut held = held();
    let mut last = 0;
    for event in events(TALK) {
        last = held.submit(&event.to_string());
    }
    held.wait(last);
    assert_eq!(held.calls.load(Ordering::SeqCst), 0);
    let changed = held.submit(&hours("00", "s1", "09:00-17:00"));
    assert_eq!(held.began.recv().unwrap(), changed);
    // Journalled and folded, but not shown.
    assert_eq!(held.projection.snapshot().log_position, last);
    held.release.send(()).unwrap();
    held.wait(changed);
    assert_eq!(held.projection.snapshot().log_position, changed);
    assert_eq!(held.calls.load(Ordering::SeqCst), 1);
    drop(held.committer.take().unwrap().stop().unwrap());
    held.projection.stop().unwrap();
}

#[test]
fn what_was_asked_on_a_clock_is_answered_by_the_new_hours_afterwards() {
    let desk = Desk::new();
    desk.post_story(TALK);
    desk.post(&[serde_json::from_str(&hours("00", "s1", "08:05-17:00")).unwrap()]);
    let ask = |desk: &Desk| {
        let query = "from=2026-10-01&to=2026-11-01&clock=business";
        desk.report("first_response_time", query)["total"]["value"].clone()
    };
    assert_eq!(ask(&desk), 300.0);
    assert_eq!(ask(&desk), 300.0);
    let change = hours("01", "s2", "08:08-17:00");
    desk.post(&[serde_json::from_str(&change).unwrap()]);
    assert_eq!(ask(&desk), 120.0);
    assert_eq!(ask(&desk.reopened()), 120.0);
}
