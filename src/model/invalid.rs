//! A value that was handed in and cannot be used: of which field, and why.
//!
//! Every layer that reads what people typed refuses it with this one type, so that each
//! front can point at the field. Made by `model`, `report`, `app` and the fronts; shown by the
//! fronts.

use super::brief::{brief, brief_value};

/// A value that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Invalid {
    /// The parameter or field at fault.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
}

impl Invalid {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: brief_value(&field.into()),
            reason: brief(&reason.into()),
        }
    }
}
