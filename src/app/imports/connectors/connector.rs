//! A connector: what is kept of it, and it at work.

use std::sync::Arc;

use super::kept::{Place, Settings, State};
use super::session::{Answer, Session};
use super::view::{ConnectorFault, ConnectorState, ConnectorView};
use crate::app::Error;
use crate::connect::{FileHosts, Request};
use crate::lock::Lock;
use crate::model::Timestamp;

/// A connector.
pub(super) struct Connector {
    pub(super) name: String,
    pub(super) place: Place,
    /// What is kept of it.
    pub(super) known: Lock<Known>,
    /// Held while what came is journalled.
    pub(super) session: Lock<Session>,
}

#[derive(Clone)]
pub(super) struct Known {
    pub(super) settings: Settings,
    pub(super) state: State,
    pub(super) is_removed: bool,
}

/// A request on its way.
pub struct Errand {
    pub(super) connector: Arc<Connector>,
    job: Job,
}

/// What is asked.
pub(super) enum Job {
    /// The source.
    Ask(Request),
    /// For a file that a message links to.
    File(Box<FileHosts>, String),
}

impl Errand {
    /// Sends it, and waits for what comes of it.
    pub fn send(&self) -> Answer {
        match &self.job {
            Job::Ask(request) => Answer::Asked(request.send()),
            Job::File(hosts, url) => Answer::File(hosts.fetch(url)),
        }
    }
}

impl Connector {
    pub(super) fn new(
        name: String,
        place: Place,
        settings: Settings,
        (state, now): (State, Timestamp),
    ) -> Option<Self> {
        Some(Self {
            name,
            place,
            session: Lock::new(Session::new(&settings, now)?),
            known: Lock::new(Known {
                settings,
                state,
                is_removed: false,
            }),
        })
    }

    /// Writes down how far it is, unless it is no more.
    pub(super) fn keep(&self, state: State) -> Result<(), Error> {
        let mut known = self.known.lock();
        if known.is_removed {
            return Ok(());
        }
        // When it answered last is no news that a disk has to wait for.
        let success_at = known.state.success_at;
        let is_news = State {
            success_at,
            ..state.clone()
        } != known.state;
        if is_news {
            self.place.keep_state(&state)?;
        }
        known.state = state;
        Ok(())
    }

    /// Has it rest, or go on; says whether it did otherwise before.
    pub(super) fn pause(&self, on: bool) -> Result<bool, Error> {
        self.set(|settings| settings.is_paused = on)
    }

    /// Changes what is kept of its settings; says whether anything is otherwise then.
    pub(super) fn set(&self, change: impl FnOnce(&mut Settings)) -> Result<bool, Error> {
        let mut known = self.known.lock();
        let mut settings = known.settings.clone();
        change(&mut settings);
        let is_other = settings != known.settings;
        if is_other {
            self.place.keep_settings(&settings)?;
            known.settings = settings;
        }
        Ok(is_other)
    }

    pub(super) fn view(&self, now: Timestamp) -> ConnectorView {
        let (is_running, due_at, rounds) = {
            let session = self.session.lock();
            (session.is_running(), session.due_at, session.rounds)
        };
        let Known {
            settings, state, ..
        } = self.known.lock().clone();
        let shown = match () {
            () if settings.is_paused => ConnectorState::Paused,
            () if state.is_stopped => ConnectorState::Stopped,
            () if state.fault.is_some() => ConnectorState::Failing,
            () if is_running || state.read_until.is_none() => ConnectorState::Reading,
            () => ConnectorState::UpToDate,
        };
        let is_resting = settings.is_paused || state.is_stopped;
        let lag = state.read_until.map(|at| now.since(at) / 1_000);
        ConnectorView {
            name: self.name.clone(),
            product: settings.account.product,
            url: settings.account.url,
            user: settings.account.user,
            account: settings.account.number,
            since: settings.since,
            fetch_attachments: settings.fetches_files,
            mapping: settings.mapping,
            added_at: settings.added_at,
            state: shown,
            read_until: state.read_until,
            lag_secs: lag.map(|lag| u64::try_from(lag).unwrap_or_default()),
            success_at: state.success_at,
            fault: state.fault.map(|fault| ConnectorFault {
                at: fault.at,
                reason: fault.reason,
                advice: fault.advice,
            }),
            next_at: (!is_resting).then_some(due_at.max(now)),
            rounds,
            accepted: state.accepted,
            duplicates: state.duplicates,
            rejected: state.rejected,
            missed: state.missed.into_iter().map(|one| one.id).collect(),
        }
    }

    /// When it has something to ask; none: not before somebody says so.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        let is_resting = {
            let known = self.known.lock();
            known.settings.is_paused || known.state.is_stopped
        };
        let session = self.session.lock();
        (!is_resting && !session.is_out).then_some(session.due_at)
    }

    /// Its next request, if it has one now.
    pub(super) fn errand(self: &Arc<Self>, now: Timestamp) -> Result<Option<Errand>, Error> {
        let mut session = self.session.lock();
        if session.is_out {
            return Ok(None);
        }
        let Known {
            settings,
            mut state,
            ..
        } = self.known.lock().clone();
        let token = match self.place.token() {
            Ok(token) => token,
            Err(reason) => {
                let advice = "put that right, then run it again";
                session.stop(&mut state, (&reason, advice), now);
                self.keep(state)?;
                return Ok(None);
            }
        };
        let job = match session.file(&token) {
            Some((hosts, url)) => Some(Job::File(Box::new(hosts), url)),
            None => session
                .request(&settings, &mut state, (&token, now))
                .map(Job::Ask),
        };
        session.is_out = job.is_some();
        self.keep(state)?;
        Ok(job.map(|job| Errand {
            connector: Arc::clone(self),
            job,
        }))
    }
}
