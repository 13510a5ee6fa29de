//! The settings of the desk: what all reps share, and how contacts reach them.

mod agreements;
mod backup;
mod connectors;
mod customer_agent;
mod front;
mod hours;
mod inboxes;
mod jobs;
mod known;
mod mail;
mod mailboxes;
mod picture;
mod pipelines;
mod profiles;
mod queue;
mod replies;
mod routing;
mod services;
mod span;
mod surveys;
mod tags;
mod teams;
mod webhooks;
mod week;
mod widget;

pub(in crate::web::ui) use agreements::{get_agreements, post_agreements};
pub(in crate::web::ui) use connectors::{get_connectors, post_connectors};
pub(in crate::web::ui) use customer_agent::{get_customer_agent, post_customer_agent};
pub(in crate::web::ui) use front::{get_front, post_front};
pub(in crate::web::ui) use hours::{get_hours, post_hours};
pub(in crate::web::ui) use inboxes::{get_inboxes, post_inboxes};
pub(in crate::web::ui) use jobs::{get_jobs, post_jobs};
pub(in crate::web::ui) use mail::{get_mail, post_mail, reason_in_words};
pub(in crate::web::ui) use mailboxes::{get_mailboxes, post_mailboxes};
pub(in crate::web::ui) use picture::post_picture;
pub(in crate::web::ui) use pipelines::{get_pipelines, post_pipelines};
pub(in crate::web::ui) use profiles::{get_profiles, post_profiles};
pub(in crate::web::ui) use queue::{get_queue, post_queue};
pub(in crate::web::ui) use replies::{get_replies, post_replies};
pub(in crate::web::ui) use routing::{get_routing, post_routing};
pub(in crate::web::ui) use services::{get_services, post_services};
pub(in crate::web::ui) use surveys::{get_surveys, post_surveys};
pub(in crate::web::ui) use tags::{get_tags, post_tags};
pub(in crate::web::ui) use teams::{get_teams, post_teams};
pub(in crate::web::ui) use webhooks::{get_webhooks, post_webhooks};
pub(in crate::web::ui) use widget::{get_demo, get_widget, post_widget};

use axum::response::{IntoResponse, Redirect, Response};

use super::{Answer, Visit, make};
use crate::app::Error;
use crate::command::Refusal;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::fill;

/// What follows a form: the page where what was done is said; the form once more with what is wrong
/// with it; else the fault.
pub(super) async fn answered<T>(
    visit: Visit,
    tried: Result<T, Error>,
    done: String,
    again: impl FnOnce(&Desk, String) -> Result<Answer, Fault> + Send + 'static,
) -> Response {
    let fault = match tried {
        Ok(_done) => return Redirect::to(&done).into_response(),
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| again(desk, fault)).await
}
