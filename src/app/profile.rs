//! The definition profiles of a desk: those that come with Svar, and its own.

use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use crate::command::ProfileDraft;
use crate::model::{Invalid, Profile};

/// A profile that reports can be counted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProfileView {
    /// Its name, its version, and its switches in seconds.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub profile: Profile,
    /// Whether it is the desk's own and can be changed.
    pub own: bool,
}

/// A profile as a draft has it, to be tried before it is saved.
pub fn profile_on_trial(draft: &ProfileDraft) -> Result<Profile, Invalid> {
    let set = draft.checked()?;
    Ok(Profile {
        name: set.name,
        version: 1,
        quiet_secs: set.quiet_secs,
        reopen_secs: set.reopen_secs,
        durable_secs: set.durable_secs,
        rep_quiet_secs: set.rep_quiet_secs,
    })
}

impl App {
    /// The profiles that can be chosen, the default one first.
    pub fn profiles(&self) -> Vec<ProfileView> {
        let snapshot = self.snapshot();
        let all = snapshot.installation.profiles.current();
        let views = all.map(|profile| ProfileView {
            own: Profile::named(&profile.name).is_none(),
            profile,
        });
        views.collect()
    }
}
