//! Alerts: what rules watch for, what they find now, and to whom it is told.
//!
//! `look` asks a rule what holds now, of the whole desk; `raise` journals what is new, told and over,
//! each once, whatever was stopped when; `trial` says what a rule would have told; `view` shows each
//! what they may see of it.

mod desk;
mod finding;
mod health;
mod look;
mod quiet;
mod raise;
mod report;
mod trial;
mod view;

use std::sync::Arc;

pub use health::{HealthState, HealthView};
pub use trial::{AlertTrial, TRIED_DAYS, TriedAlert};
pub use view::AlertView;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{AlertCommand, AlertRuleDraft, Caller, Command, MAX_ALERT_RULES, Refusal};
use crate::model::alerts::AlertRule;

impl App {
    /// The rules, by name.
    pub fn alert_rules(&self) -> Vec<AlertRule> {
        let snapshot = self.snapshot();
        let mut rules: Vec<AlertRule> = snapshot.installation.alerts.rules().cloned().collect();
        rules.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        rules.truncate(MAX_ALERT_RULES);
        rules
    }

    /// Sets up a rule, once it was tried that it can be looked at; gives its id.
    pub async fn save_alert_rule(
        self: &Arc<Self>,
        caller: Caller,
        draft: AlertRuleDraft,
    ) -> Result<WriteResult, Error> {
        if !draft.users.is_empty() && !self.can_mail() {
            let reason = "no mail can go out: svar.toml names no server in its section [mail], or \
                          no public_url; leave `users` out to have alerts on the page alone";
            return Err(Refusal::conflict(reason).into());
        }
        draft.check()?;
        let (app, by, watch) = (Arc::clone(self), caller.clone(), draft.watches.clone());
        let work = tokio::task::spawn_blocking(move || app.check_watched(&by, &watch));
        let checked = work.await;
        checked.map_err(|error| Error::Stopped(error.to_string()))??;
        let id = draft.id.clone().unwrap_or_else(|| fresh("r"));
        let draft = AlertRuleDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = Command::Alert(AlertCommand::Save(Box::new(draft)));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }
}
