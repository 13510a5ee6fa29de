//! Where the chat widget may be shown, and how the host signs its users: a fold of its settings.

use serde::{Deserialize, Serialize};

use super::event::WidgetSet;
use super::{Body, Event};

/// Settings of the chat widget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    /// The sites whose pages may show it, as origins such as `https://shop.example`.
    pub sites: Vec<String>,
    /// Which secret the host signs its users with.
    pub host_secret: u32,
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
        self.host_secret = set.host_secret.unwrap_or(self.host_secret);
    }
}
