//! Lines as they are kept with the columns: a compact form in parts, which several threads read at once,
//! so that a start has them at hand.
//!
//! Each part is its length (four bytes, the lowest first) and a `UnitLines` in postcard's form.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::line_file::LineFile;
use super::{Lines, UnitLines};
use crate::model::event::Assignee;
use crate::model::{RepId, TeamId};

/// How many lines a part has at most.
const PART: usize = 2_048;

/// Kept lines that are no such lines.
pub type Unreadable = postcard::Error;

impl Lines {
    /// What is kept of them.
    ///
    /// # Errors
    /// If a line cannot be written in that form, which no line is.
    pub fn kept(&self) -> Result<Vec<u8>, Unreadable> {
        let conversations = self.conversations.sorted();
        let conversations = conversations.chunks(PART).map(|lines| UnitLines {
            conversations: lines.iter().map(|line| (**line).clone()).collect(),
            ..UnitLines::default()
        });
        let tickets = self.tickets.sorted();
        let tickets = tickets.chunks(PART).map(|lines| UnitLines {
            tickets: lines.iter().map(|line| (**line).clone()).collect(),
            ..UnitLines::default()
        });
        let mut kept = Vec::new();
        for part in conversations.chain(tickets) {
            let part = postcard::to_allocvec(&part)?;
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
    pub fn of_kept(kept: &[u8]) -> Result<Self, Unreadable> {
        let parts = parts(kept)?;
        let next = AtomicUsize::new(0);
        let read = || {
            let mut own = UnitLines::default();
            while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
                let part: UnitLines = postcard::from_bytes(part)?;
                own.conversations.extend(part.conversations);
                own.tickets.extend(part.tickets);
            }
            Ok(own)
        };
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let all = thread::scope(|scope| -> Result<UnitLines, Unreadable> {
            let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(read)).collect();
            let mut all = read()?;
            for helper in helpers {
                let lines = helper
                    .join()
                    .unwrap_or(Err(Unreadable::DeserializeBadEncoding))?;
                all.conversations.extend(lines.conversations);
                all.tickets.extend(lines.tickets);
            }
            Ok(all)
        })?;
        Ok(thread::scope(|scope| {
            let tickets = scope.spawn(|| LineFile::of(all.tickets));
            Self {
                conversations: LineFile::of(all.conversations),
                tickets: tickets.join().unwrap_or_default(),
            }
        }))
    }
}

/// The parts of what is kept.
fn parts(kept: &[u8]) -> Result<Vec<&[u8]>, Unreadable> {
    let (mut parts, mut rest) = (Vec::new(), kept);
    while !rest.is_empty() {
        let (len, after) = rest
            .split_first_chunk()
            .ok_or(Unreadable::DeserializeUnexpectedEnd)?;
        let len = usize::try_from(u32::from_le_bytes(*len)).unwrap_or(usize::MAX);
        let (part, after) = after
            .split_at_checked(len)
            .ok_or(Unreadable::DeserializeUnexpectedEnd)?;
        parts.push(part);
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
        let line = |(number, assignee): (u32, &Assignee)| super::super::Line {
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
            let back = Lines::of_kept(&kept).unwrap();
            assert_eq!(back, lines);
            assert_eq!(back.lines_of("p0").count(), lines.lines_of("p0").count());
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let kept = lines(3).kept().unwrap();
        for len in 1..kept.len() {
            assert!(Lines::of_kept(kept.get(..len).unwrap()).is_err(), "{len}");
        }
    }
}
