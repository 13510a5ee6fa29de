//! The words of the desk, read from `texts/`: one file a language.
//!
//! A section `[topic]` lists ways to ask and, after `=`, the short answer; `[say.…]`
//! lists what people say besides. What a language lacks is said in English. Read by the
//! scripts; knows no event.

use super::language::Language;
use super::random::Random;
use super::topic::TOPICS;

macro_rules! sayings {
    ($($name:ident = $section:literal,)*) => {
        /// What people say besides questions and answers.
        #[derive(Clone, Copy, Debug)]
        pub(super) enum Say {
            $(
                #[doc = concat!("Section `", $section, "` of the texts.")]
                $name,
            )*
        }

        /// The section of each, in order.
        const SAYINGS: &[&str] = &[$($section,)*];
    };
}

// One macro so that a saying and its section are in one line.
sayings! {
    Opener = "say.opener",
    Closer = "say.closer",
    Greeting = "say.greeting",
    Clarify = "say.clarify",
    Detail = "say.detail",
    Thanks = "say.thanks",
    AskHuman = "say.ask_human",
    Holding = "say.holding",
    Unhappy = "say.unhappy",
    FollowUp = "say.follow_up",
    RepReply = "say.rep_reply",
    RepFinal = "say.rep_final",
    Outbound = "say.outbound",
    Again = "say.again",
    Duplicate = "say.duplicate",
    Good = "say.good",
    Bad = "say.bad",
    Job = "say.job",
    JobReply = "say.job_reply",
    Note = "say.note",
    Spam = "say.spam",
    Test = "say.test",
}

/// One section: its lines and, of a topic, the short answer.
#[derive(Clone, Debug, Default)]
struct Section {
    lines: Vec<&'static str>,
    answer: &'static str,
}

/// The words of one language.
#[derive(Debug)]
struct Book {
    language: Language,
    topics: Vec<Section>,
    sayings: Vec<Section>,
}

/// The words of all languages.
#[derive(Debug)]
pub(super) struct Books {
    books: Vec<Book>,
}

impl Books {
    /// Reads the texts.
    pub(super) fn parse() -> Self {
        let books = Language::WEIGHTS
            .iter()
            .map(|(language, _)| parse_book(*language))
            .collect();
        Self { books }
    }

    fn book(&self, language: Language) -> Option<&Book> {
        self.books.iter().find(|book| book.language == language)
    }

    /// The ways to ask about topic number `topic`.
    pub(super) fn questions(&self, language: Language, topic: usize) -> &[&'static str] {
        self.book(language)
            .and_then(|book| book.topics.get(topic))
            .map_or(&[], |section| section.lines.as_slice())
    }

    /// The short answer about topic number `topic`.
    pub(super) fn answer(&self, language: Language, topic: usize) -> &'static str {
        self.book(language)
            .and_then(|book| book.topics.get(topic))
            .map_or("", |section| section.answer)
    }

    /// Something to say, in English where the language has no words for it.
    pub(super) fn say(&self, language: Language, what: Say, random: &mut Random) -> &'static str {
        let lines = |language| {
            self.book(language)
                .and_then(|book| book.sayings.get(what as usize))
                .map_or(&[][..], |section| section.lines.as_slice())
        };
        let own = lines(language);
        let lines = if own.is_empty() {
            lines(Language::En)
        } else {
            own
        };
        random.pick(lines, "")
    }
}

fn parse_book(language: Language) -> Book {
    let text = language.text();
    let sections = |names: &mut dyn Iterator<Item = &'static str>| {
        names.map(|name| parse_section(text, name)).collect()
    };
    Book {
        language,
        topics: sections(&mut TOPICS.iter().map(|topic| topic.key)),
        sayings: sections(&mut SAYINGS.iter().copied()),
    }
}

/// Finds the section `name`; an empty one where there is none.
fn parse_section(text: &'static str, name: &str) -> Section {
    let is_head = |line: &str| line.starts_with('[');
    let is_wanted = |line: &str| {
        let inner = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        inner == Some(name)
    };
    let mut section = Section::default();
    let lines = text.lines().skip_while(|line| !is_wanted(line)).skip(1);
    for line in lines.take_while(|line| !is_head(line)) {
        if let Some(answer) = line.strip_prefix("= ") {
            section.answer = answer;
        } else if !line.is_empty() {
            section.lines.push(line);
        }
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sections for reps' eyes, or for machines: English only.
    const ENGLISH_ONLY: &[&str] = &["say.note", "say.spam", "say.test"];

    #[test]
    fn every_language_can_ask_answer_and_say_everything() {
        for book in Books::parse().books {
            for (section, topic) in book.topics.iter().zip(TOPICS) {
                let least = if book.language == Language::En { 4 } else { 2 };
                assert!(
                    section.lines.len() >= least,
                    "{:?} {}",
                    book.language,
                    topic.key
                );
                assert!(
                    !section.answer.is_empty(),
                    "{:?} {}",
                    book.language,
                    topic.key
                );
            }
            for (section, name) in book.sayings.iter().zip(SAYINGS) {
                let is_optional = book.language != Language::En && ENGLISH_ONLY.contains(name);
                assert!(
                    is_optional || !section.lines.is_empty(),
                    "{:?} {name}",
                    book.language
                );
            }
        }
    }

    #[test]
    fn every_section_of_a_text_is_one_that_is_read() {
        for (language, _) in Language::WEIGHTS {
            for line in language.text().lines().filter(|line| line.starts_with('[')) {
                let name = line.trim_matches(['[', ']']);
                let is_known =
                    SAYINGS.contains(&name) || TOPICS.iter().any(|topic| topic.key == name);
                assert!(is_known, "{} {line}", language.code());
            }
        }
    }
}
