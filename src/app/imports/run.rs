//! An import under way: learn from all files, translate each, journal what is made, and keep what
//! it came to.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use super::{FileCounts, FileHosts, ImportProgress, ImportReject, Parcel};
use crate::app::{App, Batch, Batches, ERASED, Error, Migration, TaskState, Via};
use crate::command::{Caller, Command};
use crate::lock::Lock;
use crate::model::completeness::RejectCount;
use crate::model::reconciliation::{Reconciliation, SourceFigures};
use crate::model::{Completeness, Event};

/// How many refused records are shown.
const SHOWN: usize = 100;
/// How many reasons for refusals are kept.
const MOST_REASONS: usize = 200;
/// Why an event is not taken that differs from what is stored.
pub(super) const CONFLICT: &str =
    "conflict: the stored event of this source and id differs; it stays";

/// An import under way.
pub(super) struct Run {
    pub(super) app: Weak<App>,
    pub(super) caller: Caller,
    pub(super) parcel: Parcel,
    /// None: the files are of Svar's own format.
    pub(super) migration: Option<Migration>,
    /// From where files that messages link to are fetched; none: they stay links.
    pub(super) hosts: Option<FileHosts>,
    pub(super) progress: Arc<Lock<ImportProgress>>,
}

/// What becomes of batches, and how far it is.
struct Sink<'a> {
    app: &'a Weak<App>,
    progress: &'a Lock<ImportProgress>,
    file: String,
    /// How much was read before this reading.
    before: u64,
    bytes: Arc<AtomicU64>,
    /// Events that were well formed and not taken, by field and reason.
    refused: BTreeMap<(&'static str, &'static str), u64>,
    hosts: Option<&'a FileHosts>,
    files: FileCounts,
    /// Why nothing more can be journalled.
    fault: Option<Error>,
}

/// However it ends, it does not run any more: another one may begin.
struct Ending(Arc<Lock<ImportProgress>>);

impl Drop for Ending {
    fn drop(&mut self) {
        let mut progress = self.0.lock();
        if progress.state == TaskState::Running {
            progress.state = TaskState::Failed;
            progress.error = Some("it ended early; the server's log says why".to_owned());
        }
    }
}

impl Run {
    /// Runs it to its end.
    pub(super) fn finish(mut self) {
        let _ending = Ending(Arc::clone(&self.progress));
        let ended = match self.migration.take() {
            None => self.events(),
            Some(migration) => self.records(migration),
        };
        let progress = Arc::clone(&self.progress);
        // Whoever sees that it is over finds nothing of it any more.
        drop(self);
        let mut progress = progress.lock();
        progress.state = match ended {
            Ok(()) => TaskState::Done,
            Err(error) => {
                progress.error = Some(error.to_string());
                TaskState::Failed
            }
        };
    }

    fn sink(&self) -> Sink<'_> {
        Sink {
            app: &self.app,
            progress: &self.progress,
            file: String::new(),
            before: 0,
            bytes: Arc::default(),
            refused: BTreeMap::new(),
            hosts: self.hosts.as_ref(),
            files: FileCounts::default(),
            fault: None,
        }
    }

    fn named(&self) -> impl Iterator<Item = (std::path::PathBuf, String)> {
        self.parcel.files().into_iter().zip(self.parcel.names())
    }

    /// Reads files of events.
    fn events(&self) -> Result<(), Error> {
        let mut sink = self.sink();
        for (path, name) in self.named() {
            let batches = Batches::open(&path).map_err(|fault| called(&fault, &path, &name))?;
            sink.open(name.clone(), batches.bytes_read());
            for batch in batches {
                let batch = batch.map_err(|fault| called(&fault, &path, &name))?;
                if sink.take(batch).is_break() {
                    break;
                }
            }
            sink.close()?;
        }
        Ok(())
    }

    /// Translates an export, and keeps what it came to.
    fn records(&self, mut migration: Migration) -> Result<(), Error> {
        let mut sink = self.sink();
        let mut faults = BTreeMap::new();
        for (path, name) in self.named() {
            let size = migration.open(&path).ok().and_then(|input| input.size());
            if let Err(fault) = migration.learn(&path) {
                faults.insert(path.clone(), called(&fault, &path, &name).to_string());
            }
            sink.pass(size.unwrap_or_default());
        }
        if faults.len() == self.parcel.files().len() {
            let first = faults.into_values().next().unwrap_or_default();
            return Err(Error::Stopped(first));
        }
        for (path, name) in self.named() {
            if faults.contains_key(&path) {
                continue;
            }
            let input = migration.open(&path)?;
            sink.open(name.clone(), input.bytes_read());
            let read = migration.translate(input, |batch| sink.take(batch));
            sink.close()?;
            if let Err(fault) = read {
                faults.insert(path.clone(), called(&fault, &path, &name).to_string());
            }
        }
        let refused = std::mem::take(&mut sink.refused);
        let files = std::mem::take(&mut sink.files);
        let figures = migration.figures();
        let mut completeness = Completeness {
            reconciled: self.reconciled(&figures)?,
            ..migration.completeness()
        };
        files.add_to(&mut completeness);
        self.keep(completeness, refused, faults.into_values())
    }

    /// The source's own figures beside ours, once reports see all that came in.
    fn reconciled(&self, figures: &SourceFigures) -> Result<Vec<Reconciliation>, Error> {
        if self.progress.lock().dry_run || figures.things.is_empty() {
            return Ok(Vec::new());
        }
        let app = self.app.upgrade().ok_or_else(stopped)?;
        app.settle()?;
        app.reconcile(&app.present(), figures)
    }

    fn keep(
        &self,
        completeness: Completeness,
        refused: BTreeMap<(&'static str, &'static str), u64>,
        faults: impl Iterator<Item = String>,
    ) -> Result<(), Error> {
        let (accepted, duplicates, dry_run) = {
            let progress = self.progress.lock();
            (progress.accepted, progress.duplicates, progress.dry_run)
        };
        let mut all = Completeness {
            imported: accepted,
            duplicates,
            files: self.parcel.names(),
            faults: faults.collect(),
            ..completeness
        };
        add_refused(&mut all, refused);
        self.progress.lock().completeness = Some(all.clone());
        if dry_run {
            return Ok(());
        }
        let app = self.app.upgrade().ok_or_else(stopped)?;
        let command = Command::FinishImport(Box::new(all));
        let written = app.write_now(&self.caller, command)?;
        app.wait_for(written.log_position);
        Ok(())
    }
}

