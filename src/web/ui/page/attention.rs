//! The part of a conversation's page where it is read, and put off.

use chrono::{Datelike, Days, NaiveTime, Weekday};
use chrono_tz::Tz;

use crate::model::{Conversation, DAY_MS, HOUR_MS, Timestamp};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::text::{fill, t};

/// What the forms show.
#[derive(Default)]
pub(super) struct AttentionForms {
    /// The instant of the last message on the page, where something is new to whoever asks.
    pub(super) seen_until: String,
    /// Whether it can be as if they had not looked.
    pub(super) may_unread: bool,
    /// That it is put off, and until when.
    pub(super) snoozed: String,
    /// Until when it may be put off, as the form says it and as it is read.
    pub(super) snoozes: Vec<(String, String)>,
}

impl AttentionForms {
    pub(super) fn new(desk: &Desk, conversation: &Conversation, zone: Tz) -> Self {
        let standing = desk.standing(conversation.id.as_str());
        let is_new = standing.is_some_and(|standing| standing.is_new);
        let snooze = standing.and_then(|standing| standing.snooze);
        let last = conversation.messages.last();
        let last = last.map(|message| message.at.to_string());
        Self {
            seen_until: last.filter(|_at| is_new).unwrap_or_default(),
            may_unread: standing.is_some_and(|standing| standing.is_open && !standing.is_new),
            snoozed: snooze.map_or_else(String::new, |snooze| match snooze.until {
                Some(until) => {
                    let instant = date::instant(until, zone);
                    fill("inbox.sleeps_until", &[("instant", &instant)])
                }
                None => t("inbox.sleeps").to_owned(),
            }),
            snoozes: snoozes(desk.now, zone),
        }
    }
}

/// Until when a conversation is offered to be put off.
pub(super) fn snoozes(now: Timestamp, zone: Tz) -> Vec<(String, String)> {
    let offers = [
        ("compose.an_hour", Some(now.plus_millis(HOUR_MS))),
        ("compose.four_hours", Some(now.plus_millis(4 * HOUR_MS))),
        ("compose.tomorrow", morning(now, zone, None)),
        ("compose.monday", morning(now, zone, Some(Weekday::Mon))),
        ("compose.in_a_week", Some(now.plus_millis(7 * DAY_MS))),
    ];
    let offers = offers.into_iter().filter_map(|(key, at)| {
        let at = at?;
        let instant = date::instant(at, zone);
        Some((at.to_string(), fill(key, &[("instant", &instant)])))
    });
    let word = (String::new(), t("compose.they_write").to_owned());
    offers.chain([word]).collect()
}

/// Nine in the morning of the next day, or of the next such weekday; none where the clocks leave
/// it out.
fn morning(now: Timestamp, zone: Tz, weekday: Option<Weekday>) -> Option<Timestamp> {
    let today = chrono::DateTime::from_timestamp_millis(now.millis())?.with_timezone(&zone);
    let mut day = today.date_naive().checked_add_days(Days::new(1))?;
    while weekday.is_some_and(|weekday| day.weekday() != weekday) {
        day = day.checked_add_days(Days::new(1))?;
    }
    let nine = day.and_time(NaiveTime::from_hms_opt(9, 0, 0)?);
    let at = nine.and_local_timezone(zone).earliest()?;
    Some(Timestamp::from_millis(at.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mornings_are_those_of_the_zone() {
        // A Friday, a quarter to midnight in Oslo.
        let now = Timestamp::parse("2026-10-23T21:45:00Z").unwrap();
        let at = |weekday| {
            morning(now, chrono_tz::Europe::Oslo, weekday)
                .unwrap()
                .to_string()
        };
        assert_eq!(at(None), "2026-10-24T07:00:00Z");
        // The clocks go back on Sunday.
        assert_eq!(at(Some(Weekday::Mon)), "2026-10-26T08:00:00Z");
        assert_eq!(snoozes(now, Tz::UTC).len(), 6);
    }
}
