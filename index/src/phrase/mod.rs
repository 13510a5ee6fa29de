//! What a message does before anything is looked up: greets or thanks, asks for a
//! human, or asks something.
//!
//! Small phrase lists in English, Norwegian, Swedish, Danish, Finnish and German, in
//! `lists.rs`. All six are always tried, because a greeting is too short to tell its
//! language. Pure. Used by the customer agent and by whatever looks up questions.

mod lists;

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::RegexSet;

use crate::sentence;

/// What a message wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Nothing: greeting, thanks, agreement, emoji, or no words at all.
    Acknowledgement,
    /// A human.
    AsksForHuman,
    /// Anything else is taken for a question.
    Question,
}

/// So many sentences of a message are worth looking up; the rest is left out.
pub const MAX_CORE: usize = 24;

/// Longer sentences than this ask for more than a human.
const MAX_ASK_CHARS: usize = 160;

/// The longest phrase of the lists, in words.
const MAX_PHRASE_WORDS: usize = 5;

static COURTESIES: LazyLock<HashSet<Vec<&'static str>>> = LazyLock::new(|| {
    let lines = lists::COURTESIES.iter().flat_map(|list| list.split(','));
    lines
        .map(|line| line.split_whitespace().collect())
        .collect()
});

static FOR_HUMAN: LazyLock<RegexSet> =
    // The patterns are constants that a test compiles; a set of none matches nothing.
    LazyLock::new(|| RegexSet::new(lists::FOR_HUMAN).unwrap_or_else(|_| RegexSet::empty()));

/// What `text` does.
pub fn act(text: &str) -> Act {
    let mut act = Act::Acknowledgement;
    for sentence in sentence::split(text).into_iter().take(MAX_CORE) {
        let words = words(sentence);
        if asks_for_human(&words) {
            return Act::AsksForHuman;
        }
        if !without_courtesies(&words).is_empty() {
            act = Act::Question;
        }
    }
    act
}

/// The sentences of `text` that are worth looking up, greetings and thanks around them
/// dropped. Empty for an [`Act::Acknowledgement`] only.
pub fn core(text: &str) -> Vec<String> {
    let mut core = Vec::new();
    for sentence in sentence::split(text) {
        let words = words(sentence);
        let rest = without_courtesies(&words);
        if let (Some(first), Some(last)) = (rest.first(), rest.last()) {
            // Where nothing was dropped, the stops around the words stay too.
            let drops_first = words.first().is_some_and(|word| word.start != first.start);
            let drops_last = words.last().is_some_and(|word| word.end != last.end);
            let start = if drops_first { first.start } else { 0 };
            let end = if drops_last { last.end } else { sentence.len() };
            let part = sentence.get(start..end).unwrap_or(sentence);
            core.push(part.trim().to_owned());
        }
        if core.len() == MAX_CORE {
            break;
        }
    }
    core
}

/// A word in lower case and where it is.
#[derive(Debug)]
struct Word {
    text: String,
    start: usize,
    end: usize,
}

fn words(sentence: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    for (at, c) in sentence.char_indices() {
        let is_inner = c.is_alphanumeric() || matches!(c, '\'' | '’' | '\u{300}'..='\u{36F}');
        if !is_inner {
            is_open = false;
            continue;
        }
        if !is_open {
            words.push(Word {
                text: String::new(),
                start: at,
                end: at,
            });
            is_open = true;
        }
        if let Some(word) = words.last_mut() {
            if c.is_alphanumeric() {
                word.text.extend(c.to_lowercase());
            }
            word.end = at + c.len_utf8();
        }
    }
    words.retain(|word| !word.text.is_empty());
    words
}

/// What is left when phrases of courtesy are taken away at both ends.
fn without_courtesies(words: &[Word]) -> &[Word] {
    let mut rest = words;
    while let Some(length) = courtesy(rest, |words, length| words.get(..length)) {
        rest = rest.get(length..).unwrap_or_default();
    }
    while let Some(length) = courtesy(rest, |words, length| {
        words.get(words.len().checked_sub(length)?..)
    }) {
        rest = rest.get(..rest.len() - length).unwrap_or_default();
    }
    rest
}

/// The length of the longest phrase of courtesy that `part` cuts out of `words`.
fn courtesy(words: &[Word], part: impl Fn(&[Word], usize) -> Option<&[Word]>) -> Option<usize> {
    (1..=MAX_PHRASE_WORDS).rev().find(|&length| {
        let Some(phrase) = part(words, length) else {
            return false;
        };
        let phrase: Vec<&str> = phrase.iter().map(|word| squeezed(&word.text)).collect();
        COURTESIES.contains(&phrase)
    })
}

