//! Files of messages: links where the source gives them.

use serde_json::{Value, json};

use crate::ingest::source::field::Fields;

/// Kinds of files as the database numbers them.
const KINDS: [&str; 4] = ["image", "audio", "video", "file"];

/// A file that a table lists.
pub(super) struct File {
    kind: &'static str,
    name: Option<Box<str>>,
    url: Option<Box<str>>,
}

impl File {
    /// One of a row. Where Chatwoot holds the file itself, its table does not say where.
    pub(super) fn of_row(record: Fields<'_>) -> Self {
        let kind = record.whole("file_type");
        let kind = kind.and_then(|kind| KINDS.get(usize::try_from(kind).ok()?).copied());
        Self {
            kind: kind.unwrap_or("file"),
            name: record.text("fallback_title").map(Box::from),
            url: record.text("external_url").map(Box::from),
        }
    }

    fn write(&self) -> Value {
        let url = self.url.as_deref();
        let name = self.name.as_deref().or_else(|| url.and_then(last));
        json!({
            "name": name.unwrap_or("file"),
            "media_type": media_type(Some(self.kind)),
            "size": 0,
            "url": url,
        })
    }
}

/// The files of a message, as its record or as tables list them.
pub(super) fn attachments(record: Fields<'_>, listed: &[File]) -> Option<Vec<Value>> {
    let own = record.objects("attachments").map(|file| {
        let url = file.text("data_url").unwrap_or_default();
        json!({
            "name": last(url).unwrap_or("file"),
            "media_type": media_type(file.text("file_type")),
            "size": file.whole("file_size").and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            "url": url,
        })
    });
    let files: Vec<Value> = own.chain(listed.iter().map(File::write)).collect();
    (!files.is_empty()).then_some(files)
}

fn last(url: &str) -> Option<&str> {
    url.rsplit('/').next().filter(|name| !name.is_empty())
}

fn media_type(kind: Option<&str>) -> &'static str {
    match kind {
        Some("image") => "image/*",
        Some("audio") => "audio/*",
        Some("video") => "video/*",
        _ => "application/octet-stream",
    }
}
