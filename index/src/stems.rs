//! The stems of a text, by its language, the same way for what is stored and for what
//! is asked.
//!
//! `orders`, `ordered` and `order` share one. Small words (`the`, `und`) have none. The
//! scripts of China, Japan and Korea are not stemmed: there, each two neighbouring
//! characters mean a word. Used by the schema, the query and the highlights.

use std::collections::HashMap;
use std::sync::LazyLock;

use frostem::Stemmer;
use tantivy::tokenizer::{Language, RawTokenizer, StopWordFilter, TextAnalyzer, TokenStream};

use crate::language;
use crate::lexical::stemmer;
use crate::tokens::{Word, fold, is_emoji, is_hangul, is_ideograph, words};

/// Of the words that tell a language, longer ones tell more than that.
const MAX_SMALL_CHARS: usize = 5;

/// A stem and where its word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stem {
    pub(crate) text: String,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// How words of a language become stems.
pub(crate) struct Stemming {
    language: Option<String>,
    stemmer: Option<Stemmer>,
    stops: Option<TextAnalyzer>,
}

/// The engine's lists of small words, each as an analyser that swallows them.
static STOPS: LazyLock<HashMap<&'static str, TextAnalyzer>> = LazyLock::new(|| {
    let languages = [
        ("da", Language::Danish),
        ("de", Language::German),
        ("en", Language::English),
        ("es", Language::Spanish),
        ("fi", Language::Finnish),
        ("fr", Language::French),
        ("hu", Language::Hungarian),
        ("it", Language::Italian),
        ("nb", Language::Norwegian),
        ("nl", Language::Dutch),
        ("pt", Language::Portuguese),
        ("ru", Language::Russian),
        ("sv", Language::Swedish),
    ];
    let filters = languages.into_iter().filter_map(|(tag, language)| {
        let filter = StopWordFilter::new(language)?;
        let swallows = TextAnalyzer::builder(RawTokenizer::default()).filter(filter);
        Some((tag, swallows.build()))
    });
    filters.collect()
});

impl Stemming {
    /// The stemming of `language`; a text of an unknown one is stemmed as English and
    /// keeps its small words.
    pub(crate) fn of(language: Option<&str>) -> Self {
        let language = language.map(language::primary);
        Self {
            stemmer: stemmer(language.as_deref()),
            stops: language.as_deref().and_then(|tag| STOPS.get(tag)).cloned(),
            language,
        }
    }

    /// Whether `word` says too little to be looked for on its own.
    pub(crate) fn is_stop(&mut self, word: &Word) -> bool {
        let is_short = word.plain.chars().count() <= MAX_SMALL_CHARS;
        let is_small = |tag: &String| language::is_small_in(&word.plain, tag);
        is_short && self.language.as_ref().is_some_and(is_small)
            || self
                .stops
                .as_mut()
                .is_some_and(|stops| !stops.token_stream(&word.plain).advance())
    }

    /// The stem of one word that is no stop word.
    pub(crate) fn stem(&self, word: &Word) -> String {
        match &self.stemmer {
            Some(stemmer) => fold(&stemmer.stem(&word.plain)),
            None => word.folded.clone(),
        }
    }

    /// The stems of a text's words, in order.
    pub(crate) fn stems(&mut self, words: &[Word]) -> Vec<Stem> {
        let mut stems = Vec::new();
        for (at, word) in words.iter().enumerate() {
            if word.plain.starts_with(is_ideograph) {
                stems.extend(words.get(at + 1).and_then(|next| pair(word, next)));
            } else if word.plain.starts_with(is_hangul) {
                stems.extend(syllable_pairs(word));
            } else if !self.is_stop(word) {
                stems.push(Stem {
                    text: self.stem(word),
                    from: word.from,
                    to: word.to,
                });
            }
        }
        stems
    }
}

/// The stems of a text's words in order, as the search has them.
///
/// In a language that is not known words are stemmed as English, and small ones stay.
///
/// ```
/// assert_eq!(svar_index::stems("Which orders?", None), ["which", "order"]);
/// ```
pub fn stems(text: &str, language: Option<&str>) -> Vec<String> {
    let mut words = words(text, usize::MAX);
    words.retain(|word| !word.plain.starts_with(is_emoji));
    let stems = Stemming::of(language).stems(&words);
    stems.into_iter().map(|stem| stem.text).collect()
}

/// Two characters that touch each other.
fn pair(one: &Word, next: &Word) -> Option<Stem> {
    let touches = one.to == next.from && next.plain.starts_with(is_ideograph);
    touches.then(|| Stem {
        text: format!("{}{}", one.folded, next.folded),
        from: one.from,
        to: next.to,
    })
}

/// Korean puts spaces between words, but appends small ones to them.
fn syllable_pairs(word: &Word) -> impl Iterator<Item = Stem> {
    let next = word.plain.chars().skip(1);
    let pairs = word.plain.chars().zip(next);
    pairs.map(|(one, next)| Stem {
        text: [one, next].iter().collect(),
        from: word.from,
        to: word.to,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::words;

    fn stems(text: &str, language: Option<&str>) -> Vec<String> {
        let stems = Stemming::of(language).stems(&words(text, usize::MAX));
        stems.into_iter().map(|stem| stem.text).collect()
    }

    #[test]
    fn forms_of_a_word_share_a_stem_in_its_language() {
        for (language, forms) in [
            ("en", ["refund", "refunds", "refunding"]),
            ("de", ["Rechnung", "Rechnungen", "RECHNUNG"]),
            ("sv", ["faktura", "fakturor", "fakturan"]),
            ("nb-NO", ["pakke", "pakken", "pakker"]),
            ("da", ["ordre", "ordren", "ordrer"]),
            ("fi", ["lasku", "laskun", "laskut"]),
        ] {
            let stems: Vec<Vec<String>> = forms
                .iter()
                .map(|form| stems(form, Some(language)))
                .collect();
            assert_eq!(stems[0], stems[1], "{language}");
            if language != "sv" {
                assert_eq!(stems[0], stems[2], "{language}");
            }
        }
    }

    #[test]
    fn small_words_have_no_stem_in_their_own_language_only() {
        assert_eq!(stems("where is the order", Some("en")), ["order"]);
        assert_eq!(stems("die Rechnung", Some("de")), ["rechnung"]);
        assert_eq!(stems("die Rechnung", None).len(), 2);
    }

    #[test]
    fn scripts_without_stems_give_pairs() {
        assert_eq!(
            stems("退款要求 ab", Some("zh")),
            ["退款", "款要", "要求", "ab"]
        );
        assert_eq!(stems("退, 款", Some("zh")), Vec::<String>::new());
        assert_eq!(stems("배송이", Some("ko")), ["배송", "송이"]);
    }
}
