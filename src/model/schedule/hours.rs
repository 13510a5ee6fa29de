//! The hours of one day: half-open intervals of the local clock.

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Why a text is no interval of hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no interval such as 09:00-17:00; it must end after it starts, at 24:00 at the latest"
)]
pub struct HoursError {
    /// What was given.
    pub text: String,
}

/// Half-open intervals of a local day, in order and apart, as milliseconds from midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours(Vec<(i64, i64)>);

impl Hours {
    /// No hours at all.
    pub const CLOSED: Self = Self(Vec::new());

    /// Reads intervals such as `09:00-17:00`; overlapping ones count once.
    pub fn parse<'a>(intervals: impl IntoIterator<Item = &'a str>) -> Result<Self, HoursError> {
        let read = |text: &'a str| {
            let error = || HoursError {
                text: text.chars().take(40).collect(),
            };
            let (start, end) = text.split_once('-').ok_or_else(error)?;
            let start = clock(start.trim()).ok_or_else(error)?;
            let end = clock(end.trim()).ok_or_else(error)?;
            if start < end {
                Ok((start, end))
            } else {
                Err(error())
            }
        };
        let spans: Result<Vec<_>, _> = intervals.into_iter().map(read).collect();
        Ok(Self::merged(spans?))
    }

    fn merged(mut intervals: Vec<(i64, i64)>) -> Self {
        intervals.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::new();
        for (start, end) in intervals {
            match merged.last_mut() {
                Some((_, last)) if start <= *last => *last = end.max(*last),
                _ => merged.push((start, end)),
            }
        }
        Self(merged)
    }

    /// These hours without `breaks`.
    #[must_use]
    pub fn without(&self, breaks: &Self) -> Self {
        let mut left = self.0.clone();
        for (from, to) in &breaks.0 {
            let cut = left
                .into_iter()
                .flat_map(|(start, end)| [(start, end.min(*from)), (start.max(*to), end)]);
            left = cut.filter(|(start, end)| start < end).collect();
        }
        Self::merged(left)
    }

    /// The intervals.
    pub fn intervals(&self) -> &[(i64, i64)] {
        &self.0
    }
}

/// A reading of the clock, `00:00` to `24:00`, with seconds if need be.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut number = |limit: i64| {
        let part = parts.next()?;
        let digits =
            (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>()
            .ok()
            .filter(|minute| digits && *minute <= limit)
    };
    let (hour, minute) = (number(24)?, number(59)?);
    let second = number(59).unwrap_or_default();
    let reading = (hour * 60 + minute) * MINUTE_MS + second * 1000;
    (parts.next().is_none() && reading <= 24 * 60 * MINUTE_MS).then_some(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Hours {
        Hours::parse(text.split_whitespace()).unwrap()
    }

    #[test]
    fn overlapping_intervals_count_once_and_24_00_is_the_end_of_the_day() {
        assert_eq!(
            hours("13:00-24:00 09:00-12:00 11:00-13:00"),
            hours("09:00-24:00")
        );
    }

    #[test]
    fn what_is_no_interval_is_refused_by_its_text() {
        for text in [
            "9",
            "09:00",
            "17:00-09:00",
            "09:00-09:00",
            "25:00-26:00",
            "09:60-10:00",
            "09:00-24:01",
            "a-b",
        ] {
            assert_eq!(Hours::parse([text]).unwrap_err().text, text);
        }
    }

    #[test]
    fn a_break_is_cut_out() {
        assert_eq!(
            hours("09:00-17:00").without(&hours("12:00-13:00")),
            hours("09:00-12:00 13:00-17:00")
        );
        assert_eq!(
            hours("09:00-17:00").without(&hours("08:00-18:00")),
            Hours::CLOSED
        );
    }
}
