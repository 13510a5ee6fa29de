//! A connector as people see it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::connect::Product;
use crate::model::Timestamp;

/// What a connector does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorState {
    /// It reads.
    Reading,
    /// Everything is here; it looks again in a moment.
    UpToDate,
    /// The source does not answer as it should; it is tried again by itself.
    Failing,
    /// Somebody has to do something first.
    Stopped,
    /// Somebody wants it to rest.
    Paused,
}

/// What went wrong last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConnectorFault {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What.
    pub reason: String,
    /// What to do.
    pub advice: String,
}

/// A connector, and how far it is. Its token is never told.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Connector)]
pub struct ConnectorView {
    /// What it is called.
    pub name: String,
    /// Which product it reads.
    pub product: Product,
    /// Where.
    pub url: String,
    /// Whose token it has.
    pub user: Option<String>,
    /// Which account, where an address has several.
    pub account: Option<String>,
    /// From when on it reads; left out: from the beginning.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Whether files that messages link to are fetched.
    pub fetch_attachments: bool,
    /// What HubSpot's stages and senders mean, where somebody says it.
    pub mapping: Option<String>,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// What it does.
    pub state: ConnectorState,
    /// Up to when everything that the source had is here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_until: Option<Timestamp>,
    /// How long ago that is, in seconds.
    pub lag_secs: Option<u64>,
    /// When the source last answered as it should.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub success_at: Option<Timestamp>,
    /// What went wrong since.
    pub fault: Option<ConnectorFault>,
    /// When it asks next; left out: somebody has to say so first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// How many rounds this run of the server has ended.
    pub rounds: u64,
    /// How many events were new.
    pub accepted: u64,
    /// How many were there already.
    pub duplicates: u64,
    /// How many records and events were refused.
    pub rejected: u64,
    /// Things of which not all could be read; they are read again within a day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
}
