//! The words of a text, the same way for what is stored and for what is asked.
//!
//! A word is a run of letters, digits and the marks that belong to them, lower-cased
//! and folded to ASCII where that is possible: `Größe` is `grosse`, however its
//! umlaut is encoded. Chinese and Japanese, written without spaces, give one word a
//! character. No stemming. Used by the schema, the query and the highlights.

use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::LazyLock;

use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RawTokenizer, RemoveLongFilter, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// Words of this many bytes and more are encoded files and the like, and are left out.
const MAX_WORD_BYTES: usize = 256;

/// The analyser of texts and queries. Folding comes before lower-casing, because
/// lower-casing `İ` would leave a loose mark behind.
pub(crate) fn analyser() -> TextAnalyzer {
    TextAnalyzer::builder(Splitter)
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .filter(AsciiFoldingFilter)
        .filter(LowerCaser)
        .build()
}

/// The same words, but with their accents: for stemmers, which need them.
pub(crate) fn plain_words() -> TextAnalyzer {
    TextAnalyzer::builder(Splitter)
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .filter(LowerCaser)
        .build()
}

/// A word of a text and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it is stored.
    pub(crate) folded: String,
    /// With its accents.
    pub(crate) plain: String,
    /// The first byte.
    pub(crate) from: usize,
    /// Behind the last byte.
    pub(crate) to: usize,
    /// How many words are before it, with those that were left out.
    pub(crate) position: usize,
}

/// The words of `text`, no more than `most`.
pub(crate) fn words(text: &str, most: usize) -> Vec<Word> {
    let mut analyser = TextAnalyzer::builder(Splitter)
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .build();
    let mut stream = analyser.token_stream(text);
    let mut words = Vec::new();
    while words.len() < most && stream.advance() {
        let token = stream.token();
        words.push(Word {
            folded: fold(&token.text),
            plain: token.text.to_lowercase(),
            from: token.offset_from,
            to: token.offset_to,
            position: token.position,
        });
    }
    words
}

/// A word as it is stored: folded to ASCII where that is possible.
pub(crate) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut folding = FOLDING.clone();
    let mut stream = folding.token_stream(word);
    if stream.advance() {
        stream.token().text.clone()
    } else {
        String::new()
    }
}

/// Folds one word.
static FOLDING: LazyLock<TextAnalyzer> = LazyLock::new(|| {
    TextAnalyzer::builder(RawTokenizer::default())
        .filter(AsciiFoldingFilter)
        .filter(LowerCaser)
        .build()
});

/// Cuts a text into words.
#[derive(Clone, Copy, Debug, Default)]
struct Splitter;

/// The words of one text.
struct Words<'a> {
    chars: Peekable<CharIndices<'a>>,
    token: Token,
}

impl Tokenizer for Splitter {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        Words {
            chars: text.char_indices().peekable(),
            token: Token::default(),
        }
    }
}

impl Words<'_> {
    fn push(&mut self, from: usize, c: char) {
        // A mark on a letter is dropped from the word, so that a letter written in two
        // characters is found by the same one written in one.
        if !is_loose_mark(c) {
            self.token.text.push(c);
        }
        self.token.offset_to = from + c.len_utf8();
    }
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        let Some((from, first)) = self.chars.find(|(_, c)| c.is_alphanumeric()) else {
            return false;
        };
        self.token.offset_from = from;
        self.push(from, first);
        while let Some((at, c)) = self.chars.next_if(|&(_, c)| {
            is_loose_mark(c) || !is_ideograph(first) && is_inner(c) && !is_ideograph(c)
        }) {
            self.push(at, c);
        }
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Whether `c` goes on with a word that has begun.
fn is_inner(c: char) -> bool {
    // The nukta and virama signs of the scripts of India are at the same place of
    // each block; Unicode does not count them as letters.
    let sign =
        matches!(u32::from(c), 0x0900..=0x0D7F) && matches!(u32::from(c) & 0x7F, 0x3C | 0x4D);
    c.is_alphanumeric() || sign
}

/// Combining accents, and the invisible joiners.
fn is_loose_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{200C}' | '\u{200D}')
}

/// A character of a script that puts no spaces between words: kana and Han.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(
        c,
        '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FF66}'..='\u{FF9F}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// A syllable of Korean.
pub(crate) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_queries_are_those_that_are_stored() {
        for text in [
            "Größe GRÖẞE gro\u{308}ße İstanbul ISTANBUL Ærø Łódź",
            "退款abc要求 धन्यवाद! ऑर्डर ﬁn Ⅷ ①",
            "don't e-mail a.b@c.de 1,5 \u{0}x\u{200D}y",
        ] {
            let stored = stored(text);
            let cut = words(text, usize::MAX);
            let asked: Vec<&String> = cut.iter().map(|word| &word.folded).collect();
            assert_eq!(asked, stored.iter().collect::<Vec<_>>());
        }
    }

    fn stored(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        analyser()
            .token_stream(text)
            .process(&mut |token| found.push(token.text.clone()));
        found
    }

    #[test]
    fn case_accents_and_encoding_make_no_difference() {
        for spelling in ["Größe", "GRÖẞE", "gro\u{308}ße", "grosse"] {
            assert_eq!(stored(spelling), ["grosse"], "{spelling}");
        }
        assert_eq!(stored("İstanbul, ISTANBUL"), ["istanbul", "istanbul"]);
    }

    #[test]
    fn scripts_without_spaces_give_a_word_a_character() {
        assert_eq!(stored("退款abc要求"), ["退", "款", "abc", "要", "求"]);
    }

    #[test]
    fn signs_inside_hindi_words_do_not_cut_them() {
        assert_eq!(stored("धन्यवाद! ऑर्डर"), ["धन्यवाद", "ऑर्डर"]);
    }

    #[test]
    fn an_encoded_file_is_no_word() {
        assert_eq!(
            stored(&format!("see {} end", "A".repeat(5000))),
            ["see", "end"]
        );
    }

    #[test]
    fn punctuation_and_emoji_are_no_words() {
        assert!(stored("?! … 👩\u{200D}💻 \u{0} \u{301}").is_empty());
    }
}
