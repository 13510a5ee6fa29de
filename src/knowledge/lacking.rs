//! Which texts have no vector at hand, and fetching them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use svar_index::vector::{Embedder, Wish};

use crate::model::knowledge::Knowledge;

/// The words of the questions that are in topics, each once.
pub(super) fn grouped_texts(knowledge: &Knowledge) -> BTreeSet<Arc<str>> {
    let questions = knowledge.questions.iter();
    let texts = questions.filter_map(|(_, question)| {
        question.cluster?;
        Some(Arc::clone(&question.asked.as_ref()?.text))
    });
    texts.collect()
}

/// Those of `texts` whose vectors are not at hand.
pub(super) fn lacking<T: AsRef<str>>(
    embedder: &dyn Embedder,
    texts: impl IntoIterator<Item = T>,
) -> Vec<T> {
    let texts = texts.into_iter();
    texts.filter(|text| !embedder.has(text.as_ref())).collect()
}

/// Fetches vectors; `is_kept`: of texts that will be asked for again.
pub(super) fn fetched<T: AsRef<str>>(
    embedder: &dyn Embedder,
    texts: &[T],
    (is_kept, until): (bool, Instant),
) -> Result<(), String> {
    if texts.is_empty() {
        return Ok(());
    }
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    embedder.fetch(&texts, Wish { until, is_kept })
}
