//! Connectors: accounts of other products whose APIs are asked, so that what was imported is kept
//! up to date.
//!
//! What comes goes through the translations of exports, and is as silent as an import. `kept` is
//! what lies on disk, `round` the order of requests, `session` a connector at work, `drive` has them
//! work. A request is handed out as an [`Errand`] and its reply taken back, so that nothing waits for
//! a source but who sends it. A cursor is written when its events are safe in the journal, never before.

mod account;
mod connector;
mod draft;
mod drive;
mod kept;
mod pending;
mod round;
mod session;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use connector::Connector;
pub use connector::Errand;
pub use draft::ConnectorDraft;
use draft::settings;
pub use drive::Duty;
use kept::{Place, Settings, State, check_token, names};
pub(in crate::app) use kept::{check_name, names as folder_names};
pub use view::{ConnectorFault, ConnectorState, ConnectorView};

use crate::app::{App, Bell, Error};
use crate::command::{Caller, Command, Refusal};
pub use crate::connect::Product;
use crate::lock::Lock;
use crate::model::event::{ConnectorChange, ConnectorChanged};
use crate::model::{Invalid, Timestamp};

/// The most connectors.
const MOST: usize = 20;

/// What somebody wants of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectorDeed {
    /// To read now.
    Run,
    /// To rest.
    Pause,
    /// To go on.
    Resume,
    /// To be no more; what it has brought stays.
    Remove,
}

/// All connectors of a folder.
pub(in crate::app) struct Connectors {
    folder: PathBuf,
    all: Lock<BTreeMap<String, Arc<Connector>>>,
    bell: Arc<Bell>,
}

impl Connectors {
    /// Those that are kept in a folder.
    pub(in crate::app) fn open(folder: PathBuf, now: Timestamp) -> Result<Self, Error> {
        let mut all = BTreeMap::new();
        for name in names(&folder)? {
            let place = Place::new(&folder, &name);
            let Some(settings) = place.settings()? else {
                continue;
            };
            let state = place.state()?;
            let connector = Connector::new(name.clone(), place, settings, (state, now));
            all.extend(connector.map(|connector| (name, Arc::new(connector))));
        }
        Ok(Self {
            folder,
            all: Lock::new(all),
            bell: Arc::default(),
        })
    }

    /// All of them, by name.
    fn listed(&self) -> Vec<Arc<Connector>> {
        self.all.lock().values().cloned().collect()
    }

    fn get(&self, name: &str) -> Result<Arc<Connector>, Error> {
        let all = self.all.lock();
        let found = all.get(name).map(Arc::clone);
        found.ok_or_else(|| Error::unknown("connector", name))
    }
}

impl App {
    /// The connectors, by name.
    pub fn connectors(&self) -> Vec<ConnectorView> {
        let now = self.clock.now();
        let all = self.imports.connectors.listed();
        all.iter().map(|connector| connector.view(now)).collect()
    }

    /// A connector.
    pub fn connector(&self, name: &str) -> Result<ConnectorView, Error> {
        let connector = self.imports.connectors.get(name)?;
        Ok(connector.view(self.clock.now()))
    }

    /// Adds a connector, or gives one that there is another token.
    pub fn save_connector(
        &self,
        caller: &Caller,
        draft: &ConnectorDraft,
    ) -> Result<ConnectorView, Error> {
        let now = self.clock.now();
        let (name, settings) = settings(draft, now)?;
        let token = draft.token.as_deref().map(str::trim);
        let token = token.filter(|token| !token.is_empty());
        token.map_or(Ok(()), check_token)?;
        let connectors = &self.imports.connectors;
        let mut all = connectors.all.lock();
        let change = if let Some(known) = all.get(&name) {
            let keeps_mapping = draft.mapping.is_none();
            self.give(known, (&settings, keeps_mapping), token)?
        } else {
            let reason = "it is missing; expected the token of the account";
            let token = token.ok_or_else(|| Invalid::new("token", reason))?;
            if all.len() >= MOST {
                return Err(
                    Refusal::conflict("there are twenty connectors, which is the most").into(),
                );
            }
            let place = Place::new(&connectors.folder, &name);
            place.make(&settings, token)?;
            let connector = Connector::new(name.clone(), place, settings, (State::default(), now));
            all.extend(connector.map(|connector| (name.clone(), Arc::new(connector))));
            Some(ConnectorChange::Added)
        };
        drop(all);
        let view = self.connector(&name)?;
        self.note_connector(caller, &view, change)?;
        connectors.bell.ring();
        Ok(view)
    }

