//! How somebody wants to work: keys on the pages, how long a reply can be taken back, and how a browser tells
//! that a contact wrote.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Caller;
use super::account::{listed, own_or};
use super::refusal::Refusal;
use crate::model::event::{HabitsSet, MailWish};
use crate::model::{Body, ClockFormat, Invalid, LanguageChoice, People, whole_number};

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
    /// Whether the titles of pages say how many unread conversations there are.
    #[serde(default)]
    pub title_count: Option<bool>,
    /// Whether a contact's message sounds.
    #[serde(default)]
    pub sound: Option<bool>,
    /// Whether the desktop tells of a contact's message, where the browser may.
    #[serde(default)]
    pub desktop_notices: Option<bool>,
    /// What they want to hear of by mail: all of it.
    #[serde(default)]
    pub mails: Option<BTreeSet<MailWish>>,
    /// The language of pages and mails; `browser`: pages in that of the browser, mails in English.
    #[serde(default)]
    pub language: Option<LanguageChoice>,
    /// How the time of day is written.
    #[serde(default)]
    pub clock: Option<ClockFormat>,
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
        title_count: draft.title_count,
        sound: draft.sound,
        desktop_notices: draft.desktop_notices,
        mails: draft.mails.clone(),
        language: draft.language,
        clock: draft.clock,
    })))
}
