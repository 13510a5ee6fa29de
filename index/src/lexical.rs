//! Words and pieces of words as numbers, and texts compared by them.
//!
//! A text has two channels: its stemmed words, and the character 3- to 5-grams of its
//! words, which forgive typing errors, compounds and a wrong guess of the language.
//! Each is weighted by TF-IDF and compared by cosine. Pure. Used by the answers and by
//! the vectors of languages that the table does not know.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::TokenStream;

use crate::tokens::{is_ideograph, plain_words};

/// Words of a text beyond this many are not looked at.
const MAX_WORDS: usize = 256;

/// Words beyond this many characters give no more grams.
const MAX_WORD_CHARS: usize = 32;

/// A feature and how often it occurs.
pub(crate) type Counts = Vec<(u32, f32)>;

/// What a text is compared by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Features {
    /// Stemmed words.
    pub(crate) words: Counts,
    /// Character 3- to 5-grams inside words; of scripts without spaces 1- to 3-grams.
    pub(crate) grams: Counts,
}

impl Features {
    /// The features of `text`, stemmed as `language` asks; unknown ones as English.
    pub(crate) fn new(text: &str, language: Option<&str>) -> Self {
        let stemmer = stemmer(language);
        let (mut words, mut grams) = (Vec::new(), Vec::new());
        let mut analyser = plain_words();
        let mut stream = analyser.token_stream(text);
        let mut run = String::new();
        let mut run_end = 0;
        for _ in 0..MAX_WORDS {
            if !stream.advance() {
                break;
            }
            let token = stream.token();
            words.push(hash(&stem(stemmer.as_ref(), &token.text)));
            if token.text.starts_with(is_ideograph) {
                // Neighbouring characters make one run, of which every piece counts.
                if token.offset_from != run_end {
                    push_grams(&run, 1..=3, &mut grams);
                    run.clear();
                }
                run.push_str(&token.text);
                run_end = token.offset_to;
            } else {
                push_grams(&format!(" {} ", token.text), 3..=5, &mut grams);
            }
        }
        push_grams(&run, 1..=3, &mut grams);
        Self {
            words: counted(words),
            grams: counted(grams),
        }
    }

    /// Whether there is no word in the text.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// The stem of `word`, which is in lower case.
fn stem<'a>(stemmer: Option<&Stemmer>, word: &'a str) -> Cow<'a, str> {
    stemmer.map_or(Cow::Borrowed(word), |stemmer| {
        Cow::Owned(stemmer.stem(word).into_owned())
    })
}

/// The stemmer of a language; English where none is known, none where there is none.
pub(crate) fn stemmer(language: Option<&str>) -> Option<Stemmer> {
    let primary = language.map_or("en", |tag| tag.split(['-', '_']).next().unwrap_or(tag));
    let algorithm = match primary {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    };
    Some(Stemmer::new(algorithm))
}

fn push_grams(word: &str, lengths: std::ops::RangeInclusive<usize>, grams: &mut Vec<u32>) {
    let mut ends: Vec<usize> = word
        .char_indices()
        .map(|(at, _)| at)
        .take(MAX_WORD_CHARS)
        .collect();
    ends.push(if ends.len() == MAX_WORD_CHARS {
        *ends.last().unwrap_or(&0)
    } else {
        word.len()
    });
    for length in lengths {
        for pair in ends.windows(length + 1) {
            if let (Some(&start), Some(&end)) = (pair.first(), pair.last()) {
                grams.push(hash(word.get(start..end).unwrap_or_default()));
            }
        }
    }
}

/// FNV-1a, 64 bits folded to 32: the same on every machine and in every version.
pub(crate) fn hash(text: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The two halves are taken apart on purpose.
    #[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
    let low = hash as u32;
    let high = (hash >> 32) as u32;
    low ^ high
}

fn counted(mut features: Vec<u32>) -> Counts {
    features.sort_unstable();
    let mut counts: Counts = Vec::new();
    for feature in features {
        match counts.last_mut() {
            Some((last, count)) if *last == feature => *count += 1.0,
            _ => counts.push((feature, 1.0)),
        }
    }
    counts
}

/// Many texts of one channel, ready to be compared with another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channel {
    /// For each feature the texts that have it, with its weight there.
    /// Hashed the same in every run, for sums of floats depend on the order.
    postings: HashMap<u32, Vec<(u32, f32)>, BuildHasherDefault<DefaultHasher>>,
    texts: u32,
}

