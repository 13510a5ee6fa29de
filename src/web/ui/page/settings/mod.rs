//! The settings of the desk: what all reps share, and how contacts reach them.

mod customer_agent;
mod jobs;
mod queue;
mod replies;
mod surveys;
mod tags;
mod widget;

pub(in crate::web::ui) use customer_agent::{get_customer_agent, post_customer_agent};
pub(in crate::web::ui) use jobs::{get_jobs, post_jobs};
pub(in crate::web::ui) use queue::{get_queue, post_queue};
pub(in crate::web::ui) use replies::{get_replies, post_replies};
pub(in crate::web::ui) use surveys::{get_surveys, post_surveys};
pub(in crate::web::ui) use tags::{get_tags, post_tags};
pub(in crate::web::ui) use widget::{get_demo, get_widget, post_widget};

use crate::app::Error;
use crate::command::Refusal;
use crate::web::ui::text::fill;

/// What a form is told where it cannot be taken as it is; else the error.
fn message_of(error: Error) -> Result<String, Error> {
    match error {
        Error::Query(error) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            Ok(fill("fault.query.detail", &values))
        }
        error @ Error::Refused(Refusal::Conflict(_)) => Ok(error.to_string()),
        other => Err(other),
    }
}
