//! Which jobs a desk wants: a fold of its settings.
//!
//! Svar matches nobody itself: whoever sends jobs here asks for these. What comes in at the desk
//! as matched or as a direct request is held to them by `command`; imports are taken as they are.

use serde::{Deserialize, Serialize};

use super::event::{Body, Event, JobRequest};

/// Which jobs are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobPreferences {
    /// Whether the desk is available for work.
    pub available: bool,
    /// Whether it is shown to who looks for somebody.
    pub shown: bool,
    /// Whether jobs may be matched to it.
    pub matched: bool,
    /// Which kinds of customers are taken; none named: all.
    pub customers: Vec<String>,
    /// Which services are taken; none named: all.
    pub services: Vec<String>,
    /// Where notifications go, if anywhere in particular.
    pub notify: Option<String>,
}

impl Default for JobPreferences {
    fn default() -> Self {
        Self {
            available: true,
            shown: true,
            matched: true,
            customers: Vec::new(),
            services: Vec::new(),
            notify: None,
        }
    }
}

impl JobPreferences {
    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::JobPreferencesSet(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        let Body::JobPreferencesSet(set) = &event.body else {
            return;
        };
        self.available = set.available.unwrap_or(self.available);
        self.shown = set.shown.unwrap_or(self.shown);
        self.matched = set.matched.unwrap_or(self.matched);
        if let Some(customers) = &set.customers {
            self.customers.clone_from(customers);
        }
        if let Some(services) = &set.services {
            self.services.clone_from(services);
        }
        if let Some(notify) = &set.notify {
            self.notify = Some(notify.clone()).filter(|notify| !notify.is_empty());
        }
    }

    /// Why a job that comes in so, for a service, is not wanted; none: it is.
    pub fn unwanted(&self, request: JobRequest, service: Option<&str>) -> Option<&'static str> {
        let is_taken = |service: &str| {
            let mut services = self.services.iter();
            services.any(|one| one.eq_ignore_ascii_case(service))
        };
        match request {
            JobRequest::Prospect => None,
            _ if !self.available => Some("the desk is not available for work"),
            JobRequest::Direct => None,
            JobRequest::Matching if !self.matched => Some("no jobs are matched to this desk"),
            JobRequest::Matching => {
                let other = !self.services.is_empty() && !service.is_some_and(is_taken);
                other.then_some("the desk takes no jobs for this service")
            }
        }
    }
}
