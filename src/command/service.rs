//! The list of services that contacts may ask for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{filled, service_id, short};
use crate::model::event::{ServiceRemoved, ServiceSet, StartingPrice};
use crate::model::{Body, Invalid};

/// The most services.
const MOST: usize = 100;
/// The longest name, in characters.
const MAX_NAME: usize = 200;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// A service as an admin writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub id: Option<String>,
    /// What it is called; no two are called the same.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// What it is.
    #[schema(max_length = 2000)]
    #[serde(default)]
    pub description: Option<String>,
    /// What it costs at least.
    #[serde(default)]
    pub price_from: Option<StartingPrice>,
    /// Whether contacts may ask for it.
    #[serde(default)]
    pub published: bool,
}

/// Something done to the list of services.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceCommand {
    /// Writes one.
    Save(ServiceDraft),
    /// Takes one off the list; jobs that name it keep its name.
    Remove {
        /// Which.
        service: String,
    },
}

impl ServiceCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::SERVICE_SAVE,
            Self::Remove { .. } => &role::SERVICE_REMOVE,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: ServiceCommand) -> Result<Vec<Body>, Refusal> {
    let services = &state.installation.services;
    let body = match command {
        ServiceCommand::Save(draft) => Body::ServiceSet(Box::new(checked(state, draft)?)),
        ServiceCommand::Remove { service } => {
            let known = services.get(&service);
            let known = known.ok_or_else(|| Refusal::unknown("service", &service))?;
            let service = known.id.clone();
            Body::ServiceRemoved(Box::new(ServiceRemoved { service }))
        }
    };
    Ok(vec![body])
}

fn checked(state: &State<'_>, draft: ServiceDraft) -> Result<ServiceSet, Refusal> {
    let service = service_id("id", draft.id.as_deref().unwrap_or_default())?;
    let name = draft.name.trim().to_owned();
    filled("name", &name, MAX_NAME)?;
    let description = draft.description.map(|text| text.trim().to_owned());
    let description = description.filter(|text| !text.is_empty());
    short(
        "description",
        description.as_deref().unwrap_or_default(),
        MAX_DESCRIPTION,
    )?;
    let all = state.installation.services.all();
    let mut others = all.iter().filter(|other| other.id != service);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        return Err(Refusal::conflict("another service is called so"));
    }
    if all.len() >= MOST && !all.iter().any(|one| one.id == service) {
        return Err(Refusal::conflict(
            "there are 100 services, which is the most; remove one first",
        ));
    }
    Ok(ServiceSet {
        service,
        name,
        description,
        price_from: draft.price_from.map(price).transpose()?,
        published: draft.published,
    })
}

fn price(price: StartingPrice) -> Result<StartingPrice, Invalid> {
    let StartingPrice { amount, currency } = &price;
    if !(amount.is_finite() && *amount >= 0.0) {
        let reason = format!("`{amount}` is no amount; expected a number of at least 0");
        return Err(Invalid::new("price_from.amount", reason));
    }
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let reason = format!("`{currency}` is no currency; expected three letters as `EUR`");
        return Err(Invalid::new("price_from.currency", reason));
    }
    Ok(price)
}
