//! The queue: how it works, and what it does by itself.
//!
//! What a work planned is decided once more here, over the desk as it is after the last
//! journalled event: whoever took a conversation meanwhile keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{conversation_id, message_id, rep_id};
use super::{Caller, State, scope};
use crate::model::conversation::Status;
use crate::model::event::{
    Actor, ActorKind, Assignee, ConversationAssigned, MessageAdded, QueueSet, RepStatus, Visibility,
};
use crate::model::{Body, Conversation, Invalid, TeamId, whole_number};

/// The most that a rep may have at once.
pub const MAX_CAPACITY: u32 = 1_000;
/// The longest grace time, in seconds: a week.
const MAX_RETURN_SECS: u32 = 604_800;
/// The most reps with a capacity of their own.
const MAX_REPS: usize = 1_000;

/// How the queue works, as far as that changes; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueueDraft {
    /// Whether the conversation that waits longest is given to a rep who comes free.
    #[serde(default)]
    pub hand_out: Option<bool>,
    /// How many open conversations a rep has at most.
    #[schema(maximum = 1000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub capacity: Option<u32>,
    /// The same for some reps, by their ids; those left out have the usual.
    #[serde(default)]
    pub of_reps: Option<BTreeMap<String, u32>>,
    /// After how long what an offline rep has goes back, in seconds; 0: never.
    #[schema(maximum = 604_800)]
    #[serde(default, deserialize_with = "whole_number")]
    pub return_after_secs: Option<u32>,
}

/// Something about the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueCommand {
    /// Changes how it works.
    Set(QueueDraft),
    /// Gives a waiting conversation to a rep who takes work.
    HandOut {
        /// Which.
        conversation: String,
        /// To whom.
        rep: String,
    },
    /// Puts what an offline rep has back.
    Return {
        /// Which.
        conversation: String,
        /// What the note that says so is called.
        note: String,
    },
}

impl QueueCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set(_) => &role::QUEUE_SET,
            Self::HandOut { .. } => &role::QUEUE_HAND_OUT,
            Self::Return { .. } => &role::QUEUE_RETURN,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: QueueCommand,
) -> Result<Vec<Body>, Refusal> {
    match command {
        QueueCommand::Set(draft) => Ok(vec![set(state, draft)?]),
        QueueCommand::HandOut { conversation, rep } => {
            let known = open(state, caller, &conversation)?;
            Ok(vec![hand_out(state, &known, &rep)?])
        }
        QueueCommand::Return { conversation, note } => {
            let known = open(state, caller, &conversation)?;
            back(state, &known, &note)
        }
    }
}

fn set(state: &State<'_>, draft: QueueDraft) -> Result<Body, Refusal> {
    if draft == QueueDraft::default() {
        let reason = "nothing is to be changed; expected a rule such as `hand_out`";
        return Err(Invalid::new("body", reason).into());
    }
    let most = |field: &str, value: Option<u32>, most: u32| match value {
        Some(value) if value > most => {
            let reason = format!("it is {value}; at most {most} is expected");
            Err(Invalid::new(field, reason))
        }
        other => Ok(other),
    };
    let of_reps = draft.of_reps.map(|of_reps| {
        if of_reps.len() > MAX_REPS {
            let reason = format!(
                "{} are named; at most {MAX_REPS} are expected",
                of_reps.len()
            );
            return Err(Refusal::from(Invalid::new("of_reps", reason)));
        }
        let each = of_reps.into_iter().map(|(rep, capacity)| {
            let rep = rep_id(&rep)?;
            let directory = state.conversations.directory();
            if directory.rep_name(rep.as_str()).is_none() {
                return Err(Refusal::unknown("rep", rep.as_str()));
            }
            most("of_reps", Some(capacity), MAX_CAPACITY)?;
            Ok((rep, capacity))
        });
        each.collect::<Result<BTreeMap<_, _>, Refusal>>()
    });
    Ok(Body::QueueSet(Box::new(QueueSet {
        hand_out: draft.hand_out,
        capacity: most("capacity", draft.capacity, MAX_CAPACITY)?,
        of_reps: of_reps.transpose()?,
        return_after_secs: most(
            "return_after_secs",
            draft.return_after_secs,
            MAX_RETURN_SECS,
        )?,
    })))
}

/// A conversation that goes on.
fn open(state: &State<'_>, caller: &Caller, id: &str) -> Result<Conversation, Refusal> {
    let id = conversation_id(id)?;
    let known = scope::conversation(state, caller, id.as_str())?;
    if known.merged_into.is_some() || known.status != Status::Open {
        return Err(Refusal::conflict("the conversation does not go on"));
    }
    Ok(known)
}

fn hand_out(state: &State<'_>, known: &Conversation, rep: &str) -> Result<Body, Refusal> {
    let rep = rep_id(rep)?;
    let presence = state.installation.presence.of(&rep);
    if presence.is_none_or(|one| one.status != RepStatus::Available) {
        return Err(Refusal::conflict("the rep takes no work now"));
    }
    let directory = state.conversations.directory();
    let is_theirs_to_take = match &known.assigned_to {
        Assignee::Nobody {} => true,
        Assignee::Team { id } => directory.team_at(rep.as_str(), state.now) == Some(id.as_str()),
        Assignee::Rep { .. } | Assignee::CustomerAgent { .. } => false,
    };
    if !state.installation.queue.hand_out || !is_theirs_to_take {
        return Err(Refusal::conflict("it is not in the queue for them"));
    }
    Ok(assigned(known, Assignee::Rep { id: rep }))
}

fn back(state: &State<'_>, known: &Conversation, note: &str) -> Result<Vec<Body>, Refusal> {
    let kept = || Refusal::conflict("it stays with whom it is");
    let secs = state
        .installation
        .queue
        .return_after_secs
        .ok_or_else(kept)?;
    let Assignee::Rep { id: rep } = &known.assigned_to else {
        return Err(kept());
    };
    let presence = state.installation.presence.of(rep).ok_or_else(kept)?;
    let due_at = presence.since.plus_millis(i64::from(secs) * 1_000);
    if presence.status != RepStatus::Offline || due_at > state.now {
        return Err(kept());
    }
    let directory = state.conversations.directory();
    let team = directory.team_at(rep.as_str(), state.now);
    let team = team.and_then(|team| TeamId::parse(team).ok());
    let to = team.map_or(Assignee::Nobody {}, |id| Assignee::Team { id });
    let name = directory.rep_name(rep.as_str()).unwrap_or(rep.as_str());
    let words = format!(
        "Back in the queue: {name} has been offline since {}.",
        presence.since
    );
    Ok(vec![
        assigned(known, to),
        Body::MessageAdded(Box::new(MessageAdded {
            conversation: known.id.clone(),
            message: message_id(note)?,
            author: Actor {
                kind: ActorKind::Automation,
                id: None,
            },
            text: words,
            visibility: Some(Visibility::Note),
            role: None,
            ack: None,
            attachments: None,
            mail_id: None,
        })),
    ])
}

fn assigned(known: &Conversation, to: Assignee) -> Body {
    Body::ConversationAssigned(Box::new(ConversationAssigned {
        conversation: known.id.clone(),
        to,
    }))
}
