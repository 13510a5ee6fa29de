//! A question to a report, parsed once from the words that CLI, API and pages share.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::clock::DurationClock;
use super::dimension::Dimension;
use super::filter::{Filter, FilterList, dimension, unknown_dimension};
use super::range::NamedRange;
use super::values::split_values;
use crate::metrics::{Every, Seen, WeekStart, first_instant, parse_zone};
use crate::model::{Invalid, Profile, ProfileName, Timestamp};

/// A limit of the window: a local date, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The first instant of a local date.
    Date(NaiveDate),
    /// An instant.
    At(Timestamp),
}

impl Limit {
    fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Self::Date(date));
        }
        Timestamp::parse(text).map(Self::At).map_err(|_error| {
            Invalid::new(
                field,
                format!(
                    "`{text}` is neither a date such as 2026-01-31 nor an instant with an offset"
                ),
            )
        })
    }

    /// The instant in a zone.
    pub fn instant(self, zone: Tz) -> Timestamp {
        match self {
            Self::Date(date) => first_instant(date, zone),
            Self::At(at) => at,
        }
    }
}

/// What a report is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// The window of equal length before.
    Previous,
    /// The calendar month, quarter or year before.
    PreviousCalendar,
    /// Nothing, also where a report is usually compared with the period before.
    Nothing,
}

impl Compare {
    const ALL: [Self; 3] = [Self::Previous, Self::PreviousCalendar, Self::Nothing];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::PreviousCalendar => "previous_calendar",
            Self::Nothing => "none",
        }
    }
}

/// The cut that a query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum By {
    /// The report's own cut.
    #[default]
    Own,
    /// These dimensions; none: one series.
    Dimensions(Vec<Dimension>),
}

/// A question to a report.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// The window by its name; `from` and `to` say otherwise where they are given.
    pub range: Option<NamedRange>,
    /// The start of the window.
    pub from: Option<Limit>,
    /// Its end, which is no longer in it.
    pub to: Option<Limit>,
    /// The zone of dates and buckets.
    pub zone: Tz,
    /// How the window is cut; `None`: one bucket.
    pub every: Option<Every>,
    /// The first day of weeks.
    pub week_start: WeekStart,
    /// The cut.
    pub by: By,
    /// Of the own field among it, which one.
    pub by_own: Option<String>,
    /// Filters; all must hold.
    pub filters: Vec<Filter>,
    /// Whether the window ends with the last bucket that is over.
    pub whole: bool,
    /// The period to compare with.
    pub compare: Option<Compare>,
    /// The instant up to which events exist; `None`: now.
    pub as_of: Option<Timestamp>,
    /// The length of top lists.
    pub count: usize,
    /// Another date basis than the report's first.
    pub basis: Option<String>,
    /// The clocks that durations run on, side by side.
    pub clocks: Vec<DurationClock>,
    /// The profiles to count by, side by side; none: the installation's.
    pub profiles: Vec<ProfileName>,
    /// A profile to count by that the desk has not got, to see its effect. Never read from parameters.
    pub trial: Option<Profile>,
    /// The schedule of the clock `business`, where it is not the default one.
    pub schedule: Option<String>,
    /// What whoever asks sees of the desk; `None`: everything. Never read from parameters.
    pub seen: Option<Arc<Seen>>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            range: None,
            from: None,
            to: None,
            zone: Tz::UTC,
            every: None,
            week_start: WeekStart::Mon,
            by: By::Own,
            by_own: None,
            filters: Vec::new(),
            whole: false,
            compare: None,
            as_of: None,
            count: 10,
            basis: None,
            clocks: vec![DurationClock::Calendar],
            profiles: Vec::new(),
            trial: None,
            schedule: None,
            seen: None,
        }
    }
}

impl Query {
    /// Reads a query from its parameters; `zone` holds where none is named.
    pub fn parse<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        zone: Tz,
    ) -> Result<Self, Invalid> {
        let mut query = Self {
            zone,
            ..Self::default()
        };
        let mut filters = FilterList::default();
        for (name, value) in parameters {
            match name.strip_prefix("where.") {
                Some(field) => filters.add(field, split_values(value))?,
                None => query.set(name, value)?,
            }
        }
        query.filters = filters.into_filters();
        Ok(query)
    }

    /// Sets what the parameter `name`, which is no filter, says in words; empty: as it is.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Invalid> {
        if value.is_empty() {
            return Ok(());
        }
        match name {
            "range" => self.range = Some(NamedRange::parse(value)?),
            "from" => self.from = Some(Limit::parse(name, value)?),
            "to" => self.to = Some(Limit::parse(name, value)?),
            "tz" => {
                self.zone = parse_zone(value).ok_or_else(|| {
                    Invalid::new(
                        name,
                        format!("`{value}` is no IANA zone, such as Europe/Oslo"),
                    )
                })?;
            }
            "every" => {
                self.every = Some(Every::parse(value).ok_or_else(|| {
                    let words = Every::ALL.map(Every::as_str).join(", ");
                    Invalid::new(name, format!("`{value}` is none of {words}"))
                })?);
            }
            "week_start" => self.week_start = week_start(value)?,
            "by" => (self.by, self.by_own) = by(value)?,
            "clock" => self.clocks = DurationClock::parse_list(value)?,
            "profile" => self.profiles = profiles(value)?,
            "schedule" => self.schedule = Some(value.to_owned()),
            "whole" => self.whole = switch(name, value)?,
            "compare" => self.compare = compare(value)?,
            "as_of" => {
                self.as_of = Some(
                    Timestamp::parse(value)
                        .map_err(|error| Invalid::new(name, error.to_string()))?,
                );
            }
            "count" => self.count = count(value)?,
            "basis" => self.basis = Some(value.to_owned()),
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    }
}

