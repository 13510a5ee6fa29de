//! Notes on charts, and the marks that changes of the desk make by themselves.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{Caller, ChartNoteCommand, ChartNoteDraft, Command};
use crate::model::Invalid;
use crate::model::chart_notes::{ChartMark, ChartNote, MarkKind};
use crate::model::event::AlertFact;
use crate::report::registry;

/// What is on charts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChartNoteList {
    /// What people wrote, by when it tells of.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<ChartNote>,
    /// What changed, by when.
    pub marks: Vec<ChartMark>,
}

impl App {
    /// What is on charts: notes, and marks of what changed. Outages are what alert rules found of
    /// this machine.
    pub fn chart_notes(&self) -> ChartNoteList {
        let snapshot = self.snapshot();
        let installation = &snapshot.installation;
        let notes = installation.chart_notes.notes().into_iter();
        let mut marks: Vec<ChartMark> = installation.chart_notes.marks().cloned().collect();
        let alerts = installation.alerts.open();
        marks.extend(
            alerts
                .chain(installation.alerts.past())
                .filter_map(|alert| {
                    let AlertFact::Health { part, since, .. } = &alert.fact else {
                        return None;
                    };
                    Some(ChartMark {
                        at: *since,
                        until: alert.resolved_at,
                        kind: MarkKind::Outage,
                        id: Some(part.as_str().to_owned()),
                    })
                }),
        );
        marks.sort_by(|one, other| {
            (one.at, one.kind, &one.id).cmp(&(other.at, other.kind, &other.id))
        });
        ChartNoteList {
            items: notes.cloned().collect(),
            marks,
        }
    }

    /// Puts a note on charts; gives its id.
    pub async fn save_chart_note(
        self: &Arc<Self>,
        caller: Caller,
        draft: ChartNoteDraft,
    ) -> Result<WriteResult, Error> {
        if let Some(report) = draft
            .report
            .as_deref()
            .filter(|id| registry::find(id).is_none())
        {
            let reason = format!("there is no report `{report}`");
            return Err(Invalid::new("report", reason).into());
        }
        let id = draft.id.clone().unwrap_or_else(|| fresh("n"));
        let draft = ChartNoteDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = Command::ChartNote(ChartNoteCommand::Save(draft));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }
}
