//! Which conversations mails belong to: a fold of Svar's own events. Decided over by `command`.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::lately::Lately;
use super::shards::Shards;
use super::{Body, ConversationId, Event, HOUR_MS, MessageId, Timestamp};

/// A mail that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownMail {
    /// In which conversation.
    pub conversation: ConversationId,
    /// As which message.
    pub message: MessageId,
    /// What its content became.
    pub content: String,
}

/// All mails that were taken in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MailThreads {
    known: Shards<String, Vec<KnownMail>>,
    /// When mails came in each conversation within the last hour.
    lately: Lately<ConversationId, VecDeque<Timestamp>>,
}

impl MailThreads {
    /// The mails of an id: several where it was used for other content again.
    pub fn of(&self, key: &str) -> &[KnownMail] {
        self.known.get(key).map_or(&[], Vec::as_slice)
    }

    /// How many came in a conversation in the hour before an instant.
    pub fn within_an_hour(&self, conversation: &str, now: Timestamp) -> usize {
        let times = self.lately.get(conversation).into_iter().flatten();
        times.filter(|at| now.since(**at) < HOUR_MS).count()
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::MailTakenIn(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        let Body::MailTakenIn(taken) = &event.body else {
            return;
        };
        let known = KnownMail {
            conversation: taken.conversation.clone(),
            message: taken.message.clone(),
            content: taken.content.clone(),
        };
        self.known.entry(&taken.key, Vec::new).push(known);
        let noted = (event.at, HOUR_MS);
        let times = self.lately.entry(&taken.conversation, noted, VecDeque::new);
        while times
            .pop_front_if(|at| event.at.since(*at) >= HOUR_MS)
            .is_some()
        {}
        times.push_back(event.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_after_a_mail_it_counts_no_more() {
        let mut threads = MailThreads::default();
        for minute in [0, 30] {
            let line = format!(
                r#"{{"type":"svar.mail_taken_in","at":"2026-01-01T00:{minute:02}:00Z","source":"svar","id":"{minute}","conversation":"c","message":"m{minute}","key":"k","content":"x"}}"#
            );
            threads.apply(&Event::parse_journalled(&line).unwrap());
        }
        assert_eq!(threads.of("k").len(), 2);
        let within = |text: &str| threads.within_an_hour("c", Timestamp::parse(text).unwrap());
        assert_eq!(within("2026-01-01T00:59:59Z"), 2);
        assert_eq!(within("2026-01-01T01:00:00Z"), 1);
        assert_eq!(within("2026-01-01T02:00:00Z"), 0);
    }
}
