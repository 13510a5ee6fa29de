//! Reports that go out by mail again and again: set up, ended, and due.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{mail_schedule_id, user_id};
use super::{Caller, Identity, State};
use crate::model::event::{
    Audience, MailEvery, MailScheduleRemoved, MailScheduleSet, MailWish, MailedReport,
};
use crate::model::saved::Owned;
use crate::model::{
    Body, Invalid, MailAbout, MailScheduleId, Role, Timestamp, UserId, whole_number,
};

/// The most people that one goes to.
const MAX_USERS: usize = 100;

/// A report that is to go out by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailScheduleDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub id: Option<String>,
    /// What goes out.
    pub shows: MailedReport,
    /// How often.
    #[serde(default)]
    pub every: MailEvery,
    /// At which local time, as `08:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub time: String,
    /// On which day of the week, Monday being 1; for weekly and fortnightly ones.
    #[schema(minimum = 1, maximum = 7)]
    #[serde(default, deserialize_with = "whole_number")]
    pub weekday: Option<i64>,
    /// On which day of the month; for monthly ones.
    #[schema(minimum = 1, maximum = 28)]
    #[serde(default, deserialize_with = "whole_number")]
    pub day: Option<i64>,
    /// In which IANA zone.
    pub zone: String,
    /// Whether the figures are attached as CSV.
    #[serde(default)]
    pub csv: bool,
    /// To whom; left out: to whoever asks. Only admins send something to others.
    #[schema(max_items = 100)]
    #[serde(default)]
    pub users: Vec<String>,
}

/// Something about reports that go out by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailScheduleCommand {
    /// Has one go out.
    Save(MailScheduleDraft),
    /// Ends one.
    Remove {
        /// Which.
        id: String,
    },
    /// Queues the mails of one that is due.
    Send {
        /// Which.
        schedule: MailScheduleId,
        /// For when.
        due: Timestamp,
    },
}

impl MailScheduleCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::MAIL_SCHEDULE_SAVE,
            Self::Remove { .. } => &role::MAIL_SCHEDULE_REMOVE,
            Self::Send { .. } => &role::MAIL_SCHEDULE_SEND,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: MailScheduleCommand,
) -> Result<Vec<Body>, Refusal> {
    match command {
        MailScheduleCommand::Save(draft) => {
            let set = checked(state, caller, draft)?;
            Ok(vec![Body::MailScheduleSet(Box::new(set))])
        }
        MailScheduleCommand::Remove { id } => {
            let unknown = || Refusal::unknown("mail schedule", &id);
            let known = state.installation.mail_schedules.get(&id);
            let known = known.filter(|known| is_theirs(caller, &known.by));
            let schedule = known.ok_or_else(unknown)?.id.clone();
            let removed = MailScheduleRemoved { schedule };
            Ok(vec![Body::MailScheduleRemoved(Box::new(removed))])
        }
        MailScheduleCommand::Send { schedule, due } => Ok(send(state, &schedule, due)),
    }
}

/// One mail to each who still wants it, once for each time.
fn send(state: &State<'_>, schedule: &MailScheduleId, due: Timestamp) -> Vec<Body> {
    let installation = state.installation;
    let known = installation.mail_schedules.get(schedule.as_str());
    let Some(known) = known.filter(|known| due > known.after()) else {
        return Vec::new();
    };
    let wants = |id: &&UserId| {
        let user = installation.people.user(id.as_str());
        user.is_some_and(|user| user.is_active() && user.habits.mails.contains(&MailWish::Report))
    };
    let mails = known.users.iter().filter(wants).map(|user| {
        let about = MailAbout::Report {
            user: user.clone(),
            schedule: schedule.clone(),
            due,
        };
        about.queued()
    });
    mails.collect()
}

fn is_theirs(caller: &Caller, by: &str) -> bool {
    caller.role >= Role::Admin || by == caller.actor()
}

