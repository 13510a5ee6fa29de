//! What is said of an alert: what was found in words, and where the why is looked at. Pages and mails
//! say the same.

use std::sync::Arc;

use super::at;
use crate::app::{AlertView, App, Paging};
use crate::command::Caller;
use crate::model::event::{AlertFact, AlertSide, HealthPart, QuietHours};
use crate::model::saved::SavedReport;
use crate::model::{Timestamp, TopicId};
use crate::report::Unit;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::figure::{amount, plural, round_duration};
use crate::web::ui::kept::view_of;
use crate::web::ui::range::Range;
use crate::web::ui::text::{fill, t};
use crate::web::ui::view::View;

/// What is said of an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SaidAlert {
    /// What was found.
    pub(super) title: String,
    /// What belongs to it.
    pub(super) detail: String,
    /// Where the why is looked at.
    pub(super) path: String,
}

/// What a mail says of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedAlert {
    /// What was found.
    pub title: String,
    /// What belongs to it.
    pub lines: Vec<String>,
    /// What leads to why.
    pub press: String,
    /// Why one gets it.
    pub why: String,
}

/// What a mail to a caller says of an alert.
pub fn mailed_alert(app: &Arc<App>, caller: Caller, alert: &AlertView) -> MailedAlert {
    let desk = Desk::new(Arc::clone(app), caller);
    let saved = desk.app.report_of_alert(desk.caller(), alert);
    let said = said(&desk, &alert.fact, saved.as_ref());
    let opened_at = at(alert.opened_at);
    let opened = [("at", opened_at.as_str()), ("rule", &alert.name)];
    let lines = [said.detail, fill("alerts.mail.opened", &opened)];
    MailedAlert {
        title: said.title,
        lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
        press: t("alerts.mail.press").to_owned(),
        why: fill("alerts.mail.why", &[("rule", &alert.name)]),
    }
}

/// What is said of something that was found; `saved` is the report that it is about.
pub(super) fn said(desk: &Desk, fact: &AlertFact, saved: Option<&SavedReport>) -> SaidAlert {
    match fact {
        AlertFact::WaitingHandoff {
            conversation,
            since,
        } => {
            let id = conversation.as_str();
            let known = desk.app.conversation_at(desk.present(), id).ok();
            let contact = known
                .as_ref()
                .map(|known| desk.contact(known.contact.as_str()));
            let contact = contact.unwrap_or_else(|| id.to_owned());
            let subject = known.and_then(|known| known.subject).unwrap_or_default();
            SaidAlert {
                title: fill("alerts.said.waiting", &[("contact", &contact)]),
                detail: joined(&[&subject, &since_when("alerts.said.since", *since)]),
                path: format!("/conversations/{id}"),
            }
        }
        AlertFact::AgreementDue { ticket, due_at } => {
            let known = desk.app.ticket_at(desk.present(), ticket.as_str()).ok();
            let subject = known.and_then(|known| known.subject);
            let subject = subject.unwrap_or_else(|| ticket.to_string());
            SaidAlert {
                title: fill("alerts.said.due", &[("ticket", &subject)]),
                detail: since_when("alerts.said.due_at", *due_at),
                path: format!("/tickets/{ticket}"),
            }
        }
        AlertFact::Threshold { .. } | AlertFact::Unusual { .. } => {
            saved.map_or_else(SaidAlert::default, |saved| of_report(fact, saved))
        }
        AlertFact::GrowingGap {
            topic,
            recent,
            before,
            ..
        } => of_gap(desk, topic, (*recent, *before)),
        AlertFact::Health {
            part,
            id,
            since,
            amount,
        } => of_health(desk, (*part, id.as_deref()), *since, *amount),
    }
}

fn of_gap(desk: &Desk, topic: &TopicId, (recent, before): (u32, u32)) -> SaidAlert {
    let gap = desk.library().gap(topic.as_str(), Paging::first(1)).ok();
    let title = gap.map_or_else(|| topic.to_string(), |view| view.gap.title);
    let recent = plural("alerts.said.questions", u64::from(recent));
    let before = before.to_string();
    let counts = [("recent", recent.as_str()), ("before", &before)];
    SaidAlert {
        title: fill("alerts.said.grows", &[("gap", &title)]),
        detail: fill("alerts.said.grew", &counts),
        path: format!("/knowledge/gaps?topic={topic}"),
    }
}

fn joined(parts: &[&str]) -> String {
    let said = parts.iter().filter(|part| !part.is_empty());
    said.copied().collect::<Vec<_>>().join(" · ")
}

fn since_when(key: &str, instant: Timestamp) -> String {
    fill(key, &[("at", &at(instant))])
}

