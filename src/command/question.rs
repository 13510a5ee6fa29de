//! What admins do with single questions: dismiss, restore, move, and judge what was decided.

use std::sync::Arc;

use super::State;
use super::evidence::Evidence;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{each, filled, question, reason, topic};
use crate::model::event::{
    CaseSet, DecisionReviewed, QuestionDismissed, QuestionMoved, QuestionRestored, RowReviewed,
    Verdict,
};
use crate::model::knowledge::DecisionRecord;
use crate::model::{Body, Invalid, Knowledge};

/// The longest id of a report, in characters.
const MAX_REPORT: usize = 100;

/// Something done to a question, which `question` names, or to several at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionCommand {
    /// Says that it needs no answer.
    Dismiss {
        /// Which.
        questions: Vec<String>,
        /// Why.
        reason: Option<String>,
    },
    /// Takes its dismissal back.
    Restore {
        /// Which.
        questions: Vec<String>,
    },
    /// Puts it into another topic. Needs [`Evidence::Places`].
    Move {
        /// Which.
        question: String,
        /// Into which topic.
        topic: String,
    },
    /// Says whether what the customer agent decided on it was right; that feeds the regression
    /// set: what was rightly answered must stay so, and what should have been handed off must
    /// not be answered.
    Review {
        /// Which.
        question: String,
        /// What is said.
        verdict: Verdict,
    },
    /// Says whether a row counts rightly in a report; of a conversation with one decision of the
    /// customer agent's, that is a word on that decision as well.
    ReviewRow(RowReviewed),
}

impl QuestionCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Dismiss { .. } => &role::QUESTION_DISMISS,
            Self::Restore { .. } => &role::QUESTION_RESTORE,
            Self::Move { .. } => &role::QUESTION_MOVE,
            Self::Review { .. } => &role::QUESTION_REVIEW,
            Self::ReviewRow(_) => &role::QUESTION_REVIEW_ROW,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    command: QuestionCommand,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    let id_of = |id: &str| question(knowledge, id).map(|question| question.id.clone());
    let body = match command {
        QuestionCommand::Dismiss {
            questions,
            reason: why,
        } => {
            let reason = reason(why.as_deref())?;
            return each("question", &questions, |id| {
                let dismissed = QuestionDismissed {
                    question: id_of(id)?,
                    reason: reason.clone(),
                    by: None,
                };
                Ok(Body::QuestionDismissed(Box::new(dismissed)))
            });
        }
        QuestionCommand::Restore { questions } => {
            return each("question", &questions, |id| {
                let question = id_of(id)?;
                Ok(Body::QuestionRestored(Box::new(QuestionRestored {
                    question,
                })))
            });
        }
        QuestionCommand::Move {
            question,
            topic: into,
        } => {
            let (question, topic) = (id_of(&question)?, topic(knowledge, &into)?.number);
            let Evidence::Places(placed) = evidence else {
                return Err(Refusal::Outdated);
            };
            let place = placed.iter().find(|place| place.question == question);
            let place = place.ok_or_else(|| {
                let reason = format!("`{question}` has no topic yet; it gets one within seconds");
                Invalid::new("question", reason)
            })?;
            Body::QuestionMoved(Box::new(QuestionMoved {
                cluster: place.cluster,
                question,
                topic,
            }))
        }
        QuestionCommand::Review { question, verdict } => {
            return review(knowledge, &question, verdict);
        }
        QuestionCommand::ReviewRow(reviewed) => return review_row(state, reviewed),
    };
    Ok(vec![body])
}

fn review_row(state: &State<'_>, reviewed: RowReviewed) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    filled("report", &reviewed.report, MAX_REPORT)?;
    let conversation = reviewed.conversation.as_str();
    if state.conversations.conversation(conversation)?.is_none() {
        return Err(Refusal::unknown("conversation", conversation));
    }
    let decisions = knowledge.decisions.get(&reviewed.conversation);
    let decided = decisions.into_iter().flat_map(|all| all.iter());
    let mut questions = decided.filter_map(|one| one.decision.question.as_ref());
    let only = questions.next().filter(|_| questions.next().is_none());
    let mut bodies = Vec::new();
    if let (Some(question), Some(verdict)) = (only, reviewed.verdict.of_decision()) {
        bodies = review(knowledge, question.as_str(), verdict)?;
    }
    bodies.insert(0, Body::RowReviewed(Box::new(reviewed)));
    Ok(bodies)
}

fn review(knowledge: &Knowledge, id: &str, verdict: Verdict) -> Result<Vec<Body>, Refusal> {
    let question = question(knowledge, id)?;
    let text = question
        .asked
        .as_ref()
        .ok_or_else(|| Refusal::unknown("question", id))?;
    let decisions = knowledge.decisions.get(&text.conversation);
    let is_of_it =
        |decided: &Arc<DecisionRecord>| decided.decision.question.as_ref() == Some(&question.id);
    if !decisions.is_some_and(|all| all.iter().any(is_of_it)) {
        return Err(Refusal::unknown("decision on question", id));
    }
    let case = match (verdict, &text.short_answer) {
        _ if question.is_wordless() => None,
        (Verdict::Right, Some(answer)) => Some(Some(answer.clone())),
        (Verdict::ShouldHaveHandedOff, _) => Some(None),
        _ => None,
    };
    let mut bodies = vec![Body::DecisionReviewed(Box::new(DecisionReviewed {
        question: question.id.clone(),
        verdict,
    }))];
    bodies.extend(case.map(|short_answer| {
        Body::CaseSet(Box::new(CaseSet {
            text: text.text.trim().to_owned(),
            short_answer,
        }))
    }));
    Ok(bodies)
}
