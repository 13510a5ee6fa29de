//! Alert rules, and what is found by them: set up by admins; opened, told and ended by Svar itself.
//!
//! A decision sees what was journalled before it, so that of two who find the same one opens it, and
//! what was told is not told again.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{alert_id, alert_rule_id, filled, user_id};
use super::{Caller, State};
use crate::model::alerts::{Alert, AlertRule};
use crate::model::event::{
    AlertFact, AlertOpened, AlertResolved, AlertRulePaused, AlertRuleRemoved, AlertRuleSet,
    AlertTold, AlertWatch, MailWish, QuietHours,
};
use crate::model::{AlertId, AlertRuleId, Body, Invalid, MailAbout, UserId};

/// The most rules.
pub const MAX_ALERT_RULES: usize = 100;
/// The longest name, in characters.
pub const MAX_ALERT_NAME: usize = 120;
/// The most people that one tells.
const MAX_USERS: usize = 100;
/// The longest time that something may wait, in minutes: a week.
const MAX_MINUTES: u32 = 7 * 24 * 60;
/// The most rows or questions that a rule asks for.
const MAX_LEAST: u32 = 100_000;
/// The most days that may pass without a backup.
const MAX_BACKUP_DAYS: u32 = 365;

/// An alert rule as an admin writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 120, pattern = r"\S")]
    pub name: String,
    /// What it watches.
    pub watches: AlertWatch,
    /// Who is told by mail; nobody: it is on the page only.
    #[schema(max_items = 100)]
    #[serde(default)]
    pub users: Vec<String>,
    /// Whether webhooks are told, those that want `alert.opened` and `alert.resolved`.
    #[serde(default)]
    pub webhooks: bool,
    /// When nobody is told: what is found meanwhile is told when they end, if it still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
}

impl AlertRuleDraft {
    /// Whether it makes sense by itself, without looking at what there is.
    pub fn check(&self) -> Result<(), Invalid> {
        if let Some(id) = &self.id {
            alert_rule_id(id)?;
        }
        filled("name", self.name.trim(), MAX_ALERT_NAME)?;
        check_watch(&self.watches)?;
        if self.users.len() > MAX_USERS {
            let reason = format!("{} are there; at most {MAX_USERS}", self.users.len());
            return Err(Invalid::new("users", reason));
        }
        for user in &self.users {
            user_id(user)?;
        }
        self.quiet.as_ref().map_or(Ok(()), check_quiet)
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAlert {
    /// What it is called from now on.
    pub alert: String,
    /// What it is about.
    pub subject: String,
    /// Its cause.
    pub cause: String,
    /// What was found.
    pub fact: AlertFact,
}

/// Something about alerts.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertCommand {
    /// Sets up a rule.
    Save(Box<AlertRuleDraft>),
    /// Has a rule rest, or watch again.
    Pause {
        /// Which.
        id: String,
        /// Whether it rests.
        paused: bool,
    },
    /// Takes a rule away.
    Remove {
        /// Which.
        id: String,
    },
    /// Opens what a rule has found.
    Open {
        /// Which rule.
        rule: AlertRuleId,
        /// What it has found.
        found: Vec<NewAlert>,
    },
    /// Tells of an alert.
    Tell {
        /// Which.
        alert: AlertId,
        /// Whether mails can go out.
        can_mail: bool,
    },
    /// Says that an alert is over.
    Resolve {
        /// Which.
        alert: AlertId,
    },
}

impl AlertCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::ALERT_SAVE,
            Self::Pause { .. } => &role::ALERT_PAUSE,
            Self::Remove { .. } => &role::ALERT_REMOVE,
            Self::Open { .. } => &role::ALERT_OPEN,
            Self::Tell { .. } => &role::ALERT_TELL,
            Self::Resolve { .. } => &role::ALERT_RESOLVE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: AlertCommand,
) -> Result<Vec<Body>, Refusal> {
    match command {
        AlertCommand::Save(draft) => {
            let set = checked(state, caller, *draft)?;
            Ok(vec![Body::AlertRuleSet(Box::new(set))])
        }
        AlertCommand::Pause { id, paused } => {
            let known = known_rule(state, &id)?;
            if known.paused == paused {
                return Ok(Vec::new());
            }
            let rule = known.id.clone();
            let mut bodies = ended(state, &rule, paused);
            bodies.push(Body::AlertRulePaused(Box::new(AlertRulePaused {
                rule,
                paused,
            })));
            Ok(bodies)
        }
        AlertCommand::Remove { id } => {
            let rule = known_rule(state, &id)?.id.clone();
            let mut bodies = ended(state, &rule, true);
            bodies.push(Body::AlertRuleRemoved(Box::new(AlertRuleRemoved { rule })));
            Ok(bodies)
        }
        AlertCommand::Open { rule, found } => open(state, &rule, found),
        AlertCommand::Tell { alert, can_mail } => Ok(tell(state, &alert, can_mail)),
        AlertCommand::Resolve { alert } => {
            let known = state.installation.alerts.open();
            let known = known.filter(|known| known.id == alert);
            Ok(known.map(|alert| over(state, alert)).collect())
        }
    }
}

