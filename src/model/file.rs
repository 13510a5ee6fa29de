//! Files that people send: what their names and types may be, whoever gave them.
//!
//! A name is shown to others and may end up on their disks; a type is only ever told. Pure, and
//! read wherever a file comes in, is shown or goes out.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest name, in bytes; what is longer loses its middle and keeps its ending.
const MAX_NAME: usize = 180;
/// The longest ending that is kept of a long name, in bytes.
const MAX_ENDING: usize = 20;
/// What a file without a usable name is called.
const NAMELESS: &str = "file";
/// The type of a file of which nothing better is known.
pub const UNKNOWN_TYPE: &str = "application/octet-stream";
/// The longest half of a type, in bytes.
const MAX_TYPE: usize = 100;

/// What a file is, roughly: what a desk lets visitors send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Pictures that are no script.
    Pictures,
    /// PDF.
    Pdf,
    /// Text without markup.
    Text,
    /// What office programs write.
    Office,
    /// Packed files.
    Archives,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Pictures,
        Self::Pdf,
        Self::Text,
        Self::Office,
        Self::Archives,
    ];

    /// Those that are taken unless a desk says otherwise.
    pub const USUAL: [Self; 4] = [Self::Pictures, Self::Pdf, Self::Text, Self::Office];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::Pdf => "pdf",
            Self::Text => "text",
            Self::Office => "office",
            Self::Archives => "archives",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The endings of its files' names.
    pub fn endings(self) -> impl Iterator<Item = &'static str> {
        let own = TYPES.iter().filter(move |(_, _, kind)| *kind == self);
        own.map(|(ending, _, _)| *ending)
    }

    /// The kind of a type; none: one that could run, or that nothing is known of.
    fn of_type(media: &str) -> Option<Self> {
        let known = TYPES.iter().find(|(_, known, _)| *known == media);
        if let Some((_, _, kind)) = known {
            return Some(*kind);
        }
        let office = [
            "application/vnd.ms-",
            "application/vnd.openxmlformats-",
            "application/vnd.oasis.",
        ];
        match media {
            "image/svg+xml" | "text/html" | "text/xml" | "text/javascript" => None,
            "application/x-zip-compressed" => Some(Self::Archives),
            "text/rtf" => Some(Self::Office),
            _ if media.starts_with("image/") => Some(Self::Pictures),
            _ if media.starts_with("text/") => Some(Self::Text),
            _ if office.iter().any(|start| media.starts_with(start)) => Some(Self::Office),
            _ => None,
        }
    }
}

/// Types and kinds by the endings of names.
const TYPES: &[(&str, &str, FileKind)] = &[
    ("csv", "text/csv", FileKind::Text),
    ("doc", "application/msword", FileKind::Office),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileKind::Office,
    ),
    ("gif", "image/gif", FileKind::Pictures),
    ("heic", "image/heic", FileKind::Pictures),
    ("jpeg", "image/jpeg", FileKind::Pictures),
    ("jpg", "image/jpeg", FileKind::Pictures),
    ("log", "text/plain", FileKind::Text),
    ("md", "text/markdown", FileKind::Text),
    (
        "odp",
        "application/vnd.oasis.opendocument.presentation",
        FileKind::Office,
    ),
    (
        "ods",
        "application/vnd.oasis.opendocument.spreadsheet",
        FileKind::Office,
    ),
    (
        "odt",
        "application/vnd.oasis.opendocument.text",
        FileKind::Office,
    ),
    ("pdf", "application/pdf", FileKind::Pdf),
    ("png", "image/png", FileKind::Pictures),
    ("ppt", "application/vnd.ms-powerpoint", FileKind::Office),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        FileKind::Office,
    ),
    ("rtf", "application/rtf", FileKind::Office),
    ("txt", "text/plain", FileKind::Text),
    ("webp", "image/webp", FileKind::Pictures),
    ("xls", "application/vnd.ms-excel", FileKind::Office),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileKind::Office,
    ),
    ("zip", "application/zip", FileKind::Archives),
];

/// Whether a file is of one of these kinds, by its name and by what is told of it: neither alone
/// is believed.
pub fn is_of(kinds: &[FileKind], name: &str, told: Option<&str>) -> bool {
    let ending = ending(name);
    let by_name = TYPES.iter().find(|(known, _, _)| *known == ending);
    let by_name = by_name.map(|(_, _, kind)| *kind);
    let is_taken = |kind: Option<FileKind>| kind.is_some_and(|kind| kinds.contains(&kind));
    let told = told.unwrap_or_default().split(';').next();
    let told = told.unwrap_or_default().trim().to_ascii_lowercase();
    let is_silent = told.is_empty() || told == UNKNOWN_TYPE;
    is_taken(by_name) && (is_silent || is_taken(FileKind::of_type(&told)))
}

/// A name that leads nowhere and looks like what it is: without folders, control characters and
/// marks that turn the direction of writing, and not too long.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|one| !is_hidden(*one)).collect();
    let trimmed = plain.trim_matches(|one: char| one == '.' || one.is_whitespace());
    if trimmed.is_empty() {
        return NAMELESS.to_owned();
    }
    if trimmed.len() <= MAX_NAME {
        return trimmed.to_owned();
    }
    let ending = match trimmed.rsplit_once('.') {
        Some((_, ending)) if ending.len() <= MAX_ENDING => format!(".{ending}"),
        _ => String::new(),
    };
    let room = MAX_NAME - ending.len();
    let cut = trimmed.floor_char_boundary(room);
    format!("{}{ending}", trimmed.split_at(cut).0)
}

