//! Alerts by mail: what the page says of one, and where to look at why.

use std::sync::Arc;

use super::letter::Letter;
use crate::app::App;
use crate::command::{Caller, Identity};
use crate::model::AlertId;
use crate::model::people::User;
use crate::web::ui::mailed_alert;

/// What is said of an alert to a user; none: it is over, or they do not see it.
pub(super) fn letter(app: &Arc<App>, user: &User, alert: &AlertId) -> Option<Letter> {
    let alert = app.alert_for(user, alert.as_str())?;
    let identity = Identity::User(user.user.to_string());
    let caller = Caller::live(identity, user.role).seeing(user.sight());
    let said = mailed_alert(app, caller, &alert);
    Some(Letter {
        subject: said.title,
        lead: said.lines,
        press: said.press,
        url: app.public_address(&alert.path),
        why: said.why,
        ..Letter::default()
    })
}
