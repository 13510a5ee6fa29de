//! An episode while it is open, and what is known of it besides its facts when it ends.

use super::facts::{Episode, Question};
use super::run::Runs;
use crate::model::Timestamp;

/// An episode while it is open.
pub(super) struct Draft<'a> {
    pub(super) episode: Episode<'a>,
    pub(super) runs: Runs,
    pub(super) deeds: Deeds,
    /// The customer agent replied or recorded a question.
    pub(super) on_by_deed: bool,
    /// The last public message of the contact, a rep or the customer agent.
    pub(super) spoken_at: Timestamp,
    /// Whether rule 3 was judged for the last message.
    pub(super) judged: bool,
    /// A rep's first message; in an outbound episode, the first after the contact's.
    pub(super) first_response_at: Option<Timestamp>,
    /// The same for a reply of a rep or the customer agent.
    pub(super) first_reply_at: Option<Timestamp>,
    /// For a handoff inferred from a message: the run that the message ended.
    pub(super) takeover_from: Option<Timestamp>,
}

/// What happened in an episode, as its outcome asks.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
pub(super) struct Deeds {
    /// A question could not be answered.
    pub(super) unanswered: bool,
    /// The customer agent sent an answer or asked back.
    pub(super) replied: bool,
    /// Whether the last message that counts is an answer.
    pub(super) answer_stands: bool,
    /// Whether the contact wrote after the last answer.
    pub(super) contact_since_answer: bool,
}

/// What is known of an ended episode besides its facts.
#[derive(Clone, Copy, Default)]
pub(super) struct EpisodeEnd {
    pub(super) deeds: Deeds,
    pub(super) on_at_end: bool,
    pub(super) first_response_at: Option<Timestamp>,
    pub(super) first_reply_at: Option<Timestamp>,
    pub(super) takeover_from: Option<Timestamp>,
    pub(super) resolve_at: Option<Timestamp>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(ordinal: u32, outbound: bool, at: Timestamp) -> Self {
        Self {
            episode: Episode {
                ordinal,
                outbound,
                started_at: at,
                quiet_from: at,
                ..Episode::default()
            },
            runs: Runs::default(),
            deeds: Deeds::default(),
            on_by_deed: false,
            spoken_at: at,
            judged: false,
            first_response_at: None,
            first_reply_at: None,
            takeover_from: None,
        }
    }

    pub(super) fn asked(&mut self, question: &Question<'a>) {
        self.on_by_deed = true;
        self.deeds.unanswered |= question.is_unanswered();
    }

    /// Our own opening of an outbound episode is no response to anybody.
    pub(super) const fn counts_responses(&self) -> bool {
        !self.episode.outbound || self.episode.first_contact_at.is_some()
    }

    pub(super) fn rated(&mut self, rating: &str) {
        rate(&mut self.episode, rating);
    }
}

/// Notes the last of `helpful` and `not_helpful`.
pub(super) fn rate(episode: &mut Episode<'_>, rating: &str) {
    match rating {
        "helpful" => episode.feedback = Some(true),
        "not_helpful" => episode.feedback = Some(false),
        _ => {}
    }
}
