//! Alerts as each sees them: admins all, others those that name them; and of what is on the desk only
//! what they see there.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::quiet::quiet_until;
use super::report::finds;
use crate::app::{App, Error, Present};
use crate::command::{Caller, Identity, Role};
use crate::model::Timestamp;
use crate::model::alerts::Alert;
use crate::model::event::AlertFact;
use crate::model::people::User;
use crate::model::saved::SavedReport;

/// An alert.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlertView {
    /// Which.
    pub id: String,
    /// By which rule.
    pub rule: String,
    /// What that was called when it found this.
    pub name: String,
    /// What was found.
    pub fact: AlertFact,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it was told.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Timestamp>,
    /// Until when quiet hours hold it back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub held_until: Option<Timestamp>,
    /// When it was over; left out: it is open.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
    /// Where the why is looked at.
    pub path: String,
}

impl App {
    /// The alerts that a caller sees: those that are open, the longest first, then those that are
    /// over, the latest first.
    pub fn alerts(&self, caller: &Caller) -> Vec<AlertView> {
        let present = self.present_to(&caller.sight);
        let alerts = &present.live.installation.alerts;
        let mut open: Vec<&Alert> = alerts.open().collect();
        open.sort_by_key(|alert| (alert.opened_at, &alert.id));
        let all = open.into_iter().chain(alerts.past());
        let seen = all.filter(|alert| sees(&present, caller, alert));
        seen.map(|alert| self.alert_view(alert)).collect()
    }

    /// How many open alerts a caller sees.
    pub fn open_alerts(&self, present: &Present, caller: &Caller) -> usize {
        let open = present.live.installation.alerts.open();
        open.filter(|alert| sees(present, caller, alert)).count()
    }

    /// An alert, if a caller sees it.
    pub fn alert(&self, caller: &Caller, id: &str) -> Result<AlertView, Error> {
        let present = self.present_to(&caller.sight);
        let alert = present.live.installation.alerts.get(id);
        let alert = alert.filter(|alert| sees(&present, caller, alert));
        let view = alert.map(|alert| self.alert_view(alert));
        view.ok_or_else(|| Error::unknown("alert", id))
    }

    /// An alert that is to be told to a user; none: it is over, or they do not see it.
    pub fn alert_for(&self, user: &User, id: &str) -> Option<AlertView> {
        let identity = Identity::User(user.user.to_string());
        let caller = Caller::live(identity, user.role).seeing(user.sight());
        let view = self.alert(&caller, id).ok()?;
        view.resolved_at.is_none().then_some(view)
    }

    /// An alert as webhooks are told of it.
    pub(in crate::app) fn alert_told(&self, id: &str) -> Option<AlertView> {
        let snapshot = self.snapshot();
        let alert = snapshot.installation.alerts.get(id);
        alert.map(|alert| self.alert_view(alert))
    }

    /// A saved report that an alert is about, also one that was removed, where a caller finds it.
    pub fn report_of_alert(&self, caller: &Caller, alert: &AlertView) -> Option<SavedReport> {
        let (AlertFact::Threshold { report, .. } | AlertFact::Unusual { report, .. }) = &alert.fact
        else {
            return None;
        };
        let snapshot = self.snapshot();
        let saved = snapshot.installation.saved.report(report.as_str())?;
        // Whom a rule names may look at what it tells of.
        let is_named = snapshot.installation.alerts.get(&alert.id);
        let is_named = is_named.is_some_and(|known| names(known, caller));
        (finds(caller, saved) || is_named).then(|| saved.clone())
    }

    fn alert_view(&self, alert: &Alert) -> AlertView {
        let snapshot = self.snapshot();
        let rule = snapshot.installation.alerts.rule(alert.rule.as_str());
        let waits = alert.told_at.is_none() && alert.resolved_at.is_none();
        let held = rule.filter(|_| waits).and_then(|rule| {
            let now = self.clock.now();
            quiet_until(rule.quiet.as_ref(), now)
        });
        AlertView {
            id: alert.id.to_string(),
            rule: alert.rule.to_string(),
            name: alert.name.clone(),
            fact: alert.fact.clone(),
            opened_at: alert.opened_at,
            told_at: alert.told_at,
            held_until: held,
            resolved_at: alert.resolved_at,
            path: format!("/alerts/{}", alert.id),
        }
    }
}

/// Whether an alert's rule names a caller.
fn names(alert: &Alert, caller: &Caller) -> bool {
    let Identity::User(id) = &caller.identity else {
        return false;
    };
    alert.users.iter().any(|user| user.as_str() == id)
}

fn sees(present: &Present, caller: &Caller, alert: &Alert) -> bool {
    let is_theirs = caller.role >= Role::Admin || names(alert, caller);
    is_theirs
        && match &alert.fact {
            AlertFact::WaitingHandoff { conversation, .. } => {
                caller.role >= Role::Rep && present.sees_conversation(conversation.as_str())
            }
            AlertFact::AgreementDue { ticket, .. } => {
                caller.role >= Role::Rep && present.sees_ticket(ticket.as_str())
            }
            AlertFact::GrowingGap { .. } => caller.role >= Role::Rep && present.is_whole(),
            AlertFact::Threshold { .. } | AlertFact::Unusual { .. } | AlertFact::Health { .. } => {
                present.is_whole()
            }
        }
}
