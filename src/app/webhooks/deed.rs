//! What admins do to webhooks: the commands, and what is kept of them on this machine.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::line::Line;
use super::place::Secret;
use super::view::WebhookView;
use crate::app::{App, Error, WriteResult};
use crate::clock::Clock;
use crate::command::{Caller, Command, WebhookCommand};
use crate::model::event::{WebhookKind, WebhookPause};
use crate::model::webhooks::Webhook;
use crate::model::{Invalid, WebhookId};

/// The longest address, in bytes.
const MOST_URL: usize = 2_000;
/// How many hexadecimal digits of a fresh id a webhook is called by.
const DIGITS: usize = 12;

/// A webhook as an admin writes it. It is never shown whole: the address may be a secret.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookDraft {
    /// The one to change; left out: a new one.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
    /// In which shape it is told: `standard` (signed as Standard Webhooks has it), `slack` or `teams`.
    #[serde(default)]
    pub kind: WebhookKind,
    /// Its address; left out for one that is there: as it is.
    #[serde(default)]
    #[schema(pattern = r"^https?://\S+$", max_length = 2000)]
    pub url: Option<String>,
    /// The types of events that it is told, such as `message.added`.
    #[schema(min_items = 1)]
    pub events: Vec<String>,
}

/// A webhook as it was added or changed.
#[skip_serializing_none]
#[derive(Serialize, ToSchema)]
pub struct NewWebhook {
    /// It.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// What is signed with, shown this once; of a new one only, and where it is another one.
    pub secret: Option<String>,
    /// The position of the log that holds it.
    pub log_position: u64,
}

impl App {
    /// Adds a webhook, or changes one.
    pub fn save_webhook(&self, caller: &Caller, draft: WebhookDraft) -> Result<NewWebhook, Error> {
        let url = draft.url.as_deref().map(str::trim);
        let url = url.filter(|url| !url.is_empty());
        let url = url.map(|url| self.checked_url(url)).transpose()?;
        match draft.id.clone() {
            None => self.add_webhook(caller, draft, url),
            Some(id) => self.change_webhook(caller, &id, draft, url),
        }
    }

    fn add_webhook(
        &self,
        caller: &Caller,
        draft: WebhookDraft,
        url: Option<String>,
    ) -> Result<NewWebhook, Error> {
        let url = url.ok_or_else(|| {
            let reason = "it is missing; expected the address that is told, such as \
                          https://shop.example/hooks/svar";
            Invalid::new("url", reason)
        })?;
        let fresh = Clock::fresh_id();
        let id = format!("w-{}", fresh.get(..DIGITS).unwrap_or("new"));
        let fault = |reason| Invalid::new("id", reason);
        let webhook = WebhookId::parse(&id).map_err(fault)?;
        let (kind, host) = (draft.kind, host_of(&url));
        let secret = Secret::new(url);
        // Kept first: one that is journalled can be told at once.
        let line = Line::new(
            self.webhooks.place(&webhook),
            secret.clone(),
            self.position(),
        )?;
        let command = WebhookCommand::Set {
            webhook: id.clone(),
            name: draft.name,
            kind,
            host,
            events: draft.events,
        };
        match self.write_now(caller, Command::Webhook(command)) {
            Ok(written) => {
                self.webhooks.lines.lock().insert(webhook, Arc::new(line));
                Ok(NewWebhook {
                    webhook: self.webhook(&id)?,
                    secret: (kind == WebhookKind::Standard).then_some(secret.key),
                    log_position: written.log_position,
                })
            }
            Err(error) => {
                line.remove()?;
                Err(error)
            }
        }
    }

    fn change_webhook(
        &self,
        caller: &Caller,
        id: &str,
        draft: WebhookDraft,
        url: Option<String>,
    ) -> Result<NewWebhook, Error> {
        let known = self.known_webhook(id)?;
        let host = url.as_deref().map_or_else(|| known.host.clone(), host_of);
        let command = WebhookCommand::Set {
            webhook: id.to_owned(),
            name: draft.name,
            kind: draft.kind,
            host,
            events: draft.events,
        };
        let written = self.write_now(caller, Command::Webhook(command))?;
        let fresh = match url {
            Some(url) => self.move_webhook(&known, url)?,
            None => None,
        };
        Ok(NewWebhook {
            webhook: self.webhook(id)?,
            secret: fresh.filter(|_| known.kind == WebhookKind::Standard),
            log_position: written.log_position,
        })
    }

    /// Gives a webhook another address; the key, where it got one because it had none here.
    fn move_webhook(&self, known: &Webhook, url: String) -> Result<Option<String>, Error> {
        let line = self.webhooks.line(known)?;
        if let Some(secret) = line.secret() {
            line.set_secret(secret.moved(url))?;
            return Ok(None);
        }
        // After a restore: what happened meanwhile is told to nobody.
        let secret = Secret::new(url);
        let line = Line::new(
            self.webhooks.place(&known.webhook),
            secret.clone(),
            self.position(),
        )?;
        let mut lines = self.webhooks.lines.lock();
        lines.insert(known.webhook.clone(), Arc::new(line));
        Ok(Some(secret.key))
    }

