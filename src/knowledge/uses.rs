//! What short answers were given to, and what contacts said of that.
//!
//! Read off all questions once; the counter keeps it for as long as it lives. Feeds proofs and the
//! list of short answers.

use std::collections::HashMap;

use super::Library;
use crate::metrics::Facts;
use crate::model::ShortAnswerId;
use crate::model::Timestamp;
use crate::model::knowledge::QuestionRecord;

/// The questions that each short answer was given to.
pub(super) type Given<'a> = HashMap<&'a ShortAnswerId, Vec<&'a QuestionRecord>>;

/// What contacts said of answers, by conversation.
pub(super) type Verdicts = HashMap<u32, Vec<(i64, bool)>>;

/// How often a short answer was given, and how that was received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerUse {
    /// How often.
    pub given: usize,
    /// The last time.
    pub last_at: Option<Timestamp>,
    /// After how many of those the contact said that it helped.
    pub helpful: usize,
    /// After how many of those the contact said that it did not.
    pub unhelpful: usize,
}

pub(super) fn given<'a>(records: impl Iterator<Item = &'a QuestionRecord>) -> Given<'a> {
    let mut given = Given::new();
    for record in records.filter(|record| record.is_answered) {
        if let Some(answer) = &record.short_answer {
            given.entry(answer).or_default().push(record);
        }
    }
    given
}

pub(super) fn said(facts: &Facts) -> Verdicts {
    let words = &facts.dictionaries.rating;
    let (helpful, not) = (words.code("helpful"), words.code("not_helpful"));
    let mut said = Verdicts::new();
    for row in facts.feedback.rows() {
        let is_helpful = Some(row.rating) == helpful;
        if is_helpful || Some(row.rating) == not {
            said.entry(row.conversation)
                .or_default()
                .push((row.at, is_helpful));
        }
    }
    said
}

impl Library {
    /// How often each short answer was given, by its id; one that never was is left out.
    pub fn answer_uses(&self) -> HashMap<String, AnswerUse> {
        let counter = self.counter();
        let uses = counter.given().iter().map(|(answer, records)| {
            let helped = |wanted: bool| {
                let heard = records.iter().map(|record| counter.helped(record));
                heard.filter(|heard| *heard == Some(wanted)).count()
            };
            let of_it = AnswerUse {
                given: records.len(),
                last_at: records.iter().map(|record| record.at).max(),
                helpful: helped(true),
                unhelpful: helped(false),
            };
            (answer.to_string(), of_it)
        });
        uses.collect()
    }
}
