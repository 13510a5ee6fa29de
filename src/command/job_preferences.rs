//! Which jobs the desk wants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::text::{filled, short};
use super::user::check_email;
use crate::model::event::JobPreferencesSet;
use crate::model::{Body, Invalid};

/// The most kinds of customers, and services.
const MOST: usize = 100;
/// The longest of their names, in characters.
const MAX_NAME: usize = 200;
/// The longest words of why nothing is taken, in characters.
const MAX_WORDS: usize = 1_000;

/// Which jobs are wanted, as far as that changes; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobPreferencesDraft {
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
    #[schema(max_items = 100)]
    #[serde(default)]
    pub customers: Option<Vec<String>>,
    /// Which services are taken; none named: all.
    #[schema(max_items = 100)]
    #[serde(default)]
    pub services: Option<Vec<String>>,
    /// Where notifications go; empty: nowhere in particular.
    #[schema(max_length = 254, pattern = r"^([^@\s]+@[^@\s]+)?$")]
    #[serde(default)]
    pub notify: Option<String>,
    /// What is said where no jobs are taken; empty: words of Svar's own.
    #[schema(max_length = 1000)]
    #[serde(default)]
    pub closed_text: Option<String>,
}

pub(super) fn decide(draft: JobPreferencesDraft) -> Result<Vec<Body>, Refusal> {
    if draft == JobPreferencesDraft::default() {
        let reason = "nothing is to be changed; expected a preference such as `available`";
        return Err(Invalid::new("body", reason).into());
    }
    let notify = draft.notify.map(|notify| notify.trim().to_owned());
    if let Some(notify) = notify.as_deref().filter(|notify| !notify.is_empty()) {
        check_email(notify).map_err(|error| Invalid::new("notify", error.reason))?;
    }
    let closed_text = draft.closed_text.map(|text| text.trim().to_owned());
    short(
        "closed_text",
        closed_text.as_deref().unwrap_or_default(),
        MAX_WORDS,
    )?;
    Ok(vec![Body::JobPreferencesSet(Box::new(JobPreferencesSet {
        available: draft.available,
        shown: draft.shown,
        matched: draft.matched,
        customers: names("customers", draft.customers)?,
        services: names("services", draft.services)?,
        notify,
        closed_text,
    }))])
}

/// Names without blanks around them, each once.
fn names(field: &str, names: Option<Vec<String>>) -> Result<Option<Vec<String>>, Invalid> {
    let Some(names) = names else { return Ok(None) };
    if names.len() > MOST {
        let reason = format!("{} are named; at most {MOST} are expected", names.len());
        return Err(Invalid::new(field, reason));
    }
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        let name = name.trim().to_owned();
        filled(field, &name, MAX_NAME)?;
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    Ok(Some(kept))
}
