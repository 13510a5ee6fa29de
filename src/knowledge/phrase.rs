//! Asking the endpoint that phrases answers, within its time and the day's budget.
//!
//! No lock is held while it is waited for. Whatever goes wrong, the short answer's own
//! words are said, and the record says why.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::AskView;
use super::Library;
use super::door::Door;
use super::endpoint::{Access, Endpoint};
use crate::agent::phrasing::{checked, request, said};
use crate::config::AgentConfig;
use crate::lock::Lock;
use crate::model::event::Phrasing;
use crate::model::{DAY_MS, Timestamp};

/// So many calls may wait at once; further answers are given as they are.
const AT_ONCE: u32 = 8;
/// After so many failures one behind the other it is left alone for a while.
const FAILURES: u32 = 3;
/// How long that is.
const REST_MS: i64 = 60_000;

/// Who phrases answers, if anybody does.
#[derive(Default)]
pub(crate) struct Phraser(Option<Setup>);

struct Setup {
    endpoint: Endpoint,
    config: AgentConfig,
    state: Lock<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Days since 1970, UTC.
    day: Option<i64>,
    calls: u32,
    waiting: u32,
    failures: u32,
    rests_until: i64,
}

/// How answers are phrased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhrasingView {
    /// By which model.
    pub model: String,
    /// Where.
    pub endpoint: String,
    /// How many calls were made today (UTC).
    pub calls_today: u32,
    /// How many there may be.
    pub daily_calls: u32,
    /// What is wrong with the settings.
    pub fault: Option<String>,
}

impl Phraser {
    /// Phrases by these settings; none: not at all.
    pub(crate) fn new(config: Option<&AgentConfig>, door: &Door) -> Self {
        Self(config.map(|config| Setup {
            endpoint: Endpoint::new(&Access {
                address: &config.endpoint,
                path: "chat/completions",
                key_file: config.key_file.as_deref(),
                timeout_secs: config.timeout_secs(),
                door: door.clone(),
            }),
            config: config.clone(),
            state: Lock::default(),
        }))
    }
}

impl Setup {
    fn state<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock())
    }

    /// Claims a call of the day; else says why there is none. `made` counts those of a day
    /// that were journalled.
    fn claim(&self, now: Timestamp, made: impl FnOnce(i64) -> u32) -> Result<(), &'static str> {
        self.turn_to(now, made);
        let budget = self.config.daily_calls();
        self.state(|state| {
            if state.rests_until > now.millis() {
                return Err("it failed several times and is left alone for a minute");
            }
            if state.calls >= budget {
                return Err("the calls of the day are used up");
            }
            if state.waiting >= AT_ONCE {
                return Err("too many answers wait for it");
            }
            state.calls += 1;
            state.waiting += 1;
            Ok(())
        })
    }

    /// Begins a new day, if it is one; the first since the start counts what was journalled.
    fn turn_to(&self, now: Timestamp, made: impl FnOnce(i64) -> u32) {
        let today = now.millis().div_euclid(DAY_MS);
        let is_first = self.state(|state| state.day.is_none());
        let calls = if is_first { made(today * DAY_MS) } else { 0 };
        self.state(|state| {
            if state.day != Some(today) {
                state.day = Some(today);
                state.calls = calls;
            }
        });
    }

    fn end(&self, now: Timestamp, has_failed: bool) {
        self.state(|state| {
            state.waiting = state.waiting.saturating_sub(1);
            state.failures = if has_failed { state.failures + 1 } else { 0 };
            if state.failures >= FAILURES {
                state.failures = 0;
                state.rests_until = now.millis() + REST_MS;
            }
        });
    }
}

impl Library {
    /// How answers are phrased; none: in their own words.
    pub fn phrasing(&self) -> Option<PhrasingView> {
        let set = self.workshop.phraser.0.as_ref()?;
        set.turn_to(self.now, |from| self.phrased_since(from));
        Some(PhrasingView {
            model: set.config.model.clone(),
            endpoint: set.config.endpoint.clone(),
            calls_today: set.state(|state| state.calls),
            daily_calls: set.config.daily_calls(),
            fault: set.endpoint.fault(),
        })
    }

    /// Has an answer phrased for a message. The decision stays as it is.
    pub(crate) fn phrase(&self, view: &mut AskView, message: &str) {
        let (Some(set), Some(text)) = (&self.workshop.phraser.0, &view.text) else {
            return;
        };
        let now = self.now;
        let phrased = match set.claim(now, |from| self.phrased_since(from)) {
            Ok(()) => {
                let phrased = phrasing(set, text, message);
                // What it says may be no good; that it answers is what counts here.
                let has_failed = matches!(phrased, Err(Fall::Failed(_)));
                set.end(self.now, has_failed);
                phrased
            }
            Err(reason) => Err(Fall::Refused(reason.to_owned())),
        };
        let mut phrasing = Phrasing {
            model: set.config.model.clone(),
            used: false,
            reason: None,
        };
        match phrased {
            Ok(words) => {
                view.text = Some(words);
                phrasing.used = true;
            }
            Err(Fall::Failed(reason) | Fall::Refused(reason)) => {
                tracing::warn!(model = phrasing.model, reason, "an answer was not phrased");
                phrasing.reason = Some(reason);
            }
        }
        view.phrasing = Some(phrasing);
    }

    /// How many answers were phrased, or were to be, since an instant.
    fn phrased_since(&self, from: i64) -> u32 {
        let all = self.installation.knowledge.decisions.iter();
        let count = all
            .flat_map(|(_, all)| all.iter())
            .filter(|one| one.at.millis() >= from && one.decision.phrasing.is_some())
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Why an answer's own words are said.
enum Fall {
    /// The endpoint did not answer as it should.
    Failed(String),
    /// It answered, and that may not be said; or it was not asked.
    Refused(String),
}

fn phrasing(set: &Setup, text: &str, message: &str) -> Result<String, Fall> {
    let body = request(&set.config.model, text, message);
    let reply = set.endpoint.ask(&body).map_err(Fall::Failed)?;
    let reply: Value = serde_json::from_slice(&reply)
        .map_err(|_error| Fall::Failed("its reply is not JSON".to_owned()))?;
    let words = said(&reply).ok_or_else(|| Fall::Failed("its reply has no message".to_owned()))?;
    checked(words, text).map_err(|reason| Fall::Refused(reason.to_owned()))
}
