//! The columns on disk, so that a start replays the journal's tail only.
//!
//! One file of sections. It says by which rules, of which journal and up to which position
//! its facts were folded; whatever does not fit, and any byte that is not as it was written,
//! means that the facts are folded again.
//!
//! Another layout, other rules (`keep::RULES`), another journal or one wrong byte: each means
//! folding again.

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::contacts::ContactFold;
use super::error::Error;
use super::sections::{self, Sections};
use super::upcoming::Upcoming;
use crate::metrics::Facts;
use crate::metrics::keep::{self, Find, Section};
use crate::model::desk::Lines;
use crate::model::knowledge::{Later, Question, Questions};
use crate::model::{Installation, Knowledge, Profile, QuestionId, Shards, Timestamp};

/// What the file begins with; the last byte is the version of the layout.
const MAGIC: [u8; 8] = *b"svarcol\x03";

/// The section of what holds for the installation; the number is the version of its rules.
const INSTALLATION: &str = "installation_10";

/// The section of the desk's lines; the number is the version of its rules.
const DESK: &str = "desk_7";

/// The sections of the questions among them, apart so that several threads can read them.
const QUESTIONS: [&str; 8] = [
    "questions_0",
    "questions_1",
    "questions_2",
    "questions_3",
    "questions_4",
    "questions_5",
    "questions_6",
    "questions_7",
];

/// What holds besides the facts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// By which rules the facts were folded.
    pub(super) rules: u32,
    /// The mark of the journal that they are a fold of.
    pub(super) mark: Vec<u8>,
    /// Everything up to this record is in.
    pub(super) position: u64,
    /// The profile that they were folded by.
    pub(super) profile: Profile,
    /// The latest instant of any event in them.
    pub(super) latest_at: Timestamp,
    /// What is to be folded again when the clock reaches it.
    pub(super) later: Upcoming,
}

/// Facts as they were kept.
pub(super) struct Checkpoint {
    pub(super) head: Head,
    pub(super) contacts: ContactFold,
    /// None: laid out in another way; it is folded again from the journal.
    pub(super) installation: Option<Installation>,
    pub(super) facts: Facts,
    /// Read when it is first asked for: no report needs it.
    pub(super) desk: Later<Lines>,
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("facts")
}

/// Writes a checkpoint in place of the one before.
pub(super) fn write(folder: &Path, checkpoint: &Checkpoint) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Folder {
        folder: folder.to_owned(),
        reason: error.to_string(),
    };
    let json = |value: serde_json::Result<Vec<u8>>| value.map_err(|error| failed(error.into()));
    let mut all: Vec<Section> = vec![
        ("head", json(serde_json::to_vec(&checkpoint.head))?),
        (
            "contact_fold",
            json(serde_json::to_vec(&checkpoint.contacts))?,
        ),
    ];
    let lines = checkpoint.desk.kept();
    let lines = lines.map_err(|error| failed(std::io::Error::other(error)))?;
    all.push((DESK, lines));
    if let Some(installation) = &checkpoint.installation {
        let knowledge = &installation.knowledge;
        let rest = Installation {
            knowledge: Arc::new(Knowledge {
                questions: Later::default(),
                ..(**knowledge).clone()
            }),
            ..installation.clone()
        };
        all.push((INSTALLATION, json(serde_json::to_vec(&rest))?));
        let questions = written(&knowledge.questions);
        all.extend(questions.map_err(|error| failed(error.into()))?);
    }
    all.extend(keep::to_sections(&checkpoint.facts));
    sections::write(&file_of(folder), MAGIC, &all).map_err(failed)
}

/// Questions as sections.
fn written(questions: &Questions) -> serde_json::Result<Vec<Section>> {
    let mut all: Vec<(&QuestionId, &Arc<Question>)> = questions.iter().collect();
    all.par_sort_unstable_by_key(|(id, _)| *id);
    let each = all.len().div_ceil(QUESTIONS.len()).max(1);
    let part = |(place, name): (usize, &'static str)| {
        let part = all.chunks(each).nth(place).unwrap_or_default();
        Ok((name, serde_json::to_vec(part)?))
    };
    let parts = QUESTIONS.into_par_iter().enumerate().map(part);
    parts.collect()
}

/// What holds for the installation; `None`: laid out in another way. The questions are read
/// when they are first asked for: no report needs them.
fn read_installation(find: Find<'_>) -> Option<Installation> {
    let parts = QUESTIONS.into_par_iter().map(find);
    let parts = parts.collect::<Option<Vec<_>>>()?;
    let mut installation: Installation = serde_json::from_slice(&find(INSTALLATION)?).ok()?;
    let knowledge = Arc::make_mut(&mut installation.knowledge);
    knowledge.questions = Later::by(move || read_questions(&parts));
    Some(installation)
}

