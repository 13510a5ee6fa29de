//! Connectors at work: which request is due, what becomes of its reply, and when an account is
//! journalled.

use std::sync::Arc;
use std::time::Duration;

use super::ConnectorDeed;
use super::connector::{Connector, Errand, Known};
use super::session::Answer;
use super::view::ConnectorView;
use crate::app::{App, Error};
use crate::command::{Caller, Command};
use crate::failpoint;

/// What is to be done for connectors.
pub enum Duty {
    /// A request is to be sent.
    Send(Box<Errand>),
    /// Nothing before so long; none: nothing before somebody says so.
    Wait(Option<Duration>),
}

impl App {
    /// What is to be done for connectors next.
    pub(crate) fn connector_duty(&self) -> Duty {
        let now = self.clock.now();
        let all = self.imports.connectors.listed();
        let due = all.iter().filter_map(|one| Some((one.due_at()?, one)));
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|(at, _)| *at);
        for (at, connector) in due {
            if at > now {
                let left = u64::try_from(at.since(now)).unwrap_or_default();
                return Duty::Wait(Some(Duration::from_millis(left)));
            }
            match self.errand_of(connector) {
                Ok(Some(errand)) => return Duty::Send(Box::new(errand)),
                // It was stopped, or there was nothing to ask after all.
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, connector = connector.name, "a connector rests");
                    connector.session.lock().due_at = now.plus_millis(60_000);
                }
            }
        }
        let again = all.iter().filter_map(|one| one.due_at()).min();
        let left = again.map(|at| u64::try_from(at.since(now)).unwrap_or_default());
        Duty::Wait(left.map(Duration::from_millis))
    }

    fn errand_of(&self, connector: &Arc<Connector>) -> Result<Option<Errand>, Error> {
        let errand = connector.errand(self.clock.now())?;
        if errand.is_none() {
            self.account_for(connector)?;
        }
        Ok(errand)
    }

    /// Takes back what came of a request: journals what is together, then writes the cursor.
    pub(crate) fn settle_errand(&self, errand: &Errand, answer: Answer) -> Result<(), Error> {
        let connector = &errand.connector;
        let now = self.clock.now();
        {
            let mut session = connector.session.lock();
            session.is_out = false;
            let Known {
                settings,
                mut state,
                is_removed,
            } = connector.known.lock().clone();
            if is_removed || settings.is_paused {
                session.reset();
                return Ok(());
            }
            match session.hear(
                self,
                &connector.name,
                (&settings, &mut state),
                (answer, now),
            ) {
                Ok(None) => {}
                Ok(Some(bundle)) => {
                    failpoint::pass("connector.journalled");
                    session.settle(&mut state, bundle, now);
                }
                Err(error) => {
                    // The page is asked for again: its mark has not moved.
                    session.reset();
                    session.failed(&mut state, error.to_string(), None, now);
                }
            }
            connector.keep(state)?;
        }
        self.account_for(connector)
    }

    /// Takes back a request that could not be sent: it is due later.
    pub(crate) fn put_off(&self, errand: &Errand) {
        let mut session = errand.connector.session.lock();
        session.is_out = false;
        session.due_at = self.clock.now().plus_millis(60_000);
    }

    /// Journals what was read since the last account, where it is time for one.
    fn account_for(&self, connector: &Connector) -> Result<(), Error> {
        let account = connector.session.lock().close_account(&connector.name);
        if let Some(account) = account {
            let command = Command::FinishImport(Box::new(account));
            self.write_now(&Caller::system(), command)?;
        }
        Ok(())
    }

    /// Has a connector read until everything is here, in this process. `wait` is told how long
    /// nothing can be asked; it ends early where that says so, and where somebody has to do
    /// something first.
    pub fn run_connector(
        &self,
        caller: &Caller,
        name: &str,
        mut wait: impl FnMut(Duration) -> bool,
    ) -> Result<ConnectorView, Error> {
        self.do_connector(caller, name, ConnectorDeed::Run)?;
        let connector = self.imports.connectors.get(name)?;
        let before = connector.session.lock().rounds;
        loop {
            let now = self.clock.now();
            if connector.session.lock().rounds > before {
                return self.connector(name);
            }
            let Some(due_at) = connector.due_at() else {
                return self.connector(name);
            };
            if due_at > now {
                let left = u64::try_from(due_at.since(now)).unwrap_or_default();
                if !wait(Duration::from_millis(left)) {
                    return self.connector(name);
                }
                continue;
            }
            if let Some(errand) = self.errand_of(&connector)? {
                let answer = errand.send();
                self.settle_errand(&errand, answer)?;
            }
        }
    }
}
