//! Topics: how they agree with people's labels.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::Value;
use svar_index::topics::Topics;
use svar_index::vector::Embedder;

use crate::rows::Row;

/// A topic with fewer questions is not shown.
const MIN_SHOWN: usize = 3;

/// Lets the rows arrive in their order and compares what comes out with the labels; a
/// row without label is a topic of its own.
pub(crate) fn measure(rows: &[Row], embedder: &dyn Embedder) -> Vec<(&'static str, Value)> {
    let mut topics = Topics::new(embedder.topic_threshold());
    for (at, row) in rows.iter().enumerate() {
        topics.assign(&at.to_string(), &embedder.embed(&row.text));
        if topics.due() {
            topics.regroup();
        }
    }
    topics.regroup();
    let places: Vec<u64> = (0..rows.len())
        .map(|at| {
            topics
                .place_of(&at.to_string())
                .map_or(0, |place| place.topic)
        })
        .collect();
    let wanted: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| row.label.clone().unwrap_or_else(|| format!("\u{0}{at}")))
        .collect();
    let (precision, recall) = b_cubed(&places, &wanted);
    let mut result = Vec::new();
    let mut put = |name: &'static str, value: Value| result.push((name, value));
    put("rows", rows.len().into());
    put("b3_p", precision.into());
    put("b3_r", recall.into());
    put(
        "b3_f",
        (2.0 * precision * recall / (precision + recall)).into(),
    );
    put("v_measure", v_measure(&places, &wanted).into());
    let shown: Vec<u64> = topics
        .ids()
        .filter(|&id| topics.size(id) >= MIN_SHOWN)
        .collect();
    put("topics", topics.ids().count().into());
    put("shown", shown.len().into());
    put("pure_share", pure_share(&shown, &places, rows).into());
    let noise: Vec<u64> = places
        .iter()
        .zip(rows)
        .filter(|(_, row)| row.label.is_none())
        .map(|(id, _)| *id)
        .collect();
    let kept_out = noise.iter().filter(|id| !shown.contains(id)).count();
    let share = (!noise.is_empty()).then(|| kept_out as f64 / noise.len() as f64);
    put("noise_kept_out", share.into());
    result
}

/// The share of shown topics in which 70 % or more of the questions have one label.
fn pure_share(shown: &[u64], topics: &[u64], rows: &[Row]) -> Option<f64> {
    let is_pure = |id: &&u64| {
        let mut labels: HashMap<Option<&String>, usize> = HashMap::new();
        for (_, row) in topics.iter().zip(rows).filter(|(one, _)| one == id) {
            *labels.entry(row.label.as_ref()).or_default() += 1;
        }
        let all: usize = labels.values().sum();
        labels.remove(&None);
        labels
            .values()
            .max()
            .is_some_and(|&most| most * 10 >= all * 7)
    };
    (!shown.is_empty()).then(|| shown.iter().filter(is_pure).count() as f64 / shown.len() as f64)
}

/// B³ precision and recall (Bagga and Baldwin 1998): for each row, the share of its topic
/// that has its label, and of its label that is in its topic; the means over all rows.
fn b_cubed(topics: &[u64], wanted: &[String]) -> (f64, f64) {
    let (by_found, by_wanted) = (sizes(topics.iter()), sizes(wanted.iter()));
    let both = sizes(topics.iter().zip(wanted));
    let (mut precision, mut recall) = (0.0, 0.0);
    for (&(topic, label), &count) in &both {
        let squared = (count * count) as f64;
        precision += squared / by_found.get(topic).map_or(1.0, |&size| size as f64);
        recall += squared / by_wanted.get(label).map_or(1.0, |&size| size as f64);
    }
    let rows = topics.len().max(1) as f64;
    (precision / rows, recall / rows)
}

/// V-measure (Rosenberg and Hirschberg 2007): the harmonic mean of homogeneity and
/// completeness, both from conditional entropies.
fn v_measure(topics: &[u64], wanted: &[String]) -> f64 {
    let rows = topics.len().max(1) as f64;
    let entropy = |sizes: Vec<usize>| -> f64 {
        sizes
            .iter()
            .map(|&size| size as f64 / rows)
            .map(|share| -share * share.ln())
            .sum()
    };
    let of_found = entropy(sizes(topics.iter()).into_values().collect());
    let of_wanted = entropy(sizes(wanted.iter()).into_values().collect());
    let of_both = entropy(sizes(topics.iter().zip(wanted)).into_values().collect());
    let shared = of_found + of_wanted - of_both;
    if of_found + of_wanted > 0.0 {
        2.0 * shared / (of_found + of_wanted)
    } else {
        1.0
    }
}

fn sizes<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut sizes = HashMap::new();
    for key in keys {
        *sizes.entry(key).or_default() += 1;
    }
    sizes
}
