//! The services that a desk offers: a fold of the list that its admins keep.
//!
//! A job names its service by what it was called then, so that a list that changes changes no job.
//! Read by the forms of contacts and by `command`, which opens jobs for those that are published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::event::StartingPrice;
use super::{Body, Event, ServiceId, Timestamp};

/// A service.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Which.
    pub id: ServiceId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// What it costs at least.
    pub price_from: Option<StartingPrice>,
    /// Whether contacts may ask for it.
    pub published: bool,
    /// When it was written.
    pub changed_at: Timestamp,
}

/// All services.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Services(BTreeMap<ServiceId, Service>);

impl Services {
    /// All of them, by name.
    pub fn all(&self) -> Vec<&Service> {
        let mut all: Vec<&Service> = self.0.values().collect();
        all.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        all
    }

    /// Those that contacts may ask for, by name.
    pub fn published(&self) -> Vec<&Service> {
        let mut all = self.all();
        all.retain(|service| service.published);
        all
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Service> {
        self.0.get(id)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::ServiceSet(_) | Body::ServiceRemoved(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ServiceSet(set) => {
                let service = Service {
                    id: set.service.clone(),
                    name: set.name.clone(),
                    description: set.description.clone(),
                    price_from: set.price_from.clone(),
                    published: set.published,
                    changed_at: event.at,
                };
                self.0.insert(set.service.clone(), service);
            }
            Body::ServiceRemoved(removed) => drop(self.0.remove(&removed.service)),
            _ => {}
        }
    }
}
