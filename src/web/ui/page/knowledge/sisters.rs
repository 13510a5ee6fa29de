//! A gap's sisters in other languages, and short answers side by side.

use super::at;
use super::list::{state_class, status};
use crate::app::{AnswerBeside, Sister};
use crate::web::ui::desk::spoken;
use crate::web::ui::figure::plural;
use crate::web::ui::url::encode;

/// A topic that seems to ask the same in another language.
pub(super) struct SisterLine {
    pub(super) topic: String,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) href: String,
    pub(super) count: String,
    pub(super) state: String,
    pub(super) state_class: &'static str,
}

/// A short answer beside those in other languages.
pub(super) struct BesideLine {
    pub(super) language: String,
    pub(super) question: String,
    pub(super) text: String,
    pub(super) status: &'static str,
    pub(super) href: String,
}

/// The sisters as the page lists them.
pub(super) fn sisters(sisters: &[Sister], pairs: &[(String, String)]) -> Vec<SisterLine> {
    let lines = sisters.iter().map(|sister| SisterLine {
        topic: sister.topic.clone(),
        title: sister.title.clone(),
        language: sister.language.clone().unwrap_or_default(),
        href: at(pairs, &[("topic", &sister.topic)]),
        count: plural("gaps.questions", sister.questions as u64),
        state: spoken("gap_state", sister.state.as_str()),
        state_class: state_class(sister.state),
    });
    lines.collect()
}

/// The answers as pages show them side by side.
pub(super) fn beside(answers: &[AnswerBeside]) -> Vec<BesideLine> {
    let lines = answers.iter().map(|answer| BesideLine {
        language: answer.language.clone().unwrap_or_default(),
        question: answer.question.clone(),
        text: answer.text.clone(),
        status: status(answer.is_published),
        href: format!("/knowledge/answers?answer={}", encode(&answer.short_answer)),
    });
    lines.collect()
}
