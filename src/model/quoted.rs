//! Where the words of a mail end and the history begins that it quotes. Pure; nothing is taken away: what
//! shows a mail folds it.

/// The words of a mail, and the history below them; empty: it quotes none.
///
/// Only what stands at the end is history: answers between the lines of another's are words.
pub fn parted(text: &str) -> (&str, &str) {
    let mut starts: Vec<(usize, &str)> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        starts.push((offset, line.trim()));
        offset += line.len();
    }
    let original = starts.iter().position(|(_, line)| is_original(line));
    let quoted = trailing(&starts);
    let first = match (original, quoted) {
        (Some(a), Some(b)) => a.min(b),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return (text, ""),
    };
    let at = starts.get(first).map_or(text.len(), |(at, _)| *at);
    let (words, history) = text.split_at_checked(at).unwrap_or((text, ""));
    // A mail that is nothing but history is shown as it is.
    if words.trim().is_empty() {
        return (text, "");
    }
    (words.trim_end(), history)
}

/// Whether a line is what programs put above a mail that is answered.
fn is_original(line: &str) -> bool {
    let inner = line.trim_matches('-').trim().to_lowercase();
    let is_ruled = line.starts_with("-----") && line.ends_with("-----");
    let titles = [
        "original message",
        "forwarded message",
        "opprinnelig melding",
        "ursprungligt meddelande",
        "oprindelig meddelelse",
        "alkuperäinen viesti",
        "ursprüngliche nachricht",
    ];
    is_ruled && titles.contains(&inner.as_str())
}

/// The first line from which on all are quoted, with the one above that says whose they are.
fn trailing(lines: &[(usize, &str)]) -> Option<usize> {
    let is_quoted = |line: &str| line.starts_with('>');
    let last = lines.iter().rposition(|(_, line)| !line.is_empty())?;
    let (_, line) = lines.get(last)?;
    if !is_quoted(line) {
        return None;
    }
    let mut first = last;
    for (place, (_, line)) in lines.iter().enumerate().take(last).rev() {
        if is_quoted(line) {
            first = place;
        } else if !line.is_empty() {
            // It may be broken over two lines.
            let names = line.ends_with(':');
            return Some(if names { place } else { first });
        }
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_at_the_end_is_parted_from_the_words() {
        for (text, words) in [
            (
                "Thanks!\n\nOn Monday Ada wrote:\n> Hello\n> there\n",
                "Thanks!",
            ),
            ("Takk!\n\nDen man. skrev Ada:\n\n> Hei\n\n> du\n", "Takk!"),
            ("Yes.\n-----Original Message-----\nFrom: Ada\nHello", "Yes."),
            ("Ja.\n> Hallo", "Ja."),
        ] {
            let (said, history) = parted(text);
            assert_eq!(said, words, "{text}");
            assert!(!history.is_empty() && text.ends_with(history), "{text}");
        }
    }

    #[test]
    fn answers_between_the_lines_and_plain_words_stay() {
        for text in [
            "> When?\nOn Monday.\n> Where?\nHere.",
            "Note: a > b\nand so on",
            "> only\n> history",
            "",
            "-----\nSignature",
        ] {
            assert_eq!(parted(text), (text, ""), "{text}");
        }
    }
}
