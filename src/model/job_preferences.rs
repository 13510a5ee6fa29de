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
    /// What is said where no jobs are taken; none: words of Svar's own.
    pub closed_text: Option<String>,
}

/// A job as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedJob<'a> {
    /// How it comes in.
    pub request: JobRequest,
    /// For which service.
    pub service: Option<&'a str>,
    /// By what kind of customer.
    pub customer: Option<&'a str>,
}

/// Why a job is not wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwanted {
    /// None is, now: in the admin's words, where there are any.
    NotAvailable(String),
    /// None of this kind is.
    NotTaken {
        /// What of it.
        field: &'static str,
        /// What it says.
        value: String,
        /// What would be taken.
        taken: Vec<String>,
    },
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
            closed_text: None,
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
        let texts = [
            (&mut self.notify, &set.notify),
            (&mut self.closed_text, &set.closed_text),
        ];
        for (own, text) in texts {
            if let Some(text) = text {
                *own = Some(text.clone()).filter(|text| !text.is_empty());
            }
        }
    }

    /// Whether nothing is taken that comes in so; in which words that is said.
    pub fn closed(&self, request: JobRequest) -> Option<String> {
        let usual = match request {
            JobRequest::Prospect => return None,
            _ if !self.available => "the desk is not available for work",
            JobRequest::Matching if !self.matched => "no jobs are matched to this desk",
            JobRequest::Matching | JobRequest::Direct => return None,
        };
        Some(self.closed_text.clone().unwrap_or_else(|| usual.to_owned()))
    }

    /// Refuses a job that is not wanted. What is matched has to name a service, where not all are
    /// taken; a direct request may leave it open.
    pub fn check(&self, job: &WantedJob<'_>) -> Result<(), Unwanted> {
        if job.request == JobRequest::Prospect {
            return Ok(());
        }
        if let Some(words) = self.closed(job.request) {
            return Err(Unwanted::NotAvailable(words));
        }
        let service = match job.request {
            JobRequest::Matching => Some(job.service.unwrap_or_default()),
            _ => job.service,
        };
        taken("service", service, &self.services)?;
        taken("customer", job.customer, &self.customers)
    }
}

/// Refuses what is not among those that are taken; none named: all are.
fn taken(field: &'static str, value: Option<&str>, among: &[String]) -> Result<(), Unwanted> {
    let Some(value) = value.filter(|_| !among.is_empty()) else {
        return Ok(());
    };
    let folded = value.trim().to_lowercase();
    if among.iter().any(|one| one.to_lowercase() == folded) {
        return Ok(());
    }
    Err(Unwanted::NotTaken {
        field,
        value: value.to_owned(),
        taken: among.to_vec(),
    })
}