fn checked(
    state: &State<'_>,
    caller: &Caller,
    draft: MailScheduleDraft,
) -> Result<MailScheduleSet, Refusal> {
    let schedule = mail_schedule_id(draft.id.as_deref().unwrap_or_default())?;
    if let Some(known) = state.installation.mail_schedules.get(schedule.as_str())
        && !is_theirs(caller, &known.by)
    {
        return Err(Refusal::unknown("mail schedule", schedule.as_str()));
    }
    check_shows(state, caller, &draft.shows)?;
    let number = |field: &str, value: Option<i64>, most: i64| {
        let fits = value.filter(|value| (1..=most).contains(value));
        let fits = fits.and_then(|value| u8::try_from(value).ok());
        let said = value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
        let reason = format!("`{said}` is no number from 1 to {most}");
        fits.ok_or_else(|| Invalid::new(field, reason))
    };
    let (weekday, day) = match draft.every {
        MailEvery::Daily => (None, None),
        MailEvery::Weekly | MailEvery::Fortnightly => {
            (Some(number("weekday", draft.weekday, 7)?), None)
        }
        MailEvery::Monthly => (None, Some(number("day", draft.day, 28)?)),
    };
    if chrono::NaiveTime::parse_from_str(&draft.time, "%H:%M").is_err() || draft.time.len() != 5 {
        let reason = format!("`{}` is no time such as 08:00", draft.time);
        return Err(Invalid::new("time", reason).into());
    }
    if draft.zone.parse::<chrono_tz::Tz>().is_err() {
        let reason = format!("`{}` is no IANA zone, such as Europe/Oslo", draft.zone);
        return Err(Invalid::new("zone", reason).into());
    }
    Ok(MailScheduleSet {
        schedule,
        shows: draft.shows,
        every: draft.every,
        time: draft.time,
        weekday,
        day,
        zone: draft.zone,
        csv: draft.csv,
        users: recipients(state, caller, draft.users)?,
    })
}

/// What goes out is what whoever sets it up finds.
fn check_shows(state: &State<'_>, caller: &Caller, shows: &MailedReport) -> Result<(), Refusal> {
    let saved = &state.installation.saved;
    let finds = |owner: &Owned, audience: Audience| {
        let is_there = owner.removed_at.is_none();
        is_there && (caller.role >= Role::Admin || owner.is_for(audience, &caller.actor()))
    };
    match shows {
        MailedReport::SavedReport { id } => {
            let known = saved.report(id.as_str());
            let known = known.filter(|one| finds(&one.owner, one.audience));
            known.ok_or_else(|| Refusal::unknown("saved report", id.as_str()))?;
        }
        MailedReport::Dashboard { id } => {
            // One that everybody has is not among those that somebody made.
            if let Some(known) = saved.dashboard(id.as_str())
                && !finds(&known.owner, known.audience)
            {
                return Err(Refusal::unknown("dashboard", id.as_str()));
            }
        }
        MailedReport::Jobs {} => {}
    }
    Ok(())
}

fn recipients(
    state: &State<'_>,
    caller: &Caller,
    users: Vec<String>,
) -> Result<Vec<UserId>, Refusal> {
    let own = match &caller.identity {
        Identity::User(id) => Some(id.clone()),
        _ => None,
    };
    let users = match (users.is_empty(), own.clone()) {
        (false, _) => users,
        (true, Some(own)) => vec![own],
        (true, None) => {
            let reason = "it is empty; expected users, because whoever asks is none";
            return Err(Invalid::new("users", reason).into());
        }
    };
    let is_for_others = users.iter().any(|user| Some(user) != own.as_ref());
    if is_for_others && caller.role < Role::Admin {
        return Err(Refusal::conflict(
            "only an admin sends reports to others; leave `users` out to get it yourself",
        ));
    }
    if users.len() > MAX_USERS {
        let reason = format!("{} are there; at most {MAX_USERS}", users.len());
        return Err(Invalid::new("users", reason).into());
    }
    let mut known = BTreeSet::new();
    for user in users {
        let user = user_id(&user)?;
        let there = state.installation.people.user(user.as_str());
        there.ok_or_else(|| Refusal::unknown("user", user.as_str()))?;
        known.insert(user);
    }
    Ok(known.into_iter().collect())
}
