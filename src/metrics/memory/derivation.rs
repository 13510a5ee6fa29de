//! What can be derived from the rows of a chunk and remembered.

use std::any::Any;

use crate::metrics::columns::Column;

/// What a derivation is: its name, and the circumstances that it depends on besides the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DerivedKey {
    /// Of what.
    pub name: &'static str,
    /// More of the name.
    pub detail: &'static str,
    /// A number that differs where the circumstances do.
    pub version: u64,
}

/// Something derived from a chunk's rows.
pub trait Derivation: Any + Send + Sync {
    /// How much memory it takes, about, in bytes.
    fn bytes(&self) -> usize;
}

impl Derivation for Column {
    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}
