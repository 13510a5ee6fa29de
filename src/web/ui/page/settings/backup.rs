//! The part of the settings' front page where a backup is made, and where the last one is.

use crate::app::{BackupNote, BackupProgress, BackupStage};
use crate::model::file::size_words;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::figure::count;
use crate::web::ui::text::{fill, t};
use crate::web::ui::view::View;

/// What it shows.
pub(super) struct BackupPanel {
    /// Where backups go; empty: nowhere is set.
    pub(super) folder: String,
    /// When the last one was made, how large it is and where it is, in a line each.
    pub(super) last: Vec<String>,
    /// Whether every file of it was read again.
    pub(super) is_proven: bool,
    /// How far one is that is being made: what is done, how much of it and how much there is.
    pub(super) running: Option<(&'static str, u64, u64)>,
    /// Why the last one failed.
    pub(super) fault: String,
}

impl BackupPanel {
    pub(super) fn new(desk: &Desk) -> Self {
        let view = desk.app.backup_view();
        Self {
            folder: view
                .folder
                .map_or_else(String::new, |folder| folder.display().to_string()),
            is_proven: view
                .last
                .as_ref()
                .is_some_and(|note| note.proven_at.is_some()),
            last: view.last.as_ref().map(last).unwrap_or_default(),
            running: view.running.map(running),
            fault: view.fault.unwrap_or_default(),
        }
    }
}

fn last(note: &BackupNote) -> Vec<String> {
    let at = |instant| date::instant(instant, View::default().zone);
    let mut lines = vec![fill("backup.made_at", &[("at", &at(note.made_at))])];
    if let Some(folder) = &note.folder {
        let (files, size) = (count(note.files as f64), size_words(note.bytes));
        let folder = folder.display().to_string();
        let values = [
            ("files", files.as_str()),
            ("size", &size),
            ("folder", &folder),
        ];
        lines.push(fill("backup.what", &values));
    }
    lines.push(match note.proven_at {
        Some(proven_at) => fill("backup.proven_at", &[("at", &at(proven_at))]),
        None => t("backup.not_proven").to_owned(),
    });
    lines
}

fn running(progress: BackupProgress) -> (&'static str, u64, u64) {
    let key = match progress.stage {
        BackupStage::Copying => "backup.copying",
        BackupStage::Proving => "backup.proving",
    };
    (t(key), progress.done, progress.total.max(1))
}
