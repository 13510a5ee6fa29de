//! What replies of a server of mailboxes say, and how it is told what is meant. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::wire::Reply;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Well,
    No,
    Bad,
}

/// What a reply says of the command with a tag; none: it is another one.
pub(super) fn done(reply: &Reply, tag: &str) -> Option<(Done, String)> {
    let rest = reply.text.strip_prefix(tag)?.strip_prefix(' ')?;
    let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let done = match word.to_ascii_uppercase().as_str() {
        "OK" => Done::Well,
        "NO" => Done::No,
        _ => Done::Bad,
    };
    Some((done, rest.to_owned()))
}

/// The number of a word in brackets, such as `UIDVALIDITY`.
pub(super) fn code_number(text: &str, word: &str) -> Option<u32> {
    let upper = text.to_ascii_uppercase();
    let (_, rest) = upper.split_once(&format!("[{word} "))?;
    rest.split(']').next()?.trim().parse().ok()
}

/// The number after a name in the parentheses of a FETCH reply.
pub(super) fn item_number(reply: &Reply, name: &str) -> Option<u64> {
    let text = fetched(reply)?.to_ascii_uppercase();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|word| *word == name)?;
    words.get(at + 1)?.parse().ok()
}

/// What a FETCH reply has in its parentheses; none: it is another reply.
pub(super) fn fetched(reply: &Reply) -> Option<&str> {
    let rest = reply.text.strip_prefix("* ")?;
    let (number, rest) = rest.split_once(' ')?;
    let (word, rest) = rest.split_once(' ')?;
    let is_fetch =
        number.bytes().all(|byte| byte.is_ascii_digit()) && word.eq_ignore_ascii_case("FETCH");
    is_fetch.then_some(rest)
}

/// The numbers of a SEARCH reply; none: it is another reply.
pub(super) fn found(reply: &Reply) -> Option<Vec<u32>> {
    let start = reply.text.get(..8)?;
    if !start.eq_ignore_ascii_case("* SEARCH") {
        return None;
    }
    let rest = reply.text.get(8..).unwrap_or_default();
    Some(
        rest.split_whitespace()
            .filter_map(|one| one.parse().ok())
            .collect(),
    )
}

/// Whether a reply says that there are mails that were not there.
pub(super) fn has_news(reply: &Reply) -> bool {
    let upper = reply.text.to_ascii_uppercase();
    upper.starts_with("* ") && (upper.ends_with(" EXISTS") || upper.ends_with(" RECENT"))
}

/// The words after `* CAPABILITY`, or in the brackets of a greeting; none: it names none.
pub(super) fn abilities(reply: &Reply) -> Option<Vec<String>> {
    let upper = reply.text.to_ascii_uppercase();
    let rest = match upper.strip_prefix("* CAPABILITY ") {
        Some(rest) => rest,
        None => upper.split_once("[CAPABILITY ")?.1.split(']').next()?,
    };
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// A text as a command has it; none: it has what none may have.
pub(super) fn quoted(text: &str) -> Option<String> {
    if !text.is_ascii() || text.contains(['\r', '\n', '\0']) {
        return None;
    }
    Some(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// The name of a folder as servers have it: letters of other alphabets in the coding of their own (RFC
/// 3501, 5.1.3).
pub(super) fn folder_name(name: &str) -> String {
    let mut coded = String::new();
    let mut other: Vec<u16> = Vec::new();
    let flush = |coded: &mut String, other: &mut Vec<u16>| {
        if other.is_empty() {
            return;
        }
        let bytes: Vec<u8> = other.drain(..).flat_map(u16::to_be_bytes).collect();
        let text = STANDARD_NO_PAD.encode(bytes).replace('/', ",");
        coded.push('&');
        coded.push_str(&text);
        coded.push('-');
    };
    for letter in name.chars() {
        match letter {
            ' '..='~' => {
                flush(&mut coded, &mut other);
                coded.push(letter);
                if letter == '&' {
                    coded.push('-');
                }
            }
            letter => other.extend(letter.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    flush(&mut coded, &mut other);
    coded
}

/// Numbers as a command has them: those that follow each other as a range.
pub(super) fn set_of(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let words = ranges.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}:{last}")
        }
    });
    words.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        Reply {
            text: text.to_owned(),
            ..Reply::default()
        }
    }

    #[test]
    fn replies_are_read_as_servers_write_them() {
        assert_eq!(
            done(&reply("a7 NO [AUTHENTICATIONFAILED] no"), "a7"),
            Some((Done::No, "[AUTHENTICATIONFAILED] no".to_owned()))
        );
        assert_eq!(done(&reply("a70 OK"), "a7"), None);
        assert_eq!(
            done(&reply("a7 OK"), "a7"),
            Some((Done::Well, String::new()))
        );
        assert_eq!(
            code_number("* OK [UIDVALIDITY 17] x", "UIDVALIDITY"),
            Some(17)
        );
        let fetched = reply("* 3 FETCH (FLAGS (\\Seen) UID 9 RFC822.SIZE 1200)");
        assert_eq!(item_number(&fetched, "UID"), Some(9));
        assert_eq!(item_number(&fetched, "RFC822.SIZE"), Some(1200));
        assert_eq!(item_number(&reply("* 3 EXPUNGE"), "UID"), None);
        assert_eq!(found(&reply("* SEARCH 1 5 6")), Some(vec![1, 5, 6]));
        assert_eq!(found(&reply("* SEARCH")), Some(Vec::new()));
        assert!(has_news(&reply("* 4 EXISTS")) && !has_news(&reply("* 4 EXPUNGE")));
        let able = abilities(&reply("* OK [CAPABILITY IMAP4rev1 idle] hi")).unwrap();
        assert_eq!(able, ["IMAP4REV1", "IDLE"]);
    }

    #[test]
    fn commands_are_written_as_servers_read_them() {
        assert_eq!(quoted(r#"a"b\c"#).unwrap(), r#""a\"b\\c""#);
        assert_eq!(quoted("a\r\nb LOGOUT"), None);
        assert_eq!(folder_name("INBOX"), "INBOX");
        assert_eq!(folder_name("R&D/Störung"), "R&-D/St&APY-rung");
        assert_eq!(folder_name("台北"), "&U,BTFw-");
        assert_eq!(set_of(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(set_of(&[]), "");
    }
}
