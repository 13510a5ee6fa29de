//! `/alerts`: what was found, and what is over; `/alerts/{id}` leads to why. `/settings/alerts` is
//! where rules are written and tried.

mod form;
mod list;
mod said;
mod settings;

pub(in crate::web::ui) use list::{get_alert, get_alerts};
pub use said::{MailedAlert, mailed_alert};
pub(in crate::web::ui) use settings::{get_alert_settings, post_alert_settings};

use crate::model::Timestamp;
use crate::web::ui::date;
use crate::web::ui::view::View;

/// An instant in the zone of pages that have none of their own.
fn at(at: Timestamp) -> String {
    date::instant(at, View::default().zone)
}
