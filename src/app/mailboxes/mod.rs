//! Mailboxes that are read by IMAP, so that what comes in there becomes conversations.
//!
//! `kept` is what lies on disk, `drive` what a reading thread asks for and hands in. How far one is read is
//! written when its mails are safe in the journal, never before; what comes twice is known again.

mod draft;
mod drive;
mod kept;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use crate::connect::{ImapError, ImapSession};
pub use draft::MailboxDraft;
use draft::settings;
pub use drive::MailboxErrand;
use kept::{Place, Settings, State};
pub use view::MailboxView;

use super::{App, Bell, ConnectorDeed, ConnectorFault, ConnectorState, Error, folder_names};
use crate::command::{Caller, Command, Identity, Refusal};
use crate::lock::Lock;
use crate::model::Invalid;
use crate::model::event::{ConnectorChange, ConnectorChanged};

/// The most mailboxes: each has a thread of its own.
const MOST: usize = 20;
/// What they are called among the connectors.
const PRODUCT: &str = "mail";
/// What to do where one is not read.
const ADVICE: &str = "put it right and have it read now";

/// All mailboxes of a folder.
pub(super) struct Mailboxes {
    folder: PathBuf,
    all: Lock<BTreeMap<String, Arc<Mailbox>>>,
    bell: Arc<Bell>,
}

/// A mailbox.
struct Mailbox {
    name: String,
    place: Place,
    known: Lock<Known>,
}

/// What is known of it.
struct Known {
    settings: Settings,
    state: State,
    is_reading: bool,
    is_removed: bool,
    rounds: u64,
    /// Is raised when what is read is to be asked anew.
    turn: u64,
}

impl Mailboxes {
    /// Those that are kept in a folder.
    pub(super) fn open(folder: PathBuf) -> Result<Self, Error> {
        let mut all = BTreeMap::new();
        for name in folder_names(&folder)? {
            let place = Place::new(&folder, &name);
            let Some(settings) = place.settings()? else {
                continue;
            };
            let state = place.state()?;
            let mailbox = Mailbox::new(name.clone(), place, (settings, state));
            all.insert(name, Arc::new(mailbox));
        }
        Ok(Self {
            folder,
            all: Lock::new(all),
            bell: Arc::default(),
        })
    }

    fn get(&self, name: &str) -> Result<Arc<Mailbox>, Error> {
        let found = self.all.lock().get(name).map(Arc::clone);
        found.ok_or_else(|| Error::unknown("mailbox", name))
    }
}

impl Mailbox {
    fn new(name: String, place: Place, (settings, state): (Settings, State)) -> Self {
        Self {
            name,
            place,
            known: Lock::new(Known {
                settings,
                state,
                is_reading: false,
                is_removed: false,
                rounds: 0,
                turn: 0,
            }),
        }
    }

    /// Changes how far it is; kept before it holds. One that is no more is not written again.
    fn change(&self, change: impl FnOnce(&mut State)) -> Result<(), Error> {
        let mut known = self.known.lock();
        let mut state = known.state.clone();
        change(&mut state);
        if !known.is_removed && state != known.state {
            self.place.keep_state(&state)?;
        }
        known.state = state;
        Ok(())
    }

    fn view(&self) -> MailboxView {
        let known = self.known.lock();
        let (settings, state) = (&known.settings, &known.state);
        MailboxView {
            name: self.name.clone(),
            host: settings.host.clone(),
            port: settings.port,
            security: settings.security,
            user: settings.user.clone(),
            folder: settings.folder.clone(),
            inbox: settings.inbox.clone(),
            all: settings.reads_all,
            has_token_command: settings.token_command.is_some(),
            added_at: settings.added_at,
            state: match () {
                () if settings.is_paused => ConnectorState::Paused,
                () if state.is_stopped => ConnectorState::Stopped,
                () if state.fault.is_some() => ConnectorState::Failing,
                () if known.is_reading || state.read_until.is_none() => ConnectorState::Reading,
                () => ConnectorState::UpToDate,
            },
            read_until: state.read_until,
            success_at: state.success_at,
            fault: state.fault.as_ref().map(|fault| ConnectorFault {
                at: fault.at,
                reason: fault.reason.clone(),
                advice: ADVICE.to_owned(),
            }),
            rounds: known.rounds,
            taken: state.taken,
            repeats: state.repeats,
            refused: state.refused,
        }
    }
}

impl App {
    /// The mailboxes, by name.
    pub fn mailboxes(&self) -> Vec<MailboxView> {
        let all = self.mailboxes.all.lock();
        all.values().map(|mailbox| mailbox.view()).collect()
    }

    /// A mailbox.
    pub fn mailbox(&self, name: &str) -> Result<MailboxView, Error> {
        Ok(self.mailboxes.get(name)?.view())
    }

