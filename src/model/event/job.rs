//! Svar's own events of jobs: which ones a desk wants, and the services that it offers.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::{ServiceId, TicketId};

/// Which jobs are wanted; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobPreferencesSet {
    /// Whether the desk is available for work.
    #[serde(default)]
    pub available: Option<bool>,
    /// Whether it is shown to who looks for somebody.
    #[serde(default)]
    pub shown: Option<bool>,
    /// Whether jobs may be matched to it.
    #[serde(default)]
    pub matched: Option<bool>,
    /// Which kinds of customers are taken; none named: all.
    #[serde(default)]
    pub customers: Option<Vec<String>>,
    /// Which services are taken; none named: all.
    #[serde(default)]
    pub services: Option<Vec<String>>,
    /// Where notifications go; empty: nowhere in particular.
    #[serde(default)]
    pub notify: Option<String>,
    /// What is said where no jobs are taken; empty: words of Svar's own.
    #[serde(default)]
    pub closed_text: Option<String>,
}

/// What a service costs at least.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartingPrice {
    /// How much, at least 0.
    #[schema(minimum = 0)]
    pub amount: f64,
    /// In which currency, as `EUR`.
    #[schema(pattern = "^[A-Z]{3}$")]
    pub currency: String,
}

/// A service is this from now on.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSet {
    /// Which.
    pub service: ServiceId,
    /// What it is called.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
    /// What it costs at least.
    #[serde(default)]
    pub price_from: Option<StartingPrice>,
    /// Whether contacts may ask for it.
    pub published: bool,
}

/// A service is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRemoved {
    /// Which.
    pub service: ServiceId,
}

/// A contact was reminded to confirm a job that a rep has completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobReminded {
    /// Of which.
    pub ticket: TicketId,
}
