//! What the widget's form of requests offers.

use serde::Serialize;

use crate::app::App;
use crate::model::event::StartingPrice;

/// What may be asked for.
#[derive(Serialize)]
pub(super) struct OfferView {
    services: Vec<ServiceView>,
    /// The kinds of customers that are worked for; none: all.
    customers: Vec<String>,
}

/// A service as a visitor sees it.
#[derive(Serialize)]
struct ServiceView {
    id: String,
    name: String,
    description: Option<String>,
    price_from: Option<StartingPrice>,
}

impl OfferView {
    /// What is offered to who looks for somebody; none: the form is closed or not shown.
    pub(super) fn of(app: &App) -> Option<Self> {
        let is_shown = app.snapshot().installation.job_preferences.shown;
        let offer = app.request_offer().ok().filter(|_| is_shown)?;
        let services = offer.services.into_iter().map(|service| ServiceView {
            id: service.id.to_string(),
            name: service.name,
            description: service.description,
            price_from: service.price_from,
        });
        Some(Self {
            services: services.collect(),
            customers: offer.customers,
        })
    }
}
