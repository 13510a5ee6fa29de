//! What ends a reading for good, as against a line that is refused.
//!
//! Every text names the input and says what to do. Made by every file of this module;
//! read by `app`, which shows it or makes it a problem document.

use std::io;

use super::lines::{MAX_RECORD_BYTES, MOST_SKIPPED};

/// What is read of a line before it counts as endless.
const MEBIBYTES: u64 = MOST_SKIPPED >> 20;
/// What is read of a record before it counts as endless.
const RECORD_MEBIBYTES: usize = MAX_RECORD_BYTES >> 20;

/// Why an input cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk, the pipe or the file system refused.
    #[error("cannot {action} `{name}`: {cause}")]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which input.
        name: String,
        /// What the system said.
        cause: io::Error,
    },
    /// A folder was named where a file was expected.
    #[error("`{name}` is a folder; name the files in it, such as `{name}/*.jsonl`")]
    Folder {
        /// Which.
        name: String,
    },
    /// The input is something other than lines of text.
    #[error("`{name}` is {what}, not lines of JSON; {advice}")]
    Foreign {
        /// Which.
        name: String,
        /// What it looks like.
        what: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// An archive cannot be read, or is none of an export.
    #[error("`{name}` cannot be unpacked: {reason}")]
    Archive {
        /// Which.
        name: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A compressed input ends too early; all lines before were delivered.
    #[error(
        "`{name}` is cut off after line {line}: its compressed data ends too early; fetch the file again and import it once more, what is already in is skipped"
    )]
    Cut {
        /// Which.
        name: String,
        /// The last whole line.
        line: u64,
    },
    /// A compressed input is damaged; all lines before were delivered.
    #[error(
        "`{name}` is damaged after line {line}: {cause}; fetch the file again and import it once more, what is already in is skipped"
    )]
    Damaged {
        /// Which.
        name: String,
        /// The last whole line.
        line: u64,
        /// What the decompressor said.
        cause: io::Error,
    },
    /// A line does not end; all lines before were delivered.
    #[error(
        "`{name}` has no line end in the {MEBIBYTES} MiB after line {line}, and is read no further; expected one event of JSON a line"
    )]
    Endless {
        /// Which.
        name: String,
        /// The last whole line.
        line: u64,
    },
    /// An export ends within a record; all records before were delivered.
    #[error(
        "`{name}` is cut off after record {record}: its JSON ends too early; fetch the file again and import it once more, what is already in is skipped"
    )]
    CutRecord {
        /// Which.
        name: String,
        /// The last whole record.
        record: u64,
    },
    /// A record does not end; all records before were delivered.
    #[error(
        "`{name}` has a record after record {record} that does not end within {RECORD_MEBIBYTES} MiB, and is read no further"
    )]
    EndlessRecord {
        /// Which.
        name: String,
        /// The last whole record.
        record: u64,
    },
    /// A file holds another format than the one that was named.
    #[error("`{name}` holds no records of `{named}`{}", looks_like(*.looks))]
    OtherFormat {
        /// Which.
        name: String,
        /// The format that was named.
        named: &'static str,
        /// The format that it looks like.
        looks: Option<&'static str>,
    },
    /// A mapping cannot be used.
    #[error("the mapping for `{name}` cannot be used: {reason}")]
    Mapping {
        /// The mapping, or the table that it does not fit.
        name: String,
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// A table cannot be read to its end, and nothing of it is imported.
    #[error("`{name}` cannot be read: {reason}")]
    Table {
        /// Which.
        name: String,
        /// Where and why.
        reason: String,
    },
    /// A file that is read twice cannot be.
    #[error("`{name}` is read twice, which a pipe cannot be; write it to a file and name that")]
    Once {
        /// Which.
        name: String,
    },
    /// Not one line holds anything.
    #[error("`{name}` holds no events")]
    Empty {
        /// Which.
        name: String,
    },
    /// A posted body is neither lines nor a list.
    #[error("the body cannot be read: {reason}")]
    Body {
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// The rejects would overwrite what is being read.
    #[error("the rejects cannot go to `{name}`, which is one of the files to read; name another")]
    Overwrites {
        /// Which.
        name: String,
    },
}

fn looks_like(looks: Option<&str>) -> String {
    looks.map_or_else(String::new, |looks| {
        format!("; it looks like `--format {looks}`")
    })
}

impl Error {
    pub(super) fn io(action: &'static str, name: impl Into<String>, cause: io::Error) -> Self {
        Self::Io {
            action,
            name: name.into(),
            cause,
        }
    }

    /// What a failed read of `name` after `line` means.
    pub(super) fn read(name: &str, line: u64, cause: io::Error) -> Self {
        let name = name.to_owned();
        match cause.kind() {
            io::ErrorKind::FileTooLarge => Self::Endless { name, line },
            io::ErrorKind::UnexpectedEof => Self::Cut { name, line },
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Self::Damaged { name, line, cause }
            }
            // zstd's faults carry no number of the system's.
            _ if cause.raw_os_error().is_none() => Self::Damaged { name, line, cause },
            _ => Self::io("read", name, cause),
        }
    }
}
