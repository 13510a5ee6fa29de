//! Why a sign-in by a provider comes to nothing.

use std::time::Duration;

use crate::app::Error;

/// Why a provider lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// There is none.
    #[error("no provider of sign-ins is set up here")]
    NotSet,
    /// It was too long ago, came to an end already, or began in another browser.
    #[error("that took too long, was done already, or began in another browser; begin again")]
    Over,
    /// The provider says no, or whoever was there did.
    #[error("the provider says no ({0})")]
    Declined(String),
    /// It did not answer as it should.
    #[error("the provider cannot be asked: {0}")]
    Unreachable(String),
    /// What it answered is not believed.
    #[error("what the provider says is not believed: {0}")]
    Disbelieved(String),
    /// There were too many tries.
    #[error("there were too many tries; try again in {} seconds", .0.as_secs() + 1)]
    TooMany(Duration),
    /// It is refused here, or failed.
    #[error(transparent)]
    App(#[from] Error),
}