/// Whether a character is not seen, or changes how others are.
fn is_hidden(one: char) -> bool {
    one.is_control()
        || matches!(one,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// The ending of a name in small letters; empty: it has none.
pub fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.to_ascii_lowercase()
}

/// The type that whoever sends a file says it has, without parameters; where they say nothing
/// useful, what the ending of its name says.
pub fn media_type(told: Option<&str>, name: &str) -> String {
    let told = told.unwrap_or_default().split(';').next();
    let told = told.unwrap_or_default().trim().to_ascii_lowercase();
    let is_half = |half: &str| {
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_');
        (1..=MAX_TYPE).contains(&half.len()) && half.bytes().all(is_plain)
    };
    let is_type = told
        .split_once('/')
        .is_some_and(|(kind, rest)| is_half(kind) && is_half(rest));
    if is_type && told != UNKNOWN_TYPE {
        return told;
    }
    let ending = ending(name);
    let known = TYPES.iter().find(|(known, _, _)| *known == ending);
    known
        .map_or(UNKNOWN_TYPE, |(_, media, _)| *media)
        .to_owned()
}

/// A size as people say it: thousands of bytes, and thousands of those.
pub fn size_words(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = UNITS.iter().find(|(least, _)| bytes >= *least);
    let Some((least, unit)) = unit else {
        return format!("{bytes} B");
    };
    let tenths = bytes / (least / 10);
    match (tenths / 10, tenths % 10) {
        (whole, tenth @ 1..) if whole < 10 => format!("{whole}.{tenth} {unit}"),
        (whole, _) => format!("{whole} {unit}"),
    }
}

/// The SHA-256 of a text of 64 hexadecimal digits, in small letters; none: it is no such text.
pub fn digest_of(text: &str) -> Option<String> {
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        for (given, kept) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Windows\win.ini", "win.ini"),
            ("..", "file"),
            ("", "file"),
            (" . ", "file"),
            ("/", "file"),
            (".bashrc", "bashrc"),
            ("bill\u{202E}fdp.exe", "billfdp.exe"),
            ("a\r\nSet-Cookie: b\0.txt", "aSet-Cookie: b.txt"),
            ("a\u{200B}\u{FEFF}b.txt\u{2067}", "ab.txt"),
            ("<script>alert(1)</script>.svg", "script>.svg"),
            ("Årsrapport 報告.pdf", "Årsrapport 報告.pdf"),
        ] {
            assert_eq!(clean_name(given), kept, "{given:?}");
        }
        let long = format!("{}.pdf", "å".repeat(500));
        let kept = clean_name(&long);
        assert!(kept.len() <= MAX_NAME && kept.ends_with("å.pdf"), "{kept}");
        let endless = format!("a.{}", "b".repeat(500));
        assert_eq!(clean_name(&endless).len(), MAX_NAME);
        assert_eq!(clean_name(&kept), kept);
    }

    #[test]
    fn a_type_is_a_plain_one_or_that_of_the_ending() {
        for (told, name, kept) in [
            (Some("Image/PNG"), "x", "image/png"),
            (Some("text/plain; charset=utf-8"), "x.csv", "text/plain"),
            (Some("application/octet-stream"), "x.PDF", "application/pdf"),
            (Some("text/html\r\nX: y"), "x", UNKNOWN_TYPE),
            (Some("text/<b>"), "x.txt", "text/plain"),
            (Some("a/b/c"), "x", UNKNOWN_TYPE),
            (None, "x.exe", UNKNOWN_TYPE),
        ] {
            assert_eq!(media_type(told, name), kept, "{told:?} {name}");
        }
    }

    #[test]
    fn a_file_is_of_a_kind_by_its_name_and_by_what_is_told_of_it() {
        let usual = &FileKind::USUAL;
        for (name, told) in [
            ("a.PNG", Some("image/png")),
            ("a.jpg", None),
            ("a.pdf", Some("application/octet-stream")),
            ("a.csv", Some("application/vnd.ms-excel")),
            ("a.txt", Some("text/plain; charset=utf-8")),
        ] {
            assert!(is_of(usual, name, told), "{name} {told:?}");
        }
        for (name, told) in [
            ("a.svg", Some("image/svg+xml")),
            ("a.html", Some("text/plain")),
            ("a.png", Some("text/html")),
            ("a.png", Some("image/svg+xml")),
            ("a.png.exe", Some("image/png")),
            ("a.zip", Some("application/zip")),
            ("a", Some("image/png")),
        ] {
            assert!(!is_of(usual, name, told), "{name} {told:?}");
        }
        assert!(is_of(
            &[FileKind::Archives],
            "a.zip",
            Some("application/zip")
        ));
        assert!(!is_of(&[], "a.png", None));
        let endings: Vec<&str> = FileKind::Pictures.endings().collect();
        assert_eq!(endings, ["gif", "heic", "jpeg", "jpg", "png", "webp"]);
    }

    #[test]
    fn a_size_is_said_in_few_digits() {
        for (bytes, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (1_950, "1.9 kB"),
            (20_000_000, "20 MB"),
            (12_345_678, "12 MB"),
            (3_000_000_000, "3 GB"),
        ] {
            assert_eq!(size_words(bytes), words);
        }
    }

    #[test]
    fn a_digest_is_64_hexadecimal_digits() {
        let digest = "Ab".repeat(32);
        assert_eq!(digest_of(&digest), Some("ab".repeat(32)));
        for odd in ["", "ab", "../../../../etc/passwd", &"g".repeat(64)] {
            assert_eq!(digest_of(odd), None, "{odd}");
        }
    }
}
