//! Sessions: what a browser's cookie stands for, and until when.

use serde::{Deserialize, Serialize};

use crate::model::people::User;
use crate::model::{DAY_MS, HOUR_MS, Timestamp};

/// A session that nobody used for so long has ended.
pub(super) const IDLE_MS: i64 = 14 * DAY_MS;
/// No session is longer.
const WHOLE_MS: i64 = 90 * DAY_MS;
/// That it is used is noted so often.
const NOTE_EVERY_MS: i64 = HOUR_MS;
/// As much is kept of what a browser calls itself, in characters.
const MAX_AGENT: usize = 200;

/// A sign-in that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// Whose.
    pub(super) user: String,
    /// The user's epoch when it began.
    epoch: u64,
    began_at: Timestamp,
    /// When it was used last, to the hour.
    pub(super) seen_at: Timestamp,
    /// What the browser calls itself.
    agent: String,
}

impl Session {
    pub(super) fn begin(user: &User, agent: &str, now: Timestamp) -> Self {
        Self {
            user: user.user.to_string(),
            epoch: user.session_epoch,
            began_at: now,
            seen_at: now,
            agent: agent.chars().take(MAX_AGENT).collect(),
        }
    }

    /// Whether it goes on, for the user whose it is.
    pub(super) fn holds(&self, user: Option<&User>, now: Timestamp) -> bool {
        let is_in_time =
            now < self.seen_at.plus_millis(IDLE_MS) && now < self.began_at.plus_millis(WHOLE_MS);
        is_in_time
            && user.is_some_and(|user| user.can_sign_in() && user.session_epoch == self.epoch)
    }

    /// The same, used now; none where that need not be noted yet.
    pub(super) fn used(&self, now: Timestamp) -> Option<Self> {
        (self.seen_at.plus_millis(NOTE_EVERY_MS) <= now).then(|| Self {
            seen_at: now,
            ..self.clone()
        })
    }
}
