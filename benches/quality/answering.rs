//! Answers: whether the first is right, how well confidence tells, what the shipped
//! threshold gives.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use svar_index::answers::{Answers, Entry, Features};
use svar_index::sentence;
use svar_index::vector::Embedder;

use crate::rows::{Dice, Row};

/// The share of given answers that should be right, as a desk is set up.
const PRECISION: f32 = 0.95;

/// What is asked of what.
pub(crate) struct Desk<'a> {
    /// The questions.
    pub(crate) rows: &'a [Row],
    /// The answers, where they are texts of their own.
    pub(crate) answers: Option<&'a [Row]>,
    /// The label of questions that no answer covers.
    pub(crate) out_of_scope: Option<&'a str>,
    /// How many variants an answer has.
    pub(crate) variants: usize,
    /// The seed of the draw.
    pub(crate) seed: u64,
}

/// What came of a question.
struct Outcome {
    confidence: f32,
    features: Features,
    /// Whether the first answer is the right one; never for one out of scope.
    is_right: bool,
    is_in_scope: bool,
}

impl Desk<'_> {
    /// Builds the answers, asks the rest.
    pub(crate) fn measure(&self, embedder: &Arc<dyn Embedder>) -> Vec<(&'static str, Value)> {
        let (entries, questions) = match self.answers {
            Some(answers) => self.with_texts(answers),
            None => self.drawn(),
        };
        let labels = entries.len();
        let answers = Answers::build(Arc::clone(embedder), entries);
        let outcomes: Vec<Outcome> = questions
            .iter()
            .map(|(row, label)| ask(&answers, row, *label))
            .collect();
        let mut result = Vec::new();
        let mut put = |name: &'static str, value: Value| result.push((name, value));
        put("variants", self.variants.into());
        put("answers", labels.into());
        put("asked", outcomes.len().into());
        let in_scope = outcomes.iter().filter(|one| one.is_in_scope).count();
        let right = outcomes.iter().filter(|one| one.is_right).count();
        put("accuracy", share(right, in_scope));
        put("auroc", auroc(&outcomes).into());
        put("right_at_95", share(right_at(&outcomes, 0.95), in_scope));
        let threshold = embedder.answer_threshold();
        let shipped = |one: &&Outcome| one.confidence >= threshold;
        put_given(&mut put, ["coverage", "precision"], &outcomes, shipped);
        let unconfirmed = answers.unconfirmed(PRECISION);
        // Where nothing is known of such answers, the shipped threshold holds.
        let given = |one: &&Outcome| match &unconfirmed {
            Some(sure) => sure.probability(&one.features) >= sure.threshold(),
            None => shipped(one),
        };
        let names = ["own_coverage", "own_precision"];
        put_given(&mut put, names, &outcomes, given);
        result
    }

    /// Of each label some rows as variants; the rest and what is out of scope is asked.
    fn drawn(&self) -> (Vec<Entry>, Vec<(&Row, Option<&str>)>) {
        let mut by_label: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in self.rows {
            if let Some(label) = &row.label {
                by_label.entry(label).or_default().push(row);
            }
        }
        let mut dice = Dice::new(self.seed);
        let (mut entries, mut questions) = (Vec::new(), Vec::new());
        for (label, mut rows) in by_label {
            if self.out_of_scope == Some(label) {
                questions.extend(rows.into_iter().map(|row| (row, None)));
                continue;
            }
            dice.shuffle(&mut rows);
            let rest = rows.split_off(self.variants.min(rows.len().saturating_sub(1)));
            questions.extend(rest.into_iter().map(|row| (row, Some(label))));
            let languages: BTreeSet<_> = rows.iter().filter_map(|row| row.lang.clone()).collect();
            entries.push(Entry {
                id: label.to_owned(),
                variants: rows.iter().map(|row| row.text.clone()).collect(),
                // Where a label is asked in several languages, none is its own.
                language: languages.first().filter(|_| languages.len() == 1).cloned(),
            });
        }
        (entries, questions)
    }

    /// Answers that are texts: their first sentences are the variants.
    fn with_texts<'a>(
        &'a self,
        answers: &'a [Row],
    ) -> (Vec<Entry>, Vec<(&'a Row, Option<&'a str>)>) {
        let entry = |row: &Row| Entry {
            id: row.answer_id.clone().unwrap_or_default(),
            variants: sentence::split(&row.text)
                .into_iter()
                .take(self.variants)
                .map(str::to_owned)
                .collect(),
            language: row.lang.clone(),
        };
        let questions = self
            .rows
            .iter()
            .map(|row| (row, row.gold_answer_id.as_deref()));
        (answers.iter().map(entry).collect(), questions.collect())
    }
}

fn ask(answers: &Answers, row: &Row, label: Option<&str>) -> Outcome {
    let lookup = answers.ask(&row.text, row.lang.as_deref());
    let first = lookup.hits.first().map(|hit| hit.id.as_str());
    Outcome {
        confidence: lookup.confidence,
        features: lookup.features,
        is_right: first.is_some() && first == label,
        is_in_scope: label.is_some(),
    }
}

/// Puts what share of all questions is answered, and what share of those rightly.
fn put_given(
    put: &mut impl FnMut(&'static str, Value),
    [coverage, precision]: [&'static str; 2],
    outcomes: &[Outcome],
    given: impl Fn(&&Outcome) -> bool,
) {
    let given: Vec<&Outcome> = outcomes.iter().filter(given).collect();
    let right = given.iter().filter(|one| one.is_right).count();
    put(coverage, share(given.len(), outcomes.len()));
    put(precision, share(right, given.len()));
}

fn share(part: usize, whole: usize) -> Value {
    if whole == 0 {
        Value::Null
    } else {
        (part as f64 / whole as f64).into()
    }
}

/// The chance that a question in scope is surer than one out of scope, ties half
/// (Mann and Whitney's U over all pairs). None where there are not both.
fn auroc(outcomes: &[Outcome]) -> Option<f64> {
    let confidences = |in_scope: bool| {
        let chosen = outcomes
            .iter()
            .filter(move |one| one.is_in_scope == in_scope);
        let mut values: Vec<f32> = chosen.map(|one| one.confidence).collect();
        values.sort_by(f32::total_cmp);
        values
    };
    let (inside, outside) = (confidences(true), confidences(false));
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let mut wins = 0.0;
    for confidence in &inside {
        let below = outside.partition_point(|other| other < confidence);
        let not_above = outside.partition_point(|other| other <= confidence);
        wins += f64::midpoint(below as f64, not_above as f64);
    }
    Some(wins / (inside.len() as f64 * outside.len() as f64))
}

/// How many are answered rightly at the best threshold that keeps `precision`.
fn right_at(outcomes: &[Outcome], precision: f64) -> usize {
    let mut ranked: Vec<&Outcome> = outcomes.iter().collect();
    ranked.sort_by(|a, b| {
        b.confidence
            .total_cmp(&a.confidence)
            .then(a.is_right.cmp(&b.is_right))
    });
    let (mut right, mut best) = (0, 0);
    for (at, one) in ranked.iter().enumerate() {
        right += usize::from(one.is_right);
        if right as f64 >= precision * (at as f64 + 1.0) {
            best = right;
        }
    }
    best
}
