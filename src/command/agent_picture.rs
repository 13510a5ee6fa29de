//! The customer agent's picture.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::State;
use super::refusal::Refusal;
use crate::model::event::{AgentPictureSet, PictureData};
use crate::model::file::size_words;
use crate::model::picture::{MAX_PICTURE_BYTES, PictureKind};
use crate::model::{Body, Invalid};

/// The customer agent's picture from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentPictureCommand {
    /// Its bytes; none: it has no picture.
    pub bytes: Option<Vec<u8>>,
}

pub(super) fn decide(
    state: &State<'_>,
    command: &AgentPictureCommand,
) -> Result<Vec<Body>, Refusal> {
    let picture = command.bytes.as_deref().map(checked).transpose()?;
    if picture.is_none() && state.installation.agent_picture.get().is_none() {
        return Err(Refusal::conflict("the customer agent has no picture"));
    }
    Ok(vec![Body::AgentPictureSet(Box::new(AgentPictureSet {
        picture,
    }))])
}

fn checked(bytes: &[u8]) -> Result<PictureData, Invalid> {
    if bytes.len() > MAX_PICTURE_BYTES {
        let most = size_words(MAX_PICTURE_BYTES as u64);
        let reason = format!("it has {} bytes; at most {most} are expected", bytes.len());
        return Err(Invalid::new("picture", reason));
    }
    let kind = PictureKind::of(bytes).ok_or_else(|| {
        let reason = "by its bytes it is no whole picture; expected PNG, JPEG or WebP";
        Invalid::new("picture", reason)
    })?;
    Ok(PictureData {
        kind,
        data: STANDARD.encode(bytes),
    })
}
