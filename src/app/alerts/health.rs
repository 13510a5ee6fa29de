//! How this machine's own work does: mails out, accounts that are read, webhooks, the
//! endpoint for vectors, backups and the disk.

use std::path::Path;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::finding::{Finding, Looked};
use crate::app::{App, ConnectorFault, ConnectorState, WebhookState};
use crate::model::alerts::AlertRule;
use crate::model::event::{AlertFact, HealthPart};
use crate::model::{DAY_MS, Timestamp};

/// Trouble is told once it has lasted for so long: most ends by itself.
const PATIENCE_MS: i64 = 5 * 60_000;
/// A full disk is over once so much more is free than has to be, in percent.
const RELIEF_PERCENT: u64 = 2;

/// How a part does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// It works.
    Working,
    /// It is in trouble.
    Trouble,
    /// Nothing was tried since this process began.
    Unknown,
    /// It is not set up, or rests because somebody wants it to.
    Off,
}

/// A part, and how it does.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HealthView {
    /// Which part.
    pub part: HealthPart,
    /// Which of them.
    pub id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// How it does.
    pub state: HealthState,
    /// Since when, as far as that is known; of backups: when the last was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// What is in the way.
    pub reason: Option<String>,
    /// How much of the disk is free, in percent.
    pub free_percent: Option<u64>,
}

impl HealthView {
    const fn of(part: HealthPart, state: HealthState) -> Self {
        Self {
            part,
            id: None,
            name: None,
            state,
            since: None,
            reason: None,
            free_percent: None,
        }
    }

    /// How reading something does that is called `name`.
    fn read(
        part: HealthPart,
        name: String,
        (state, fault, success_at): (ConnectorState, Option<ConnectorFault>, Option<Timestamp>),
    ) -> Self {
        let state = match state {
            ConnectorState::Reading | ConnectorState::UpToDate => HealthState::Working,
            ConnectorState::Failing | ConnectorState::Stopped => HealthState::Trouble,
            ConnectorState::Paused => HealthState::Off,
        };
        let fault = fault.filter(|_| state == HealthState::Trouble);
        Self {
            id: Some(name.clone()),
            name: Some(name),
            since: fault.as_ref().map(|fault| fault.at).or(success_at),
            reason: fault.map(|fault| fault.reason),
            ..Self::of(part, state)
        }
    }

    fn subject(&self) -> String {
        match &self.id {
            Some(id) => format!("{} {id}", self.part.as_str()),
            None => self.part.as_str().to_owned(),
        }
    }
}

impl App {
    /// How this machine's own work does, part after part.
    pub fn health(&self) -> Vec<HealthView> {
        let mut all = vec![self.mail_health()];
        all.extend(self.mailbox_health());
        all.extend(self.connector_health());
        all.extend(self.webhook_health());
        all.extend(self.embeddings_health());
        all.push(self.backup_health());
        all.push(self.disk_health());
        all
    }

    fn mail_health(&self) -> HealthView {
        let line = self.mail_line();
        let (since, reason) = line.trouble.unzip();
        let state = match (self.can_mail(), since, line.carried_at) {
            (false, _, _) => HealthState::Off,
            (_, Some(_), _) => HealthState::Trouble,
            (_, None, Some(_)) => HealthState::Working,
            (_, None, None) => HealthState::Unknown,
        };
        HealthView {
            since: since.or(line.carried_at),
            reason,
            ..HealthView::of(HealthPart::Mailbox, state)
        }
    }

    /// Those that are read; the line of mails out has no name.
    fn mailbox_health(&self) -> impl Iterator<Item = HealthView> {
        self.mailboxes().into_iter().map(|one| {
            let read = (one.state, one.fault, one.success_at);
            HealthView::read(HealthPart::Mailbox, one.name, read)
        })
    }

    fn connector_health(&self) -> impl Iterator<Item = HealthView> {
        self.connectors().into_iter().map(|one| {
            let read = (one.state, one.fault, one.success_at);
            HealthView::read(HealthPart::Connector, one.name, read)
        })
    }

    fn webhook_health(&self) -> impl Iterator<Item = HealthView> {
        let webhooks = self.webhooks().unwrap_or_default();
        webhooks.into_iter().map(|one| {
            let is_wanted = one.pause_reason == Some(crate::model::event::WebhookPause::Wanted);
            let state = match one.state {
                WebhookState::Working => HealthState::Working,
                WebhookState::Paused if is_wanted => HealthState::Off,
                WebhookState::Failing | WebhookState::Paused => HealthState::Trouble,
                WebhookState::Unknown => HealthState::Off,
            };
            HealthView {
                id: Some(one.webhook),
                name: Some(one.name),
                since: one.paused_at.or(one.trouble_since).or(one.delivered_at),
                reason: one.trouble.filter(|_| state == HealthState::Trouble),
                ..HealthView::of(HealthPart::Webhook, state)
            }
        })
    }