impl Channel {
    /// Takes the counts of all texts in order.
    pub(crate) fn new<'a>(texts: impl Iterator<Item = &'a Counts>) -> Self {
        let mut channel = Self::default();
        for counts in texts {
            for &(feature, count) in counts {
                channel
                    .postings
                    .entry(feature)
                    .or_default()
                    .push((channel.texts, count));
            }
            channel.texts += 1;
        }
        let mut squares = vec![0.0_f32; channel.texts as usize];
        for list in channel.postings.values_mut() {
            let idf = idf(channel.texts, list.len());
            for (text, weight) in list {
                *weight = dampened(*weight) * idf;
                if let Some(square) = squares.get_mut(*text as usize) {
                    *square += *weight * *weight;
                }
            }
        }
        for (text, weight) in channel.postings.values_mut().flatten() {
            *weight /= squares
                .get(*text as usize)
                .map_or(1.0, |square| square.sqrt());
        }
        channel
    }

    /// Adds `share` times the cosine with each text to `scores`, which has a place for each.
    pub(crate) fn add_cosines(&self, counts: &Counts, share: f32, scores: &mut [f32]) {
        let weigh = |&(feature, count): &(u32, f32)| {
            let list = self.postings.get(&feature).map_or(&[][..], Vec::as_slice);
            (list, dampened(count) * idf(self.texts, list.len()))
        };
        let norm = counts
            .iter()
            .map(|one| weigh(one).1.powi(2))
            .sum::<f32>()
            .sqrt();
        for (list, weight) in counts.iter().map(weigh) {
            for (text, theirs) in list {
                if let Some(score) = scores.get_mut(*text as usize) {
                    *score += share * weight / norm * theirs;
                }
            }
        }
    }

    /// The length of the sum of each group's texts, at unit length each: what the sum of a
    /// group's cosines is divided by to get the cosine with its centroid.
    pub(crate) fn lengths(&self, group_of: &[usize], groups: usize) -> Vec<f32> {
        let mut squares = vec![0.0_f32; groups];
        let mut sums: HashMap<usize, f32> = HashMap::new();
        for list in self.postings.values() {
            sums.clear();
            for (text, weight) in list {
                if let Some(&group) = group_of.get(*text as usize) {
                    *sums.entry(group).or_default() += weight;
                }
            }
            for (&group, sum) in &sums {
                if let Some(square) = squares.get_mut(group) {
                    *square += sum * sum;
                }
            }
        }
        squares
            .into_iter()
            .map(|square| square.sqrt().max(f32::EPSILON))
            .collect()
    }

    /// The share of the text's weight that lies in features known here, 0 to 1.
    pub(crate) fn known_share(&self, counts: &Counts) -> f32 {
        let (mut common, mut all) = (0.0, 0.0);
        for &(feature, count) in counts {
            let texts = self.postings.get(&feature).map_or(0, Vec::len);
            let weight = count * idf(self.texts, texts);
            all += weight;
            common += if texts > 0 { weight } else { 0.0 };
        }
        if all > 0.0 { common / all } else { 0.0 }
    }
}

/// Smoothed inverse document frequency: `ln((1 + n) / (1 + df)) + 1`.
fn idf(texts: u32, with_it: usize) -> f32 {
    ((1.0 + texts as f32) / (1.0 + with_it as f32)).ln() + 1.0
}

/// A word said twice counts more than once, less than double.
fn dampened(count: f32) -> f32 {
    1.0 + count.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosines(texts: &[&str], query: &str, language: &str) -> Vec<f32> {
        let all: Vec<Features> = texts
            .iter()
            .map(|text| Features::new(text, Some(language)))
            .collect();
        let words = Channel::new(all.iter().map(|one| &one.words));
        let grams = Channel::new(all.iter().map(|one| &one.grams));
        let query = Features::new(query, Some(language));
        let mut scores = vec![0.0; texts.len()];
        words.add_cosines(&query.words, 0.5, &mut scores);
        grams.add_cosines(&query.grams, 0.5, &mut scores);
        scores
    }

    #[test]
    fn a_text_equals_itself_and_nothing_else() {
        let scores = cosines(
            &["reset my password", "where is my order"],
            "Reset my PASSWORD!",
            "en",
        );
        assert!((scores[0] - 1.0).abs() < 1e-5, "{scores:?}");
        assert!(scores[1] < 0.3, "{scores:?}");
    }

    #[test]
    fn inflected_words_and_typing_errors_are_near() {
        let scores = cosines(
            &["Rechnungen bezahlen", "Paket verfolgen"],
            "Rechnung bezahlt",
            "de",
        );
        assert!(scores[0] > 0.5 && scores[1] < 0.1, "{scores:?}");
        let scores = cosines(&["refund my order", "close account"], "refnd ordr", "en");
        assert!(scores[0] > 0.1 && scores[1] < 0.05, "{scores:?}");
    }

    #[test]
    fn scripts_without_spaces_share_pieces() {
        let scores = cosines(&["我要退款", "密码忘记了"], "怎么退款", "zh");
        assert!(scores[0] > 0.3 && scores[1] < 0.1, "{scores:?}");
    }

    #[test]
    fn what_nobody_knows_is_zero_and_never_nan() {
        let scores = cosines(&["a b", ""], "zzz", "en");
        assert_eq!(scores, [0.0, 0.0]);
        assert_eq!(cosines(&["a"], "", "en"), [0.0]);
        let long = "word\u{0}👍 ".repeat(100_000);
        assert!(
            cosines(&[&long], &long, "xx")
                .iter()
                .all(|score| score.is_finite())
        );
    }
}
