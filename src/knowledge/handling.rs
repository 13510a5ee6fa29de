//! How long reps were busy with conversations, as far as their messages tell.
//!
//! The time from handoff to end would count nights and queues. So a rep's message counts
//! the time since the message before it, whoever wrote that, but at most ten minutes.
//!
//! The rep time of a gap is an estimate: the median of its own handed-off conversations (of all
//! that have unanswered questions, where it has fewer than five), times its conversations.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::metrics::{Chunk, Facts, MessageRow, NEVER, Row, place_of};
use crate::model::Timestamp;
use crate::model::episode::Author;
use crate::model::knowledge::QuestionRecord;

const CONVERSATION: usize = place_of(MessageRow::FIELDS, "conversation");
const AT: usize = place_of(MessageRow::FIELDS, "at");
const AUTHOR: usize = place_of(MessageRow::FIELDS, "author");

/// What one message of a rep can count at most.
const MOST_MS: i64 = 10 * 60_000;

/// Seconds by conversation, of those that were handed off and are over.
pub(super) type Handling = HashMap<u32, f64>;

/// The time that reps spent on the conversations of questions.
pub(super) fn handling<'a>(
    facts: &Facts,
    now: Timestamp,
    questions: impl Iterator<Item = &'a QuestionRecord>,
) -> Handling {
    let mut spans: HashMap<u32, (i64, i64)> = HashMap::new();
    for record in questions {
        let codes = &facts.dictionaries.conversation;
        let Some(code) = codes.code(record.conversation.as_str()) else {
            continue;
        };
        let row = facts.episode_at(code, record.at.millis());
        let Some(row) = row.filter(|row| row.ended_at <= now.millis()) else {
            continue;
        };
        // Where the customer agent was not on it, it was theirs from the start.
        let from = if record.is_mined {
            row.started_at
        } else {
            row.handoff_at
        };
        if from != NEVER {
            spans.insert(code, (from, row.ended_at));
        }
    }
    let chunks = facts.messages.chunks().par_iter();
    let wanted = chunks.flat_map_iter(|chunk| wanted(chunk, &spans));
    let mut messages: Vec<(u32, i64, u8)> = wanted.collect();
    messages.sort_unstable();
    summed(&messages, &spans)
}

/// The conversation, instant and author of the messages of a chunk that lie in `spans`.
fn wanted(chunk: &Chunk<MessageRow>, spans: &HashMap<u32, (i64, i64)>) -> Vec<(u32, i64, u8)> {
    let authors = chunk.codes(AUTHOR);
    let rows = chunk.codes(CONVERSATION).into_iter();
    let rows = rows.zip(chunk.instants(AT)).zip(authors).enumerate();
    let wanted = rows.filter_map(|(index, ((conversation, at), author))| {
        let (_, end) = spans.get(&conversation)?;
        let is_in = at <= *end && !chunk.is_struck(index);
        let author = u8::try_from(author).ok()?;
        is_in.then_some((conversation, at, author))
    });
    wanted.collect()
}

/// The sum by conversation of messages in order.
fn summed(messages: &[(u32, i64, u8)], spans: &HashMap<u32, (i64, i64)>) -> Handling {
    let mut handling = Handling::new();
    let mut before: Option<(u32, i64)> = None;
    for (conversation, at, author) in messages {
        let handed_off = spans.get(conversation).map_or(NEVER, |(from, _)| *from);
        if *author == Author::Rep as u8 && *at >= handed_off {
            let since = before.filter(|(other, _)| other == conversation);
            let since = since.map_or(handed_off, |(_, last)| last);
            let spent = at.saturating_sub(since).clamp(0, MOST_MS);
            *handling.entry(*conversation).or_default() += spent as f64 / 1000.0;
        }
        before = Some((*conversation, *at));
    }
    handling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rep_is_busy_for_ten_minutes_a_message_at_most() {
        let (rep, contact) = (Author::Rep as u8, Author::Contact as u8);
        let minute = 60_000;
        let messages = [
            (1, 0, contact),
            (1, 30 * minute, rep),
            (1, 33 * minute, rep),
            (1, 40 * minute, contact),
            (1, 41 * minute, rep),
            (2, 5 * minute, rep),
            (3, 5 * minute, contact),
        ];
        let spans = HashMap::from([(1, (minute, 50 * minute)), (2, (6 * minute, 9 * minute))]);
        let spent = summed(&messages, &spans);
        assert_eq!(spent, HashMap::from([(1, 14.0 * 60.0)]));
    }
}
