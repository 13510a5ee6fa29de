//! Alert rules, and what was found by them: a fold of Svar's own events.
//!
//! A cause that was opened is known from then on, so that nothing is told twice, whatever was stopped
//! when. What is over stays for a while, so that it can be looked at.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::event::{AlertFact, AlertOpened, AlertRuleSet, AlertWatch, QuietHours};
use super::{AlertId, AlertRuleId, Body, DAY_MS, Event, Provenance, Timestamp, UserId};

/// How many alerts that are over are kept.
const KEPT: usize = 500;
/// For so long a cause is known after it was opened.
const KNOWN_MS: i64 = 400 * DAY_MS;

/// A rule.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlertRule {
    /// Which.
    #[schema(value_type = String)]
    pub id: AlertRuleId,
    /// What it is called.
    pub name: String,
    /// What it watches.
    pub watches: AlertWatch,
    /// Who is told by mail.
    #[schema(value_type = Vec<String>)]
    pub users: Vec<UserId>,
    /// Whether webhooks are told.
    pub webhooks: bool,
    /// When nobody is told.
    pub quiet: Option<QuietHours>,
    /// Whether it rests.
    pub paused: bool,
    /// Who made it, as the journal's actor: it finds what they see.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Since when it is as it is.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// Something that was found.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Which.
    pub id: AlertId,
    /// By which rule.
    pub rule: AlertRuleId,
    /// What that was called.
    pub name: String,
    /// To whom it is told by mail.
    pub users: Vec<UserId>,
    /// What it is about.
    pub subject: String,
    /// The cause.
    pub cause: String,
    /// What was found.
    pub fact: AlertFact,
    /// When.
    pub opened_at: Timestamp,
    /// When it was told.
    pub told_at: Option<Timestamp>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alerts {
    rules: BTreeMap<AlertRuleId, AlertRule>,
    open: BTreeMap<AlertId, Alert>,
    /// The latest first.
    past: VecDeque<Alert>,
    /// When each cause was opened, by rule and cause.
    known: BTreeMap<String, Timestamp>,
}

/// A rule and a cause, as what is known is kept by.
fn key(rule: &AlertRuleId, cause: &str) -> String {
    format!("{rule}\n{cause}")
}

impl Alerts {
    /// The rules, by id.
    pub fn rules(&self) -> impl Iterator<Item = &AlertRule> {
        self.rules.values()
    }

    /// The rules that watch.
    pub fn watching(&self) -> impl Iterator<Item = &AlertRule> {
        self.rules().filter(|rule| !rule.paused)
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        self.rules.len()
    }

    /// A rule.
    pub fn rule(&self, id: &str) -> Option<&AlertRule> {
        self.rules.get(id)
    }

    /// The alerts that are open.
    pub fn open(&self) -> impl Iterator<Item = &Alert> {
        self.open.values()
    }

    /// The alerts that are over, the latest first.
    pub fn past(&self) -> impl Iterator<Item = &Alert> {
        self.past.iter()
    }

    /// An alert, open or over.
    pub fn get(&self, id: &str) -> Option<&Alert> {
        let past = || self.past.iter().find(|alert| alert.id.as_str() == id);
        self.open.get(id).or_else(past)
    }

    /// The alert that a rule has open about something.
    pub fn open_about(&self, rule: &AlertRuleId, subject: &str) -> Option<&Alert> {
        let mut open = self.open.values();
        open.find(|alert| alert.rule == *rule && alert.subject == subject)
    }

    /// Whether a rule has opened an alert for a cause before.
    pub fn knows(&self, rule: &AlertRuleId, cause: &str) -> bool {
        self.known.contains_key(&key(rule, cause))
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::AlertRuleSet(_)
                | Body::AlertRulePaused(_)
                | Body::AlertRuleRemoved(_)
                | Body::AlertOpened(_)
                | Body::AlertTold(_)
                | Body::AlertResolved(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let at = event.at;
        match &event.body {
            Body::AlertRuleSet(set) => self.set(set, from.actor, at),
            Body::AlertRulePaused(paused) => {
                if let Some(rule) = self.rules.get_mut(&paused.rule) {
                    rule.paused = paused.paused;
                    rule.changed_at = at;
                }
                if paused.paused {
                    self.end_all(&paused.rule, at);
                }
            }
            Body::AlertRuleRemoved(removed) => {
                self.rules.remove(&removed.rule);
                self.end_all(&removed.rule, at);
            }
            Body::AlertOpened(opened) => self.opened(opened, at),
            Body::AlertTold(told) => {
                if let Some(alert) = self.open.get_mut(&told.alert) {
                    alert.told_at = alert.told_at.or(Some(at));
                }
            }
            Body::AlertResolved(resolved) => self.end(&resolved.alert, at),
            _ => {}
        }
    }

    fn set(&mut self, set: &AlertRuleSet, by: &str, at: Timestamp) {
        let known = self.rules.get(&set.rule);
        let rule = AlertRule {
            id: set.rule.clone(),
            name: set.name.clone(),
            watches: set.watches.clone(),
            users: set.users.clone(),
            webhooks: set.webhooks,
            quiet: set.quiet.clone(),
            paused: known.is_some_and(|known| known.paused),
            by: known.map_or_else(|| by.to_owned(), |known| known.by.clone()),
            created_at: known.map_or(at, |known| known.created_at),
            changed_at: at,
        };
        self.rules.insert(set.rule.clone(), rule);
    }

    fn opened(&mut self, opened: &AlertOpened, at: Timestamp) {
        let Some(rule) = self.rules.get(&opened.rule) else {
            return;
        };
        let alert = Alert {
            id: opened.alert.clone(),
            rule: opened.rule.clone(),
            name: rule.name.clone(),
            users: rule.users.clone(),
            subject: opened.subject.clone(),
            cause: opened.cause.clone(),
            fact: opened.fact.clone(),
            opened_at: at,
            told_at: None,
            resolved_at: None,
        };
        self.known.insert(key(&opened.rule, &opened.cause), at);
        self.open.insert(opened.alert.clone(), alert);
    }

    fn end(&mut self, id: &AlertId, at: Timestamp) {
        let Some(mut alert) = self.open.remove(id) else {
            return;
        };
        alert.resolved_at = Some(at);
        self.past.push_front(alert);
        self.past.truncate(KEPT);
        self.known
            .retain(|_, opened_at| opened_at.plus_millis(KNOWN_MS) > at);
    }

    fn end_all(&mut self, rule: &AlertRuleId, at: Timestamp) {
        let open = self.open.values();
        let theirs = open.filter(|alert| alert.rule == *rule);
        let theirs: Vec<AlertId> = theirs.map(|alert| alert.id.clone()).collect();
        for id in theirs {
            self.end(&id, at);
        }
    }
}