/// Adds events that were well formed and not taken to what an import came to.
pub(super) fn add_refused(
    all: &mut Completeness,
    refused: BTreeMap<(&'static str, &'static str), u64>,
) {
    all.rejected.truncate(MOST_REASONS - refused.len());
    let refused = refused.into_iter();
    all.rejected
        .extend(refused.map(|((field, reason), count)| RejectCount {
            kind: "events".to_owned(),
            field: field.to_owned(),
            reason: reason.to_owned(),
            count,
        }));
}

impl Sink<'_> {
    /// A file is read again from its beginning.
    fn open(&mut self, file: String, bytes: Arc<AtomicU64>) {
        self.file = file;
        self.bytes = bytes;
    }

    /// A file was read without being translated.
    fn pass(&mut self, bytes: u64) {
        self.before += bytes;
        self.progress.lock().done_bytes = self.before;
    }

    fn close(&mut self) -> Result<(), Error> {
        let read = self.bytes.load(Ordering::Relaxed);
        self.pass(read);
        self.bytes = Arc::default();
        self.fault.take().map_or(Ok(()), Err)
    }

    /// Journals a batch; ends the reading where nothing more can be.
    fn take(&mut self, mut batch: Batch) -> ControlFlow<()> {
        match self.journal(&mut batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.fault = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn journal(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let dry_run = self.progress.lock().dry_run;
        let app = self.app.upgrade().ok_or_else(stopped)?;
        if let Some(hosts) = self.hosts {
            app.fetch_files(batch, hosts, &mut self.files)?;
        }
        let mut taken = crate::app::IngestCounts::default();
        if dry_run {
            taken.accepted = batch.events.len() as u64;
        } else if !batch.events.is_empty() {
            taken = app.take(Via::Import, "import", &batch.events)?;
        }
        let mut progress = self.progress.lock();
        progress.done_bytes = self.before + self.bytes.load(Ordering::Relaxed);
        progress.accepted += taken.accepted;
        progress.duplicates += taken.duplicates;
        let at = |event: &Arc<Event>| event.at;
        let spans = batch.events.iter().filter(|event| is_told(event));
        let (first, last) = (spans.clone().map(at).min(), spans.map(at).max());
        progress.first_at = progress.first_at.into_iter().chain(first).min();
        progress.last_at = progress.last_at.into_iter().chain(last).max();
        for reject in &batch.rejected {
            note(
                &mut progress,
                ImportReject {
                    file: self.file.clone(),
                    number: reject.line,
                    field: reject.field.clone(),
                    reason: reject.reason.clone(),
                },
            );
        }
        let conflicts = taken.conflicts.iter().map(|place| (place, "id", CONFLICT));
        let erased = taken.erased.iter().map(|place| (place, "contact", ERASED));
        for (place, field, reason) in conflicts.chain(erased) {
            *self.refused.entry((field, reason)).or_default() += 1;
            let number = batch.lines.get(*place).copied().unwrap_or_default();
            note(
                &mut progress,
                ImportReject {
                    file: self.file.clone(),
                    number,
                    field: field.to_owned(),
                    reason: reason.to_owned(),
                },
            );
        }
        Ok(())
    }
}

/// Whether an event's instant is one that happened, not one since which something is so.
fn is_told(event: &Event) -> bool {
    !event.body.kind().ends_with(".upserted")
}

fn note(progress: &mut ImportProgress, reject: ImportReject) {
    progress.rejected += 1;
    if progress.rejects.len() < SHOWN {
        progress.rejects.push(reject);
    }
}

fn stopped() -> Error {
    Error::Stopped("the server stops; send the files again once it runs".to_owned())
}

/// A fault in words that call the file as its sender does.
fn called(fault: &crate::ingest::Error, path: &Path, name: &str) -> Error {
    let text = fault.to_string();
    Error::Stopped(text.replace(&path.display().to_string(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_that_ends_in_a_panic_is_not_waited_for() {
        let begun = ImportProgress::begun("i", "svar".to_owned());
        let progress = Arc::new(Lock::new(begun));
        let ending = Ending(Arc::clone(&progress));
        let ended = std::thread::spawn(move || {
            let _ending = ending;
            panic!("on purpose");
        });
        assert!(ended.join().is_err());
        assert_eq!(progress.lock().state, TaskState::Failed);
        assert!(progress.lock().error.is_some());
    }
}
