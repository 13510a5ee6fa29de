//! Whether reps take work: they say so themselves, or nothing was heard of them for long.

use super::deed::actor;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{rep_id, short};
use super::{Caller, Identity, State};
use crate::model::event::{RepStatus, RepStatusChanged};
use crate::model::{Body, Invalid, RepId, Role};

/// The longest word of one's own, in characters.
const MAX_DETAIL: usize = 100;

/// Something about whether a rep takes work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepCommand {
    /// A rep says whether they take work; an admin says it for them.
    SetStatus {
        /// Whom; left out: the caller.
        rep: Option<String>,
        /// Whether.
        status: RepStatus,
        /// Their own word for it.
        detail: Option<String>,
    },
    /// Nothing was heard of a rep who takes work.
    Rest {
        /// Whom.
        rep: String,
    },
    /// A rep of whom nothing had been heard is back.
    Return {
        /// Whom.
        rep: String,
    },
}

impl RepCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::SetStatus { .. } => &role::REP_SET_STATUS,
            Self::Rest { .. } => &role::REP_REST,
            Self::Return { .. } => &role::REP_RETURN,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: RepCommand,
) -> Result<Vec<Body>, Refusal> {
    let presence = &state.installation.presence;
    let (rep, status, detail) = match command {
        RepCommand::SetStatus {
            rep,
            status,
            detail,
        } => {
            let rep = whom(state, caller, rep.as_deref())?;
            let detail = detail.map(|word| word.trim().to_owned());
            let detail = detail.filter(|word| !word.is_empty());
            short("detail", detail.as_deref().unwrap_or_default(), MAX_DETAIL)?;
            let now = presence.of(&rep);
            if now.is_some_and(|now| now.status == status && now.detail == detail) {
                return Err(Refusal::conflict("that is the status already"));
            }
            (rep, status, detail)
        }
        RepCommand::Rest { rep } => {
            let rep = rep_id(&rep)?;
            let now = presence.of(&rep);
            if now.is_none_or(|now| now.status != RepStatus::Available) {
                return Err(Refusal::conflict("the rep takes no work anyway"));
            }
            (rep, RepStatus::Away, None)
        }
        RepCommand::Return { rep } => {
            let rep = whom(state, caller, Some(&rep))?;
            let now = presence.of(&rep);
            if now.is_none_or(|now| now.status != RepStatus::Away || !now.is_automatic) {
                return Err(Refusal::conflict("the rep is not away by silence"));
            }
            (rep, RepStatus::Available, None)
        }
    };
    Ok(vec![Body::RepStatusChanged(Box::new(RepStatusChanged {
        rep,
        status,
        detail,
    }))])
}

/// The caller's own rep, or the one that a program or an admin names.
fn whom(state: &State<'_>, caller: &Caller, rep: Option<&str>) -> Result<RepId, Refusal> {
    let is_admin = caller.role >= Role::Admin && matches!(caller.identity, Identity::User(_));
    if let Some(rep) = rep.filter(|_rep| is_admin) {
        let rep = rep_id(rep)?;
        let known = state.conversations.directory().rep_name(rep.as_str());
        return match known {
            Some(_name) => Ok(rep),
            None => Err(Refusal::unknown("rep", rep.as_str())),
        };
    }
    let by = actor(state, caller, rep)?;
    let own = by.rep().map(rep_id).transpose()?;
    Ok(own.ok_or_else(|| Invalid::new("rep", "nobody is named; expected a rep"))?)
}
