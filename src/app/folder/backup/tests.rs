//! What is sent while a backup is made is in it, wherever the backup is by then.

use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::app::{App, Writing};
use crate::clock::Clock;
use crate::command::{Caller, Identity, Role};
use crate::model::Timestamp;

const STORY: &str = r#"{"source":"t","id":"0","type":"rep.upserted","at":"2026-01-01T00:00:00Z","rep":"ada","name":"Ada"}
{"source":"t","id":"1","type":"conversation.started","at":"2026-01-01T00:00:00Z","conversation":"c1","contact":"p1","channel":"chat"}"#;
const WORDS: &str = "Dear Pia, it comes tomorrow.";

fn ada() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn words() -> Writing {
    Writing {
        text: WORDS.to_owned(),
        ..Writing::default()
    }
}

/// How often the words are in a backup that is restored: as a draft, and as a message.
fn restored(backup: &Path, clock: &Clock) -> (usize, usize) {
    let place = tempfile::tempdir().unwrap();
    restore(backup, place.path(), false, |_done, _total| {}).unwrap();
    let app = App::open(place.path(), clock.clone(), |_done, _total| {}).unwrap();
    app.settle().unwrap();
    let draft = app.draft(&ada(), "c1").unwrap().text;
    let messages = app.conversation("c1").unwrap().messages;
    let written = messages.iter().filter(|message| message.text == WORDS);
    (usize::from(draft == WORDS), written.count())
}

#[test]
fn words_that_are_sent_meanwhile_are_in_it_as_a_draft_or_as_a_message() {
    // Nobody sends anything, or just after the position was asked for, whenever that is.
    for (asked, expected) in [(None, (1, 0)), (Some(1), (0, 1)), (Some(2), (1, 0))] {
        let place = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-02-01T00:00:00Z").unwrap());
        let data = place.path().join("data");
        let app = App::open(&data, clock.clone(), |_done, _total| {}).unwrap();
        app.take_body("t", STORY.as_bytes(), None).unwrap();
        app.settle().unwrap();
        app.save_draft(&ada(), "c1", words()).unwrap();
        let times = Cell::new(0);
        let position = || {
            times.set(times.get() + 1);
            let position = app.position();
            if Some(times.get()) == asked {
                let rep = Some("ada".to_owned());
                app.send_after(&ada(), "c1", (rep, words()), Duration::ZERO)
                    .unwrap();
                app.send_all();
                assert_eq!(app.draft(&ada(), "c1").unwrap().text, "");
            }
            position
        };
        let to = place.path().join("backup");
        make(&app.folder, position, &to, clock.now(), |_, _| {}).unwrap();
        clock.set(clock.now().plus_millis(60_000));
        assert_eq!(restored(&to, &clock), expected, "{asked:?}");
        app.close().unwrap();
    }
}

#[test]
fn a_draft_that_is_being_written_is_left_out_and_so_is_one_that_was_removed() {
    let place = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-02-01T00:00:00Z").unwrap());
    let data = place.path().join("data");
    let app = App::open(&data, clock.clone(), |_done, _total| {}).unwrap();
    app.take_body("t", STORY.as_bytes(), None).unwrap();
    app.settle().unwrap();
    app.save_draft(&ada(), "c1", words()).unwrap();
    std::fs::write(data.join("drafts").join("half.tmp"), "{").unwrap();
    let to = place.path().join("backup");
    let drafts = || {
        app.backup(&to).unwrap();
        let there = tempfile::tempdir().unwrap();
        restore(&to, there.path(), false, |_, _| {}).unwrap();
        std::fs::read_dir(there.path().join("drafts")).map_or(0, Iterator::count)
    };
    assert_eq!(drafts(), 1);
    assert_eq!(
        drafts(),
        1,
        "one that the last backup has is in the next one, too"
    );
    let nothing = Writing::default();
    app.save_draft(&ada(), "c1", nothing).unwrap();
    assert_eq!(drafts(), 0);
    let left = std::fs::read_dir(to.join("beside")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing is left of what the list names no more");
    app.close().unwrap();
}