/// The desk's lines out of their section.
#[expect(
    clippy::panic,
    reason = "by their checksum these are the bytes that were written, by the name of a section in this layout"
)]
fn read_desk(lines: Vec<u8>) -> Lines {
    match Lines::of_kept(lines) {
        Ok(desk) => desk,
        Err(error) => panic!(
            "the kept desk cannot be read ({error}); stop svar, and have `svar rebuild` make it again"
        ),
    }
}

/// Questions out of their sections, on threads of their own, so that nobody in a pool that asks
/// for them meanwhile keeps them from being read.
#[expect(
    clippy::panic,
    reason = "by their checksums these are the bytes that were written, by the name of a section in this layout"
)]
fn read_questions(parts: &[Vec<u8>]) -> Questions {
    type Part = Vec<(QuestionId, Arc<Question>)>;
    let read = |parts: &[Vec<u8>]| -> serde_json::Result<Vec<Part>> {
        let read = parts.iter().map(|part| serde_json::from_slice(part));
        read.collect()
    };
    let (first, second) = parts.split_at(parts.len() / 2);
    let read = std::thread::scope(|scope| {
        let beside = scope.spawn(|| read(first));
        let second = read(second);
        let first = beside
            .join()
            .unwrap_or_else(|panicked| resume_unwind(panicked));
        Ok::<_, serde_json::Error>((first?, second?))
    });
    match read {
        Ok((first, second)) => Shards::of(first.into_iter().chain(second).flatten()),
        Err(error) => panic!(
            "the kept questions cannot be read ({error}); stop svar, and have `svar rebuild` make them again"
        ),
    }
}

/// Reads the checkpoint of the journal with this mark; `Err` says why there is none.
pub(super) fn read(folder: &Path, mark: &[u8]) -> Result<Option<Checkpoint>, String> {
    let Some(sections) = Sections::open(&file_of(folder), MAGIC)? else {
        return Ok(None);
    };
    let read = read_sections(&sections, mark);
    sections.verify()?;
    read.map(Some)
}

fn read_sections(sections: &Sections, mark: &[u8]) -> Result<Checkpoint, String> {
    let find = |name: &str| sections.read(name);
    let head = find("head").and_then(|bytes| serde_json::from_slice::<Head>(&bytes).ok());
    let head = head.ok_or("it says nothing of itself that this version can read")?;
    if head.rules != keep::RULES {
        return Err("it was folded by the rules of another version".to_owned());
    }
    if head.mark != mark {
        return Err("it belongs to another journal".to_owned());
    }
    let contacts = || find("contact_fold").and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let (facts, (installation, contacts)) = rayon::join(
        || keep::from_sections(&find),
        || rayon::join(|| read_installation(&find), contacts),
    );
    let (Some(contacts), Some(facts), Some(lines)) = (contacts, facts, find(DESK)) else {
        return Err("its columns are laid out in another way".to_owned());
    };
    Ok(Checkpoint {
        head,
        contacts,
        installation,
        facts,
        desk: Later::by(move || read_desk(lines)),
    })
}