fn known_rule<'a>(state: &State<'a>, id: &str) -> Result<&'a AlertRule, Refusal> {
    let known = state.installation.alerts.rule(id);
    known.ok_or_else(|| Refusal::unknown("alert rule", id))
}

/// The ends of all that a rule has open, if it watches no more.
fn ended(state: &State<'_>, rule: &AlertRuleId, is_over: bool) -> Vec<Body> {
    let open = state.installation.alerts.open();
    let theirs = open.filter(|alert| is_over && alert.rule == *rule);
    theirs.map(|alert| over(state, alert)).collect()
}

/// The end of an alert: who was told that it began is told that it is over.
fn over(state: &State<'_>, alert: &Alert) -> Body {
    let rule = state.installation.alerts.rule(alert.rule.as_str());
    let webhooks = alert.told_at.is_some() && rule.is_some_and(|rule| rule.webhooks);
    Body::AlertResolved(Box::new(AlertResolved {
        alert: alert.id.clone(),
        webhooks,
    }))
}

/// Opens what is not open, and was not before for the same cause.
fn open(state: &State<'_>, rule: &AlertRuleId, found: Vec<NewAlert>) -> Result<Vec<Body>, Refusal> {
    let alerts = &state.installation.alerts;
    let known = alerts.rule(rule.as_str()).filter(|known| !known.paused);
    if known.is_none() {
        return Ok(Vec::new());
    }
    let (mut subjects, mut bodies) = (BTreeSet::new(), Vec::new());
    for one in found {
        let is_there = alerts.open_about(rule, &one.subject).is_some();
        let was_there = alerts.knows(rule, &one.cause);
        if is_there || was_there || !subjects.insert(one.subject.clone()) {
            continue;
        }
        bodies.push(Body::AlertOpened(Box::new(AlertOpened {
            alert: alert_id(&one.alert)?,
            rule: rule.clone(),
            subject: one.subject,
            cause: one.cause,
            fact: one.fact,
        })));
    }
    Ok(bodies)
}

/// One mail to each whom the rule names and who wants it, once.
fn tell(state: &State<'_>, alert: &AlertId, can_mail: bool) -> Vec<Body> {
    let installation = state.installation;
    let mut open = installation.alerts.open();
    let untold = open.find(|known| known.id == *alert && known.told_at.is_none());
    let Some(known) = untold else {
        return Vec::new();
    };
    let rule = installation.alerts.rule(known.rule.as_str());
    let told = Body::AlertTold(Box::new(AlertTold {
        alert: alert.clone(),
        webhooks: rule.is_some_and(|rule| rule.webhooks),
    }));
    let wants = |id: &&UserId| {
        let user = installation.people.user(id.as_str());
        can_mail
            && user.is_some_and(|user| {
                user.is_active() && user.habits.mails.contains(&MailWish::Alert)
            })
    };
    let users = rule.into_iter().flat_map(|rule| &rule.users).filter(wants);
    let mails = users.map(|user| {
        let about = MailAbout::Alert {
            user: user.clone(),
            alert: alert.clone(),
        };
        about.queued()
    });
    std::iter::once(told).chain(mails).collect()
}

