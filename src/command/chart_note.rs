//! Notes on charts: written, changed, taken away and brought back by reps and admins.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{chart_note_id, filled};
use super::{Caller, State};
use crate::model::chart_notes::ChartNote;
use crate::model::event::{ChartNoteRemoved, ChartNoteRestored, ChartNoteSet};
use crate::model::{Body, Invalid, Role, Timestamp};

/// The longest note, in characters.
pub const MAX_NOTE: usize = 500;
/// The most notes.
const MOST: usize = 5_000;

/// A note to be put on charts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartNoteDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub id: Option<String>,
    /// What it says.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub text: String,
    /// When what it tells of was, or began.
    #[schema(value_type = String, format = DateTime)]
    pub on: Timestamp,
    /// When that ended, where it lasted.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// The report that it is for; left out: all.
    #[schema(min_length = 1, max_length = 128, pattern = r"\S")]
    #[serde(default)]
    pub report: Option<String>,
    /// The channel that it is for; left out: all.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    #[serde(default)]
    pub channel: Option<String>,
}

/// Something about notes on charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartNoteCommand {
    /// Puts one on charts.
    Save(ChartNoteDraft),
    /// Takes one away.
    Remove {
        /// Which.
        id: String,
    },
    /// Brings one back that was taken away.
    Restore {
        /// Which.
        id: String,
    },
}

impl ChartNoteCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::CHART_NOTE_SAVE,
            Self::Remove { .. } => &role::CHART_NOTE_REMOVE,
            Self::Restore { .. } => &role::CHART_NOTE_RESTORE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: ChartNoteCommand,
) -> Result<Vec<Body>, Refusal> {
    let body = match command {
        ChartNoteCommand::Save(draft) => {
            Body::ChartNoteSet(Box::new(checked(state, caller, draft)?))
        }
        ChartNoteCommand::Remove { id } => {
            let note = own(state, caller, &id, false)?.id.clone();
            Body::ChartNoteRemoved(Box::new(ChartNoteRemoved { note }))
        }
        ChartNoteCommand::Restore { id } => {
            let note = own(state, caller, &id, true)?.id.clone();
            Body::ChartNoteRestored(Box::new(ChartNoteRestored { note }))
        }
    };
    Ok(vec![body])
}

/// A note that the caller may change.
fn own<'a>(
    state: &State<'a>,
    caller: &Caller,
    id: &str,
    is_removed: bool,
) -> Result<&'a ChartNote, Refusal> {
    let known = state.installation.chart_notes.note(id);
    let known = known.filter(|note| note.owner.removed_at.is_some() == is_removed);
    let known = known.ok_or_else(|| Refusal::unknown("note", id))?;
    if caller.role < Role::Admin && known.owner.by != caller.actor() {
        return Err(Refusal::conflict(
            "only whose it is or an admin changes a note; write another one",
        ));
    }
    Ok(known)
}

fn checked(
    state: &State<'_>,
    caller: &Caller,
    draft: ChartNoteDraft,
) -> Result<ChartNoteSet, Refusal> {
    let note = chart_note_id(draft.id.as_deref().unwrap_or_default())?;
    let notes = &state.installation.chart_notes;
    if notes.note(note.as_str()).is_some() {
        own(state, caller, note.as_str(), false)?;
    } else if notes.count() >= MOST {
        return Err(Refusal::conflict(
            "there are 5,000 notes, which is the most",
        ));
    }
    let text = draft.text.trim().to_owned();
    filled("text", &text, MAX_NOTE)?;
    if let Some(until) = draft.until.filter(|until| *until <= draft.on) {
        let reason = format!("{until} is not after {}, when it begins", draft.on);
        return Err(Invalid::new("until", reason).into());
    }
    if let Some(channel) = &draft.channel {
        filled("channel", channel, 100)?;
    }
    Ok(ChartNoteSet {
        note,
        text,
        on: draft.on,
        until: draft.until,
        report: draft.report,
        channel: draft.channel,
    })
}
