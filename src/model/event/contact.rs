//! What is known of contacts beside what the interchange format says of them.

use serde::{Deserialize, Serialize};

use crate::model::ContactId;

/// A contact is this user of the program that Svar stands beside: the host says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactVerified {
    /// Who.
    pub contact: ContactId,
    /// What the host calls them.
    pub host_id: String,
}
