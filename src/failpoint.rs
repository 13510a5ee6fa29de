//! Named instants at which a test ends the process or lets a write fail.
//!
//! Inert unless armed by `SVAR_FAILPOINT`, which `config` reads: passing one that is not
//! armed is one look at a static. Any layer may pass one; [`POINTS`] lists them all, in the
//! order of the flow, so that the recovery tests can tell that none is left out.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every point. Each is before or after one write, sync, rename or removal.
pub const POINTS: &[&str] = &[
    // The data folder.
    "folder.format",
    "folder.upgrade",
    "folder.upgraded",
    "folder.unclean",
    "folder.clean",
    "folder.announced",
    "folder.retract",
    // The journal's opening.
    "journal.open.created",
    "journal.open.tidied",
    "journal.open.cut",
    // A commit.
    "journal.write",
    "journal.write.half",
    "journal.written",
    "journal.synced",
    "journal.acknowledged",
    // A rotation.
    "journal.run.written",
    "journal.run.renamed",
    "journal.rotate.created",
    "journal.rotate.synced",
    // A sealing.
    "journal.seal.compressed",
    "journal.seal.renamed",
    "journal.seal.synced",
    "journal.seal.removed",
    // The store.
    "store.open",
    "store.made",
    "store.probe",
    "store.aside",
    "store.marked",
    "store.apply",
    "store.applied",
    "store.flush",
    "store.flushed",
    // The folds.
    "fold.replayed",
    "fold.saved",
    "fold.commit",
    "fold.committed",
    "fold.published",
    // The columns on disk.
    "columns.write",
    "columns.written",
    "columns.renamed",
    // A rebuild.
    "rebuild.marked",
    "rebuild.cleared",
    "rebuild.folding",
    "rebuild.folded",
    // An erasure.
    "erase.marked",
    "erase.written",
    "erase.run",
    "erase.renamed",
    "erase.files",
    "erase.cleared",
    "erase.done",
    // A draft.
    "draft.written",
    "draft.renamed",
    "draft.synced",
    "draft.removed",
    // A file of a message.
    "file.written",
    "file.noted",
    "file.placed",
    "file.removed",
    // A mail that is sent.
    "report.due",
    "report.queued",
    "mail.written",
    "mail.carried",
    // What a webhook is told.
    "webhook.told",
    "webhook.kept",
    // What a connector has read.
    "connector.journalled",
    "connector.kept",
    // What a mailbox has given.
    "mailbox.journalled",
    "mailbox.kept",
    // A model that is added or taken away.
    "model.copied",
    "model.placed",
    "model.removed",
    // A backup.
    "backup.copied",
    "backup.placed",
    "backup.listed",
    "backup.swept",
    // A restore.
    "restore.staged",
    "restore.decided",
    "restore.aside",
    "restore.emptied",
    "restore.placed",
    "restore.done",
];

/// What the process is armed with, once for its life.
static ARMED: OnceLock<Trigger> = OnceLock::new();

/// A point and what happens there.
#[derive(Debug)]
struct Trigger {
    point: &'static str,
    action: Action,
    /// The passage at which it happens, from 1.
    at: u64,
    /// Whether it happens at every later passage, too.
    onwards: bool,
    passed: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// The process is gone at once, as by `kill -9`.
    Kill,
    /// The disk is full.
    Full,
    /// The disk fails.
    Fail,
    /// Nothing goes on from here.
    Hang,
}

/// Arms one point: `POINT=ACTION@N`, or `@N..` for the N-th passage and all later ones;
/// actions are `kill`, `full`, `fail` and `hang`.
pub fn arm(text: &str) -> Result<(), String> {
    let armed = parse(text).ok_or_else(|| {
        format!("`{text}` arms nothing; expected POINT=ACTION@N such as journal.written=kill@3")
    })?;
    ARMED
        .set(armed)
        .map_err(|_again| "a failpoint is armed already".to_owned())
}

fn parse(text: &str) -> Option<Trigger> {
    let (name, what) = text.split_once('=')?;
    let (action, at) = what.split_once('@')?;
    Some(Trigger {
        point: POINTS.iter().copied().find(|point| *point == name)?,
        action: match action {
            "kill" => Action::Kill,
            "full" => Action::Full,
            "fail" => Action::Fail,
            "hang" => Action::Hang,
            _ => return None,
        },
        at: at.trim_end_matches("..").parse().ok()?,
        onwards: at.ends_with(".."),
        passed: AtomicU64::new(0),
    })
}

/// Passes a point at which nothing can be refused.
pub fn pass(point: &'static str) {
    // Somebody who arms a failure where none is possible finds that nothing happens.
    drop(refuse(point));
}

/// Passes a point before a write, which may be refused here in the disk's name.
pub fn refuse(point: &'static str) -> io::Result<()> {
    match ARMED.get() {
        Some(armed) if armed.point == point => armed.reach(),
        _ => Ok(()),
    }
}

/// Whether something happens at `point`, so that a write is to be halved there.
pub fn is_armed(point: &'static str) -> bool {
    ARMED.get().is_some_and(|armed| armed.point == point)
}

impl Trigger {
    fn reach(&self) -> io::Result<()> {
        let passage = self.passed.fetch_add(1, Ordering::Relaxed) + 1;
        if passage < self.at || (passage > self.at && !self.onwards) {
            return Ok(());
        }
        match self.action {
            Action::Kill => Err(die()),
            Action::Full => Err(io::ErrorKind::StorageFull.into()),
            Action::Fail => Err(io::Error::other("the disk failed (armed)")),
            Action::Hang => loop {
                std::thread::park();
            },
        }
    }
}

/// Ends the process without a destructor, as nothing but SIGKILL does. The signal may
/// take a moment, in which this thread does not go on.
fn die() -> io::Error {
    let sent =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    if let Err(error) = sent {
        return error.into();
    }
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_armed_point_acts_at_its_passage_only() {
        let armed = parse("journal.write=full@2").unwrap();
        let kinds = [armed.reach(), armed.reach(), armed.reach()];
        let full =
            kinds.map(|reached| reached.is_err_and(|e| e.kind() == io::ErrorKind::StorageFull));
        assert_eq!(full, [false, true, false]);
        let armed = parse("journal.write=fail@2..").unwrap();
        let failed = [armed.reach(), armed.reach(), armed.reach()].map(|reached| reached.is_err());
        assert_eq!(failed, [false, true, true]);
    }

    #[test]
    fn what_is_no_point_or_action_arms_nothing() {
        for text in [
            "",
            "journal.write",
            "journal.write=kill",
            "x=kill@1",
            "journal.write=x@1",
            "journal.write=kill@x",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn every_point_is_listed_once() {
        let mut names = POINTS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), POINTS.len());
    }
}