/// What kept columns say of themselves, for a check.
#[derive(Clone, Debug)]
pub struct KeptColumns {
    /// Everything up to this record is in.
    pub position: u64,
    /// The profile that they were folded by.
    pub profile: Profile,
    /// The first instant that was ahead of the clock when they were kept.
    pub later_from: Option<Timestamp>,
    /// How many rows each table has.
    pub rows: [(&'static str, usize); 12],
}

/// Looks at the columns in `folder` that were kept for the journal with this mark, if there
/// are any; `Err` says why a start would not use them.
pub fn kept_columns(folder: &Path, mark: &[u8]) -> Result<Option<KeptColumns>, String> {
    let checkpoint = read(folder, mark)?;
    Ok(checkpoint.map(|checkpoint| KeptColumns {
        position: checkpoint.head.position,
        profile: checkpoint.head.profile,
        later_from: checkpoint.head.later.first(),
        rows: rows_of(&checkpoint.facts),
    }))
}

/// How many rows each table of facts has.
pub fn rows_of(facts: &Facts) -> [(&'static str, usize); 12] {
    [
        ("episodes", facts.episodes.len()),
        ("messages", facts.messages.len()),
        ("replies", facts.responses.len()),
        ("questions", facts.questions.len()),
        ("feedback", facts.feedback.len()),
        ("surveys", facts.surveys.len()),
        ("tickets", facts.tickets.len()),
        ("ticket messages", facts.ticket_messages.len()),
        ("backlog", facts.backlog.len()),
        ("stays", facts.stays.len()),
        ("promises", facts.promises.len()),
        ("jobs", facts.jobs.len()),
    ]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::demo;
    use crate::projection::fold_all;

    fn desk() -> Checkpoint {
        let until = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
        let options = demo::Options {
            conversations: 300,
            ..demo::Options::new(until)
        };
        let events: Vec<_> = demo::events(&options).collect();
        let (contacts, _) = ContactFold::of(events.iter());
        let mut installation = Installation::default();
        for (seq, event) in (1..).zip(&events) {
            let from = crate::model::Provenance {
                seq,
                actor: "admin",
            };
            installation.apply(from, event);
        }
        let head = Head {
            rules: keep::RULES,
            mark: b"this journal".to_vec(),
            position: 7,
            profile: Profile::default(),
            latest_at: until,
            later: Upcoming::default(),
        };
        let facts = fold_all(&events, Profile::default(), until);
        Checkpoint {
            desk: {
                let mut desk = Lines::default();
                desk.add(serde_json::from_str(LINES).unwrap());
                Later::There(desk)
            },
            head,
            contacts,
            installation: Some(installation),
            facts,
        }
    }

    const LINES: &str = r#"{"tickets":[{"ticket":"t","unit":3,"version":"1.0","pipeline":"support","is_job":false,"stage":"new","promised":{"open":[{"target":"close","from":"2026-10-31T00:00:00Z"}],"stays":[{"stage":"new","from":"2026-10-31T00:00:00Z","until":null}],"team":"x"},"reps":[],"opened_at":"2026-10-31T00:00:00Z","updated_at":"2026-10-31T00:00:00Z"}],"conversations":[{"conversation":"c","unit":3,"contact":"p","channel":"chat","assigned_to":"Nobody","tags":[],"marks":[],"started_at":"2026-10-31T00:00:00Z","last_message_at":"2026-10-31T00:00:00Z","last_author":"contact","preview":"x","promised":{"open":[{"target":"first_response","from":"2026-10-31T00:00:00Z"}],"stays":[],"team":null}}]}"#;

    fn stored_checkpoint() -> (tempfile::TempDir, Checkpoint) {
        let place = tempfile::tempdir().unwrap();
        let desk = desk();
        write(place.path(), &desk).unwrap();
        (place, desk)
    }

    #[test]
    fn kept_facts_come_back_as_they_were() {
        let (place, desk) = stored_checkpoint();
        let facts = &desk.facts;
        let back = read(place.path(), b"this journal").unwrap().unwrap();
        assert_eq!(back.head.position, 7);
        assert_eq!(*back.desk, *desk.desk);
        assert_eq!(back.desk.lines().count(), 1);
        assert_eq!(back.desk.tickets().count(), 1);
        assert_eq!(keep::to_sections(&back.facts), keep::to_sections(facts));
        let json =
            |checkpoint: &Checkpoint| serde_json::to_string(&checkpoint.installation).unwrap();
        assert_eq!(json(&back), json(&desk));
        assert!(
            !desk
                .installation
                .as_ref()
                .unwrap()
                .knowledge
                .questions
                .is_empty()
        );
        assert!(back.facts.episodes.rows().eq(facts.episodes.rows()));
        assert!(back.facts.threads.iter().eq(facts.threads.iter()));
        assert!(facts.threads.iter().any(|row| row.excluded != 0));
        let merges = |checkpoint: &Checkpoint| serde_json::to_string(&checkpoint.contacts).unwrap();
        assert_eq!(merges(&back), merges(&desk));
    }

    #[test]
    fn facts_of_another_journal_or_of_other_rules_are_not_read() {
        let (place, _) = stored_checkpoint();
        assert!(read(place.path(), b"another").is_err());
        let mut desk = desk();
        desk.head.rules = keep::RULES + 1;
        write(place.path(), &desk).unwrap();
        assert!(read(place.path(), b"this journal").is_err());
    }

    #[test]
    fn no_flipped_or_missing_byte_goes_unseen() {
        let (place, _) = stored_checkpoint();
        let path = file_of(place.path());
        let whole = fs::read(&path).unwrap();
        // The names of sections, too.
        let name = b"questions_3";
        let named = whole.windows(name.len()).position(|part| part == name);
        let somewhere = (0..whole.len()).step_by(whole.len() / 60);
        for at in somewhere.chain(named.map(|at| at + name.len() - 1)) {
            let mut damaged = whole.clone();
            *damaged.get_mut(at).unwrap() ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            assert!(read(place.path(), b"this journal").is_err(), "byte {at}");
            fs::write(&path, whole.get(..at).unwrap()).unwrap();
            assert!(read(place.path(), b"this journal").is_err(), "cut at {at}");
        }
        let mut older = whole;
        older[MAGIC.len() - 1] -= 1;
        fs::write(&path, older).unwrap();
        let reason = read(place.path(), b"this journal").err().unwrap();
        assert!(reason.contains("another version"), "{reason}");
        fs::remove_file(&path).unwrap();
        assert!(read(place.path(), b"this journal").unwrap().is_none());
    }
}
