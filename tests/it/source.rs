//! Rust source as words, for tests that hold rules about it.
//!
//! Knows just enough to leave comments and literals out and to follow a path into a
//! group; never judges. Used by `layers`.

use std::fs;
use std::path::{Path, PathBuf};

/// An identifier or a sign, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// All Rust files under `folder`, in order; none if there is no such folder.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The identifiers and signs of `source`; `::` is one sign.
pub(crate) fn words(source: &str) -> Vec<Word> {
    let chars: Vec<char> = source.chars().collect();
    let mut list = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let end = end_of_next(&chars, at);
        let text: String = chars[at..end].iter().collect();
        let is_code = text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            || text.chars().count() == 1
            || text == "::";
        if is_code && !text.trim().is_empty() && !text.ends_with('"') {
            let name = text.strip_prefix("r#").unwrap_or(&text).to_owned();
            list.push(Word { text: name, line });
        }
        line += text.matches('\n').count();
        at = end;
    }
    list
}

/// Where the comment, literal, identifier or sign that begins at `at` ends.
fn end_of_next(chars: &[char], at: usize) -> usize {
    let next = |n: usize| chars.get(at + n).copied().unwrap_or('\0');
    match (chars[at], next(1)) {
        ('/', '/') => find(chars, at, |c| c == '\n'),
        ('/', '*') => end_of_block(chars, at),
        (':', ':') => at + 2,
        ('"', _) => end_of_string(chars, at + 1),
        ('\'', '\\') => find(chars, at + 3, |c| c == '\'') + 1,
        ('\'', _) if next(2) == '\'' => at + 3,
        (first, _) if first.is_alphanumeric() || first == '_' => {
            let end = find(chars, at, |c| !c.is_alphanumeric() && c != '_');
            let prefix: String = chars[at..end].iter().collect();
            let quote = find(chars, end, |c| c != '#');
            let is_string = chars.get(quote) == Some(&'"');
            match prefix.as_str() {
                "r" | "br" | "cr" if is_string => end_of_raw(chars, quote, quote - end),
                "b" | "c" if is_string && quote == end => end_of_string(chars, end + 1),
                "b" if chars.get(end) == Some(&'\'') => end_of_next(chars, end),
                "r" if quote == end + 1 => find(chars, quote, |c| !c.is_alphanumeric() && c != '_'),
                _ => end,
            }
        }
        _ => at + 1,
    }
    .min(chars.len())
}

fn find(chars: &[char], from: usize, is_end: impl Fn(char) -> bool) -> usize {
    (from..chars.len())
        .find(|&at| is_end(chars[at]))
        .unwrap_or(chars.len())
}

fn end_of_block(chars: &[char], from: usize) -> usize {
    let (mut at, mut depth) = (from + 2, 1);
    while depth > 0 && at < chars.len() {
        match chars.get(at..at + 2) {
            Some(['*', '/']) => (at, depth) = (at + 2, depth - 1),
            Some(['/', '*']) => (at, depth) = (at + 2, depth + 1),
            _ => at += 1,
        }
    }
    at
}

fn end_of_string(chars: &[char], from: usize) -> usize {
    let mut at = from;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn end_of_raw(chars: &[char], quote: usize, hashes: usize) -> usize {
    let is_closed = |at: usize| {
        let behind = chars.get(at + 1..=at + hashes);
        chars[at] == '"' && behind.is_some_and(|signs| signs.iter().all(|&c| c == '#'))
    };
    let closed = (quote + 1..chars.len()).find(|&at| is_closed(at));
    closed.map_or(chars.len(), |at| at + 1 + hashes)
}

/// What the path or group at the head of `words` begins with: `a` for `a::b`, and
/// `a`, `c` for `{a::b, c}`.
pub(crate) fn heads(words: &[Word]) -> Vec<&Word> {
    let Some(first) = words.first() else {
        return Vec::new();
    };
    if first.text != "{" {
        return vec![first];
    }
    let (mut list, mut depth, mut is_head) = (Vec::new(), 0, false);
    for word in words {
        match word.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," => {}
            _ if is_head => list.push(word),
            _ => {}
        }
        is_head = depth == 1 && matches!(word.text.as_str(), "{" | ",");
        if depth == 0 {
            break;
        }
    }
    list
}

#[test]
fn comments_and_literals_are_no_words() {
    let source = r##"
        // sled
        /* sled /* sled */ sled */
        let a = "sled \" sled"; let b = r#"sled " sled"#; let c = b"sled"; let d = br"sled";
        let e = 'x'; let f = '\''; let g = b'"'; fn h<'sled>() {} r#type
    "##;
    let texts: Vec<String> = words(source).into_iter().map(|word| word.text).collect();
    assert_eq!(
        texts.iter().filter(|text| *text == "sled").count(),
        1,
        "{texts:?}"
    );
    assert_eq!(texts.last().unwrap(), "type");
    assert_eq!(words("a\n/*\n*/ b")[1].line, 3);
}

#[test]
fn the_heads_of_a_group_are_found_at_any_nesting() {
    let heads_of = |source: &str| -> Vec<String> {
        let words = words(source);
        heads(&words)
            .into_iter()
            .map(|word| word.text.clone())
            .collect()
    };
    assert_eq!(heads_of("a::b;"), ["a"]);
    assert_eq!(
        heads_of("{a::{b, c::{d, e}}, f, g::h as i,}; j"),
        ["a", "f", "g"]
    );
}
