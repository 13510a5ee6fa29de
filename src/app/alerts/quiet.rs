//! Quiet hours: whether they hold at an instant, and until when.

use chrono::{Datelike, Days, NaiveTime, Weekday};
use chrono_tz::Tz;

use crate::metrics::instant_at;
use crate::model::Timestamp;
use crate::model::event::QuietHours;

/// Quiet hours with weekends end within so many days.
const LONGEST_DAYS: u64 = 5;

/// Until when it is quiet, if it is at an instant.
pub(super) fn quiet_until(quiet: Option<&QuietHours>, at: Timestamp) -> Option<Timestamp> {
    let quiet = quiet?;
    let hours = Hours {
        from: NaiveTime::parse_from_str(&quiet.from, "%H:%M").ok()?,
        to: NaiveTime::parse_from_str(&quiet.to, "%H:%M").ok()?,
        weekends: quiet.weekends,
        zone: quiet.zone.parse().ok()?,
    };
    let mut end = at;
    // The night after a quiet weekend, and the like: one stretch after the other.
    while let Some(next) = hours.end_of(end).filter(|next| *next > end) {
        end = next;
    }
    (end > at).then_some(end)
}

struct Hours {
    from: NaiveTime,
    to: NaiveTime,
    weekends: bool,
    zone: Tz,
}

impl Hours {
    /// The end of the stretch that an instant is in; none: it is in none.
    fn end_of(&self, at: Timestamp) -> Option<Timestamp> {
        let local = at.to_utc().with_timezone(&self.zone).naive_local();
        let (day, time) = (local.date(), local.time());
        let next = |days| day.checked_add_days(Days::new(days));
        if self.weekends && matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            let monday = (1..LONGEST_DAYS).filter_map(next);
            let mut monday = monday.filter(|day| day.weekday() == Weekday::Mon);
            let midnight = monday.next()?.and_time(NaiveTime::MIN);
            return Some(instant_at(midnight, self.zone));
        }
        let end = match self.from < self.to {
            true if (self.from..self.to).contains(&time) => day,
            false if time >= self.from => next(1)?,
            false if time < self.to => day,
            _ => return None,
        };
        Some(instant_at(end.and_time(self.to), self.zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(from: &str, to: &str, weekends: bool, at: &str) -> Option<String> {
        let quiet = QuietHours {
            from: from.to_owned(),
            to: to.to_owned(),
            weekends,
            zone: "Europe/Oslo".to_owned(),
        };
        let end = quiet_until(Some(&quiet), Timestamp::parse(at).unwrap());
        end.map(|end| end.to_string())
    }

    #[test]
    fn a_night_ends_at_its_local_time_also_where_the_clocks_change() {
        // 20:30 in Oslo; the clocks go forward in that night.
        let night = until("20:00", "07:00", false, "2026-03-28T19:30:00Z");
        assert_eq!(night.as_deref(), Some("2026-03-29T05:00:00Z"));
        let morning = until("20:00", "07:00", false, "2026-03-30T04:59:00Z");
        assert_eq!(morning.as_deref(), Some("2026-03-30T05:00:00Z"));
        assert_eq!(until("20:00", "07:00", false, "2026-03-30T05:00:00Z"), None);
        let noon = until("12:00", "13:00", false, "2026-03-30T10:15:00Z");
        assert_eq!(noon.as_deref(), Some("2026-03-30T11:00:00Z"));
        assert_eq!(until("12:00", "13:00", false, "2026-03-30T11:00:00Z"), None);
        assert_eq!(quiet_until(None, Timestamp::from_millis(0)), None);
    }

    #[test]
    fn a_quiet_weekend_goes_on_into_the_night_after_it() {
        // Friday 21:00 to Monday 07:00: night, weekend, night.
        let end = until("20:00", "07:00", true, "2026-06-05T19:00:00Z");
        assert_eq!(end.as_deref(), Some("2026-06-08T05:00:00Z"));
        let day = until("12:00", "13:00", true, "2026-06-06T08:00:00Z");
        assert_eq!(day.as_deref(), Some("2026-06-07T22:00:00Z"));
    }
}