    /// Adds a mailbox, or changes one.
    pub fn save_mailbox(
        &self,
        caller: &Caller,
        draft: &MailboxDraft,
    ) -> Result<MailboxView, Error> {
        let (name, settings, password) = settings(draft, self.clock.now())?;
        if settings.token_command.is_some() && caller.identity != Identity::Cli {
            let reason = "only the command line of this machine may give one: it is run here";
            return Err(Invalid::new("token_command", reason).into());
        }
        let mut all = self.mailboxes.all.lock();
        let change = if let Some(known) = all.get(&name) {
            give(known, &settings, password.as_deref())?;
            ConnectorChange::Changed
        } else {
            if password.is_none() && settings.token_command.is_none() {
                let reason = "it is missing; expected the password of the mailbox";
                return Err(Invalid::new("password", reason).into());
            }
            if all.len() >= MOST {
                let reason = "there are twenty mailboxes, which is the most";
                return Err(Refusal::conflict(reason).into());
            }
            let place = Place::new(&self.mailboxes.folder, &name);
            place.make(&settings, password.as_deref())?;
            let mailbox = Mailbox::new(name.clone(), place, (settings, State::default()));
            all.insert(name.clone(), Arc::new(mailbox));
            ConnectorChange::Added
        };
        drop(all);
        let view = self.mailbox(&name)?;
        self.note_mailbox(caller, &view, Some(change))?;
        self.mailboxes.bell.ring();
        Ok(view)
    }

    /// Does with a mailbox what somebody wants. Gives what it is then, or was.
    pub fn do_mailbox(
        &self,
        caller: &Caller,
        name: &str,
        deed: ConnectorDeed,
    ) -> Result<MailboxView, Error> {
        let mailbox = self.mailboxes.get(name)?;
        let change = match deed {
            ConnectorDeed::Run | ConnectorDeed::Resume => {
                let was_paused = rest(&mailbox, false)?;
                mailbox.change(|state| {
                    state.is_stopped = false;
                    state.fault = None;
                })?;
                mailbox.known.lock().turn += 1;
                was_paused.then_some(ConnectorChange::Resumed)
            }
            ConnectorDeed::Pause => {
                let was_paused = rest(&mailbox, true)?;
                (!was_paused).then_some(ConnectorChange::Paused)
            }
            ConnectorDeed::Remove => {
                let last = mailbox.view();
                self.mailboxes.all.lock().remove(name);
                {
                    let mut known = mailbox.known.lock();
                    known.is_removed = true;
                    mailbox.place.remove()?;
                }
                self.note_mailbox(caller, &last, Some(ConnectorChange::Removed))?;
                self.mailboxes.bell.ring();
                return Ok(last);
            }
        };
        let view = mailbox.view();
        self.note_mailbox(caller, &view, change)?;
        self.mailboxes.bell.ring();
        Ok(view)
    }

    /// Writes down who did what with a mailbox.
    fn note_mailbox(
        &self,
        caller: &Caller,
        view: &MailboxView,
        change: Option<ConnectorChange>,
    ) -> Result<(), Error> {
        let Some(change) = change else { return Ok(()) };
        let changed = ConnectorChanged {
            connector: view.name.clone(),
            product: PRODUCT.to_owned(),
            url: format!("imap://{}:{}", view.host, view.port),
            change,
        };
        self.write_now(caller, Command::NoteConnector(Box::new(changed)))?;
        Ok(())
    }

    /// What is rung when mailboxes are to be looked at.
    pub(crate) fn mailbox_bell(&self) -> Arc<Bell> {
        Arc::clone(&self.mailboxes.bell)
    }
}

/// Gives a mailbox that there is other settings. Of another mailbox nothing was read.
fn give(known: &Mailbox, wanted: &Settings, password: Option<&str>) -> Result<(), Error> {
    let settings = known.known.lock().settings.clone();
    let settings = Settings {
        added_at: settings.added_at,
        is_paused: settings.is_paused,
        // One that has a command keeps it where nothing else is given.
        token_command: match password {
            Some(_) => None,
            None => wanted
                .token_command
                .clone()
                .or(settings.token_command.clone()),
        },
        ..wanted.clone()
    };
    if let Some(password) = password {
        known.place.keep_password(password)?;
    }
    let is_other = {
        let mut held = known.known.lock();
        let of = |one: &Settings| {
            let place = (one.host.clone(), one.user.clone(), one.folder.clone());
            (place, one.reads_all)
        };
        known.place.keep_settings(&settings)?;
        let is_other = of(&held.settings) != of(&settings);
        held.settings = settings;
        held.turn += 1;
        is_other
    };
    known.change(|state| {
        state.is_stopped = false;
        state.fault = None;
        if is_other {
            state.validity = 0;
            state.last = 0;
            state.read_until = None;
        }
    })
}

/// Has one rest, or go on; whether it rested.
fn rest(mailbox: &Mailbox, is_paused: bool) -> Result<bool, Error> {
    let mut known = mailbox.known.lock();
    let before = known.settings.is_paused;
    if before != is_paused {
        let settings = Settings {
            is_paused,
            ..known.settings.clone()
        };
        mailbox.place.keep_settings(&settings)?;
        known.settings = settings;
        known.turn += 1;
    }
    Ok(before)
}