fn checked(
    state: &State<'_>,
    caller: &Caller,
    draft: AlertRuleDraft,
) -> Result<AlertRuleSet, Refusal> {
    let rule = alert_rule_id(draft.id.as_deref().unwrap_or_default())?;
    let alerts = &state.installation.alerts;
    if alerts.rule(rule.as_str()).is_none() && alerts.count() >= MAX_ALERT_RULES {
        return Err(Refusal::conflict(
            "there are 100 alert rules, which is the most; remove one first",
        ));
    }
    draft.check()?;
    let name = draft.name.trim().to_owned();
    if let Some(id) = draft.watches.report() {
        let known = state.installation.saved.report(id.as_str());
        let known = known.filter(|known| {
            let owner = &known.owner;
            let finds = caller.role >= crate::model::Role::Admin;
            owner.removed_at.is_none() && (finds || owner.is_for(known.audience, &caller.actor()))
        });
        known.ok_or_else(|| Refusal::unknown("saved report", id.as_str()))?;
    }
    Ok(AlertRuleSet {
        rule,
        name,
        watches: draft.watches,
        users: recipients(state, draft.users)?,
        webhooks: draft.webhooks,
        quiet: draft.quiet,
    })
}

/// Whether the numbers of what is watched make sense.
fn check_watch(watch: &AlertWatch) -> Result<(), Invalid> {
    let within = |field: &str, value: u32, (least, most): (u32, u32)| {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        let reason = format!("`{value}` is no whole number from {least} to {most}");
        Err(Invalid::new(format!("watches.{field}"), reason))
    };
    match watch {
        AlertWatch::WaitingHandoff { minutes } | AlertWatch::AgreementDue { minutes } => {
            within("minutes", *minutes, (1, MAX_MINUTES))
        }
        AlertWatch::Threshold { value, least, .. } => {
            if !value.is_finite() {
                let reason = format!("`{value}` is no number that a figure can be beyond");
                return Err(Invalid::new("watches.value", reason));
            }
            within("least", *least, (0, MAX_LEAST))
        }
        AlertWatch::Unusual { least, .. } => within("least", *least, (0, MAX_LEAST)),
        AlertWatch::GrowingGap { least } => within("least", *least, (1, MAX_LEAST)),
        AlertWatch::Health {
            disk_percent,
            backup_days,
        } => {
            within("disk_percent", *disk_percent, (1, 90))?;
            within("backup_days", *backup_days, (0, MAX_BACKUP_DAYS))
        }
    }
}

/// Whether quiet hours begin and end.
fn check_quiet(quiet: &QuietHours) -> Result<(), Invalid> {
    for (field, time) in [("from", &quiet.from), ("to", &quiet.to)] {
        if NaiveTime::parse_from_str(time, "%H:%M").is_err() || time.len() != 5 {
            let reason = format!("`{time}` is no time such as 20:00");
            return Err(Invalid::new(format!("quiet.{field}"), reason));
        }
    }
    if quiet.from == quiet.to {
        let reason = format!(
            "`{}` is when they begin, too; hours that never end would tell nothing: pause the rule",
            quiet.to
        );
        return Err(Invalid::new("quiet.to", reason));
    }
    if quiet.zone.parse::<chrono_tz::Tz>().is_err() {
        let reason = format!("`{}` is no IANA zone, such as Europe/Oslo", quiet.zone);
        return Err(Invalid::new("quiet.zone", reason));
    }
    Ok(())
}

fn recipients(state: &State<'_>, users: Vec<String>) -> Result<Vec<UserId>, Refusal> {
    let mut known = BTreeSet::new();
    for user in users {
        let user = user_id(&user)?;
        let there = state.installation.people.user(user.as_str());
        there.ok_or_else(|| Refusal::unknown("user", user.as_str()))?;
        known.insert(user);
    }
    Ok(known.into_iter().collect())
}
