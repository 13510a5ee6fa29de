//! What reps answered to the questions of a gap, and which of these replies is the most typical.
//!
//! A reply is the first public message of a rep after a question. The most typical one is the one
//! that has most words in common with all others, courtesies aside: a start for a draft, which
//! somebody reads before anybody gets it. Nothing here publishes anything.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use svar_index::phrase;
use utoipa::ToSchema;

use super::Library;
use super::topic_number;
use crate::command::Refusal;
use crate::model::conversation::Conversation;
use crate::model::event::{ActorKind, Visibility};
use crate::model::knowledge::QuestionRecord;
use crate::model::{ConversationId, Timestamp};

/// How many questions, the latest, are looked at.
const LOOKED_AT: usize = 100;
/// From how many words on a reply says something.
const FEWEST_WORDS: usize = 3;
/// From which likeness on two replies say the same.
const ALIKE: f64 = 0.5;

/// A rep's reply to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RepReply {
    /// The question.
    pub question: String,
    /// In which conversation.
    pub conversation: String,
    /// The message.
    pub message: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who wrote it.
    pub rep: Option<String>,
    /// Its words.
    pub text: String,
}

/// What reps answered to the questions of a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct GapReplies {
    /// To the latest hundred questions, in their order; questions without a reply are left out.
    pub items: Vec<RepReply>,
    /// The message of the most typical reply.
    pub typical: Option<String>,
    /// How many replies say nearly the same as that one, itself included.
    pub alike: usize,
}

impl GapReplies {
    /// The most typical reply.
    pub fn most_typical(&self) -> Option<&RepReply> {
        let message = self.typical.as_ref()?;
        self.items.iter().find(|reply| reply.message == *message)
    }
}

impl Library {
    /// What reps answered to the questions of a topic; `read` gives a conversation.
    pub(crate) fn replies(
        &self,
        topic: &str,
        read: impl Fn(&ConversationId) -> Option<Conversation>,
    ) -> Result<GapReplies, Refusal> {
        let number = topic_number(topic)?;
        let standing = self.installation.knowledge.standing(number);
        let standing = standing.ok_or_else(|| Refusal::unknown("topic", topic))?;
        let counter = self.counter();
        if counter.tally(standing).is_none() {
            return Err(Refusal::unknown("topic", topic));
        }
        let (mut items, mut seen) = (Vec::new(), HashSet::new());
        let questions = counter.questions(standing).into_iter();
        let standing = questions.filter(|(question, _)| question.dismissed.holds().is_none());
        for (question, record) in standing.take(LOOKED_AT) {
            let Some(conversation) = read(&record.conversation) else {
                continue;
            };
            let Some(reply) = reply(&question.id.to_string(), record, &conversation) else {
                continue;
            };
            if seen.insert(reply.message.clone()) {
                items.push(reply);
            }
        }
        let (typical, alike) = most_typical(&items);
        Ok(GapReplies {
            typical: typical.map(|reply| reply.message.clone()),
            alike,
            items,
        })
    }
}

/// The first public message of a rep after a question.
fn reply(question: &str, record: &QuestionRecord, conversation: &Conversation) -> Option<RepReply> {
    let mut messages = conversation.messages.iter();
    let found = messages.find(|message| {
        message.at >= record.at
            && message.author.kind == ActorKind::Rep
            && message.visibility == Visibility::Public
            && !message.text.trim().is_empty()
    })?;
    Some(RepReply {
        question: question.to_owned(),
        conversation: record.conversation.to_string(),
        message: found.id.to_string(),
        at: found.at,
        rep: found.author.id.as_ref().map(ToString::to_string),
        text: found.text.clone(),
    })
}

/// How often each word comes in a reply, courtesies aside.
fn words(text: &str) -> HashMap<String, f64> {
    let mut counts = HashMap::new();
    for sentence in phrase::core(text) {
        let words = sentence.split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            *counts.entry(word.to_lowercase()).or_insert(0.0) += 1.0;
        }
    }
    counts
}

/// How much two replies have in common, 0 to 1.
fn likeness(one: &HashMap<String, f64>, other: &HashMap<String, f64>) -> f64 {
    let length = |words: &HashMap<String, f64>| {
        let squares: f64 = words.values().map(|count| count * count).sum();
        squares.sqrt()
    };
    let common: f64 = one
        .iter()
        .filter_map(|(word, count)| Some(count * other.get(word)?))
        .sum();
    let lengths = length(one) * length(other);
    if lengths > 0.0 { common / lengths } else { 0.0 }
}

/// The reply that is most like all others, and how many are like it; of equals the latest, and of
/// those that say something where there are any.
fn most_typical(replies: &[RepReply]) -> (Option<&RepReply>, usize) {
    let worded = replies.iter().map(|reply| (reply, words(&reply.text)));
    let worded: Vec<(&RepReply, HashMap<String, f64>)> = worded
        .filter(|(_, words)| words.len() >= FEWEST_WORDS)
        .collect();
    let mut best: Option<(f64, &RepReply, usize)> = None;
    for (reply, own) in &worded {
        let like: Vec<f64> = worded
            .iter()
            .map(|(_, other)| likeness(own, other))
            .collect();
        let sum = like.iter().sum::<f64>();
        let alike = like.iter().filter(|like| **like >= ALIKE).count();
        let is_better = best.is_none_or(|(known, other, _)| {
            sum > known + 1e-9 || ((sum - known).abs() <= 1e-9 && reply.at > other.at)
        });
        if is_better {
            best = Some((sum, reply, alike));
        }
    }
    match best {
        Some((_, reply, alike)) => (Some(reply), alike),
        None => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replies(texts: &[&str]) -> Vec<RepReply> {
        let texts = texts.iter().enumerate();
        texts
            .map(|(place, text)| RepReply {
                question: format!("q{place}"),
                conversation: "c".to_owned(),
                message: format!("m{place}"),
                at: Timestamp::from_millis(i64::try_from(place).unwrap()),
                rep: None,
                text: (*text).to_owned(),
            })
            .collect()
    }

    #[test]
    fn the_most_typical_reply_is_the_one_most_others_are_like() {
        let all = replies(&[
            "Hi Cy, please press Forgot password and follow the mail.",
            "Ask your bank about it, we cannot see that.",
            "Hello! Press Forgot password, then follow the mail that we send. Thanks!",
            "Press Forgot password and follow the mail that comes.",
            "So.",
        ]);
        let (typical, alike) = most_typical(&all);
        assert_eq!(typical.unwrap().message, "m3");
        // Three say it; the bank is another matter, and one says nothing.
        assert_eq!(alike, 3);
        // Of equals the latest.
        let same = replies(&["Press the red button.", "Press the red button."]);
        assert_eq!(most_typical(&same).0.unwrap().message, "m1");
        assert_eq!(most_typical(&replies(&["So.", "Yes!"])), (None, 0));
        assert_eq!(most_typical(&[]), (None, 0));
    }
}
