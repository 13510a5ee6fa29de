//! Webhooks: programs elsewhere that are told what happens. Which there are is journalled; where they
//! are, what is signed with and how far each is told is of this machine (`place`).
//!
//! `deed` adds and changes them, `drive` hands out what is told next and takes back what came of it,
//! `line` looks for it and writes down how far one is, `payload` makes the words. Nothing here sends.

mod deed;
mod drive;
mod line;
mod payload;
mod place;
mod progress;
mod tail;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use deed::{NewWebhook, WebhookDraft};
pub use drive::{WebhookDuty, WebhookErrand};
pub use payload::{ContactState, ConversationState, WebhookData, WebhookPayload};
pub use progress::WebhookOutcome;
pub(in crate::app) use tail::Tail;
pub use view::{WebhookAttempt, WebhookGivenUp, WebhookState, WebhookView};

use super::Error;
use crate::config::{AddressRange, WebhooksConfig};
use crate::lock::Lock;
use crate::model::WebhookId;
use crate::model::webhooks::Webhook;
use line::Line;
use place::Place;

/// All webhooks at work.
pub(super) struct WebhookLines {
    folder: PathBuf,
    allowed: Vec<AddressRange>,
    tail: Tail,
    lines: Lock<BTreeMap<WebhookId, Arc<Line>>>,
}

impl WebhookLines {
    pub(super) fn new(folder: PathBuf, config: &WebhooksConfig, tail: Tail) -> Self {
        Self {
            folder,
            allowed: config.allow_private.clone(),
            tail,
            lines: Lock::default(),
        }
    }

    /// A webhook at work; opened when it is first asked for.
    fn line(&self, webhook: &Webhook) -> Result<Arc<Line>, Error> {
        let mut lines = self.lines.lock();
        if let Some(line) = lines.get(&webhook.webhook) {
            return Ok(Arc::clone(line));
        }
        let line = Line::open(self.place(&webhook.webhook), webhook.added)?;
        let line = Arc::new(line);
        lines.insert(webhook.webhook.clone(), Arc::clone(&line));
        Ok(line)
    }

    fn place(&self, webhook: &WebhookId) -> Place {
        Place::new(&self.folder, webhook)
    }
}
