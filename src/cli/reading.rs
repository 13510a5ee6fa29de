//! A data folder that is open in this process for a question, with no server over it.
//!
//! Opened by `context`, asked by `transport`.

use std::sync::Arc;

use super::output;
use crate::app::App;

/// A folder that is open for a question. Closed at its end, so that what had to be
/// replayed for it need not be replayed for the next.
pub(super) struct Reading(Arc<App>);

impl Reading {
    /// An open folder.
    pub(super) fn new(app: App) -> Self {
        Self(Arc::new(app))
    }

    /// The app, for work that shares it.
    pub(super) const fn shared(&self) -> &Arc<App> {
        &self.0
    }
}

impl std::ops::Deref for Reading {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Err(error) = self.0.close() {
            output::say(format_args!("note: {error}"));
        }
    }
}
