//! A sample of each command on topics and questions.

use crate::command::{QuestionCommand, TopicCommand};
use crate::model::event::{RowReviewed, RowVerdict, Verdict};
use crate::model::{ConversationId, Timestamp};

pub(super) fn topic_samples() -> [TopicCommand; 7] {
    let topic = String::new;
    [
        TopicCommand::Dismiss {
            topics: Vec::new(),
            reason: None,
        },
        TopicCommand::Restore { topics: Vec::new() },
        TopicCommand::Rename {
            topic: topic(),
            title: String::new(),
        },
        TopicCommand::Pin {
            topic: topic(),
            on: true,
        },
        TopicCommand::Merge {
            topic: topic(),
            into: topic(),
        },
        TopicCommand::TellApart {
            topic: topic(),
            other: topic(),
            on: true,
        },
        TopicCommand::Split {
            topic: topic(),
            questions: Vec::new(),
        },
    ]
}

pub(super) fn question_samples() -> [QuestionCommand; 5] {
    let question = String::new;
    [
        QuestionCommand::Dismiss {
            questions: Vec::new(),
            reason: None,
        },
        QuestionCommand::Restore {
            questions: Vec::new(),
        },
        QuestionCommand::Move {
            question: question(),
            topic: String::new(),
        },
        QuestionCommand::Review {
            question: question(),
            verdict: Verdict::Right,
        },
        QuestionCommand::ReviewRow(RowReviewed {
            report: String::new(),
            conversation: ConversationId::parse("c").unwrap(),
            counted_at: Timestamp::MIN,
            verdict: RowVerdict::Right,
        }),
    ]
}
