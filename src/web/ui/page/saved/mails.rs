//! What goes out by mail, on the page of all that is saved.

use chrono_tz::Tz;

use super::owner;
use crate::app::{LastMails, next_due};
use crate::model::event::MailedReport;
use crate::model::mail_schedules::MailSchedule;
use crate::report::registry::shipped_dashboard;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::figure;
use crate::web::ui::page::settings::reason_in_words;
use crate::web::ui::text::{fill, find, name_of_shipped, t};

/// A report that goes out by mail, in the list.
pub(super) struct MailLine {
    pub(super) id: String,
    pub(super) shows: String,
    pub(super) often: String,
    pub(super) to: String,
    pub(super) owner: String,
    pub(super) next: String,
    /// What became of the mails of the last time.
    pub(super) last: String,
}

/// Those that whoever asks has set up, for admins all.
pub(super) fn lines(desk: &Desk) -> Vec<MailLine> {
    let schedules = desk.app.mail_schedules(desk.caller()).into_iter();
    schedules.map(|one| line(desk, &one)).collect()
}

fn line(desk: &Desk, schedule: &MailSchedule) -> MailLine {
    let snapshot = desk.present().snapshot();
    let people = &snapshot.installation.people;
    let name = |id: &str| people.user(id).map_or(id, |user| &user.name).to_owned();
    let to = schedule.users.iter().map(|id| name(id.as_str()));
    let zone = schedule.zone.parse().unwrap_or_default();
    let next = next_due(schedule, schedule.after().max(desk.now));
    let often = find(&format!("mail_every.{}", schedule.every.as_str())).unwrap_or_default();
    MailLine {
        id: schedule.id.to_string(),
        shows: shown(desk, &schedule.shows),
        often: format!("{often}, {}", schedule.time),
        to: to.collect::<Vec<_>>().join(", "),
        owner: owner(desk, &schedule.by),
        next: next.map_or_else(String::new, |at| date::instant(at, zone)),
        last: desk
            .app
            .last_mails(&schedule.id)
            .map_or_else(String::new, |last| told(&last, zone)),
    }
}

/// What became of the mails of a time, in words.
fn told(last: &LastMails, zone: Tz) -> String {
    let mut parts = Vec::new();
    let mut tell = |key: &str, number: u32, reason: &str| {
        if number > 0 {
            let number = figure::count(f64::from(number));
            parts.push(fill(key, &[("count", &number), ("reason", reason)]));
        }
    };
    tell("saved.last_sent", last.sent, "");
    tell("saved.last_waiting", last.waiting, "");
    let reason = last.reason.map(reason_in_words).unwrap_or_default();
    tell("saved.last_dropped", last.dropped, reason);
    format!("{}: {}", date::instant(last.due, zone), parts.join("; "))
}

fn shown(desk: &Desk, shows: &MailedReport) -> String {
    let snapshot = desk.present().snapshot();
    let saved = &snapshot.installation.saved;
    let gone = || t("saved.gone").to_owned();
    match shows {
        MailedReport::SavedReport { id } => {
            let known = saved.report(id.as_str());
            known.map_or_else(gone, |one| one.name.clone())
        }
        MailedReport::Dashboard { id } => {
            let shipped = shipped_dashboard(id.as_str());
            let shipped = shipped.map(|one| name_of_shipped(one).to_owned());
            let own = saved.dashboard(id.as_str()).map(|one| one.name.clone());
            shipped.or(own).unwrap_or_else(gone)
        }
        MailedReport::Jobs {} => t("saved.jobs_report").to_owned(),
    }
}
