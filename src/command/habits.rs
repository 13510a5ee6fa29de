//! How somebody wants to work: keys on the pages, and how long a reply can be taken back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Caller;
use super::account::{listed, own_or};
use super::refusal::Refusal;
use crate::model::event::HabitsSet;
use crate::model::{Body, Invalid, People, whole_number};

/// The longest that a reply can be taken back, in seconds.
pub const MAX_UNDO_SECS: u32 = 120;

/// How somebody wants to work, as far as that changes; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HabitsDraft {
    /// Whether single letters are commands on the pages of the desk.
    #[serde(default)]
    pub single_keys: Option<bool>,
    /// For how long a reply can be taken back after it was sent, in seconds; 0: not at all.
    #[schema(maximum = 120)]
    #[serde(default, deserialize_with = "whole_number")]
    pub undo_secs: Option<u32>,
}

pub(super) fn set(
    people: &People,
    caller: &Caller,
    user: &str,
    draft: &HabitsDraft,
) -> Result<Body, Refusal> {
    own_or(caller, user, false)?;
    let user = listed(people, user)?.user.clone();
    if *draft == HabitsDraft::default() {
        let reason = "nothing is to be changed; expected a habit such as `undo_secs`";
        return Err(Invalid::new("body", reason).into());
    }
    if let Some(secs) = draft.undo_secs.filter(|secs| *secs > MAX_UNDO_SECS) {
        let reason = format!("it is {secs}; at most {MAX_UNDO_SECS} seconds are expected");
        return Err(Invalid::new("undo_secs", reason).into());
    }
    Ok(Body::HabitsSet(Box::new(HabitsSet {
        user,
        single_keys: draft.single_keys,
        undo_secs: draft.undo_secs,
    })))
}
