//! The definition profiles of a desk: those that come with Svar, and its own.

use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use crate::model::Profile;

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
