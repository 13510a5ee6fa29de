//! The columns on disk, so that a start replays the journal's tail only.
//!
//! One file, written whole under another name and then renamed. It says by which rules,
//! of which journal and up to which position its facts were folded; whatever does not
//! fit, and any byte that is not as it was written, means that the facts are folded anew.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::contacts::ContactFold;
use super::error::Error;
use crate::failpoint;
use crate::metrics::Facts;
use crate::metrics::keep::{self, Section};
use crate::model::knowledge::{Question, Shards};
use crate::model::{Knowledge, Profile, QuestionId, Timestamp};
use crate::store::Thing;

/// What the file begins with; the last byte is the version of the layout.
const MAGIC: &[u8; 8] = b"svarcol\x03";

/// The section of questions, topics and short answers; the number is the version of its rules.
const KNOWLEDGE: &str = "knowledge_3";

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

/// What holds beside the facts.
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
    pub(super) later: BTreeMap<Timestamp, Vec<Thing>>,
}

/// Facts as they were kept.
pub(super) struct Checkpoint {
    pub(super) head: Head,
    pub(super) contacts: ContactFold,
    /// None: laid out in another way; it is folded anew from the journal.
    pub(super) knowledge: Option<Knowledge>,
    pub(super) facts: Facts,
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("facts")
}

/// Writes a checkpoint in place of the one before.
pub(super) fn write(folder: &Path, kept: &Checkpoint) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Folder {
        folder: folder.to_owned(),
        reason: error.to_string(),
    };
    let json = |value: serde_json::Result<Vec<u8>>| value.map_err(|error| failed(error.into()));
    let mut sections: Vec<Section> = vec![
        ("head", json(serde_json::to_vec(&kept.head))?),
        ("contact_fold", json(serde_json::to_vec(&kept.contacts))?),
    ];
    if let Some(knowledge) = &kept.knowledge {
        let written = knowledge_sections(knowledge).map_err(|error| failed(error.into()))?;
        sections.extend(written);
    }
    sections.extend(keep::to_sections(&kept.facts));
    let path = file_of(folder);
    let temporary = path.with_extension("tmp");
    let write = || {
        failpoint::refuse("columns.write")?;
        fs::create_dir_all(folder)?;
        let mut file = File::create(&temporary)?;
        file.write_all(MAGIC)?;
        for (name, bytes) in &sections {
            file.write_all(&frame(name, bytes))?;
            file.write_all(bytes)?;
        }
        file.sync_all()?;
        drop(file);
        failpoint::pass("columns.written");
        fs::rename(&temporary, &path)?;
        failpoint::pass("columns.renamed");
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| {
        // A full disk needs the space more than anybody needs half a file.
        if let Err(left) = fs::remove_file(&temporary)
            && left.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%left, file = %temporary.display(), "a file could not be removed");
        }
        failed(error)
    })
}

/// Questions, topics and short answers as sections.
fn knowledge_sections(knowledge: &Knowledge) -> serde_json::Result<Vec<Section>> {
    let mut rest = knowledge.clone();
    let questions = std::mem::take(&mut rest.questions);
    let mut all: Vec<(&QuestionId, &Arc<Question>)> = questions.iter().collect();
    all.par_sort_unstable_by_key(|(id, _)| *id);
    let each = all.len().div_ceil(QUESTIONS.len()).max(1);
    let parts = all.par_chunks(each).zip(QUESTIONS);
    let written = parts.map(|(part, name)| Ok((name, serde_json::to_vec(part)?)));
    let mut sections: Vec<Section> = written.collect::<serde_json::Result<_>>()?;
    sections.push((KNOWLEDGE, serde_json::to_vec(&rest)?));
    Ok(sections)
}

/// Questions, topics and short answers from their sections; `None`: laid out in another way.
fn read_knowledge<'b>(find: impl Fn(&str) -> Option<&'b [u8]> + Sync) -> Option<Knowledge> {
    let part = |name: &str| -> Option<Vec<(QuestionId, Arc<Question>)>> {
        find(name).map_or_else(
            || Some(Vec::new()),
            |bytes| serde_json::from_slice(bytes).ok(),
        )
    };
    let rest = || -> Option<Knowledge> { serde_json::from_slice(find(KNOWLEDGE)?).ok() };
    let (rest, parts) = rayon::join(rest, || {
        let parts = QUESTIONS.into_par_iter().map(part);
        parts.collect::<Option<Vec<_>>>()
    });
    let mut knowledge = rest?;
    knowledge.questions = Shards::of(parts?.into_iter().flatten());
    Some(knowledge)
}

/// The name of a section, how long it is, and its checksum.
fn frame(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    frame.push(u8::try_from(name.len()).unwrap_or_default());
    frame.extend_from_slice(name.as_bytes());
    frame.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    frame.extend_from_slice(&checksum(name, bytes).to_le_bytes());
    frame
}

/// The checksum of a section, its name with it: under another name it would not be missed.
fn checksum(name: &str, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(name.as_bytes()), bytes)
}

