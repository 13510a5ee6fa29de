//! What an import came to, for people and as JSON.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

use indicatif::HumanCount;
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::ImportError;
use crate::cli::output;
use crate::model::completeness::RejectCount;
use crate::model::{Completeness, Timestamp};

/// How many reasons for refusals are kept.
const MOST_REASONS: usize = 200;
/// How many faults of files are kept.
const MOST_FAULTS: usize = 1_000;

/// What one file came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FileSummary {
    /// What messages call the file.
    #[serde(rename = "file")]
    pub(super) name: String,
    /// How many events are new and safe on disk; in a dry run, how many are well formed.
    pub(super) accepted: u64,
    /// How many were there already.
    pub(super) duplicates: u64,
    /// How many lines were refused.
    pub(super) rejected: u64,
    /// How many of those, because the stored event differs.
    pub(super) conflicts: u64,
    /// How many of the accepted lie ahead of the clock.
    pub(super) later: u64,
    #[serde(skip)]
    first_later: Option<(u64, Timestamp)>,
    /// Why the file could not be read to its end.
    pub(super) error: Option<String>,
    #[serde(skip)]
    dry_run: bool,
    /// Events that were well formed and not taken, by field and reason.
    #[serde(skip)]
    pub(super) refused: BTreeMap<(String, String), u64>,
    /// What the file is made of.
    #[serde(skip)]
    pub(super) unit: &'static str,
}

/// What all files came to.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) dry_run: bool,
    pub(super) files: Vec<FileSummary>,
    /// Files that are known to hold nothing that can be imported.
    pub(super) unreadable: HashMap<PathBuf, ImportError>,
}

impl FileSummary {
    pub(super) fn new(path: &Path, dry_run: bool) -> Self {
        let name = if path == Path::new("-") {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        Self::named(name, dry_run)
    }

    const fn named(name: String, dry_run: bool) -> Self {
        Self {
            name,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            conflicts: 0,
            later: 0,
            first_later: None,
            error: None,
            dry_run,
            refused: BTreeMap::new(),
            unit: "line",
        }
    }

    /// Notes, and says at once, why the file cannot be read any further.
    pub(super) fn fail(&mut self, fault: &impl fmt::Display) {
        output::say(format_args!("svar: {fault}"));
        self.error = Some(fault.to_string());
    }

    /// Whether nothing of it could be used, though there was something.
    const fn is_refused(&self) -> bool {
        self.rejected > 0 && self.accepted + self.duplicates == 0
    }

    /// Notes events that lie ahead of the clock.
    pub(super) fn ahead(&mut self, count: u64, first: Option<(u64, Timestamp)>) {
        self.later += count;
        self.first_later = self.first_later.or(first);
    }
}

impl fmt::Display for FileSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.duplicates, "duplicates", false),
            (self.rejected, "rejected", true),
        ];
        let done = if self.dry_run {
            "well formed (dry run: nothing was written)"
        } else {
            "accepted"
        };
        write!(f, "{}: {} {done}", self.name, HumanCount(self.accepted))?;
        for (count, name, is_refusal) in counts {
            if self.dry_run && !is_refusal {
                continue;
            }
            write!(f, ", {} {name}", HumanCount(count))?;
        }
        if self.conflicts > 0 {
            write!(f, " ({} of them conflicts)", HumanCount(self.conflicts))?;
        }
        if self.later > 0 {
            let later = HumanCount(self.later);
            write!(
                f,
                "; {later} lie ahead of the clock and count once it reaches them"
            )?;
            if let Some((line, at)) = self.first_later {
                write!(f, " (the first in line {line}, {at})")?;
            }
        }
        if self.error.is_some() {
            write!(f, "; not read to its end")?;
        }
        Ok(())
    }
}

impl Summary {
    pub(super) fn new(dry_run: bool) -> Self {
        Self {
            dry_run,
            files: Vec::new(),
            unreadable: HashMap::new(),
        }
    }

    /// Whether every file was read to its end, and none was refused as a whole.
    pub(super) fn is_good(&self) -> bool {
        self.files
            .iter()
            .all(|file| file.error.is_none() && !file.is_refused())
    }

    /// All files together.
    pub(super) fn total(&self) -> FileSummary {
        let name = format!("{} files", self.files.len());
        let mut total = FileSummary::named(name, self.dry_run);
        for file in &self.files {
            total.accepted += file.accepted;
            total.duplicates += file.duplicates;
            total.rejected += file.rejected;
            total.conflicts += file.conflicts;
            total.later += file.later;
            for (why, count) in &file.refused {
                *total.refused.entry(why.clone()).or_default() += count;
            }
        }
        let unread = self
            .files
            .iter()
            .filter(|file| file.error.is_some())
            .count();
        total.error =
            (unread > 0).then(|| format!("{unread} files could not be read to their end"));
        total
    }

    /// What a translation came to, with what became of its events.
    pub(super) fn accounted(&self, mut completeness: Completeness) -> Completeness {
        let total = self.total();
        completeness.imported = total.accepted;
        completeness.duplicates = total.duplicates;
        let room = MOST_REASONS.saturating_sub(total.refused.len());
        completeness.rejected.truncate(room);
        let refused = total.refused.into_iter();
        let refused = refused.map(|((field, reason), count)| RejectCount {
            kind: "events".to_owned(),
            field,
            reason,
            count,
        });
        completeness.rejected.extend(refused.take(MOST_REASONS));
        let unread = self.files.iter().filter_map(|file| file.error.clone());
        completeness.faults = unread.take(MOST_FAULTS).collect();
        completeness
    }

    pub(super) fn to_json(&self, completeness: Option<&Completeness>) -> Value {
        let mut all =
            json!({ "dry_run": self.dry_run, "files": self.files, "total": self.total() });
        if let (Some(fields), Some(completeness)) = (all.as_object_mut(), completeness) {
            fields.insert("completeness".to_owned(), json!(completeness));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_what_is_unusual_only() {
        let mut summary = FileSummary::new(Path::new("a.jsonl"), false);
        summary.accepted = 1204;
        assert_eq!(
            summary.to_string(),
            "a.jsonl: 1,204 accepted, 0 duplicates, 0 rejected"
        );
        summary.rejected = 3;
        summary.conflicts = 1;
        summary.ahead(
            2,
            Some((7, Timestamp::parse("2030-01-01T00:00:00Z").unwrap())),
        );
        assert_eq!(
            summary.to_string(),
            "a.jsonl: 1,204 accepted, 0 duplicates, 3 rejected (1 of them conflicts); 2 lie ahead of the clock and count once it reaches them (the first in line 7, 2030-01-01T00:00:00Z)"
        );
    }
}
