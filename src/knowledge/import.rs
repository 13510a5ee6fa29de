//! Short answers taken over from files; run again, what was taken before is left as it is.
//!
//! An imported answer has its id from its source and question, so that a second import adds
//! versions only where words have changed. Published ones stay published; but where the page that
//! they were taken from has changed, they are not given before somebody has looked at them.

use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::answer::spoken;
use super::{Library, answer_id};
use crate::command::{AnswerDraft, AnswersImport};
use crate::ingest::{AnswerFormat, FoundAnswer, parse_answers};
use crate::model::Invalid;

/// A part of a file that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RejectedAnswer {
    /// Its line, from 1.
    pub line: u64,
    /// The field at fault; empty: the line itself.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
}

/// What became of a file of short answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AnswersTaken)]
pub struct AnswerCounts {
    /// How many are new.
    pub added: usize,
    /// How many had other words before and got a version.
    pub changed: usize,
    /// How many were there already.
    pub unchanged: usize,
    /// How many are not given before somebody has looked at them, because their page changed.
    pub set_aside: usize,
    /// What was not taken.
    pub rejected: Vec<RejectedAnswer>,
    /// The position of the log that holds them.
    pub log_position: u64,
}

/// Answers as a file has them, and what is to be written of them.
#[derive(Debug, Default)]
pub(crate) struct AnswerImport {
    pub(crate) taken: AnswerCounts,
    pub(crate) import: AnswersImport,
}

impl Library {
    /// What of a file's answers is new or has other words. New ones are drafts unless the file
    /// says that they are published; `source` is the file's name or the article's link.
    pub(crate) fn import(&self, format: AnswerFormat, source: &str, bytes: &[u8]) -> AnswerImport {
        let (mut taken, mut drafts) = (AnswerCounts::default(), Vec::new());
        for entry in parse_answers(format, bytes) {
            let line = entry
                .as_ref()
                .map_or_else(|fault| fault.line, |entry| entry.line);
            let draft = match entry {
                Ok(entry) => self.draft_from(entry, source),
                Err(fault) => Err(Invalid::new(fault.field, fault.reason)),
            };
            match draft {
                Ok((draft, before)) => {
                    match before {
                        None => taken.added += 1,
                        Some(before) if before == draft => {
                            taken.unchanged += 1;
                            continue;
                        }
                        Some(_) => taken.changed += 1,
                    }
                    drafts.push(draft);
                }
                Err(fault) => taken.rejected.push(RejectedAnswer {
                    line,
                    field: fault.field,
                    reason: fault.reason,
                }),
            }
        }
        let outdated = if drafts.is_empty() || !is_page(source) {
            Vec::new()
        } else {
            self.published_from(source)
        };
        taken.set_aside = outdated.len();
        let import = AnswersImport {
            drafts,
            outdated,
            reason: format!("the page that it was taken from changed: {source}"),
        };
        AnswerImport { taken, import }
    }

    /// The answers that are given and name a page, as those that were taken from it do.
    fn published_from(&self, page: &str) -> Vec<String> {
        let knowledge = &self.installation.knowledge;
        let link = format!("]({page})");
        let answers = knowledge.answers.values();
        let named = answers.filter(|answer| {
            let version = answer.current(self.now);
            version.is_some_and(|version| version.is_published() && version.text.contains(&link))
        });
        named.map(|answer| answer.id.to_string()).collect()
    }

    /// What a part of a file says, under its id, and what is under that id now.
    fn draft_from(
        &self,
        entry: FoundAnswer,
        source: &str,
    ) -> Result<(AnswerDraft, Option<AnswerDraft>), Invalid> {
        let id = match &entry.id {
            Some(id) => answer_id(id)?,
            None => answer_id(&id_of(source, &entry.question))?,
        };
        let before = self.draft_of(id.as_str()).ok();
        let published = before.as_ref().is_some_and(|before| before.published);
        let mut text = entry.text;
        if is_page(source) {
            text.extend(["\n\n[", source, "](", source, ")"]);
        }
        let variants = if entry.variants.is_empty() {
            let variants = before.as_ref().map(|before| before.variants.clone());
            variants.unwrap_or_default()
        } else {
            entry.variants
        };
        let language = before.as_ref().and_then(|before| before.language.clone());
        let draft = AnswerDraft {
            short_answer: Some(id.to_string()),
            question: entry.question,
            variants,
            text,
            language: entry.language.or(language),
            published: entry.published.unwrap_or(published),
            topic: None,
            anyway: false,
        };
        Ok((spoken(draft).checked()?, before))
    }
}

/// Whether a source is a page, and no file.
fn is_page(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

/// The same question of the same source has the same id.
fn id_of(source: &str, question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    let hash = Sha256::digest(format!("{source}\n{}", words.join(" ").to_lowercase()));
    let first = hash.first_chunk::<8>().copied().unwrap_or_default();
    format!("import-{:016x}", u64::from_be_bytes(first))
}