/// Of a report: the figure of the bucket, and the page with exactly that bucket.
fn of_report(fact: &AlertFact, saved: &SavedReport) -> SaidAlert {
    let unit = Desk::find(&saved.report).map_or(Unit::Count, |report| report.unit);
    let (AlertFact::Threshold {
        from, to, value, ..
    }
    | AlertFact::Unusual {
        from, to, value, ..
    }) = fact
    else {
        return SaidAlert::default();
    };
    let in_unit = |value: f64| amount(unit, Some(value));
    let value = in_unit(*value);
    let why = match fact {
        AlertFact::Threshold { side, limit, .. } => {
            let key = match side {
                AlertSide::Above => "alerts.said.above",
                AlertSide::Below => "alerts.said.below",
            };
            fill(key, &[("limit", &in_unit(*limit))])
        }
        AlertFact::Unusual {
            usual, low, high, ..
        } => {
            let (usual, low, high) = (in_unit(*usual), in_unit(*low), in_unit(*high));
            let values = [("usual", &*usual), ("low", &*low), ("high", &*high)];
            fill("alerts.said.unlike", &values)
        }
        _ => String::new(),
    };
    let view = view_of(saved).unwrap_or_default();
    let when = bucket(*from, *to, &view);
    let values = [("report", saved.name.as_str()), ("value", &value)];
    SaidAlert {
        title: fill("alerts.said.report", &values),
        detail: joined(&[&when, &why]),
        path: report_path(*from, *to, (saved, view)),
    }
}

/// When a bucket was, in the zone of its report.
fn bucket(from: Timestamp, to: Timestamp, view: &View) -> String {
    if to.since(from) <= crate::model::HOUR_MS {
        let end = date::clock(to, view.zone);
        return format!("{}–{end}", date::instant(from, view.zone));
    }
    date::window(from, to, view.zone)
}

/// The page of a report with exactly the days of a bucket.
fn report_path(from: Timestamp, to: Timestamp, (saved, view): (&SavedReport, View)) -> String {
    let first = date::local(from, view.zone).date_naive();
    let last = date::local(to.plus_millis(-1), view.zone).date_naive();
    let view = View {
        range: Range::Custom(first, last),
        every: None,
        saved: None,
        ..view
    };
    view.at(&format!("/reports/{}", saved.report))
}

fn of_health(
    desk: &Desk,
    (part, id): (HealthPart, Option<&str>),
    since: Timestamp,
    amount: Option<u64>,
) -> SaidAlert {
    let number = amount.unwrap_or_default().to_string();
    let name = id.unwrap_or_default();
    let webhook = id.and_then(|id| desk.app.webhook(id).ok());
    let name = webhook.map_or_else(|| name.to_owned(), |webhook| webhook.name);
    let key = match part {
        HealthPart::Mailbox if id.is_some() => "alerts.said.read_mailbox",
        HealthPart::Mailbox => "alerts.said.mailbox",
        HealthPart::Connector => "alerts.said.connector",
        HealthPart::Webhook => "alerts.said.webhook",
        HealthPart::Backup => "alerts.said.backup",
        HealthPart::Disk => "alerts.said.disk",
        HealthPart::Embeddings => "alerts.said.embeddings",
    };
    let path = match (part, id) {
        (HealthPart::Mailbox, Some(_)) => "/settings/mailboxes".to_owned(),
        (HealthPart::Mailbox, None) => "/settings/mail".to_owned(),
        (HealthPart::Connector, Some(id)) => format!("/settings/connectors#connector-{id}"),
        (HealthPart::Webhook, Some(id)) => format!("/settings/webhooks#webhook-{id}"),
        (HealthPart::Embeddings, _) => "/knowledge/settings#endpoint".to_owned(),
        _ => "/alerts#health".to_owned(),
    };
    SaidAlert {
        title: fill(key, &[("name", &name), ("number", &number)]),
        detail: since_when("alerts.said.since", since),
        path,
    }
}

/// Quiet hours in a line.
pub(super) fn said_quiet(quiet: &QuietHours) -> String {
    let (from, to, zone) = (quiet.from.as_str(), quiet.to.as_str(), quiet.zone.as_str());
    let key = if quiet.weekends {
        "alerts.quiet_weekends"
    } else {
        "alerts.quiet"
    };
    fill(key, &[("from", from), ("to", to), ("zone", zone)])
}

/// Minutes in words.
pub(super) fn minutes(minutes: u32) -> String {
    round_duration(f64::from(minutes) * 60.0)
}

/// A number in the unit of a saved report.
pub(super) fn in_unit_of(saved: Option<&SavedReport>, value: f64) -> String {
    let report = saved.and_then(|saved| Desk::find(&saved.report).ok());
    amount(
        report.map_or(Unit::Count, |report| report.unit),
        Some(value),
    )
}

/// Nothing where there is nothing to say.
pub(super) fn gone() -> String {
    t("alerts.gone").to_owned()
}
