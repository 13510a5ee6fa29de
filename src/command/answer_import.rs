//! Short answers that a file has, taken over together.
//!
//! Where they were taken from a page and it has changed, those that came from it are not given until
//! somebody has looked at them: an answer must not stay wrong, nor change unseen.

use super::State;
use super::answer::{AnswerDraft, save};
use super::refusal::Refusal;
use super::text::answer_id;
use crate::model::Body;
use crate::model::event::AnswerSetAside;

/// Short answers of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswersImport {
    /// Those that are new or have other words.
    pub drafts: Vec<AnswerDraft>,
    /// Those that were taken from a page that has changed.
    pub outdated: Vec<String>,
    /// Why somebody is to look at them.
    pub reason: String,
}

pub(super) fn decide(state: &State<'_>, import: AnswersImport) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    let mut bodies = Vec::new();
    for draft in import.drafts {
        bodies.extend(save(state, draft, None)?);
    }
    for id in import.outdated {
        let short_answer = answer_id(&id)?;
        let is_rewritten = bodies.iter().any(|body| {
            matches!(body, Body::ShortAnswerUpserted(written) if written.short_answer == short_answer)
        });
        let is_aside = knowledge.reception.set_aside(&short_answer).is_some();
        let draft = AnswerDraft::of(knowledge, &id, state.now);
        // A new version would be given again.
        if draft.is_ok_and(|draft| draft.published) && (is_rewritten || !is_aside) {
            bodies.push(Body::AnswerSetAside(Box::new(AnswerSetAside {
                short_answer,
                reason: import.reason.clone(),
            })));
        }
    }
    Ok(bodies)
}
