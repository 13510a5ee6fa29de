//! Reports by mail: what their pages show when the mail is written, of whole periods only.

use std::sync::Arc;

use super::letter::{Attachment, Item, ItemTable, Letter, Picture};
use super::picture::png;
use crate::app::App;
use crate::command::{Caller, Identity};
use crate::model::MailScheduleId;
use crate::model::event::MailEvery;
use crate::model::mail_schedules::MailSchedule;
use crate::model::people::User;
use crate::web::ui::{MailWindow, MailedPanel, fill, mailed, plural, t};

/// The most rows of a table in a mail.
const MOST_ROWS: usize = 40;

/// What a report says to a user now; none: it goes out no more, or is not there for them.
pub(super) fn letter(app: &Arc<App>, user: &User, schedule: &MailScheduleId) -> Option<Letter> {
    let snapshot = app.snapshot();
    let schedule = snapshot
        .installation
        .mail_schedules
        .get(schedule.as_str())?;
    let identity = Identity::User(user.user.to_string());
    let caller = Caller::live(identity, user.role).seeing(user.sight());
    let window = MailWindow {
        zone: schedule.zone.parse().ok()?,
        csv: schedule.csv,
    };
    let said = mailed(app, caller, &schedule.shows, window)?;
    let attachments = said.panels.iter().filter_map(attachment).collect();
    Some(Letter {
        subject: said.name,
        items: said.panels.into_iter().zip(1..).map(item).collect(),
        press: t("user_mail.open_report").to_owned(),
        url: app.public_address(&said.path),
        why: why(schedule),
        attachments,
        ..Letter::default()
    })
}

fn item((panel, number): (MailedPanel, u32)) -> Item {
    let figure = [panel.figure, panel.change];
    let figure = figure.iter().filter(|part| !part.is_empty());
    let figure: Vec<&str> = figure.map(String::as_str).collect();
    let more = panel.rows.len().saturating_sub(MOST_ROWS);
    let mut rows = panel.rows;
    rows.truncate(MOST_ROWS);
    Item {
        title: panel.title,
        text: std::iter::once(figure.join(" · "))
            .chain(panel.notes)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        url: String::new(),
        picture: panel.picture.and_then(|svg| {
            let id = format!("chart{number}");
            Some(Picture {
                id,
                png: png(&svg)?,
            })
        }),
        table: (!rows.is_empty()).then_some(ItemTable {
            columns: panel.columns,
            rows,
            more: match more {
                0 => String::new(),
                more => plural("user_mail.more_rows", more as u64),
            },
        }),
    }
}

fn attachment(panel: &MailedPanel) -> Option<Attachment> {
    let stem: String = panel
        .title
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    Some(Attachment {
        name: format!("{stem}.csv"),
        text: panel.csv.clone()?,
    })
}

fn why(schedule: &MailSchedule) -> String {
    let key = match schedule.every {
        MailEvery::Daily => "user_mail.report_why.daily",
        MailEvery::Weekly => "user_mail.report_why.weekly",
        MailEvery::Fortnightly => "user_mail.report_why.fortnightly",
        MailEvery::Monthly => "user_mail.report_why.monthly",
    };
    let time = schedule.time.as_str();
    fill(key, &[("time", time), ("zone", &schedule.zone)])
}
