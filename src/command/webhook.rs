//! Webhooks: programs elsewhere that are told what happens, named, paused, tried and removed by admins.
//!
//! Addresses and secrets pass by here: they are in no event.

use std::collections::BTreeSet;

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{filled, webhook_id};
use super::{Role, State};
use crate::model::event::{
    MailAbout, WebhookKind, WebhookPause, WebhookPaused, WebhookRemoved, WebhookReplayed,
    WebhookResumed, WebhookSecretChanged, WebhookSet, WebhookTested,
};
use crate::model::webhooks::{Webhook, is_webhook_event, webhook_events};
use crate::model::{Body, Invalid, WebhookId};

/// The longest name, in characters.
pub const MAX_WEBHOOK_NAME: usize = 100;
/// The most webhooks: each has a thread of its own.
const MOST: usize = 32;

/// Something about webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookCommand {
    /// Adds one, or changes it.
    Set {
        /// Which.
        webhook: String,
        /// What it is called.
        name: String,
        /// In which shape it is told.
        kind: WebhookKind,
        /// The host of its address.
        host: String,
        /// The types of events.
        events: Vec<String>,
    },
    /// Notes that it has another secret.
    ChangeSecret {
        /// Which.
        webhook: String,
    },
    /// Has it told nothing.
    Pause {
        /// Which.
        webhook: String,
        /// Why.
        reason: WebhookPause,
        /// Whether mails can go out, by which admins hear of it.
        can_mail: bool,
    },
    /// Has it told again.
    Resume {
        /// Which.
        webhook: String,
    },
    /// Tries it.
    Test {
        /// Which.
        webhook: String,
    },
    /// Tells what was given up once more.
    Replay {
        /// Whom.
        webhook: String,
        /// Which record; none: all.
        record: Option<u64>,
    },
    /// Takes it away.
    Remove {
        /// Which.
        webhook: String,
    },
}

impl WebhookCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set { .. } => &role::WEBHOOK_SET,
            Self::ChangeSecret { .. } => &role::WEBHOOK_CHANGE_SECRET,
            Self::Pause { .. } => &role::WEBHOOK_PAUSE,
            Self::Resume { .. } => &role::WEBHOOK_RESUME,
            Self::Test { .. } => &role::WEBHOOK_TEST,
            Self::Replay { .. } => &role::WEBHOOK_REPLAY,
            Self::Remove { .. } => &role::WEBHOOK_REMOVE,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: WebhookCommand) -> Result<Vec<Body>, Refusal> {
    let known = |id: &str| {
        let known = state.installation.webhooks.get(id);
        known.ok_or_else(|| Refusal::unknown("webhook", id))
    };
    let body = match command {
        WebhookCommand::Set {
            webhook,
            name,
            kind,
            host,
            events,
        } => {
            let set = WebhookSet {
                webhook: webhook_id(&webhook)?,
                name: name.trim().to_owned(),
                kind,
                host,
                events: checked(events)?,
            };
            return set_up(state, set);
        }
        WebhookCommand::ChangeSecret { webhook } => {
            let webhook = known(&webhook)?.webhook.clone();
            Body::WebhookSecretChanged(Box::new(WebhookSecretChanged { webhook }))
        }
        WebhookCommand::Pause {
            webhook,
            reason,
            can_mail,
        } => return pause(state, known(&webhook)?, reason, can_mail),
        WebhookCommand::Resume { webhook } => {
            let webhook = known(&webhook)?.webhook.clone();
            Body::WebhookResumed(Box::new(WebhookResumed { webhook }))
        }
        WebhookCommand::Test { webhook } => {
            let webhook = running(known(&webhook)?)?;
            Body::WebhookTested(Box::new(WebhookTested { webhook }))
        }
        WebhookCommand::Replay { webhook, record } => {
            let webhook = known(&webhook)?.webhook.clone();
            Body::WebhookReplayed(Box::new(WebhookReplayed { webhook, record }))
        }
        WebhookCommand::Remove { webhook } => {
            let webhook = known(&webhook)?.webhook.clone();
            Body::WebhookRemoved(Box::new(WebhookRemoved { webhook }))
        }
    };
    Ok(vec![body])
}

/// Adds one, or changes it.
fn set_up(state: &State<'_>, set: WebhookSet) -> Result<Vec<Body>, Refusal> {
    filled("name", &set.name, MAX_WEBHOOK_NAME)?;
    let all = &state.installation.webhooks;
    match all.get(set.webhook.as_str()) {
        Some(former) if former.kind != set.kind => Err(Refusal::conflict(
            "a webhook keeps its kind; add another one of the other kind",
        )),
        None if all.len() >= MOST => Err(Refusal::conflict(
            "there are 32 webhooks already, which is the most; remove one first",
        )),
        _ => Ok(vec![Body::WebhookSet(Box::new(set))]),
    }
}

/// The types of events, each once and in order.
fn checked(events: Vec<String>) -> Result<Vec<String>, Invalid> {
    if events.is_empty() {
        let reason = "it is empty; expected one type of event at least, such as message.added";
        return Err(Invalid::new("events", reason));
    }
    let wanted: BTreeSet<String> = events.into_iter().collect();
    if let Some(odd) = wanted.iter().find(|kind| !is_webhook_event(kind)) {
        let all: Vec<&str> = webhook_events().collect();
        let reason = format!("`{odd}` is none of {}", all.join(", "));
        return Err(Invalid::new("events", reason));
    }
    Ok(wanted.into_iter().collect())
}

fn running(webhook: &Webhook) -> Result<WebhookId, Refusal> {
    match webhook.paused {
        None => Ok(webhook.webhook.clone()),
        Some(_) => Err(Refusal::conflict("the webhook is paused; resume it first")),
    }
}

/// Pauses one; what nobody wanted admins hear of.
fn pause(
    state: &State<'_>,
    webhook: &Webhook,
    reason: WebhookPause,
    can_mail: bool,
) -> Result<Vec<Body>, Refusal> {
    let webhook = running(webhook)?;
    let mut bodies = vec![Body::WebhookPaused(Box::new(WebhookPaused {
        webhook: webhook.clone(),
        reason,
    }))];
    if reason != WebhookPause::Wanted && can_mail {
        let people = state.installation.people.users();
        let admins = people.filter(|user| user.is_active() && user.role == Role::Admin);
        bodies.extend(admins.map(|admin| {
            let about = MailAbout::WebhookPaused {
                user: admin.user.clone(),
                webhook: webhook.clone(),
            };
            about.queued()
        }));
    }
    Ok(bodies)
}
