//! What readers see of the endpoint that makes vectors, whether anybody goes by it or not.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::Timestamp;

/// The endpoint that the settings name, and how it does.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VectorEndpointView {
    /// Where it is.
    pub endpoint: String,
    /// The model that it is asked for.
    pub model: String,
    /// Whether texts are compared by it, or are to be.
    pub is_chosen: bool,
    /// What is wrong with the settings, or went wrong last.
    pub trouble: Option<String>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub trouble_since: Option<Timestamp>,
    /// When it made vectors last, as far as that was since this process began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
}
