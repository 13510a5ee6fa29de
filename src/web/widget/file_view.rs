//! What a visitor is told of files: of those that came along, and of those that they may send.

use std::sync::Arc;

use serde::Serialize;

use crate::app::App;
use crate::model::conversation::Message;
use crate::model::file::clean_name;

/// A file as a visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct FileView {
    /// By what it is read.
    id: String,
    name: String,
    size: u64,
}

/// Which files a visitor may send.
#[derive(Serialize)]
pub(super) struct FileRules {
    /// What their names end in.
    endings: Vec<&'static str>,
    /// The most bytes of one.
    most: u64,
}

impl FileView {
    /// The files of a message that are here.
    pub(super) fn of(app: &App, message: &Message) -> Vec<Self> {
        let files = message.attachments.iter();
        let here = files.filter_map(|file| {
            let id = file.sha256.clone().filter(|id| app.has_file(id))?;
            Some(Self {
                id,
                name: clean_name(&file.name),
                size: file.size,
            })
        });
        here.collect()
    }
}

impl FileRules {
    /// Those of the desk; none: no files are taken.
    pub(super) fn of(app: &App) -> Option<Self> {
        let widget = Arc::clone(&app.snapshot().installation.widget);
        let kinds = widget.file_kinds.iter();
        let endings: Vec<&str> = kinds.flat_map(|kind| kind.endings()).collect();
        (!endings.is_empty()).then(|| Self {
            endings,
            most: app.most_file_bytes(),
        })
    }
}
