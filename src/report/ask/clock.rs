//! The clocks that durations may run on, by name.
//!
//! How long a span is on one of them is said by `judge`.

use crate::model::Invalid;

/// A clock that durations run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DurationClock {
    /// Around the clock.
    #[default]
    Calendar,
    /// Working time of the default schedule, or of the one asked for.
    Business,
    /// Working time of the schedule of the agreement that applies to the row.
    Sla,
}

impl DurationClock {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Calendar, Self::Business, Self::Sla];

    /// The word in queries and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Business => "business",
            Self::Sla => "sla",
        }
    }

    /// Reads `calendar,business`; each clock once, in the order in which they are named.
    pub(in crate::report) fn parse_list(text: &str) -> Result<Vec<Self>, Invalid> {
        let mut clocks = Vec::new();
        for word in text.split(',') {
            let clock = Self::ALL.into_iter().find(|clock| clock.as_str() == word);
            let clock = clock.ok_or_else(|| {
                let words = Self::ALL.map(Self::as_str).join(", ");
                Invalid::new("clock", format!("`{word}` is none of {words}"))
            })?;
            if !clocks.contains(&clock) {
                clocks.push(clock);
            }
        }
        Ok(clocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_in_the_order_asked_for_each_once() {
        let read = DurationClock::parse_list("business,calendar,business").unwrap();
        assert_eq!(read, [DurationClock::Business, DurationClock::Calendar]);
        assert_eq!(
            DurationClock::parse_list("lunar").unwrap_err().field,
            "clock"
        );
    }
}