    /// Gives a webhook another secret; the one before signs for another day.
    pub fn renew_webhook(&self, caller: &Caller, id: &str) -> Result<NewWebhook, Error> {
        let known = self.known_webhook(id)?;
        let line = self.webhooks.line(&known)?;
        let Some(mut secret) = line
            .secret()
            .filter(|_| known.kind == WebhookKind::Standard)
        else {
            let reason = "it signs with nothing: expected one of the kind standard whose address is \
                          known on this machine";
            return Err(Invalid::new("id", format!("`{id}`: {reason}")).into());
        };
        let webhook = id.to_owned();
        let command = WebhookCommand::ChangeSecret { webhook };
        let written = self.write_now(caller, Command::Webhook(command))?;
        secret.renew(self.clock.now());
        line.set_secret(secret.clone())?;
        Ok(NewWebhook {
            webhook: self.webhook(id)?,
            secret: Some(secret.key),
            log_position: written.log_position,
        })
    }

    /// Has a webhook told nothing, or told again.
    pub fn pause_webhook(&self, caller: &Caller, id: &str, on: bool) -> Result<WebhookView, Error> {
        let webhook = id.to_owned();
        let command = if on {
            WebhookCommand::Pause {
                webhook,
                reason: WebhookPause::Wanted,
                can_mail: false,
            }
        } else {
            WebhookCommand::Resume { webhook }
        };
        self.write_now(caller, Command::Webhook(command))?;
        self.webhook(id)
    }

    /// Tells a webhook that it is tried; the record, by which its attempt is found.
    pub fn test_webhook(&self, caller: &Caller, id: &str) -> Result<WriteResult, Error> {
        let webhook = id.to_owned();
        let command = Command::Webhook(WebhookCommand::Test { webhook });
        self.write_now(caller, command)
    }

    /// Tells once more what was given up: one record, or all.
    pub fn replay_webhook(
        &self,
        caller: &Caller,
        id: &str,
        record: Option<u64>,
    ) -> Result<WebhookView, Error> {
        let line = self.webhooks.line(&self.known_webhook(id)?)?;
        let dead = line.progress().dead;
        if let Some(record) = record
            && !dead.iter().any(|dead| dead.call.record == record)
        {
            return Err(Error::unknown(
                "delivery that was given up",
                &record.to_string(),
            ));
        }
        line.replay(record)?;
        let webhook = id.to_owned();
        let command = WebhookCommand::Replay { webhook, record };
        self.write_now(caller, Command::Webhook(command))?;
        self.webhook(id)
    }

    /// Takes a webhook away, with its address and secret.
    pub fn remove_webhook(&self, caller: &Caller, id: &str) -> Result<WriteResult, Error> {
        let known = self.known_webhook(id)?;
        let line = self.webhooks.line(&known)?;
        let webhook = id.to_owned();
        let command = Command::Webhook(WebhookCommand::Remove { webhook });
        let written = self.write_now(caller, command)?;
        line.remove()?;
        self.webhooks.lines.lock().remove(&known.webhook);
        Ok(written)
    }

    pub(super) fn known_webhook(&self, id: &str) -> Result<Webhook, Error> {
        let snapshot = self.snapshot();
        let known = snapshot.installation.webhooks.get(id).cloned();
        known.ok_or_else(|| Error::unknown("webhook", id))
    }

    /// An address that may be told, as far as that can be seen from it.
    fn checked_url(&self, url: &str) -> Result<String, Invalid> {
        let rest = match url.split_once("://") {
            Some(("https", rest)) => Some(rest),
            // Where it leads to is looked at each time.
            Some(("http", rest)) if !self.webhooks.allowed.is_empty() => Some(rest),
            _ => None,
        };
        let rest = rest.filter(|rest| {
            let authority = rest.split(['/', '?']).next().unwrap_or_default();
            let is_plain = |c: char| c.is_ascii_graphic() && c != '#';
            !authority.is_empty()
                && !authority.contains('@')
                && url.len() <= MOST_URL
                && url.chars().all(is_plain)
        });
        if rest.is_some() {
            return Ok(url.to_owned());
        }
        // It is not told which: it may hold a secret.
        let reason = "it is no address such as https://shop.example/hooks/svar of up to 2,000 \
                      characters, without credentials and without a fragment; http:// is for \
                      networks that svar.toml names in webhooks.allow_private";
        Err(Invalid::new("url", reason))
    }
}

/// The host of an address, with the port if it names one.
fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    host.to_ascii_lowercase()
}
