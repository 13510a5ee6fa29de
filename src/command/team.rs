//! Teams: what they are called, who is in them, and which are offered no more.
//!
//! A rep is in one team at a time. A team is never deleted, for what it did keeps its name; it is archived
//! once nobody is in it and no routing rule gives it anything.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{filled, rep_id, team_id};
use crate::model::event::{
    Patch, RepUpserted, RuleAssignee, RuleDeeds, TeamArchived, TeamUpserted,
};
use crate::model::{Body, Directory, TeamId};

/// The longest name, in characters.
const MAX_NAME: usize = 100;
/// So many names are said of those that are in the way.
const NAMED: usize = 5;

/// A team as an admin writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamDraft {
    /// Which; one that is not known begins. Left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub team: Option<String>,
    /// What it is called; no two are called the same.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
}

/// Something done to a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TeamCommand {
    /// Begins one, or gives it another name.
    Save(TeamDraft),
    /// Offers it no more, or again.
    Archive {
        /// Which.
        team: String,
        /// Whether it is offered no more.
        on: bool,
    },
    /// Puts a rep into a team, and so out of the one before.
    Put {
        /// Whom.
        rep: String,
        /// Where to; none: into no team.
        team: Option<String>,
    },
}

impl TeamCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::TEAM_SAVE,
            Self::Archive { .. } => &role::TEAM_ARCHIVE,
            Self::Put { .. } => &role::TEAM_PUT,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: TeamCommand) -> Result<Vec<Body>, Refusal> {
    let body = match command {
        TeamCommand::Save(draft) => save(state, &draft)?,
        TeamCommand::Archive { team, on } => archive(state, &team, on)?,
        TeamCommand::Put { rep, team } => put(state, &rep, team.as_deref())?,
    };
    Ok(vec![body])
}

fn save(state: &State<'_>, draft: &TeamDraft) -> Result<Body, Refusal> {
    let directory = state.conversations.directory();
    let team = team_id("team", draft.team.as_deref().unwrap_or_default().trim())?;
    let name = draft.name.trim().to_owned();
    filled("name", &name, MAX_NAME)?;
    let mut others = directory.teams().filter(|(id, _)| *id != team.as_str());
    if others.any(|(_, other)| other.to_lowercase() == name.to_lowercase()) {
        return Err(Refusal::conflict("another team is called so"));
    }
    Ok(Body::TeamUpserted(Box::new(TeamUpserted { team, name })))
}

fn archive(state: &State<'_>, team: &str, on: bool) -> Result<Body, Refusal> {
    let team = known(state, "team", team)?;
    if state.installation.teams.is_archived(team.as_str()) == on {
        return Err(Refusal::conflict(if on {
            "the team is archived already"
        } else {
            "the team is not archived"
        }));
    }
    if on {
        nothing_is_left(state, &team)?;
    }
    Ok(Body::TeamArchived(Box::new(TeamArchived { team, on })))
}

/// Refuses to archive a team that reps are in, or that a rule gives conversations to.
fn nothing_is_left(state: &State<'_>, team: &TeamId) -> Result<(), Refusal> {
    let directory = state.conversations.directory();
    let members = directory.members(team.as_str());
    let members = members.filter(|rep| !directory.is_deleted(rep));
    let names: Vec<&str> = members
        .map(|rep| directory.rep_name(rep).unwrap_or(rep))
        .collect();
    if !names.is_empty() {
        let names = some_of(&names);
        let reason = format!("still in the team: {names}; put them into another one first");
        return Err(Refusal::in_the_way(reason));
    }
    let rules = state.installation.routing.rules.iter();
    let rules = rules.filter(|rule| gives_to(&rule.set.then, team));
    let rules: Vec<&str> = rules.map(|rule| rule.set.name.as_str()).collect();
    if !rules.is_empty() {
        let rules = some_of(&rules);
        let reason =
            format!("routing rules give the team conversations: {rules}; change them first");
        return Err(Refusal::in_the_way(reason));
    }
    Ok(())
}

fn gives_to(deeds: &RuleDeeds, team: &TeamId) -> bool {
    match &deeds.assign {
        Some(RuleAssignee::Team(to)) => to == team,
        Some(RuleAssignee::OneOf(share)) => share.team.as_ref() == Some(team),
        Some(RuleAssignee::Rep(_)) | None => false,
    }
}

/// The first of several names, and how many more there are.
fn some_of(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).copied().collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn put(state: &State<'_>, rep: &str, team: Option<&str>) -> Result<Body, Refusal> {
    let directory: &Directory = state.conversations.directory();
    let rep = rep_id(rep)?;
    let name = directory.rep_name(rep.as_str());
    let name = name.filter(|_| !directory.is_deleted(rep.as_str()));
    let name = name.ok_or_else(|| Refusal::unknown("rep", rep.as_str()))?;
    let team = team.map(|team| known(state, "team", team)).transpose()?;
    if directory.team_of(rep.as_str()) == team.as_ref().map(TeamId::as_str) {
        return Err(Refusal::conflict("the rep is there already"));
    }
    if let Some(team) = &team
        && state.installation.teams.is_archived(team.as_str())
    {
        return Err(Refusal::conflict(
            "the team is archived; take it back first",
        ));
    }
    Ok(Body::RepUpserted(Box::new(RepUpserted {
        name: name.to_owned(),
        rep,
        email: Patch::Keep,
        team: team.map_or(Patch::Clear, Patch::Set),
        schedule: Patch::Keep,
    })))
}

/// A team that the desk has.
fn known(state: &State<'_>, field: &str, team: &str) -> Result<TeamId, Refusal> {
    let team = team_id(field, team)?;
    match state.conversations.directory().team_name(team.as_str()) {
        Some(_name) => Ok(team),
        None => Err(Refusal::unknown("team", team.as_str())),
    }
}
