//! What a page's form sends: parameters that only make sense together.

use chrono::{Datelike, NaiveDate};

use super::date;
use super::range::Range;
use crate::model::Invalid;
use crate::report::{NamedRange, split_values};

/// The parameters of a form that only make sense together.
#[derive(Default)]
pub(super) struct Draft {
    word: Option<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    field: Option<String>,
    value: Option<String>,
    is_not: bool,
}

impl Draft {
    /// Takes a parameter if it is one of these.
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<bool, Invalid> {
        let text = (!value.is_empty()).then(|| value.to_owned());
        match name {
            "range" => self.word = text,
            "from" => self.from = parse_day(name, value)?,
            "until" => self.until = parse_day(name, value)?,
            "to" => self.until = parse_day(name, value)?.map(|day| date::before(day, 1)),
            "filter_field" => self.field = text,
            "filter_value" => self.value = text,
            "filter_is" => self.is_not = value == "not",
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The filter that the form adds: its field, and the values that it keeps or leaves out.
    pub(super) fn filter(&self) -> Option<(String, Vec<String>)> {
        let (field, value) = (self.field.as_ref()?, self.value.as_ref()?);
        let not = if self.is_not { ".not" } else { "" };
        let values = split_values(value)
            .into_iter()
            .map(|value| value.trim().to_owned());
        let mut values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
        if values.is_empty() {
            // Nothing but commas: what has no value.
            values.push(String::new());
        }
        Some((format!("{field}{not}"), values))
    }

    /// The window that the form asks for.
    pub(super) fn range(&self) -> Result<Option<Range>, Invalid> {
        let named = self.word.as_deref().filter(|word| *word != "custom");
        if let Some(word) = named {
            return NamedRange::parse(word).map(|range| Some(Range::Named(range)));
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if from > until => Err(Invalid::new(
                "from",
                format!("{from} is later than the last day, {until}"),
            )),
            (Some(from), Some(until)) => Ok(Some(Range::Custom(from, until))),
            (None, None) => Ok(None),
            _ => Err(Invalid::new(
                "from",
                "a window needs its first and its last day",
            )),
        }
    }
}

fn parse_day(name: &str, value: &str) -> Result<Option<NaiveDate>, Invalid> {
    if value.is_empty() {
        return Ok(None);
    }
    let parsed = value
        .parse()
        .ok()
        .filter(|day: &NaiveDate| (1..9999).contains(&day.year()));
    let refusal = || Invalid::new(name, format!("`{value}` is no day such as 2026-01-31"));
    parsed.map(Some).ok_or_else(refusal)
}
