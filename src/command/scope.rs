//! How much of the desk somebody is to see, as an admin writes it down; and whether the caller
//! of a command sees what it is about.
//!
//! What a caller does not see is refused as what is not there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kin::{group, holdings, root};
use super::refusal::Refusal;
use super::text::{inbox_id, team_id};
use super::{Caller, State};
use crate::model::{
    Contact, ContactId, Conversation, Invalid, Reach, RepId, Role, Scope, TicketStanding,
};

/// The most teams or inboxes of a scope.
const MOST: usize = 100;

/// How much of the desk somebody sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    /// Everything.
    #[default]
    All,
    /// What is their own or their team's, or of the teams or in the inboxes that are named.
    Teams,
    /// What is assigned to their rep.
    Own,
}

impl ScopeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::All, Self::Teams, Self::Own];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Teams => "teams",
            Self::Own => "own",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How much of the desk somebody sees, as an admin writes it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeDraft {
    /// Whose conversations and tickets.
    pub kind: ScopeKind,
    /// With `teams`: further teams than the one that their rep is in.
    #[schema(max_items = 100)]
    #[serde(default)]
    pub teams: Vec<String>,
    /// With `teams`: what is in these inboxes, too.
    #[schema(max_items = 100)]
    #[serde(default)]
    pub inboxes: Vec<String>,
}

impl From<&Scope> for ScopeDraft {
    fn from(scope: &Scope) -> Self {
        let (kind, teams, inboxes) = match scope {
            Scope::All => (ScopeKind::All, None, None),
            Scope::Own => (ScopeKind::Own, None, None),
            Scope::Teams { teams, inboxes } => (ScopeKind::Teams, Some(teams), Some(inboxes)),
        };
        Self {
            kind,
            teams: teams
                .into_iter()
                .flatten()
                .map(ToString::to_string)
                .collect(),
            inboxes: inboxes
                .into_iter()
                .flatten()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

/// The scope of somebody with a role, whose rep is `rep`.
pub(super) fn checked(
    draft: &ScopeDraft,
    role: Role,
    rep: Option<&RepId>,
) -> Result<Scope, Invalid> {
    let scope = read(draft)?;
    if role == Role::Admin && !scope.is_all() {
        let reason = "an admin looks after people and so sees everything; expected `all`";
        return Err(Invalid::new("scope", reason));
    }
    if scope == Scope::Own && rep.is_none() {
        let reason = "it is left out; expected the rep whose conversations are their own";
        return Err(Invalid::new("rep", reason));
    }
    Ok(scope)
}

fn read(draft: &ScopeDraft) -> Result<Scope, Invalid> {
    let ScopeDraft {
        kind,
        teams,
        inboxes,
    } = draft;
    for (field, named) in [("teams", teams), ("inboxes", inboxes)] {
        if named.len() > MOST {
            let reason = format!("{} are named; at most {MOST} are expected", named.len());
            return Err(Invalid::new(field, reason));
        }
        if *kind != ScopeKind::Teams && !named.is_empty() {
            let reason = format!(
                "they go with the scope `teams`, not with `{}`",
                kind.as_str()
            );
            return Err(Invalid::new(field, reason));
        }
    }
    Ok(match kind {
        ScopeKind::All => Scope::All,
        ScopeKind::Own => Scope::Own,
        ScopeKind::Teams => Scope::Teams {
            teams: teams
                .iter()
                .map(|id| team_id("teams", id))
                .collect::<Result<BTreeSet<_>, _>>()?,
            inboxes: inboxes
                .iter()
                .map(|id| inbox_id("inboxes", id))
                .collect::<Result<BTreeSet<_>, _>>()?,
        },
    })
}

/// The contact called `id`, if the caller sees anything of them or of those they were merged with.
pub(super) fn contact(
    state: &State<'_>,
    caller: &Caller,
    id: &ContactId,
) -> Result<Contact, Refusal> {
    let unknown = || Refusal::unknown("contact", id.as_str());
    let known = state.conversations.contact(id.as_str())?;
    let known = known.ok_or_else(unknown)?;
    if caller.sight.is_whole() {
        return Ok(known);
    }
    let all = group(state, &root(state, id)?)?;
    let theirs = holdings(state, &all)?;
    let mut conversations = theirs.conversations.iter();
    let mut tickets = theirs.tickets.iter();
    let is_seen = conversations.any(|id| conversation(state, caller, id).is_ok())
        || tickets.any(|id| ticket(state, caller, id).is_ok());
    is_seen.then_some(known).ok_or_else(unknown)
}

/// The ticket called `id`, if the caller sees it, or the conversation that it came from.
pub(super) fn ticket(
    state: &State<'_>,
    caller: &Caller,
    id: &str,
) -> Result<TicketStanding, Refusal> {
    let unknown = || Refusal::unknown("ticket", id);
    let known = state.conversations.ticket(id)?.ok_or_else(unknown)?;
    if let Some(reach) = Reach::of(&caller.sight, state.conversations.directory())
        && !reach.has_ticket(&known.ticket)
    {
        let joined = match &known.ticket.conversation {
            Some(conversation) => state.conversations.joined(conversation.as_str())?,
            None => None,
        };
        joined
            .filter(|joined| reach.has(joined))
            .ok_or_else(unknown)?;
    }
    Ok(known)
}

/// The conversation called `id`, if the caller sees it.
pub(super) fn conversation(
    state: &State<'_>,
    caller: &Caller,
    id: &str,
) -> Result<Conversation, Refusal> {
    let unknown = || Refusal::unknown("conversation", id);
    let known = state.conversations.conversation(id)?.ok_or_else(unknown)?;
    if let Some(reach) = Reach::of(&caller.sight, state.conversations.directory()) {
        let joined = state.conversations.joined(id)?;
        joined
            .filter(|joined| reach.has(joined))
            .ok_or_else(unknown)?;
    }
    Ok(known)
}
