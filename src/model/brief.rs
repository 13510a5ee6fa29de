//! Messages about what somebody sent, kept short: a long value is quoted by its beginning.
//!
//! Applied where a message for people is made, so that none grows with what was sent.

/// How many characters of a value a message shows, the ellipsis among them.
const MAX_VALUE: usize = 100;
/// How many characters a message has, whatever it quotes.
const MAX_MESSAGE: usize = 3_000;
/// Between what values stand: ours, those of JSON, those of the command line.
const MARKS: [char; 3] = ['`', '"', '\''];

/// The beginning of a value that is too long for a message.
pub fn brief_value(value: &str) -> String {
    cut(value, MAX_VALUE)
}

/// A message with each value that it quotes cut to its beginning.
pub fn brief(message: &str) -> String {
    if message.len() <= MAX_VALUE {
        return message.to_owned();
    }
    let mut short = String::new();
    let mut rest = message;
    while let Some((before, mark, quoted)) = opened(rest) {
        let Some((value, after)) = closed(mark, quoted) else {
            break;
        };
        short.push_str(before);
        short.push(mark);
        short.push_str(&brief_value(value));
        short.push(mark);
        rest = after;
    }
    short.push_str(rest);
    cut(&short, MAX_MESSAGE)
}

/// What is before the next mark that opens a value, the mark, and what is behind it. An
/// apostrophe within a word opens nothing.
fn opened(text: &str) -> Option<(&str, char, &str)> {
    let mut before = ' ';
    for (place, character) in text.char_indices() {
        if MARKS.contains(&character) && !before.is_alphanumeric() {
            let (before, behind) = text.split_at(place);
            return Some((before, character, behind.strip_prefix(character)?));
        }
        before = character;
    }
    None
}

/// What is before the mark that closes a value, and what is behind it; JSON writes a mark that
/// is part of the value behind a backslash.
fn closed(mark: char, text: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (place, character) in text.char_indices() {
        if character == mark && !is_escaped {
            let (value, behind) = text.split_at(place);
            return Some((value, behind.strip_prefix(mark)?));
        }
        is_escaped = mark == '"' && character == '\\' && !is_escaped;
    }
    None
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(most - 1).collect();
    beginning + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_quoted_by_their_beginning() {
        let long = "é".repeat(10_000);
        let shown = format!("{}…", "é".repeat(99));
        for mark in ["`", "\"", "'"] {
            let message = format!("it's {mark}{long}{mark}, not {mark}short{mark}; Svar's own");
            let wanted = format!("it's {mark}{shown}{mark}, not {mark}short{mark}; Svar's own");
            assert_eq!(brief(&message), wanted);
            assert_eq!(brief(&wanted), wanted, "what is short stays");
        }
        let json = format!(
            r#"invalid type: string "{}\"{long}", expected u8"#,
            "x".repeat(98)
        );
        let wanted = format!(
            r#"invalid type: string "{}\…", expected u8"#,
            "x".repeat(98)
        );
        assert_eq!(brief(&json), wanted);
    }

    #[test]
    fn our_own_words_are_not_cut_but_nothing_is_endless() {
        let words = "the types are contact.upserted and those of Svar's own; ".repeat(20);
        assert_eq!(brief(&words), words);
        let tricky = format!("`a`b{}", "x".repeat(10_000));
        assert_eq!(brief(&tricky).chars().count(), 3_000);
    }
}
