//! Definition profiles of the desk's own: written in versions, taken off the list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::refusal::Refusal;
use super::role::{self, Right};
use crate::model::event::{ProfileRemoved, ProfileSet};
use crate::model::{Body, DAY_MS, Invalid, Profile, ProfileName, whole_number};

/// No window of a profile is longer.
const MAX_SECS: i64 = 3_660 * DAY_MS / 1000;

/// A profile of the desk's own. What is left out is as in the default profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileDraft {
    /// Its name: 1 to 40 of a-z, 0-9 and -.
    #[schema(pattern = "^[a-z0-9-]{1,40}$")]
    pub name: String,
    /// `W`: after this much silence the customer agent's episode ends, in seconds.
    #[schema(minimum = 1, maximum = 316_224_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub quiet_secs: Option<i64>,
    /// `R`: a new episode within this time of a resolution revokes it, in seconds.
    #[schema(minimum = 1, maximum = 316_224_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub reopen_secs: Option<i64>,
    /// `N`: a resolution without a new episode for this long is durable, in seconds.
    #[schema(minimum = 1, maximum = 316_224_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub durable_secs: Option<i64>,
    /// After this much silence an episode of reps ends, in seconds; left out: it does not.
    #[schema(minimum = 1, maximum = 316_224_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub rep_quiet_secs: Option<i64>,
}

impl ProfileDraft {
    /// What it sets; what is wrong with it is named.
    pub fn checked(&self) -> Result<ProfileSet, Invalid> {
        let name = ProfileName::parse(&self.name);
        let name = name.map_err(|reason| Invalid::new("name", reason))?;
        let is_shipped = Profile::named(&name.name).is_some();
        if name.version.is_some() || is_shipped {
            let reason = if is_shipped {
                format!(
                    "`{}` comes with Svar and stays as it is; choose another name",
                    name.name
                )
            } else {
                format!("`{name}` names a version; the next one is counted by itself")
            };
            return Err(Invalid::new("name", reason));
        }
        let usual = Profile::default();
        let rep_quiet_secs = self
            .rep_quiet_secs
            .map(|secs| within("rep_quiet_secs", secs));
        Ok(ProfileSet {
            name: name.name,
            quiet_secs: within("quiet_secs", self.quiet_secs.unwrap_or(usual.quiet_secs))?,
            reopen_secs: within("reopen_secs", self.reopen_secs.unwrap_or(usual.reopen_secs))?,
            durable_secs: within(
                "durable_secs",
                self.durable_secs.unwrap_or(usual.durable_secs),
            )?,
            rep_quiet_secs: rep_quiet_secs.transpose()?,
        })
    }
}

fn within(field: &str, secs: i64) -> Result<i64, Invalid> {
    if (1..=MAX_SECS).contains(&secs) {
        return Ok(secs);
    }
    let reason = format!("`{secs}` is no number of seconds from 1 to {MAX_SECS}");
    Err(Invalid::new(field, reason))
}

/// Something done to a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileCommand {
    /// Writes one of the desk's own, as a new version if its switches change.
    Set(ProfileDraft),
    /// Lets nobody choose one of the desk's own any more; results that name one of its
    /// versions can still be counted again.
    Remove {
        /// Which.
        name: String,
    },
}

impl ProfileCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set(_) => &role::PROFILE_SET,
            Self::Remove { .. } => &role::PROFILE_REMOVE,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: ProfileCommand) -> Result<Vec<Body>, Refusal> {
    let body = match command {
        ProfileCommand::Set(draft) => Body::ProfileSet(Box::new(draft.checked()?)),
        ProfileCommand::Remove { name } => {
            let mut current = state.installation.profiles.current();
            let is_own =
                |profile: &Profile| profile.name == name && Profile::named(&name).is_none();
            if !current.any(|profile| is_own(&profile)) {
                return Err(Refusal::unknown("profile", &name));
            }
            Body::ProfileRemoved(Box::new(ProfileRemoved { name }))
        }
    };
    Ok(vec![body])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(draft: &ProfileDraft) -> String {
        draft.checked().unwrap_err().to_string()
    }

    #[test]
    fn what_is_left_out_is_as_usual_and_what_is_odd_is_told_by_field() {
        let draft = ProfileDraft {
            name: "patient".to_owned(),
            quiet_secs: Some(604_800),
            ..ProfileDraft::default()
        };
        let set = draft.checked().unwrap();
        assert_eq!((set.quiet_secs, set.reopen_secs), (604_800, 259_200));
        assert_eq!(set.rep_quiet_secs, None);
        let with = |name: &str, quiet_secs| ProfileDraft {
            name: name.to_owned(),
            quiet_secs: Some(quiet_secs),
            ..ProfileDraft::default()
        };
        assert!(refused(&with("patient", 0)).contains("quiet_secs"));
        assert!(refused(&with("hubspot", 1)).contains("comes with Svar"));
        assert!(refused(&with("patient@2", 1)).contains("version"));
        assert!(refused(&with("Patient", 1)).contains("a-z"));
    }
}
