//! The words of a text, the same way for what is stored and for what is asked.
//!
//! A word is a run of letters, digits and the marks that belong to them, lower-cased
//! and folded to ASCII where that is possible: `Größe` is `grosse`, however its
//! umlaut is encoded. Chinese and Japanese, written without spaces, give one word a
//! character; Thai, Lao, Khmer and Burmese are cut by what ICU has learned of them. An emoji
//! is a word where things are searched, not where texts are compared. No stemming. Used by
//! the schema, the query and the highlights.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::LazyLock;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RawTokenizer, RemoveLongFilter, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// Words of this many bytes and more are encoded files and the like, and are left out.
const MAX_WORD_BYTES: usize = 256;

/// The analyser of texts and queries. Folding comes before lower-casing, because
/// lower-casing `İ` would leave a loose mark behind.
pub(crate) fn analyser() -> TextAnalyzer {
    TextAnalyzer::builder(Splitter(Emoji::Words))
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .filter(AsciiFoldingFilter)
        .filter(LowerCaser)
        .build()
}

/// The same words, but with their accents: for stemmers, which need them. Emoji are left out,
/// for they say nothing of what a text asks.
pub(crate) fn plain_words() -> TextAnalyzer {
    TextAnalyzer::builder(Splitter(Emoji::Gaps))
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
    let mut analyser = TextAnalyzer::builder(Splitter(Emoji::Words))
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

/// What emoji are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Emoji {
    /// Words.
    Words,
    /// Nothing, like punctuation.
    Gaps,
}

/// Cuts a text into words.
#[derive(Clone, Copy, Debug)]
struct Splitter(Emoji);

/// The words of one text.
struct Words<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    emoji: Emoji,
    /// Where the next words are, of a run that was cut by ICU.
    cut: VecDeque<(usize, usize)>,
    token: Token,
}

impl Tokenizer for Splitter {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        Words {
            text,
            chars: text.char_indices().peekable(),
            emoji: self.0,
            cut: VecDeque::new(),
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

    /// Puts the next word of a run that was cut into the token.
    fn push_cut(&mut self) -> bool {
        let Some((from, to)) = self.cut.pop_front() else {
            return false;
        };
        self.token.offset_from = from;
        let word = self.text.get(from..to).unwrap_or_default();
        for (at, c) in word.char_indices() {
            self.push(from + at, c);
        }
        true
    }

    /// Puts what belongs to an emoji into its word: what is joined to it, or the other half of
    /// a flag. Its colour of skin is dropped like an accent.
    fn push_rest_of_emoji(&mut self, first: char) {
        let mut before = first;
        while let Some((at, c)) = self.chars.next_if(|&(_, c)| {
            is_loose_mark(c)
                || (before == JOINER && is_emoji(c))
                || (before == first && is_flag_half(first) && is_flag_half(c))
        }) {
            self.push(at, c);
            before = c;
        }
    }

    /// Cuts the run of letters without spaces that begins at `from`.
    fn cut_run(&mut self, from: usize) {
        let mut to = from;
        while let Some((at, c)) = self
            .chars
            .next_if(|&(_, c)| is_unspaced(c) || is_loose_mark(c))
        {
            to = at + c.len_utf8();
        }
        let run = self.text.get(from..to).unwrap_or_default();
        let segmenter = WordSegmenter::new_lstm(WordBreakInvariantOptions::default());
        let mut start = 0;
        for end in segmenter.segment_str(run) {
            let word = run.get(start..end).unwrap_or_default();
            if word.contains(char::is_alphanumeric) {
                self.cut.push_back((from + start, from + end));
            }
            start = end;
        }
    }
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        if self.push_cut() {
            return true;
        }
        let emoji = self.emoji;
        let begins = |c: char| c.is_alphanumeric() || (emoji == Emoji::Words && is_emoji(c));
        while self.chars.next_if(|&(_, c)| !begins(c)).is_some() {}
        let Some(&(from, first)) = self.chars.peek() else {
            return false;
        };
        if is_unspaced(first) {
            self.cut_run(from);
            return self.push_cut();
        }
        self.chars.next();
        self.token.offset_from = from;
        self.push(from, first);
        if is_emoji(first) && !first.is_alphanumeric() {
            self.push_rest_of_emoji(first);
            return true;
        }
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

/// Combining accents, the invisible joiners, and what only colours an emoji.
fn is_loose_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}'
            | '\u{200C}'
            | JOINER
            | '\u{20E3}'
            | '\u{FE0E}'
            | '\u{FE0F}'
            | '\u{1F3FB}'..='\u{1F3FF}'
    )
}

/// What joins emoji into one.
const JOINER: char = '\u{200D}';

/// A picture, or half of a flag.
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{231A}'..='\u{23FF}'
            | '\u{2600}'..='\u{27BF}'
            | '\u{2B1B}'..='\u{2B55}'
            | '\u{1F000}'..='\u{1F3FA}'
            | '\u{1F400}'..='\u{1FAFF}'
    )
}

fn is_flag_half(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// A letter or mark of Thai, Lao, Burmese or Khmer, which put no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{0E01}'..='\u{0E3A}'
            | '\u{0E40}'..='\u{0E4E}'
            | '\u{0E81}'..='\u{0ECE}'
            | '\u{0EDC}'..='\u{0EDF}'
            | '\u{1000}'..='\u{103F}'
            | '\u{1050}'..='\u{108F}'
            | '\u{109A}'..='\u{109D}'
            | '\u{1780}'..='\u{17D3}'
            | '\u{17D7}'
            | '\u{17DC}'..='\u{17DD}'
            | '\u{A9E0}'..='\u{A9EF}'
            | '\u{A9FA}'..='\u{A9FE}'
            | '\u{AA60}'..='\u{AA7F}'
    )
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
            "ขอคืนเงิน 👍🏽 ຂໍເງິນຄືນ",
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
    fn punctuation_is_no_word() {
        assert!(stored("?! … \u{0} \u{301}").is_empty());
    }

    #[test]
    fn an_emoji_is_a_word_whatever_its_colour() {
        assert_eq!(stored("ok👍🏽👍 👍\u{FE0F}!"), ["ok", "👍", "👍", "👍"]);
        assert_eq!(stored("👩\u{200D}💻🇳🇴🇸🇪"), ["👩💻", "🇳🇴", "🇸🇪"]);
        assert_eq!(stored("❤\u{FE0F} 1\u{FE0F}\u{20E3}"), ["❤", "1"]);
        let mut plain = Vec::new();
        plain_words()
            .token_stream("ok 👍 then")
            .process(&mut |token| plain.push(token.text.clone()));
        assert_eq!(plain, ["ok", "then"]);
    }

    #[test]
    fn writing_without_spaces_is_cut_into_words() {
        assert_eq!(stored("ขอคืนเงินได้ไหม"), ["ขอ", "คืน", "เงิน", "ได้", "ไหม"]);
        for text in ["ຂໍເງິນຄືນ", "ខ្ញុំចង់បានប្រាក់វិញ", "ငွေပြန်အမ်းချင်ပါတယ်"]
        {
            let words = stored(text);
            assert!(words.len() > 1, "{text}: {words:?}");
            assert_eq!(words.concat(), text);
        }
        assert_eq!(
            stored("order 12 คืนเงิน refund"),
            ["order", "12", "คืน", "เงิน", "refund"]
        );
    }
}
