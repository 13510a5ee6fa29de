//! Rules of access that hold for everybody.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use crate::model::event::AccessSet;
use crate::model::{Body, Invalid};

/// Rules of access to change; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessSettings {
    /// Whether viewers may read conversations in their scope: words and contacts' names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewers_read: Option<bool>,
    /// Whether an admin whose sign-in asks for no code may look only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admins_need_code: Option<bool>,
    /// Whether reps who see everything may block contacts; else admins only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reps_block: Option<bool>,
}

pub(super) fn decide(settings: &AccessSettings) -> Result<Vec<Body>, Refusal> {
    let set = AccessSet {
        viewers_read: settings.viewers_read,
        admins_need_code: settings.admins_need_code,
        reps_block: settings.reps_block,
    };
    if set == AccessSet::default() {
        let reason = "nothing is to be changed; expected a rule such as `viewers_read`";
        return Err(Invalid::new("body", reason).into());
    }
    Ok(vec![Body::AccessSet(Box::new(set))])
}
