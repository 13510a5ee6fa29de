//! The teams that there are, with who is in them and what is theirs.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{Caller, Command, TeamCommand, TeamDraft};

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TeamView {
    /// Which.
    pub team: String,
    /// What it is called.
    pub name: String,
    /// The reps who are in it now.
    pub reps: Vec<String>,
    /// Whether it is offered no more.
    pub archived: bool,
}

impl App {
    /// The teams, by name.
    pub fn teams(&self) -> Vec<TeamView> {
        let snapshot = self.snapshot();
        let directory = &snapshot.directory;
        let archived = &snapshot.installation.teams;
        let mut teams: Vec<TeamView> = directory
            .teams()
            .map(|(id, name)| TeamView {
                team: id.to_owned(),
                name: name.to_owned(),
                reps: directory
                    .members(id)
                    .filter(|rep| !directory.is_deleted(rep))
                    .map(str::to_owned)
                    .collect(),
                archived: archived.is_archived(id),
            })
            .collect();
        teams.sort_by(|one, other| (&one.name, &one.team).cmp(&(&other.name, &other.team)));
        teams
    }

    /// Writes a team; gives its id.
    pub async fn save_team(
        self: &Arc<Self>,
        caller: Caller,
        draft: TeamDraft,
    ) -> Result<WriteResult, Error> {
        let id = draft.team.clone().unwrap_or_else(|| fresh("team"));
        let draft = TeamDraft {
            team: Some(id.clone()),
            ..draft
        };
        let command = Command::Team(TeamCommand::Save(draft));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }
}
