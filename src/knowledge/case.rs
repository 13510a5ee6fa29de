//! The regression set: questions that must be answered so, or must not be answered.

use std::sync::Arc;

use crate::command::AnswerDraft;
use serde::Serialize;
use svar_index::answers::{Answers, Entry};
use svar_index::vector::Embedder;
use utoipa::ToSchema;

use super::Library;
use super::ask::entries;
use crate::agent::{Gauge, decide};

/// What a draft that has no id yet is called meanwhile.
pub(super) const NEW: &str = "(this answer)";

/// A case, and how it does now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CaseView {
    /// The question.
    pub text: String,
    /// The short answer it must get; none: it must get none.
    pub expected: Option<String>,
    /// The one it gets.
    pub got: Option<String>,
    /// Whether that is as it must be.
    pub holds: bool,
}

/// A case that a change breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BrokenCase {
    /// The question.
    pub text: String,
    /// The short answer it must get; none: it must get none.
    pub expected: Option<String>,
    /// The one it would get.
    pub got: Option<String>,
}

impl BrokenCase {
    /// The case in a line.
    pub fn in_words(&self) -> String {
        let said = |id: &Option<String>| match id {
            Some(id) => format!("`{id}`"),
            None => "no answer".to_owned(),
        };
        format!(
            "“{}” must get {} and would get {}",
            self.text,
            said(&self.expected),
            said(&self.got)
        )
    }
}

impl Library {
    /// Every case, with how it does now; those that do not hold first. They are words of
    /// contacts anywhere on the desk: who sees a part of it is shown none.
    pub fn cases(&self) -> Vec<CaseView> {
        if self.seen.is_some() {
            return Vec::new();
        }
        let cases = &self.installation.knowledge.cases;
        let answers = self.answers_at_hand(cases.keys().map(String::as_str));
        let gauge = self.gauge(&answers);
        let cases = cases.iter().map(|(text, expected)| {
            let decision = decide(text, &answers, &gauge, false);
            let expected = expected.as_ref().map(ToString::to_string);
            let got = decision.answer().map(str::to_owned);
            CaseView {
                text: text.clone(),
                holds: got == expected,
                expected,
                got,
            }
        });
        let mut cases: Vec<CaseView> = cases.collect();
        cases.sort_by_key(|case| case.holds);
        cases
    }

    /// The cases that hold now and would not if `draft` were published.
    pub fn broken_by(&self, draft: &AnswerDraft) -> Vec<BrokenCase> {
        if self.installation.knowledge.cases.is_empty() {
            return Vec::new();
        }
        let cases = self.installation.knowledge.cases.keys();
        let (now_published, then) = self.answers_with(draft, cases.map(String::as_str));
        let (gauge, gauge_then) = (self.gauge(&now_published), self.gauge(&then));
        let broken = self
            .installation
            .knowledge
            .cases
            .iter()
            .filter_map(|(text, expected)| {
                let expected = expected.as_ref().map(ToString::to_string);
                let answer = |answers: &Answers, gauge: &Gauge| {
                    let decision = decide(text, answers, gauge, false);
                    decision.answer().map(str::to_owned)
                };
                let got = answer(&then, &gauge_then);
                let breaks = got != expected && answer(&now_published, &gauge) == expected;
                breaks.then(|| BrokenCase {
                    text: text.clone(),
                    expected,
                    got,
                })
            });
        broken.collect()
    }

    /// The published answers as they would be with `draft` among them.
    pub(super) fn published_with(
        &self,
        draft: &AnswerDraft,
        embedder: &Arc<dyn Embedder>,
    ) -> Answers {
        let id = draft.short_answer.as_deref().unwrap_or(NEW);
        let mut entries = entries(&self.installation.knowledge, self.now);
        entries.retain(|entry| entry.id != id);
        let ways = std::iter::once(&draft.question).chain(&draft.variants);
        entries.push(Entry {
            id: id.to_owned(),
            variants: ways.cloned().collect(),
            language: draft.language.clone(),
        });
        Answers::build(Arc::clone(embedder), entries)
    }
}
