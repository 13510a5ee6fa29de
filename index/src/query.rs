//! What is asked, and its way from a text into words and phrases.
//!
//! There is no query language: every character that is no letter, digit or quotation
//! mark only parts words, so that no input can be wrong or dangerous. Made by the
//! agent and the desk's search; read by the searcher and the highlights.

use crate::document::Kind;
use crate::tokens::{Word, is_ideograph, words};

/// Words of a query beyond this many are not looked for.
const MAX_WORDS: usize = 64;

/// Shorter last words match as they are only, for too much begins with one letter.
const MIN_PREFIX_CHARS: usize = 2;

/// What joins the words of a code.
const JOINTS: [&str; 6] = ["-", "_", "/", ".", ":", "#"];

/// The quotation marks of keyboards and of phones that set them by themselves.
const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

/// A search. Words are alternatives, and more of them rank higher; a phrase in
/// quotation marks must occur; the last word may be the beginning of one. Neither
/// case nor accents count; other forms of a word are found by its stem, and where there
/// is too little, words that are spelt nearly so, or have it in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What a person typed, or a whole message. Its first 64 words are looked for.
    pub text: String,
    /// The kinds wanted; all when empty.
    pub kinds: Vec<Kind>,
    /// The most hits wanted, up to [`Self::MAX_LIMIT`].
    pub limit: usize,
    /// The only conversation wanted.
    pub conversation: Option<String>,
    /// The languages wanted, as tags without country; all when empty.
    pub languages: Vec<String>,
    /// The channels wanted; all when empty.
    pub channels: Vec<String>,
    /// The earliest instant wanted, in UTC milliseconds.
    pub from_millis: Option<i64>,
    /// The instant before which is wanted, in UTC milliseconds.
    pub to_millis: Option<i64>,
}

impl Query {
    /// The most hits that one search gives.
    pub const MAX_LIMIT: usize = 1_000;

    /// A search for `text` in everything.
    pub fn text(text: impl Into<String>, limit: usize) -> Self {
        Self {
            text: text.into(),
            limit,
            ..Self::default()
        }
    }
}

/// A phrase: its words, each with its distance from the first.
pub(crate) type Phrase = Vec<(usize, String)>;

/// A number or code such as `INV-2024-001`: words that stand together only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// Its words.
    pub(crate) words: Phrase,
    /// Whether more may follow.
    pub(crate) ending: Ending,
}

/// How a code ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As its last word does.
    Whole,
    /// The last word may be the beginning of a longer one.
    Open,
}

/// The words of a query's text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Words outside of quotation marks, each once.
    pub(crate) words: Vec<Word>,
    /// The last word, if it may be the beginning of a longer one.
    pub(crate) prefix: Option<String>,
    /// Codes of at least two words.
    pub(crate) codes: Vec<Code>,
    /// Phrases of at least one word.
    pub(crate) phrases: Vec<Phrase>,
}

impl Terms {
    /// Cuts `text` up. A quotation mark without its partner only parts words.
    pub(crate) fn parse(text: &str) -> Self {
        let mut terms = Self::default();
        let mut room = MAX_WORDS;
        let mut parts = text.split(QUOTES).peekable();
        let mut is_quoted = false;
        while let Some(part) = parts.next() {
            let is_closed = parts.peek().is_some();
            let words = words(part, room);
            room -= words.len();
            if is_quoted && is_closed {
                terms.push_phrase(&words);
            } else {
                terms.push_words(part, &words);
            }
            if room == 0 {
                // What was cut off last is no word that is still being typed.
                terms.close();
                break;
            }
            is_quoted = !is_quoted;
        }
        terms
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.codes.is_empty() && self.phrases.is_empty()
    }

    fn push_phrase(&mut self, words: &[Word]) {
        let Some(first) = words.first() else {
            return;
        };
        self.close();
        self.phrases.push(phrase_of(first, words));
    }

    /// Says that nothing is still being typed.
    fn close(&mut self) {
        self.prefix = None;
        for code in &mut self.codes {
            code.ending = Ending::Whole;
        }
    }

