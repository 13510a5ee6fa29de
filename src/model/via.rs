//! By which way something came in: the journal notes it with every event.

use serde::{Deserialize, Serialize};

/// By which way an event came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// Somebody did it here: on the desk, in the widget, by mail.
    Live,
    /// Posted to `/events`.
    Api,
    /// Read from an export.
    Import,
    /// Svar itself.
    System,
}
