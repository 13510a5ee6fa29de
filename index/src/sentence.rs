//! The sentences of a text.
//!
//! Cuts at stops, question marks and line ends of any script, but not inside numbers,
//! addresses and abbreviations. Never copies; bounded, whatever the text. Used before
//! anything is looked up, because the best sentence of a long message finds more than
//! the whole of it.

/// No text has more sentences than this; the rest of it is left out.
pub const MAX_SENTENCES: usize = 1_000;

/// A sentence without any stop is cut at the first space after so many bytes.
pub const MAX_SENTENCE_BYTES: usize = 1_000;

/// Words before a full stop that end no sentence, in the six languages.
const ABBREVIATIONS: &[&str] = &[
    "approx", "bl", "bla", "ca", "dr", "e", "eks", "el", "esim", "etc", "evt", "f", "fr", "g",
    "hr", "i", "inkl", "jf", "kl", "m", "mr", "mrs", "ms", "mvh", "nr", "no", "o", "osv", "p",
    "pga", "pkt", "prof", "s", "st", "str", "t", "tel", "tlf", "usw", "v", "vgl", "vs", "z",
];

/// The sentences of `text` in order, trimmed; those without a letter or digit are left out.
pub fn split(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && sentences.len() < MAX_SENTENCES {
        let (sentence, behind) = rest.split_at(end_of_first(rest));
        let sentence = sentence.trim();
        if sentence.contains(char::is_alphanumeric) {
            sentences.push(sentence);
        }
        rest = behind;
    }
    sentences
}

/// Where the first sentence of `text` ends, behind its stop.
fn end_of_first(text: &str) -> usize {
    let mut word_start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let behind = at + c.len_utf8();
        let next = chars.peek().map(|&(_, next)| next);
        let ends = match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' | '。' | '！' | '？' | '।' | '؟' => true,
            '!' | '?' | '…' | ';' => next.is_none_or(char::is_whitespace),
            '.' => next.is_none_or(char::is_whitespace) && !is_abbreviation(text, word_start, at),
            _ => c.is_whitespace() && at >= MAX_SENTENCE_BYTES,
        };
        // A text without spaces is cut anyway, between two characters.
        if ends || at >= 4 * MAX_SENTENCE_BYTES {
            return behind;
        }
        if !c.is_alphanumeric() {
            word_start = behind;
        }
    }
    text.len()
}

/// Whether the word that ends at the full stop `at` goes on behind it.
fn is_abbreviation(text: &str, start: usize, at: usize) -> bool {
    let word = text.get(start..at).unwrap_or_default();
    let behind = text.get(at + 1..).unwrap_or_default().trim_start();
    let mut next = behind.chars();
    let (first, second) = (next.next(), next.next());
    let goes_on = first.is_some_and(|c| c.is_lowercase() || c.is_numeric());
    let is_initial = word.chars().count() == 1;
    if word.is_empty() {
        return false;
    }
    // "kl. 9", "den 3. mai": what goes on small or with a figure is the same sentence;
    // "z. B." goes on with another initial.
    let is_short = is_initial
        || word.chars().all(char::is_numeric)
        || ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    goes_on && is_short
        || is_initial && second == Some('.')
        || matches!(
            word,
            "Dr" | "Mr" | "Mrs" | "Ms" | "St" | "Prof" | "Hr" | "Fr"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_and_lines() {
        let text = "Hi there! I lost my card.\nWhat now?? Is 3.5 kr. ok… see a.b.com/x?y=1 please";
        let wanted = [
            "Hi there!",
            "I lost my card.",
            "What now??",
            "Is 3.5 kr.",
            "ok…",
        ];
        let sentences = split(text);
        assert_eq!(sentences[..5], wanted);
        assert_eq!(sentences[5], "see a.b.com/x?y=1 please");
    }

    #[test]
    fn abbreviations_and_dates_do_not_cut() {
        for text in [
            "Dr. Who called me",
            "Jeg ringte kl. 9 i dag",
            "Den 3. mai kom pakken",
            "Das ist z. B. gut",
        ] {
            assert_eq!(split(text), [text]);
        }
    }

    #[test]
    fn scripts_without_spaces_are_cut_at_their_own_stops() {
        assert_eq!(
            split("退款在哪里？我要退货。"),
            ["退款在哪里？", "我要退货。"]
        );
    }

    #[test]
    fn hostile_texts_are_bounded() {
        assert!(split("").is_empty());
        assert!(split("?!. 👍 \u{200B}\n").is_empty());
        assert_eq!(split(&"So. ".repeat(10_000)).len(), MAX_SENTENCES);
        let endless = "ß".repeat(500_000);
        assert!(
            split(&endless)
                .iter()
                .all(|one| one.len() <= 4 * MAX_SENTENCE_BYTES + 4)
        );
        assert!(
            split(&"word ".repeat(200_000))
                .iter()
                .all(|one| one.len() < 1_100)
        );
    }
}