fn unknown_parameter(name: &str) -> Invalid {
    Invalid::new(
        name,
        "unknown parameter; expected range, from, to, tz, every, week_start, by, where.<field>, clock, \
         schedule, profile, compare, whole, as_of, count or basis",
    )
}

/// Reads `channel,attr.plan`; gives the name of the own field beside the cut.
fn by(value: &str) -> Result<(By, Option<String>), Invalid> {
    if value == "none" {
        return Ok((By::Dimensions(Vec::new()), None));
    }
    let mut dimensions = Vec::new();
    let mut own = None;
    for name in split_values(value) {
        let named = name.strip_prefix("attr.").filter(|named| !named.is_empty());
        if let (Some(named), Some(first)) = (named, &own) {
            let reason = format!("one own field at a time: `attr.{first}` or `attr.{named}`");
            return Err(Invalid::new("by", reason));
        }
        own = named.map(str::to_owned).or(own);
        let field = match named {
            Some(_) => Dimension::Own,
            None => dimension(&name).ok_or_else(|| unknown_dimension("by", &name))?,
        };
        if dimensions.contains(&field) {
            return Err(Invalid::new("by", format!("`{name}` is there twice")));
        }
        dimensions.push(field);
    }
    if dimensions.len() > 3 {
        return Err(Invalid::new("by", "at most three fields at once"));
    }
    Ok((By::Dimensions(dimensions), own))
}

/// Reads `svar,fin-24h`; each profile once, in the order in which they are named.
fn profiles(value: &str) -> Result<Vec<ProfileName>, Invalid> {
    let mut profiles: Vec<ProfileName> = Vec::new();
    for name in value.split(',') {
        let profile = ProfileName::parse(name);
        let profile = profile.map_err(|reason| Invalid::new("profile", reason))?;
        if !profiles.contains(&profile) {
            profiles.push(profile);
        }
    }
    Ok(profiles)
}

fn week_start(value: &str) -> Result<WeekStart, Invalid> {
    match value {
        "mon" => Ok(WeekStart::Mon),
        "sun" => Ok(WeekStart::Sun),
        "sat" => Ok(WeekStart::Sat),
        other => Err(Invalid::new(
            "week_start",
            format!("`{other}` is none of mon, sun, sat"),
        )),
    }
}

fn compare(value: &str) -> Result<Option<Compare>, Invalid> {
    let compare = Compare::ALL
        .into_iter()
        .find(|compare| compare.as_str() == value);
    let unknown = || {
        let words = Compare::ALL.map(Compare::as_str).join(", ");
        Invalid::new("compare", format!("`{value}` is none of {words}"))
    };
    compare.map(Some).ok_or_else(unknown)
}

fn switch(name: &str, value: &str) -> Result<bool, Invalid> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(Invalid::new(
            name,
            format!("`{other}` is neither true nor false"),
        )),
    }
}

fn count(value: &str) -> Result<usize, Invalid> {
    let count = value.parse().ok().filter(|count| (1..=100).contains(count));
    count.ok_or_else(|| Invalid::new("count", format!("`{value}` is no number from 1 to 100")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, value: &str) -> Invalid {
        Query::parse([(name, value)], Tz::UTC).unwrap_err()
    }

    #[test]
    fn several_values_negation_and_a_literal_comma() {
        let query = Query::parse(
            [("where.channel", "chat,e\\,mail"), ("where.rep.not", "")],
            Tz::UTC,
        )
        .unwrap();
        let channel = Filter {
            dimension: Dimension::Channel,
            own: None,
            not: false,
            values: vec!["chat".to_owned(), "e,mail".to_owned()],
        };
        let rep = Filter {
            dimension: Dimension::Rep,
            own: None,
            not: true,
            values: vec![String::new()],
        };
        assert_eq!(query.filters, [channel, rep]);
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        for (name, value) in [
            ("every", "fortnight"),
            ("tz", "Oslo"),
            ("from", "yesterday"),
            ("from", "2026-01-01T00:00:00"),
            ("count", "0"),
            ("by", "colour"),
            ("by", "channel,rep,channel"),
            ("where.colour", "red"),
            ("clock", "lunar"),
            ("frm", "2026-01-01"),
        ] {
            assert_eq!(refused(name, value).field, name);
        }
    }
}
