//! How long reps were busy with an episode, as far as their messages tell.
//!
//! The time from handoff to end would count nights and queues. So a rep's message counts the time
//! since the message before it, whoever wrote that, but at most ten minutes.

use super::facts::{Author, Episode, Message};

/// What one message of a rep can count at most.
const MOST_MS: i64 = 10 * 60_000;

impl Episode<'_> {
    /// The milliseconds that reps spent on it, of the messages of its thread in order: from the
    /// handoff on, or from the start where nothing was handed off. Zero: no message tells of any.
    pub fn rep_time_ms(&self, messages: &[Message<'_>]) -> u32 {
        let from = self
            .handoff
            .map_or(self.started_at, |handoff| handoff.at)
            .millis();
        let is_after = |message: &Message<'_>| {
            let has_ended = self.ended_at.is_some_and(|end| message.at > end);
            has_ended || self.next_started_at.is_some_and(|next| message.at >= next)
        };
        let first = messages.partition_point(|message| message.at < self.started_at);
        let mut last = None;
        let mut spent = 0;
        for message in messages.get(first..).unwrap_or_default() {
            if is_after(message) {
                break;
            }
            let at = message.at.millis();
            if message.author == Author::Rep && at >= from {
                spent += at.saturating_sub(last.unwrap_or(from)).clamp(0, MOST_MS);
            }
            last = Some(at);
        }
        u32::try_from(spent).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::model::episode::Handoff;
    use crate::model::event::HandoffReason;

    const MINUTE: i64 = 60_000;

    fn message(minute: i64, author: Author) -> Message<'static> {
        Message {
            at: Timestamp::from_millis(minute * MINUTE),
            id: "m",
            author,
            rep: None,
            team: None,
            reply: false,
            blocked: false,
            ack: false,
        }
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(minute * MINUTE)
    }

    #[test]
    fn a_rep_is_busy_for_ten_minutes_a_message_at_most() {
        let messages = [
            message(0, Author::Rep),
            message(1, Author::Contact),
            message(31, Author::Rep),
            message(34, Author::Rep),
            message(41, Author::Contact),
            message(42, Author::Rep),
            message(52, Author::Rep),
            message(60, Author::Contact),
            message(61, Author::Rep),
        ];
        let episode = Episode {
            started_at: at(1),
            ended_at: Some(at(50)),
            next_started_at: Some(at(60)),
            ..Episode::default()
        };
        let minutes = |episode: &Episode<'_>| i64::from(episode.rep_time_ms(&messages)) / MINUTE;
        assert_eq!(minutes(&episode), 10 + 3 + 1);
        let handed_off = Episode {
            handoff: Some(Handoff {
                at: at(33),
                reason: HandoffReason::Asked,
                by_event: true,
            }),
            ..episode.clone()
        };
        assert_eq!(minutes(&handed_off), 3 + 1);
        let goes_on = Episode {
            ended_at: None,
            ..episode
        };
        assert_eq!(minutes(&goes_on), 10 + 3 + 1 + 10);
    }
}
