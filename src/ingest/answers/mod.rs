//! Files of short answers: CSV, JSON lines, Markdown and HTML articles.
//!
//! Bytes to candidates; what cannot be read is reported with its line and its field. Whether a
//! candidate becomes an answer is decided by who asked.

mod markdown;
mod table;

use super::html;
use crate::model::brief;

/// What a file of answers is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFormat {
    /// A table with a head line.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// Each heading a question.
    Markdown,
    /// An article whose headings are questions.
    Html,
}

impl AnswerFormat {
    /// Reads the word of a format.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "csv" => Self::Csv,
            "jsonl" => Self::Jsonl,
            "markdown" => Self::Markdown,
            "html" => Self::Html,
            _ => return None,
        })
    }

    /// The format of a file of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" => Self::Csv,
            "jsonl" | "ndjson" => Self::Jsonl,
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" => Self::Html,
            _ => return None,
        })
    }

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// A short answer as a file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundAnswer {
    /// Its line, from 1.
    pub line: u64,
    /// Its id, where the file gives one.
    pub id: Option<String>,
    /// The question.
    pub question: String,
    /// Other ways to ask it.
    pub variants: Vec<String>,
    /// The answer, in Markdown.
    pub text: String,
    /// In which language.
    pub language: Option<String>,
    /// Whether it is published, where the file says so.
    pub published: Option<bool>,
}

/// Why a part of a file is no short answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFault {
    /// Its line, from 1.
    pub line: u64,
    /// The field at fault; empty: all of it.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
}

impl AnswerFault {
    fn new(line: u64, field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            line,
            field: field.into(),
            reason: brief(&reason.into()),
        }
    }
}

/// The short answers of a file, in its order.
pub fn parse_answers(format: AnswerFormat, bytes: &[u8]) -> Vec<Result<FoundAnswer, AnswerFault>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count() as u64;
            return vec![Err(AnswerFault::new(line, "", "it is not UTF-8"))];
        }
    };
    match format {
        AnswerFormat::Csv => table::csv(text),
        AnswerFormat::Jsonl => table::jsonl(text),
        AnswerFormat::Markdown => markdown::read(text),
        AnswerFormat::Html => markdown::read(&html::to_markdown(text)),
    }
}