    fn push_words(&mut self, text: &str, words: &[Word]) {
        let is_joined = |one: &Word, next: &Word| {
            let between = text.get(one.to..next.from).unwrap_or_default();
            JOINTS.contains(&between)
        };
        for run in words.chunk_by(is_joined) {
            let has_digit = |word: &Word| word.folded.contains(char::is_numeric);
            match run.first() {
                Some(first) if run.len() > 1 && run.iter().any(has_digit) => {
                    self.push_code(phrase_of(first, run));
                }
                _ => self.push_plain(run),
            }
        }
    }

    fn push_code(&mut self, words: Phrase) {
        self.close();
        self.codes.retain(|code| code.words != words);
        let ending = Ending::Open;
        self.codes.push(Code { words, ending });
    }

    fn push_plain(&mut self, words: &[Word]) {
        if let Some(last) = words.last() {
            self.close();
            let is_long = last.folded.chars().count() >= MIN_PREFIX_CHARS;
            self.prefix = is_long.then(|| last.folded.clone());
        }
        // Characters that mean words mean something together only, so that neighbours
        // are kept even where one came before.
        let is_new = |words: &[Word], word: &Word| {
            word.plain.starts_with(is_ideograph)
                || words.iter().all(|old| old.folded != word.folded)
        };
        for word in words {
            if is_new(&self.words, word) {
                self.words.push(word.clone());
            }
        }
    }
}

/// Words with their distances from the first.
fn phrase_of(first: &Word, words: &[Word]) -> Phrase {
    let from_first = |word: &Word| {
        let distance = word.position.saturating_sub(first.position);
        (distance, word.folded.clone())
    };
    words.iter().map(from_first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Terms {
        Terms::parse(text)
    }

    fn folded(terms: &Terms) -> Vec<&str> {
        terms
            .words
            .iter()
            .map(|word| word.folded.as_str())
            .collect()
    }

    #[test]
    fn quoted_words_are_a_phrase_and_the_last_word_a_beginning() {
        let terms = parse("my „Gift card“ my, ord");
        assert_eq!(folded(&terms), ["my", "ord"]);
        assert_eq!(terms.prefix.as_deref(), Some("ord"));
        let phrase = vec![(0, "gift".to_owned()), (1, "card".to_owned())];
        assert_eq!(terms.phrases, [phrase]);
    }

    #[test]
    fn a_quote_without_partner_only_parts_words() {
        assert_eq!(folded(&parse("\"gift card")), ["gift", "card"]);
        let terms = parse("gift\"card\"");
        assert_eq!(folded(&terms), ["gift"]);
        assert_eq!(terms.prefix, None);
        assert_eq!(terms.phrases, [vec![(0, "card".to_owned())]]);
    }

    #[test]
    fn a_code_is_one_thing_and_its_end_may_be_missing() {
        let terms = parse("invoice INV-2024-00");
        assert_eq!(folded(&terms), ["invoice"]);
        let words = vec![
            (0, "inv".to_owned()),
            (1, "2024".to_owned()),
            (2, "00".to_owned()),
        ];
        let ending = Ending::Open;
        assert_eq!(terms.codes, [Code { words, ending }]);
        assert_eq!(terms.prefix, None);
        let terms = parse("INV-2024-001 paid e-mail");
        assert_eq!(terms.codes.first().unwrap().ending, Ending::Whole);
        assert_eq!(folded(&terms), ["paid", "e", "mail"]);
    }

    #[test]
    fn one_letter_is_no_beginning() {
        assert_eq!(parse("order a").prefix, None);
        assert_eq!(parse("order").prefix.as_deref(), Some("order"));
    }

    #[test]
    fn words_beyond_the_limit_are_dropped() {
        let words: Vec<String> = (0..1000).map(|n| format!("w{n} \"x{n}\"")).collect();
        let terms = parse(&words.join(" "));
        let phrase_words: usize = terms.phrases.iter().map(Vec::len).sum();
        assert_eq!(terms.words.len() + phrase_words, MAX_WORDS);
        assert_eq!(terms.prefix, None);
    }

    #[test]
    fn nothing_but_punctuation_is_nothing_to_look_for() {
        for text in ["", "  ", "\"\"", "?!.*(){}[]^$\\/", "\u{0}\u{7}"] {
            assert!(parse(text).is_empty(), "{text:?}");
        }
    }
}
