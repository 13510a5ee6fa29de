//! Lines as they are kept with the columns: a compact form in parts, which several threads read at once,
//! so that a start has them at hand. A line itself is read when it is first shown.
//!
//! A head in postcard's form says the words and how many parts there are of each kind. It and each part
//! stand behind their length (four bytes, the lowest first).

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::block::{Entry, Placed};
use super::filed::{Filed, FiledLine, KeptLine, Place, place};
use super::glance::GlanceWords;
use super::line_file::LineFile;
use super::words::Words;
use super::{Line, Lines, TicketLine};
use crate::model::event::Assignee;
use crate::model::{RepId, TeamId};

/// How many lines a part has at most.
const PART: usize = 2_048;

/// Kept lines that are no such lines.
pub type Unreadable = postcard::Error;

/// What is kept before the parts.
#[derive(Serialize, Deserialize)]
struct Head {
    words: GlanceWords,
    ticket_words: Words,
    /// How many of the parts are of conversations; those of tickets come behind them.
    conversations: usize,
}

/// A line as it is kept; the line itself lies behind all of the part, in the same order.
#[derive(Serialize, Deserialize)]
struct KeptEntry<'a, G> {
    id: &'a str,
    unit: u32,
    contact: Option<Place>,
    text: &'a str,
    glance: G,
    /// How many bytes the line has.
    len: usize,
}

impl Lines {
    /// What is kept of them.
    ///
    /// # Errors
    /// If a line cannot be written in that form, which no line is.
    pub fn kept(&self) -> Result<Vec<u8>, Unreadable> {
        let (conversations, tickets) = (parts_of(&self.conversations)?, parts_of(&self.tickets)?);
        let head = Head {
            words: self.conversations.words().clone(),
            ticket_words: self.tickets.words().clone(),
            conversations: conversations.len(),
        };
        let head = postcard::to_allocvec(&head)?;
        let mut kept = Vec::new();
        for part in [head].into_iter().chain(conversations).chain(tickets) {
            let len = u32::try_from(part.len()).map_err(|_long| Unreadable::SerializeBufferFull)?;
            kept.extend(len.to_le_bytes());
            kept.extend(part);
        }
        Ok(kept)
    }

    /// The lines that were kept so.
    ///
    /// # Errors
    /// If the bytes are no kept lines.
    pub fn of_kept(kept: Vec<u8>) -> Result<Self, Unreadable> {
        let kept = Arc::new(kept);
        let parts = parts(&kept)?;
        let Some((head, parts)) = parts.split_first() else {
            return Ok(Self::default());
        };
        let head: Head = postcard::from_bytes(head.bytes)?;
        let parts = parts.split_at_checked(head.conversations);
        let (conversations, tickets) = parts.ok_or(Unreadable::DeserializeUnexpectedEnd)?;
        let conversations = read_parts::<Line>(&kept, conversations)?;
        let tickets = read_parts::<TicketLine>(&kept, tickets)?;
        Ok(thread::scope(|scope| {
            let tickets = scope.spawn(|| LineFile::of(head.ticket_words, tickets));
            Self {
                conversations: LineFile::of(head.words, conversations),
                tickets: tickets.join().unwrap_or_default(),
            }
        }))
    }
}

/// A file's lines in parts, in the order of their ids.
fn parts_of<L: FiledLine>(file: &LineFile<L>) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut entries: Vec<Entry<'_, L>> = file.entries().collect();
    entries.sort_unstable_by(|one, other| one.id().cmp(other.id()));
    entries.chunks(PART).map(part_of).collect()
}

fn part_of<L: FiledLine>(entries: &[Entry<'_, L>]) -> Result<Vec<u8>, Unreadable> {
    let mut lines = Vec::new();
    let kept = entries.iter().map(|entry| {
        let before = lines.len();
        entry.filed.line.write(&mut lines)?;
        Ok(KeptEntry {
            id: entry.id(),
            unit: entry.filed.unit,
            contact: entry.filed.contact,
            text: entry.text,
            glance: *entry.glance,
            len: lines.len() - before,
        })
    });
    let kept = kept.collect::<Result<Vec<_>, Unreadable>>()?;
    let mut part = postcard::to_allocvec(&kept)?;
    part.extend(lines);
    Ok(part)
}

/// The lines of all parts, read by as many threads as there are cores.
fn read_parts<'a, L: FiledLine + Send + Sync>(
    kept: &'a Arc<Vec<u8>>,
    parts: &[Part<'a>],
) -> Result<Vec<Placed<'a, L>>, Unreadable>
where
    L::Glance: Send + Sync,
{
    let next = AtomicUsize::new(0);
    let read = || {
        let mut own: Vec<Placed<'a, L>> = Vec::new();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            read_part(kept, part, &mut own)?;
        }
        Ok(own)
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(read)).collect();
        let mut all = read()?;
        for helper in helpers {
            let theirs = helper.join();
            all.extend(theirs.unwrap_or(Err(Unreadable::DeserializeBadEncoding))?);
        }
        Ok(all)
    })
}