    /// Gives a connector that there is another token; its account stays what it is. Says what is
    /// otherwise then.
    fn give(
        &self,
        known: &Arc<Connector>,
        (wanted, keeps_mapping): (&Settings, bool),
        token: Option<&str>,
    ) -> Result<Option<ConnectorChange>, Error> {
        if known.known.lock().settings.account != wanted.account {
            let reason = "the connector of this name reads another account; remove it first, or choose another name";
            return Err(Refusal::conflict(reason).into());
        }
        if let Some(token) = token {
            known.place.keep_token(token)?;
        }
        let is_other = known.set(|settings| {
            settings.fetches_files = wanted.fetches_files;
            if !keeps_mapping {
                settings.mapping.clone_from(&wanted.mapping);
            }
        })?;
        if is_other {
            let settings = known.known.lock().settings.clone();
            known.session.lock().renew(&settings);
        }
        self.wake(known)?;
        Ok(match (token, is_other) {
            (Some(_), _) => Some(ConnectorChange::TokenReplaced),
            (None, true) => Some(ConnectorChange::Changed),
            (None, false) => None,
        })
    }

    /// Does with a connector what somebody wants.
    /// Gives what it is then, or was.
    pub fn do_connector(
        &self,
        caller: &Caller,
        name: &str,
        deed: ConnectorDeed,
    ) -> Result<ConnectorView, Error> {
        let connectors = &self.imports.connectors;
        let connector = connectors.get(name)?;
        let resumed = |did: bool| did.then_some(ConnectorChange::Resumed);
        let change = match deed {
            ConnectorDeed::Run => {
                let change = resumed(connector.pause(false)?);
                connector.session.lock().is_wanted = true;
                self.wake(&connector)?;
                change
            }
            ConnectorDeed::Pause => connector.pause(true)?.then_some(ConnectorChange::Paused),
            ConnectorDeed::Resume => {
                let change = resumed(connector.pause(false)?);
                self.wake(&connector)?;
                change
            }
            ConnectorDeed::Remove => {
                let last = connector.view(self.clock.now());
                connectors.all.lock().remove(name);
                {
                    let mut known = connector.known.lock();
                    known.is_removed = true;
                    connector.place.remove()?;
                }
                self.note_connector(caller, &last, Some(ConnectorChange::Removed))?;
                return Ok(last);
            }
        };
        let view = self.connector(name)?;
        self.note_connector(caller, &view, change)?;
        connectors.bell.ring();
        Ok(view)
    }

    /// Writes down who did what with a connector.
    fn note_connector(
        &self,
        caller: &Caller,
        view: &ConnectorView,
        change: Option<ConnectorChange>,
    ) -> Result<(), Error> {
        let Some(change) = change else { return Ok(()) };
        let changed = ConnectorChanged {
            connector: view.name.clone(),
            product: view.product.as_str().to_owned(),
            url: view.url.clone(),
            change,
        };
        self.write_now(caller, Command::NoteConnector(Box::new(changed)))?;
        Ok(())
    }

    /// Has a connector ask at once, whatever went wrong before.
    fn wake(&self, connector: &Connector) -> Result<(), Error> {
        // Held until it is kept: what comes meanwhile must not be written over.
        let mut session = connector.session.lock();
        let mut state = connector.known.lock().state.clone();
        state.is_stopped = false;
        state.fault = None;
        session.due_at = self.clock.now();
        connector.keep(state)
    }

    /// What is rung when connectors have something else to do.
    pub(crate) fn connector_bell(&self) -> Arc<Bell> {
        Arc::clone(&self.imports.connectors.bell)
    }
}
