//! Mails: where those to contacts go, and that one is to go out.

use super::account::active;
use super::kin::{check_reachable, group, root};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::{Caller, Identity, State, telling};
use crate::model::{Addressee, Body, ContactId, Invalid, MailAbout, Timestamp, UserId};

/// Something about mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailCommand {
    /// Tells users of something that happened.
    Tell {
        /// The record of it.
        record: u64,
    },
    /// Gives users the unread messages of an hour.
    Digest {
        /// Whom.
        users: Vec<UserId>,
        /// The end of the hour.
        until: Timestamp,
    },
    /// Tries whether mails arrive.
    Test {
        /// At whom; none: at whoever asks.
        user: Option<String>,
        /// Whether mails can go out.
        can_mail: bool,
    },
}

impl MailCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Tell { .. } => &role::MAIL_TELL,
            Self::Digest { .. } => &role::MAIL_DIGEST,
            Self::Test { .. } => &role::MAIL_TEST,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: MailCommand,
) -> Result<Vec<Body>, Refusal> {
    match command {
        MailCommand::Tell { record } => telling::tell(state, record),
        MailCommand::Digest { users, until } => Ok(telling::digest(state, users, until)),
        MailCommand::Test { user, can_mail } => test(state, caller, user, can_mail),
    }
}

fn test(
    state: &State<'_>,
    caller: &Caller,
    user: Option<String>,
    can_mail: bool,
) -> Result<Vec<Body>, Refusal> {
    if !can_mail {
        return Err(Refusal::conflict(
            "no mail can go out: svar.toml names no server in its section [mail], or no public_url",
        ));
    }
    let user = match (user, &caller.identity) {
        (Some(user), _) => user,
        (None, Identity::User(id)) => id.clone(),
        (None, _) => {
            let reason = "it is missing; expected a user, because whoever asks is none";
            return Err(Invalid::new("user", reason).into());
        }
    };
    let people = &state.installation.people;
    let user = active(people, &user)?.user.clone();
    Ok(vec![MailAbout::Test { user }.queued()])
}

/// Where a mail to a contact goes: the address of who they count as, else of one who was merged into
/// them; refused where nothing is written to them.
pub fn addressee(state: &State<'_>, contact: &ContactId) -> Result<Option<Addressee>, Refusal> {
    check_reachable(state, contact)?;
    let root = root(state, contact)?;
    let others = group(state, &root)?.into_iter().filter(|one| *one != root);
    for id in std::iter::once(root.clone()).chain(others) {
        let Some(known) = state.conversations.contact(id.as_str())? else {
            continue;
        };
        let address = known.email.as_deref().map(str::trim);
        if let Some(address) = address.filter(|address| address.contains('@')) {
            return Ok(Some(Addressee {
                name: known.name.clone(),
                address: address.to_owned(),
            }));
        }
    }
    Ok(None)
}
