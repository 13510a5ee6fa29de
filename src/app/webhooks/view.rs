//! Webhooks as admins see them: how they do, what was told last and what was given up.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::progress::Progress;
use crate::app::{App, Error};
use crate::model::Timestamp;
use crate::model::event::{WebhookKind, WebhookPause};
use crate::model::webhooks::Webhook;

/// How a webhook does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// It is told what happens.
    Working,
    /// It was not reached last, and is tried again.
    Failing,
    /// It is told nothing before it is resumed.
    Paused,
    /// Its address is not on this machine: it is told nothing before that is given again.
    Unknown,
}

/// A webhook.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WebhookView {
    /// Which.
    pub webhook: String,
    /// What it is called.
    pub name: String,
    /// In which shape it is told.
    pub kind: WebhookKind,
    /// The host of its address.
    pub host: String,
    /// Its address; of the kind `standard` only, for others' is a secret.
    pub url: Option<String>,
    /// The types of events that it is told.
    pub events: Vec<String>,
    /// Since when it is there.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// How it does.
    pub state: WebhookState,
    /// Since when it is paused.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_at: Option<Timestamp>,
    /// Why.
    pub pause_reason: Option<WebhookPause>,
    /// What is in the way.
    pub trouble: Option<String>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub trouble_since: Option<Timestamp>,
    /// When what failed is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Timestamp>,
    /// How much arrived.
    pub delivered: u64,
    /// When something arrived last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// How much failed and waits, with what waits behind it.
    pub waiting: usize,
    /// The last attempts, the latest first.
    pub attempts: Vec<WebhookAttempt>,
    /// What was given up after a day, the oldest first.
    pub given_up: Vec<WebhookGivenUp>,
}

/// An attempt to tell something.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookAttempt {
    /// The record of the log that it tells of.
    pub record: u64,
    /// The type of the event.
    pub event: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What went wrong; none: it arrived.
    pub reason: Option<String>,
}

/// What was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookGivenUp {
    /// The record of the log that it tells of.
    pub record: u64,
    /// The type of the event.
    pub event: String,
    /// When that happened.
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Timestamp,
    /// When it was given up.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What went wrong last.
    pub reason: String,
}

impl App {
    /// All webhooks, by name.
    pub fn webhooks(&self) -> Result<Vec<WebhookView>, Error> {
        let snapshot = self.snapshot();
        let all = snapshot.installation.webhooks.all();
        let views = all.map(|webhook| self.webhook_view(webhook));
        let mut views = views.collect::<Result<Vec<_>, _>>()?;
        views.sort_by(|a, b| (&a.name, &a.webhook).cmp(&(&b.name, &b.webhook)));
        Ok(views)
    }

    /// One of them.
    pub fn webhook(&self, id: &str) -> Result<WebhookView, Error> {
        self.webhook_view(&self.known_webhook(id)?)
    }

    fn webhook_view(&self, webhook: &Webhook) -> Result<WebhookView, Error> {
        let line = self.webhooks.line(webhook)?;
        let secret = line.secret();
        let progress = line.progress();
        let state = match () {
            () if webhook.paused.is_some() => WebhookState::Paused,
            () if secret.is_none() => WebhookState::Unknown,
            () if progress.trouble.is_some() => WebhookState::Failing,
            () => WebhookState::Working,
        };
        let is_shown = webhook.kind == WebhookKind::Standard;
        let (paused_at, pause_reason) = webhook.paused.unzip();
        let retry_at = progress
            .next_at()
            .filter(|_| state == WebhookState::Failing);
        let (attempts, given_up) = lists(&progress);
        let (trouble_since, trouble) = progress.trouble.unzip();
        Ok(WebhookView {
            webhook: webhook.webhook.to_string(),
            name: webhook.name.clone(),
            kind: webhook.kind,
            host: webhook.host.clone(),
            url: secret.filter(|_| is_shown).map(|secret| secret.url),
            events: webhook.events.clone(),
            added_at: webhook.added_at,
            state,
            paused_at,
            pause_reason,
            trouble,
            trouble_since,
            retry_at,
            delivered: progress.delivered,
            delivered_at: progress.delivered_at,
            waiting: progress.waiting.len(),
            attempts,
            given_up,
        })
    }
}

fn lists(progress: &Progress) -> (Vec<WebhookAttempt>, Vec<WebhookGivenUp>) {
    let attempts = progress.attempts.iter().rev();
    let attempts = attempts.map(|attempt| WebhookAttempt {
        record: attempt.record,
        event: attempt.event.clone(),
        at: attempt.at,
        reason: attempt.reason.clone(),
    });
    let dead = progress.dead.iter().map(|dead| WebhookGivenUp {
        record: dead.call.record,
        event: dead.call.event.clone(),
        happened_at: dead.call.at,
        at: dead.at,
        reason: dead.reason.clone(),
    });
    (attempts.collect(), dead.collect())
}