/// `thankssss` and `okkk` as they are meant.
fn squeezed(word: &str) -> &str {
    let Some(last) = word.chars().last() else {
        return word;
    };
    let bare = word.trim_end_matches(last);
    let repeated = word.len() - bare.len();
    if repeated > 2 * last.len_utf8() {
        word.get(..bare.len() + last.len_utf8()).unwrap_or(word)
    } else {
        word
    }
}

fn asks_for_human(words: &[Word]) -> bool {
    let mut line = String::new();
    for word in words {
        line.push(' ');
        line.push_str(&word.text);
    }
    line.push(' ');
    line.chars().count() <= MAX_ASK_CHARS && FOR_HUMAN.is_match(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_read() {
        assert_eq!(
            RegexSet::new(lists::FOR_HUMAN).unwrap().len(),
            lists::FOR_HUMAN.len()
        );
        let longest = COURTESIES.iter().map(Vec::len).max();
        assert_eq!(longest, Some(MAX_PHRASE_WORDS));
    }

    #[test]
    fn greetings_and_thanks_of_six_languages_are_acknowledgements() {
        for text in [
            "hi",
            "Hello there!",
            "thanks",
            "Thank you so much!!",
            "ok",
            "OK, thanks",
            "👍",
            "",
            "  \n",
            "?!",
            "thx :)",
            "Good morning",
            "Great, that worked. Thanks a lot!",
            "Hei",
            "Hei hei!",
            "Tusen takk",
            "Takk for hjelpen!",
            "ok takk",
            "Hej",
            "Tack så mycket",
            "Tack för hjälpen",
            "Mange tak",
            "Tak for hjælpen",
            "Kiitos paljon",
            "Moi",
            "Hyvää päivää!",
            "Hallo",
            "Guten Tag",
            "Vielen Dank!",
            "Danke schön",
            "alles klar",
            "thankssss",
            "\u{200B}",
            "🙏🙏",
            "Kind regards",
            "Med vennlig hilsen",
            "Mit freundlichen Grüßen",
        ] {
            assert_eq!(act(text), Act::Acknowledgement, "{text:?}");
            assert!(core(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_human_is_asked_for_in_six_languages() {
        for text in [
            "I want to talk to a human",
            "Can I speak to a real person please?",
            "agent please",
            "human",
            "live agent",
            "connect me to customer service",
            "Please transfer me to an agent",
            "Let me talk to someone",
            "Hi. Is there a real person there?",
            "Kan jeg snakke med et menneske?",
            "Jeg vil snakke med kundeservice",
            "sett meg over til en kundebehandler",
            "Jag vill prata med en människa",
            "Kan jag få prata med en handläggare?",
            "Jeg vil gerne tale med en medarbejder",
            "Må jeg snakke med en rigtig person?",
            "Haluan puhua ihmisen kanssa",
            "Voinko jutella asiakaspalvelijan kanssa?",
            "Ich möchte mit einem Menschen sprechen",
            "Kann ich mit einem Mitarbeiter reden?",
            "Verbinden Sie mich mit einem Menschen",
        ] {
            assert_eq!(act(text), Act::AsksForHuman, "{text:?}");
        }
    }

    #[test]
    fn questions_about_people_are_questions() {
        for text in [
            "How do I transfer money to another person?",
            "Can an agent see my password?",
            "Does a human read my messages?",
            "no",
            "Where is it?",
            "Hei, hvor er pakken min?",
            "Who can use my card?",
            "Ok but where is my card",
            "How many persons can share a ticket?",
            "Ist eine Person oder zwei erlaubt?",
        ] {
            assert_eq!(act(text), Act::Question, "{text:?}");
            assert!(!core(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn courtesies_around_a_question_are_dropped() {
        let text = "Hi there! Hello, my card has not arrived, thanks in advance. What should I do? Thanks!";
        assert_eq!(core(text), ["my card has not arrived", "What should I do?"]);
        assert_eq!(core("Hei, hvor er pakken min?"), ["hvor er pakken min?"]);
        assert_eq!(core("退款在哪里？"), ["退款在哪里？"]);
    }

    #[test]
    fn hostile_texts_are_bounded() {
        assert_eq!(core(&"So. ".repeat(10_000)).len(), MAX_CORE);
        assert_eq!(act(&"hi ".repeat(300_000)), Act::Acknowledgement);
        assert_eq!(act(&"x".repeat(1_000_000)), Act::Question);
        assert_eq!(act("\u{202E}\u{0}\u{1b}[31m"), Act::Question);
    }
}