/// Reads a part's lines behind those that are there.
fn read_part<'a, L: FiledLine>(
    kept: &Arc<Vec<u8>>,
    part: &Part<'a>,
    read: &mut Vec<Placed<'a, L>>,
) -> Result<(), Unreadable> {
    let (entries, lines): (Vec<KeptEntry<'a, L::Glance>>, _) =
        postcard::take_from_bytes(part.bytes)?;
    let mut from = part.end - lines.len();
    for entry in entries {
        let until = from.saturating_add(entry.len);
        if until > part.end {
            return Err(Unreadable::DeserializeUnexpectedEnd);
        }
        let filed = Filed {
            id: entry.id.into(),
            unit: entry.unit,
            contact: entry.contact,
            line: KeptLine::of_kept(Arc::clone(kept), from..until),
        };
        read.push(Placed {
            place: place(entry.id),
            glance: entry.glance,
            text: entry.text,
            filed: Arc::new(filed),
        });
        from = until;
    }
    Ok(())
}

/// A part of what is kept, and where in it that ends.
struct Part<'a> {
    bytes: &'a [u8],
    end: usize,
}

/// The parts of what is kept.
fn parts(kept: &[u8]) -> Result<Vec<Part<'_>>, Unreadable> {
    let (mut parts, mut rest) = (Vec::new(), kept);
    while !rest.is_empty() {
        let (len, after) = rest
            .split_first_chunk()
            .ok_or(Unreadable::DeserializeUnexpectedEnd)?;
        let len = usize::try_from(u32::from_le_bytes(*len)).unwrap_or(usize::MAX);
        let (bytes, after) = after
            .split_at_checked(len)
            .ok_or(Unreadable::DeserializeUnexpectedEnd)?;
        let end = kept.len() - after.len();
        parts.push(Part { bytes, end });
        rest = after;
    }
    Ok(parts)
}

/// An assignee in a form that tells its kind by a number.
#[derive(Serialize, Deserialize)]
enum KeptAssignee {
    Rep(RepId),
    Team(TeamId),
    CustomerAgent(Option<String>),
    Nobody,
}

/// Writes an assignee.
pub(super) fn serialize<S: Serializer>(assignee: &Assignee, to: S) -> Result<S::Ok, S::Error> {
    let kept = match assignee.clone() {
        Assignee::Rep { id } => KeptAssignee::Rep(id),
        Assignee::Team { id } => KeptAssignee::Team(id),
        Assignee::CustomerAgent { id } => KeptAssignee::CustomerAgent(id),
        Assignee::Nobody {} => KeptAssignee::Nobody,
    };
    kept.serialize(to)
}

/// Reads an assignee.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Assignee, D::Error> {
    Ok(match KeptAssignee::deserialize(from)? {
        KeptAssignee::Rep(id) => Assignee::Rep { id },
        KeptAssignee::Team(id) => Assignee::Team { id },
        KeptAssignee::CustomerAgent(id) => Assignee::CustomerAgent { id },
        KeptAssignee::Nobody => Assignee::Nobody {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desk::UnitLines;
    use crate::model::event::{ActorKind, Mark};
    use crate::model::{ContactId, ConversationId, Timestamp};

    fn lines(count: u32) -> Lines {
        let at = Timestamp::parse("2026-10-31T00:00:00.123Z").unwrap();
        let assignees = [
            Assignee::Rep {
                id: RepId::parse("ada").unwrap(),
            },
            Assignee::Team {
                id: TeamId::parse("front").unwrap(),
            },
            Assignee::CustomerAgent { id: None },
            Assignee::CustomerAgent {
                id: Some("svar".to_owned()),
            },
            Assignee::Nobody {},
        ];
        let line = |(number, assignee): (u32, &Assignee)| Line {
            conversation: ConversationId::parse(&format!("c{number}")).unwrap(),
            unit: number / 2,
            contact: ContactId::parse(&format!("p{}", number % 7)).unwrap(),
            channel: "chat".to_owned(),
            inbox: None,
            subject: Some("Zażółć".to_owned()),
            language: None,
            priority: None,
            resolved_at: Some(at),
            ends_at: None,
            assigned_to: assignee.clone(),
            tags: vec!["billing".to_owned()],
            marks: vec![Mark::Spam, Mark::Deleted],
            started_at: Timestamp::from_millis(-1),
            last_message_at: at,
            last_author: ActorKind::CustomerAgent,
            preview: "x".to_owned(),
            contact_at: None,
            waiting_since: Some(at),
            promised: crate::model::desk::Promised::default(),
        };
        let mut lines = Lines::default();
        lines.add(UnitLines {
            conversations: (0..count).zip(assignees.iter().cycle()).map(line).collect(),
            tickets: Vec::new(),
        });
        lines
    }

    #[test]
    fn what_is_kept_comes_back_whole_also_in_many_parts() {
        for count in [0, 1, 5_000] {
            let lines = lines(count);
            let kept = lines.kept().unwrap();
            let back = Lines::of_kept(kept).unwrap();
            assert_eq!(back, lines);
            assert_eq!(back.lines_of("p0").count(), lines.lines_of("p0").count());
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let kept = lines(3).kept().unwrap();
        for len in 1..kept.len() {
            assert!(
                Lines::of_kept(kept.get(..len).unwrap().to_vec()).is_err(),
                "{len}"
            );
        }
    }
}