/// Reads the checkpoint of the journal with this mark; `Err` says why there is none.
pub(super) fn read(folder: &Path, mark: &[u8]) -> Result<Option<Checkpoint>, String> {
    let path = file_of(folder);
    let mut bytes = Vec::new();
    match File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    }
    let (name, version) = MAGIC.split_at(MAGIC.len() - 1);
    let is_other = |rest: &[u8]| !rest.is_empty() && !rest.starts_with(version);
    if bytes.strip_prefix(name).is_some_and(is_other) {
        return Err("another version of svar laid it out".to_owned());
    }
    let sections = sections(&bytes).ok_or("it is damaged")?;
    let find = |name: &str| sections.get(name).copied();
    let head = find("head").and_then(|bytes| serde_json::from_slice::<Head>(bytes).ok());
    let head = head.ok_or("it says nothing of itself that this version can read")?;
    if head.rules != keep::RULES {
        return Err("it was folded by the rules of another version".to_owned());
    }
    if head.mark != mark {
        return Err("it belongs to another journal".to_owned());
    }
    let contacts = || find("contact_fold").and_then(|bytes| serde_json::from_slice(bytes).ok());
    let (knowledge, (contacts, facts)) = rayon::join(
        || read_knowledge(find),
        || rayon::join(contacts, || keep::from_sections(find)),
    );
    let (Some(contacts), Some(facts)) = (contacts, facts) else {
        return Err("its columns are laid out in another way".to_owned());
    };
    Ok(Some(Checkpoint {
        head,
        contacts,
        knowledge,
        facts,
    }))
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
    let kept = read(folder, mark)?;
    Ok(kept.map(|kept| KeptColumns {
        position: kept.head.position,
        profile: kept.head.profile,
        later_from: kept.head.later.keys().next().copied(),
        rows: rows_of(&kept.facts),
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

/// The sections by name; `None` where a byte is not as it was written.
fn sections(bytes: &[u8]) -> Option<HashMap<&str, &[u8]>> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let mut framed = Vec::new();
    while let Some((length, after)) = rest.split_first() {
        let (name, after) = after.split_at_checked(usize::from(*length))?;
        let (size, after) = after.split_first_chunk::<8>()?;
        let (checksum, after) = after.split_first_chunk::<4>()?;
        let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
        let (section, after) = after.split_at_checked(size)?;
        framed.push((
            std::str::from_utf8(name).ok()?,
            section,
            u32::from_le_bytes(*checksum),
        ));
        rest = after;
    }
    let whole = |(name, section, told): &(&str, &[u8], u32)| checksum(name, section) == *told;
    let framed_whole = framed.par_iter().all(whole);
    framed_whole.then(|| {
        let named = framed.into_iter().map(|(name, section, _)| (name, section));
        named.collect()
    })
}

#[cfg(test)]
mod tests {
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
        let mut knowledge = Knowledge::default();
        for event in &events {
            let told = crate::model::knowledge::Told {
                seq: 1,
                actor: "demo",
            };
            knowledge.apply(told, event);
        }
        let head = Head {
            rules: keep::RULES,
            mark: b"this journal".to_vec(),
            position: 7,
            profile: Profile::default(),
            latest_at: until,
            later: BTreeMap::new(),
        };
        let facts = fold_all(&events, Profile::default(), until);
        Checkpoint {
            head,
            contacts,
            knowledge: Some(knowledge),
            facts,
        }
    }

    fn kept() -> (tempfile::TempDir, Checkpoint) {
        let place = tempfile::tempdir().unwrap();
        let desk = desk();
        write(place.path(), &desk).unwrap();
        (place, desk)
    }

    #[test]
    fn kept_facts_come_back_as_they_were() {
        let (place, desk) = kept();
        let facts = &desk.facts;
        let back = read(place.path(), b"this journal").unwrap().unwrap();
        assert_eq!(back.head.position, 7);
        assert_eq!(keep::to_sections(&back.facts), keep::to_sections(facts));
        let json = |kept: &Checkpoint| serde_json::to_string(&kept.knowledge).unwrap();
        assert_eq!(json(&back), json(&desk));
        assert!(!desk.knowledge.as_ref().unwrap().questions.is_empty());
        assert!(back.facts.episodes.rows().eq(facts.episodes.rows()));
        assert!(back.facts.threads.iter().eq(facts.threads.iter()));
        assert!(facts.threads.iter().any(|row| row.excluded != 0));
        let merges = |kept: &Checkpoint| serde_json::to_string(&kept.contacts).unwrap();
        assert_eq!(merges(&back), merges(&desk));
    }

    #[test]
    fn facts_of_another_journal_or_of_other_rules_are_not_read() {
        let (place, _) = kept();
        assert!(read(place.path(), b"another").is_err());
        let mut desk = desk();
        desk.head.rules = keep::RULES + 1;
        write(place.path(), &desk).unwrap();
        assert!(read(place.path(), b"this journal").is_err());
    }

    #[test]
    fn no_flipped_or_missing_byte_goes_unseen() {
        let (place, _) = kept();
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
