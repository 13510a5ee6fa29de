//! The clock by which a table's instants are read: it has them in one zone and does not say which.

use chrono::{LocalResult, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use serde_json::Value;

use crate::ingest::source::field::instant;
use crate::model::Timestamp;

/// How instants are written where a mapping does not say it: the year first, which leaves no doubt.
const USUAL_DATES: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
];

/// How a table's instants are read.
#[derive(Debug)]
pub(in crate::ingest::source) struct TableClock {
    zone: Tz,
    /// How they are written, as `chrono` has it, before what is usual.
    dates: Vec<String>,
}

impl TableClock {
    pub(in crate::ingest::source) const fn new(zone: Tz, dates: Vec<String>) -> Self {
        Self { zone, dates }
    }

    /// An instant of the table: with an offset as it is, else in the table's zone.
    pub(in crate::ingest::source) fn instant(&self, text: &str) -> Option<Timestamp> {
        if let Ok(at) = Timestamp::parse(text) {
            return Some(at);
        }
        let own = self.dates.iter().map(String::as_str);
        let local = own.chain(USUAL_DATES).find_map(|form| local(text, form));
        if let Some(local) = local {
            return Some(in_zone(local, self.zone));
        }
        // Seconds since 1970 have no zone.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() >= 9;
        is_number.then(|| instant(&Value::from(text))).flatten()
    }
}

fn local(text: &str, form: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, form).ok().or_else(|| {
        let date = NaiveDate::parse_from_str(text, form).ok()?;
        date.and_hms_opt(0, 0, 0)
    })
}

/// A clock reading as an instant: of two the first, and one that was skipped an hour later.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Timestamp {
    let hour = chrono::Duration::hours(1);
    let found = match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => zone.from_local_datetime(&(local + hour)).earliest(),
    };
    let millis = found.map_or_else(
        || local.and_utc().timestamp_millis(),
        |at| at.timestamp_millis(),
    );
    Timestamp::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::Mapping;

    #[test]
    fn a_clock_reading_is_an_instant_of_the_tables_zone() {
        let mapping = Mapping::parse(
            "m",
            "source = \"a\"\ndates = [\"%d/%m/%Y %H:%M\", \"%d.%m.%Y\"]\n[[event]]\ntype = \"x\"\nat = \"A\"\nfields = {}\n",
            Some("Europe/Oslo"),
        );
        let clock = mapping.unwrap().clock();
        for (text, wanted) in [
            ("2026-10-05 09:00:00", Some("2026-10-05T07:00:00Z")),
            ("05/10/2026 09:00", Some("2026-10-05T07:00:00Z")),
            ("05.10.2026", Some("2026-10-04T22:00:00Z")),
            ("2026-10-05T09:00:00-05:00", Some("2026-10-05T14:00:00Z")),
            // Twice on the clock: the first. Skipped by it: an hour later.
            ("2026-10-25 02:30", Some("2026-10-25T00:30:00Z")),
            ("2026-03-29 02:30", Some("2026-03-29T01:30:00Z")),
            ("1791190800", Some("2026-10-05T09:00:00Z")),
            ("10/05/26", None),
            ("yesterday", None),
        ] {
            let wanted = wanted.map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(clock.instant(text), wanted, "{text}");
        }
    }
}
