//! What a topic is called: one of its own questions, and the words that set it apart.

use std::collections::HashMap;

use tantivy::tokenizer::TokenStream;

use crate::language::detect;
use crate::lexical::stemmer;
use crate::tokens::plain_words;
use crate::vector::dot;

/// The share of questions, the shortest ones, among which the title is sought.
const SHORTER_SHARE: f32 = 0.6;

/// The most tags of a topic.
const MAX_TAGS: usize = 5;

/// The index of the question that serves as title: the most central among the shorter
/// 60 %; of equals the shorter, then the first. 0 for no questions.
pub fn title(questions: &[(&str, &[f32])]) -> usize {
    let mut mean: Vec<f32> = Vec::new();
    for (_, vector) in questions {
        mean.resize(mean.len().max(vector.len()), 0.0);
        for (sum, value) in mean.iter_mut().zip(*vector) {
            *sum += value;
        }
    }
    let mut by_length: Vec<(usize, usize)> = questions
        .iter()
        .enumerate()
        .map(|(at, (text, _))| (text.chars().count(), at))
        .collect();
    by_length.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length is one"
    )]
    let count = (questions.len() as f32 * SHORTER_SHARE).ceil() as usize;
    let mut best = (f32::NEG_INFINITY, 0);
    for &(_, at) in by_length.iter().take(count.max(1)) {
        let link = questions
            .get(at)
            .map_or(0.0, |(_, vector)| dot(vector, &mean));
        if link > best.0 {
            best = (link, at);
        }
    }
    best.1
}

/// The words of texts of all topics, which those of one are set against.
#[derive(Debug, Default)]
pub struct Vocabulary {
    counts: HashMap<String, Count>,
    words: usize,
    texts: usize,
}

impl Vocabulary {
    /// Counts the words of `texts`.
    pub fn of(texts: &[&str]) -> Self {
        let counts = counted(texts);
        Self {
            words: counts.values().map(Count::sum).sum(),
            counts,
            texts: texts.len(),
        }
    }

    /// The words that set a topic's texts apart from all, best first, at most five: by
    /// c-TF-IDF, `tf · ln(1 + A / f)` with `A` the words of a topic of average size and `f`
    /// how often the word occurs in all. A word stands as it is written most often.
    pub fn tags(&self, topic_texts: &[&str]) -> Vec<String> {
        let ours = counted(topic_texts);
        let average = self.words as f32 * topic_texts.len() as f32 / self.texts.max(1) as f32;
        let mut ranked: Vec<(f32, &String, &Count)> = ours
            .iter()
            .map(|(stem, count)| {
                let everyone = self.counts.get(stem);
                let everywhere = everyone.map_or(0, Count::sum).max(count.sum());
                let weight = count.sum() as f32 * (1.0 + average / everywhere as f32).ln();
                // A word of half of all texts says nothing, whatever the topic.
                let is_common =
                    everyone.is_some_and(|one| one.texts * 2 > self.texts && self.texts > 4);
                (if is_common { 0.0 } else { weight }, stem, count)
            })
            .filter(|one| one.0 > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        ranked
            .into_iter()
            .take(MAX_TAGS)
            .map(|(_, _, count)| count.most_written())
            .collect()
    }
}

#[derive(Debug, Default)]
struct Count {
    written: HashMap<String, usize>,
    texts: usize,
}

impl Count {
    fn sum(&self) -> usize {
        self.written.values().sum()
    }

    fn most_written(&self) -> String {
        let most = self
            .written
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        most.map(|(word, _)| word.clone()).unwrap_or_default()
    }
}

/// How often each stem occurs, small words of the text's language left out.
fn counted(texts: &[&str]) -> HashMap<String, Count> {
    let mut counts: HashMap<String, Count> = HashMap::new();
    let mut analyser = plain_words();
    for text in texts {
        let language = detect(text);
        let stemmer = stemmer(language);
        let mut seen: Vec<String> = Vec::new();
        let mut stream = analyser.token_stream(text);
        while stream.advance() {
            let word = stream.token().text.clone();
            if word.chars().count() < 3 && word.is_ascii() || crate::language::is_small(&word) {
                continue;
            }
            let stem = stemmer
                .as_ref()
                .map_or_else(|| word.clone(), |one| one.stem(&word).into_owned());
            let count = counts.entry(stem.clone()).or_default();
            *count.written.entry(word).or_default() += 1;
            if !seen.contains(&stem) {
                count.texts += 1;
                seen.push(stem);
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_central_and_not_long() {
        let (north, east, between) = ([1.0, 0.0], [0.0, 1.0], [0.8, 0.6]);
        let long = "between, but said in so many words that nobody would read it as a title";
        let questions: [(&str, &[f32]); 4] = [
            ("north", &north),
            (long, &between),
            ("between", &between),
            ("east of it all", &east),
        ];
        assert_eq!(title(&questions), 2);
        assert_eq!(title(&[]), 0);
        assert_eq!(title(&[("only", &[0.0])]), 0);
    }

    #[test]
    fn tags_are_words_of_this_topic_and_not_of_all() {
        let ours = [
            "Where is my refund?",
            "refund my order",
            "I want the Refunds now",
        ];
        let others = [
            "Where is my order?",
            "cancel my order",
            "change the order",
            "my order is late",
            "what is my order",
        ];
        let all: Vec<&str> = ours.iter().chain(&others).copied().collect();
        let tags = Vocabulary::of(&all).tags(&ours);
        assert_eq!(tags[0], "refund");
        assert!(
            !tags.contains(&"where".to_owned()) && !tags.contains(&"order".to_owned()),
            "{tags:?}"
        );
    }

    #[test]
    fn no_texts_have_no_tags() {
        assert!(Vocabulary::default().tags(&[]).is_empty());
        assert!(Vocabulary::of(&["👍", "?"]).tags(&["👍", "?"]).is_empty());
    }
}
