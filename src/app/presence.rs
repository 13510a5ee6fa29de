//! Who is there: reps with what they said last, and when something was last heard of users.
//!
//! What is heard is in memory only: after a start everybody is taken to have been heard then.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_with::skip_serializing_none;

use super::App;
use crate::clock::Clock;
use crate::command::{Caller, Command, Evidence, Identity, RepCommand};
use crate::lock::Lock;
use crate::model::event::RepStatus;
use crate::model::people::User;
use crate::model::presence::RepPresence;
use crate::model::{RepId, Timestamp};

/// After so long without a word a rep who takes work is away.
pub(crate) const SILENCE_MS: i64 = 15 * 60_000;

/// When something was last heard of users, on any device.
pub(super) struct Heard {
    started_at: Timestamp,
    users: Lock<BTreeMap<String, Timestamp>>,
}

impl Heard {
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            started_at: clock.now(),
            users: Lock::default(),
        }
    }
}

/// A rep, and whether they take work.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepView {
    /// Which.
    pub rep: String,
    /// Their name.
    pub name: String,
    /// Their team.
    pub team: Option<String>,
    /// Whether they take work, if they ever said so.
    pub presence: Option<RepPresence>,
}

impl App {
    /// The reps who are there, by name.
    pub fn reps(&self) -> Vec<RepView> {
        let (snapshot, now) = (self.snapshot(), self.clock.now());
        let directory = &snapshot.directory;
        let presence = &snapshot.installation.presence;
        let mut reps: Vec<RepView> = directory
            .reps()
            .map(|(id, name)| RepView {
                rep: id.to_owned(),
                name: name.to_owned(),
                team: directory.team_at(id, now).map(str::to_owned),
                presence: RepId::parse(id)
                    .ok()
                    .and_then(|id| presence.of(&id).cloned()),
            })
            .collect();
        reps.sort_by(|one, other| (&one.name, &one.rep).cmp(&(&other.name, &other.rep)));
        reps
    }

    /// Notes that something was heard of a user; one who was away by silence is back.
    pub(super) fn hear(&self, user: &User) {
        let now = self.clock.now();
        self.heard.users.lock().insert(user.user.to_string(), now);
        let Some(rep) = &user.rep else { return };
        let snapshot = self.snapshot();
        let presence = snapshot.installation.presence.of(rep);
        let is_resting =
            presence.is_some_and(|one| one.is_automatic && one.status == RepStatus::Away);
        if is_resting {
            let caller = Caller::live(Identity::User(user.user.to_string()), user.role);
            let command = Command::Rep(RepCommand::Return {
                rep: rep.to_string(),
            });
            let decision = self.decision(&caller, command, Evidence::None);
            // Whoever is back need not wait for its being written down.
            drop(self.handle.decide_later(decision));
        }
    }

    /// Reps who take work, each with the instant at which they are away unless something is
    /// heard of them; only those who sign in.
    pub(crate) fn silences(&self) -> Vec<(String, Timestamp)> {
        let (people, snapshot) = (self.people(), self.snapshot());
        let heard = self.heard.users.lock();
        let presence = &snapshot.installation.presence;
        let users = people.users().filter(|user| user.can_sign_in());
        let silences = users.filter_map(|user| {
            let rep = user.rep.as_ref()?;
            let now = presence.of(rep)?;
            let last = heard.get(user.user.as_str()).copied();
            let last = last.unwrap_or(self.heard.started_at).max(now.since);
            let is_available = now.status == RepStatus::Available;
            is_available.then(|| (rep.to_string(), last.plus_millis(SILENCE_MS)))
        });
        silences.collect()
    }
}
