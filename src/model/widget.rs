//! Where the chat widget may be shown, and how the host signs its users: a fold of its settings.

use serde::{Deserialize, Serialize};

use super::event::WidgetSet;
use super::file::FileKind;
use super::{Body, Event};

/// Settings of the chat widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    /// The sites whose pages may show it, as origins such as `https://shop.example`.
    pub sites: Vec<String>,
    /// Which secret the host signs its users with.
    pub host_secret: u32,
    /// Which files visitors may send; none: no files.
    pub file_kinds: Vec<FileKind>,
}

impl Default for Widget {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            host_secret: 0,
            file_kinds: FileKind::USUAL.to_vec(),
        }
    }
}

impl Widget {
    /// Whether an event changes the fold.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::WidgetSet(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        if let Body::WidgetSet(set) = &event.body {
            self.change(set);
        }
    }

    fn change(&mut self, set: &WidgetSet) {
        if let Some(sites) = &set.sites {
            self.sites.clone_from(sites);
        }
        if let Some(kinds) = &set.file_kinds {
            self.file_kinds.clone_from(kinds);
        }
        self.host_secret = set.host_secret.unwrap_or(self.host_secret);
    }
}
