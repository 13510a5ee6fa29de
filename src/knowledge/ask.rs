//! What the customer agent would say, and saying it.

use std::sync::Arc;

use serde::Serialize;
use svar_index::answers::{Answers, Entry};
use svar_index::vector::{Embedder, shipped};
use utoipa::ToSchema;

use super::Library;
use super::lacking::lacking;
use crate::agent::{Decision, Move, decide};
use crate::command::Refusal;
use crate::lock::Lock;
use crate::model::event::MAX_TEXT_BYTES;
use crate::model::event::{Candidate, Phrasing};
use crate::model::knowledge::Knowledge;
use crate::model::{Invalid, Timestamp};

/// How many candidates are shown.
const TOLD: usize = 5;

/// The published answers ready to be asked, of which versions they are, and by which
/// embedder.
#[derive(Default)]
pub(crate) struct Asking(Lock<Vec<(Key, Arc<Answers>)>>);

type Key = (String, Vec<(String, Timestamp)>);

/// What the customer agent says to a message, and why.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AskView {
    /// `nothing`, `hand_off`, `answer`, `clarify` or `unanswered`.
    pub decision: &'static str,
    /// The short answer that is given.
    pub short_answer: Option<String>,
    /// The question that it answers: the source that is shown.
    pub source: Option<String>,
    /// Its text, in Markdown.
    pub text: Option<String>,
    /// Between which questions the contact is asked to choose.
    pub choices: Vec<Choice>,
    /// The sentence of the message that was looked up.
    pub sentence: Option<String>,
    /// How sure the agent is of the best candidate.
    pub confidence: f32,
    /// How sure it has to be.
    pub threshold: f32,
    /// What was considered, best first.
    #[schema(value_type = Vec<Object>)]
    pub candidates: Vec<Candidate>,
    /// The embedder that the scores come from.
    pub embedder: Option<String>,
    /// What became of having the answer phrased, where that was asked for and is switched on.
    #[schema(value_type = Option<Object>)]
    pub phrasing: Option<Phrasing>,
}

/// One of the questions that a contact is asked to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Choice {
    /// The short answer.
    pub short_answer: String,
    /// Its question.
    pub question: String,
}

/// The answers that may be given as entries of the index.
pub(super) fn entries(knowledge: &Knowledge, now: Timestamp) -> Vec<Entry> {
    let entries = knowledge.given_answers(now).map(|(id, version)| Entry {
        id: id.to_string(),
        variants: version.ways().map(str::to_owned).collect(),
        language: version.language.clone(),
    });
    entries.collect()
}

/// What was considered, as it is shown and journalled.
pub(crate) fn candidates(decision: &Decision) -> Vec<Candidate> {
    let hits = decision.lookup.iter().flat_map(|lookup| &lookup.hits);
    let answers = hits.take(TOLD).filter_map(|hit| {
        Some(Candidate {
            short_answer: super::answer_id(&hit.id).ok()?,
            variant: hit.variant.clone(),
            score: hit.score,
            lexical: hit.lexical,
            vector: hit.vector,
            centroid: hit.centroid,
        })
    });
    answers.collect()
}

impl Library {
    /// The last record that changed what the customer agent answers.
    pub(crate) fn answering_changed(&self) -> u64 {
        self.installation.knowledge.answering_changed
    }

    /// The answers that may be given, by the embedder in use; by the table that Svar comes with
    /// where vectors of some are not at hand.
    pub(crate) fn published(&self) -> Arc<Answers> {
        self.published_by(&self.embedder())
    }

    /// The same by this embedder, made ready once for each change of them.
    pub(super) fn published_by(&self, embedder: &Arc<dyn Embedder>) -> Arc<Answers> {
        let now = self.now;
        let given = self.installation.knowledge.given_answers(now);
        let versions = given.map(|(id, version)| (id.to_string(), version.at));
        let key: Key = (embedder.label(), versions.collect());
        let mut ready = self.workshop.asking.0.lock();
        if let Some((_, answers)) = ready.iter().find(|(old, _)| *old == key) {
            return Arc::clone(answers);
        }
        let entries = entries(&self.installation.knowledge, now);
        let ways = entries.iter().flat_map(|entry| &entry.variants);
        if embedder.is_elsewhere() && !lacking(&**embedder, ways).is_empty() {
            drop(ready);
            return self.published_by(&shipped());
        }
        let answers = Arc::new(Answers::build(Arc::clone(embedder), entries));
        // Those of an embedder elsewhere, and those that stand in for them.
        ready.retain(|((label, _), _)| *label != key.0);
        let others = ready.len().saturating_sub(1);
        ready.drain(..others);
        ready.push((key, Arc::clone(&answers)));
        answers
    }

    /// What the customer agent would say to `text`; writes nothing.
    pub fn ask(&self, text: &str) -> Result<AskView, Refusal> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(Invalid::new("text", "it is longer than 1 MiB").into());
        }
        let answers = self.answers_for(text);
        let decision = decide(text, &answers, &self.gauge(&answers), true);
        Ok(self.view(&decision, &answers))
    }

    /// As [`Self::ask`], with the answer phrased as it would be said.
    pub fn ask_phrased(&self, text: &str) -> Result<AskView, Refusal> {
        let mut view = self.ask(text)?;
        self.phrase(&mut view, text);
        Ok(view)
    }

    pub(crate) fn view(&self, decision: &Decision, answers: &Answers) -> AskView {
        let now = self.now;
        let version = |id: &str| {
            let id = super::answer_id(id).ok()?;
            self.installation.knowledge.answers.get(&id)?.current(now)
        };
        let given = decision.answer().and_then(version);
        let choices = match &decision.what {
            Move::Clarify(ids) => ids.as_slice(),
            _ => &[],
        };
        let choices = choices.iter().filter_map(|id| {
            Some(Choice {
                short_answer: id.clone(),
                question: version(id)?.question,
            })
        });
        AskView {
            decision: decision.what.as_str(),
            short_answer: decision.answer().map(str::to_owned),
            source: given.as_ref().map(|version| version.question.clone()),
            text: given.map(|version| version.text),
            choices: choices.collect(),
            sentence: decision
                .lookup
                .as_ref()
                .map(|lookup| lookup.sentence.clone()),
            confidence: decision.confidence,
            threshold: decision.threshold,
            candidates: candidates(decision),
            embedder: decision.lookup.as_ref().map(|_| answers.embedder()),
            phrasing: None,
        }
    }
}
