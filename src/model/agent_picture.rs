//! The customer agent's picture: a fold of what an admin has sent up.
//!
//! It is small, so it is in the journal itself: no file has to be kept, backed up or taken away. What
//! it is was found out from its bytes; what somebody called it is not believed.

use serde::{Deserialize, Serialize};

use super::picture::PictureKind;
use super::{Body, Event};

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What it is.
    pub kind: PictureKind,
    /// Its bytes, in Base64.
    pub data: String,
    /// What changes with it, for addresses.
    pub version: String,
}

/// The customer agent's picture, if it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPicture(Option<Picture>);

impl AgentPicture {
    /// The picture.
    pub const fn get(&self) -> Option<&Picture> {
        self.0.as_ref()
    }

    /// Where it is served from, under an address that changes with it.
    pub fn path(&self) -> Option<String> {
        let picture = self.get()?;
        Some(format!("/widget/picture?v={}", picture.version))
    }

    /// Whether an event changes it.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::AgentPictureSet(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        if let Body::AgentPictureSet(set) = &event.body {
            self.0 = set.picture.as_ref().map(|picture| Picture {
                kind: picture.kind,
                data: picture.data.clone(),
                version: event.at.millis().to_string(),
            });
        }
    }
}
