//! Vectors that have to be fetched before texts can be compared by them.
//!
//! A question waits for its vector no longer than the settings say. Where one is missing, the
//! whole question is looked up by the table that Svar comes with, never by vectors of two
//! embedders at once. What stays is fetched in the background, by `work`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use svar_index::answers::{Answers, looked_up};
use svar_index::vector::{RemoteEmbedder, shipped};

use super::Library;
use super::ask::entries;
use super::lacking::{fetched, grouped_texts, lacking};
use crate::command::AnswerDraft;

/// How long a backtest waits for the vectors of what was asked; what came by then is at hand
/// the next time.
const BACKTEST: Duration = Duration::from_secs(10);

/// How long questions are fetched for before those that came are put into topics.
const STEP: Duration = Duration::from_millis(200);

/// When vectors are to be fetched in the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FetchDue {
    /// None are.
    Not,
    /// Some are, or who failed is to be asked again.
    Now,
    /// When the endpoint is no longer left alone.
    After(Duration),
}

impl Library {
    /// The answers to look `text` up in: by the embedder in use if the vectors for that come
    /// in time, else by the table that Svar comes with.
    pub(crate) fn answers_for(&self, text: &str) -> Arc<Answers> {
        let embedder = self.embedder();
        if !embedder.is_elsewhere() {
            return self.published();
        }
        let until = self.workshop.embeddings.until();
        let has_ways = self.published().embedder() == embedder.label() || {
            let ways = lacking(&*embedder, self.ways());
            // Many are fetched in the background.
            let is_little = ways.len() < self.workshop.embeddings.batch();
            is_little && fetched(&*embedder, &ways, (true, until)).is_ok()
        };
        let is_at_hand = has_ways && fetched(&*embedder, &looked_up(text), (false, until)).is_ok();
        if is_at_hand {
            self.published()
        } else {
            self.published_by(&shipped())
        }
    }

    /// The answers to look all of `texts` up in, by what is at hand.
    pub(super) fn answers_at_hand<'a>(
        &self,
        mut texts: impl Iterator<Item = &'a str>,
    ) -> Arc<Answers> {
        let answers = self.published();
        if texts.all(|text| answers.is_at_hand(text)) {
            answers
        } else {
            self.published_by(&shipped())
        }
    }

    /// The published answers, and those with `draft` among them, to look all of `texts` up in.
    pub(super) fn answers_with<'a>(
        &self,
        draft: &AnswerDraft,
        texts: impl Iterator<Item = &'a str>,
    ) -> (Arc<Answers>, Answers) {
        let mut embedder = self.embedder();
        if embedder.is_elsewhere() {
            let until = Instant::now() + BACKTEST;
            let mut ways = self.ways();
            ways.push(draft.question.clone());
            ways.extend(draft.variants.iter().cloned());
            let looked_up: Vec<String> = texts.flat_map(looked_up).collect();
            let fetched = fetched(&*embedder, &ways, (true, until))
                .and_then(|()| fetched(&*embedder, &looked_up, (false, until)));
            if fetched.is_err() {
                embedder = shipped();
            }
        }
        (
            self.published_by(&embedder),
            self.published_with(draft, &embedder),
        )
    }

    /// Fetches the vectors of questions that wait for a topic; those that do not come in time
    /// go on waiting.
    pub(crate) fn fetch_waiting(&self, most: usize) {
        let embedder = self.embedder();
        if !embedder.is_elsewhere() {
            return;
        }
        let knowledge = &self.installation.knowledge;
        let waiting = knowledge.unplaced.iter().filter_map(|id| {
            let question = knowledge.questions.get(id)?;
            Some(Arc::clone(&question.asked.as_ref()?.text))
        });
        let waiting: Vec<Arc<str>> = waiting.take(most).collect();
        let began = Instant::now();
        for part in waiting.chunks(self.workshop.embeddings.batch()) {
            let until = self.workshop.embeddings.until();
            let is_fetched = fetched(&*embedder, part, (true, until)).is_ok();
            if !is_fetched || began.elapsed() >= STEP {
                return;
            }
        }
    }

    /// How long the endpoint that topics and answers go by is left alone yet.
    pub(crate) fn endpoint_rests(&self) -> Option<Duration> {
        let left = self.workshop.embeddings.rest_left();
        left.filter(|_| self.embedder().is_elsewhere())
    }

    /// The same of the one that they are to go by.
    pub(crate) fn chosen_endpoint_rests(&self) -> Option<Duration> {
        let left = self.workshop.embeddings.rest_left();
        let chosen = self.chosen_embedder();
        left.filter(|_| chosen.is_some_and(|label| RemoteEmbedder::is_label(&label)))
    }

    /// The embedder elsewhere that topics and answers go by, or are to go by once all is there.
    fn remote(&self) -> Option<Arc<RemoteEmbedder>> {
        let label = self.installation.knowledge.embedder.as_ref();
        let label = label.filter(|label| RemoteEmbedder::is_label(label))?;
        let workshop = &self.workshop;
        workshop
            .embeddings
            .open(label, &workshop.places.vectors)
            .ok()
    }

    /// When vectors are to be fetched in the background.
    pub(crate) fn fetch_due(&self) -> FetchDue {
        if self.remote().is_none() {
            return FetchDue::Not;
        }
        let embeddings = &self.workshop.embeddings;
        if let Some(left) = embeddings.rest_left() {
            return FetchDue::After(left);
        }
        let is_checked = embeddings.is_complete_at(self.answering_changed());
        if embeddings.trouble().is_some() || self.has_stand_in() || !is_checked {
            FetchDue::Now
        } else {
            FetchDue::Not
        }
    }

    /// Fetches the next of what is missing; true where there is more.
    pub(crate) fn fetch_some(&self) -> Result<bool, String> {
        let Some(embedder) = self.remote() else {
            return Ok(false);
        };
        let embeddings = &self.workshop.embeddings;
        let next = embeddings.next(|| {
            let mut all: Vec<Arc<str>> = lacking(&*embedder, self.texts_of_answers())
                .into_iter()
                .map(Arc::from)
                .collect();
            if self.has_stand_in() {
                let texts = grouped_texts(&self.installation.knowledge);
                all.extend(lacking(&*embedder, texts));
            }
            all
        });
        if next.is_empty() {
            if embeddings.trouble().is_some() {
                embedder.prove(embeddings.until())?;
            }
            embeddings.complete_at(self.answering_changed());
            return Ok(false);
        }
        fetched(&*embedder, &next, (true, embeddings.until()))?;
        embeddings.done(next.len());
        Ok(true)
    }

    /// Whether a stand-in can go, because all that it stood in for is there.
    pub(crate) fn is_fetched(&self) -> bool {
        self.has_stand_in() && self.remote().is_some()
    }

    /// The ways to ask for what may be answered.
    fn ways(&self) -> Vec<String> {
        let entries = entries(&self.installation.knowledge, self.now).into_iter();
        entries.flat_map(|entry| entry.variants).collect()
    }

    /// The same, and what is looked up for the cases of the regression set.
    fn texts_of_answers(&self) -> Vec<String> {
        let mut texts = self.ways();
        let cases = self.installation.knowledge.cases.iter();
        texts.extend(cases.flat_map(|(text, _)| looked_up(text)));
        texts
    }
}