    /// The endpoint for vectors, where the settings name one.
    fn embeddings_health(&self) -> Option<HealthView> {
        let endpoint = self.knowledge().vector_endpoint()?;
        let state = match (endpoint.is_chosen, &endpoint.trouble, endpoint.answered_at) {
            (false, _, _) => HealthState::Off,
            (true, Some(_), _) => HealthState::Trouble,
            (true, None, Some(_)) => HealthState::Working,
            (true, None, None) => HealthState::Unknown,
        };
        Some(HealthView {
            name: Some(endpoint.model),
            since: endpoint.trouble_since.or(endpoint.answered_at),
            reason: endpoint.trouble.filter(|_| endpoint.is_chosen),
            ..HealthView::of(HealthPart::Embeddings, state)
        })
    }

    fn backup_health(&self) -> HealthView {
        let made_at = self.folder.backup_note().map(|note| note.made_at);
        let state = made_at.map_or(HealthState::Unknown, |_| HealthState::Working);
        HealthView {
            since: made_at,
            ..HealthView::of(HealthPart::Backup, state)
        }
    }

    fn disk_health(&self) -> HealthView {
        let free_percent = free_percent(self.folder.path());
        let trouble = self.trouble();
        let state = match (&trouble, free_percent) {
            (Some(_), _) => HealthState::Trouble,
            (None, Some(_)) => HealthState::Working,
            (None, None) => HealthState::Unknown,
        };
        HealthView {
            free_percent,
            reason: trouble,
            ..HealthView::of(HealthPart::Disk, state)
        }
    }

    /// What of it is in trouble by a rule.
    pub(super) fn in_trouble(&self, rule: &AlertRule, limits: (u32, u32)) -> Looked {
        let mut looked = Looked::default();
        for one in self.health() {
            let subject = one.subject();
            match self.trouble_of(rule, &one, limits) {
                Standing::Trouble { since, amount } => looked.found.push(Finding {
                    cause: self.health_cause(rule, &subject),
                    subject,
                    fact: AlertFact::Health {
                        part: one.part,
                        id: one.id,
                        since,
                        amount,
                    },
                }),
                Standing::Unclear => drop(looked.unclear.insert(subject)),
                Standing::Fine => {}
            }
        }
        looked
    }

    fn trouble_of(
        &self,
        rule: &AlertRule,
        one: &HealthView,
        (disk_percent, backup_days): (u32, u32),
    ) -> Standing {
        let now = self.clock.now();
        match one.part {
            HealthPart::Disk => {
                let Some(free) = one.free_percent else {
                    return Standing::Unclear;
                };
                let open = self.snapshot();
                let is_open = open
                    .installation
                    .alerts
                    .open_about(&rule.id, &one.subject());
                let relief = is_open.map_or(0, |_| RELIEF_PERCENT);
                Standing::of(free < u64::from(disk_percent) + relief, now, Some(free))
            }
            HealthPart::Backup => {
                let since = one.since.unwrap_or(rule.created_at);
                let days = u64::try_from(now.since(since) / DAY_MS).unwrap_or_default();
                let is_late = backup_days > 0 && days >= u64::from(backup_days);
                Standing::of(is_late, since, Some(days))
            }
            HealthPart::Mailbox
            | HealthPart::Connector
            | HealthPart::Webhook
            | HealthPart::Embeddings => match one.state {
                HealthState::Unknown => Standing::Unclear,
                HealthState::Trouble => {
                    let since = one.since.unwrap_or(now);
                    if now.since(since) < PATIENCE_MS {
                        return Standing::Unclear;
                    }
                    Standing::Trouble {
                        since,
                        amount: None,
                    }
                }
                HealthState::Working | HealthState::Off => Standing::Fine,
            },
        }
    }

    /// The cause of trouble: the same while it lasts, also across restarts, and another one after it
    /// was over.
    fn health_cause(&self, rule: &AlertRule, subject: &str) -> String {
        let snapshot = self.snapshot();
        let alerts = &snapshot.installation.alerts;
        let past = alerts.past().filter(|alert| alert.rule == rule.id);
        let past = past.filter(|alert| alert.subject == subject);
        let last = past.filter_map(|alert| alert.resolved_at).max();
        let last = last.map_or_else(|| "first".to_owned(), |at| format!("after {at}"));
        format!("{subject} {last}")
    }
}

/// Whether a part is in trouble.
enum Standing {
    Fine,
    Trouble {
        since: Timestamp,
        amount: Option<u64>,
    },
    /// That cannot be said.
    Unclear,
}

impl Standing {
    const fn of(is_trouble: bool, since: Timestamp, amount: Option<u64>) -> Self {
        if is_trouble {
            Self::Trouble { since, amount }
        } else {
            Self::Fine
        }
    }
}

/// How much of a folder's disk is free to whoever runs this, in percent.
fn free_percent(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.checked_mul(100)?;
    free.checked_div(disk.f_blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_disk_has_something_free_and_no_more_than_all() {
        let place = tempfile::tempdir().unwrap();
        assert!(free_percent(place.path()).unwrap() <= 100);
        assert_eq!(free_percent(&place.path().join("none")), None);
    }
}
