//! Topics of one meaning in several languages: whether those that are suggested are, and how many are.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use svar_index::language::detect;
use svar_index::sisters::{Profile, Sisters};
use svar_index::topics::Topics;
use svar_index::vector::Embedder;

use crate::rows::{Dice, Row};

/// A topic and what people say of most of its questions.
struct Grouped<'a> {
    rows: Vec<&'a Row>,
    label: &'a str,
    language: &'a str,
}

/// Lets the rows of all languages arrive shuffled, and compares the sisters of topics of `least`
/// questions with those that have most of one label in another language.
pub(crate) fn measure(
    rows: &[Row],
    embedder: &dyn Embedder,
    (least, seed): (usize, u64),
) -> Vec<(&'static str, Value)> {
    let mut rows: Vec<&Row> = rows.iter().collect();
    Dice::new(seed).shuffle(&mut rows);
    let topics = grouped(&rows, embedder, least);
    let profiles: Vec<Option<Profile>> = topics.iter().map(profile).collect();
    let places: Vec<usize> = (0..topics.len())
        .filter(|&at| profiles.get(at).is_some_and(Option::is_some))
        .collect();
    let sisters = Sisters::new(profiles.into_iter().flatten().map(Arc::new).collect());
    let is_gold = |one: &Grouped, other: &Grouped| {
        one.label == other.label && family(one.language) != family(other.language)
    };
    let has_gold = |one: &&Grouped| topics.iter().any(|other| is_gold(one, other));
    let wanted = topics.iter().filter(has_gold).count();
    let (mut suggested, mut right, mut found) = (0, 0, 0);
    for (place, at) in places.iter().enumerate() {
        let Some(one) = topics.get(*at) else { continue };
        let near = sisters.of(place, |_, _| false);
        let is_right = |near: &&svar_index::sisters::Sister| {
            let other = places.get(near.place).and_then(|at| topics.get(*at));
            other.is_some_and(|other| is_gold(one, other))
        };
        suggested += near.len();
        let good = near.iter().filter(is_right).count();
        right += good;
        found += usize::from(good > 0);
    }
    let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
    vec![
        ("seed", seed.into()),
        ("least", least.into()),
        ("topics", topics.len().into()),
        ("with_sisters", wanted.into()),
        // Each pair is seen from both sides.
        ("suggested", (suggested / 2).into()),
        ("precision", share(right, suggested).into()),
        ("recall", share(found, wanted).into()),
    ]
}

/// The topics of `least` questions or more.
fn grouped<'a>(rows: &[&'a Row], embedder: &dyn Embedder, least: usize) -> Vec<Grouped<'a>> {
    let mut topics = Topics::new(embedder.topic_threshold());
    for (at, row) in rows.iter().enumerate() {
        topics.assign(&at.to_string(), &embedder.embed(&row.text));
        if topics.due() {
            topics.regroup();
        }
    }
    topics.regroup();
    let mut by_topic: BTreeMap<u64, Vec<&Row>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let topic = topics
            .place_of(&at.to_string())
            .map_or(0, |place| place.topic);
        by_topic.entry(topic).or_default().push(row);
    }
    let shown = by_topic.into_values().filter(|rows| rows.len() >= least);
    shown
        .map(|rows| Grouped {
            label: most(rows.iter().filter_map(|row| row.label.as_deref())).unwrap_or_default(),
            language: most(rows.iter().filter_map(|row| row.lang.as_deref())).unwrap_or_default(),
            rows,
        })
        .collect()
}

/// What a topic asks, in the language that Svar takes it for, not in the one it has.
fn profile(topic: &Grouped) -> Option<Profile> {
    let language = most(topic.rows.iter().filter_map(|row| detect(&row.text)));
    Profile::of(language, topic.rows.iter().map(|row| row.text.as_str()))
}

/// Norwegian and Danish count as one.
fn family(language: &str) -> &str {
    if language == "da" { "nb" } else { language }
}

/// The word that comes most often, of equals the first by name.
fn most<'w>(words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let best = counts.iter().rev().max_by_key(|(_, count)| **count);
    best.map(|(word, _)| *word)
}
